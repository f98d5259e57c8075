/// What a simulation may use up over its whole life, however many runs that takes.
@frozen
public struct RunBudget: Hashable, Sendable {
  /// Events in all.
  public var events: UInt64
  /// Simulated time since the start; events due at its end or later do not happen.
  public var simulatedTime: Duration
  /// Events in a row at one instant.
  ///
  /// Looked at every 65,536 events, so a run may exceed it by up to twice that.
  public var eventsPerInstant: UInt64

  /// A budget; without arguments it only ends runs that cannot make progress.
  ///
  /// - Precondition: `simulatedTime` is not negative.
  public init(
    events: UInt64 = .max, simulatedTime: Duration = .max,
    eventsPerInstant: UInt64 = 100_000_000
  ) {
    precondition(simulatedTime >= .zero, "simulated time is not negative: \(simulatedTime)")
    self.events = events
    self.simulatedTime = simulatedTime
    self.eventsPerInstant = eventsPerInstant
  }
}
