/// What a system may do while it handles an event: look at the clock, draw, schedule.
@frozen
public struct Context<Event: SimulationEvent>: Sendable {
  public internal(set) var now: Instant
  public let seed: UInt64
  public var environment: Event.Environment
  @usableFromInline var queue: EventQueue<Event>
  @usableFromInline var stopRequested = false

  @inlinable
  public mutating func schedule(_ event: Event, after delay: Duration) {
    queue.push(event, at: now + delay)
  }
  @inlinable
  public mutating func schedule(_ event: Event, at time: Instant) {
    queue.push(event, at: time)
  }
  /// A keyed random stream of this run. Resolve once, at start-up.
  public func random(_ name: String) -> RandomStream { RandomStream(seed: seed, name: name) }
  /// Ends the run after the event in hand.
  @inlinable
  public mutating func stop() { stopRequested = true }
}
