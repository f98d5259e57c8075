/// What a system may do while it handles an event: look at the clock, draw, schedule.
@frozen
public struct Context<Event: SimulationEvent>: Sendable {
  public let seed: UInt64
  public var environment: Event.Environment
  @usableFromInline var queue: EventQueue<Event>
  @usableFromInline var stopRequested = false

  @inlinable
  public init(environment: Event.Environment, seed: UInt64, startingAt start: Instant = .start) {
    self.seed = seed
    self.environment = environment
    queue = EventQueue(startingAt: start)
  }

  /// The instant of the event in hand.
  @inlinable public var now: Instant { queue.now }

  /// Events that wait.
  @inlinable public var pendingEvents: Int { queue.count }

  /// Schedules an event.
  ///
  /// - Precondition: `delay` is not negative and does not lead past the end of time.
  @inlinable
  public mutating func schedule(_ event: Event, after delay: Duration) {
    let (due, overflow) = now.nanoseconds.addingReportingOverflow(delay.nanoseconds)
    if overflow { refuse(delay) }
    queue.push(event, at: Instant(nanoseconds: due))
  }

  /// Schedules an event.
  ///
  /// - Precondition: `time` is not before `now`.
  @inlinable
  public mutating func schedule(_ event: Event, at time: Instant) {
    queue.push(event, at: time)
  }

  /// A keyed random stream of this run; resolve it once, at start-up.
  public func random(_ name: String) -> RandomStream { RandomStream(seed: seed, name: name) }

  /// Ends the run after the event in hand.
  @inlinable
  public mutating func stop() { stopRequested = true }

  @inlinable
  @inline(never)
  func refuse(_ delay: Duration) -> Never {
    fatalError("events are due before the end of time: \(delay) after \(now) is not")
  }
}
