/// An event that waits, with its time: the unit that the queue moves about.
@frozen
@usableFromInline
struct PendingEvent<Event: BitwiseCopyable & Sendable>: BitwiseCopyable {
  /// Nanoseconds; unsigned because its digits are taken apart.
  @usableFromInline var time: UInt64
  @usableFromInline var event: Event

  @inlinable
  init(time: UInt64, event: Event) {
    self.time = time
    self.event = event
  }
}
