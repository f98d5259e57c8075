import SimulationKernel

/// Refuses more the fewer of the recent attempts came to a session.
///
/// An attempt is refused with probability max(0, (tried - K x opened) / (tried + 1)).
/// - Note: Source: "Handling Overload", Site Reliability Engineering (O'Reilly, 2016), chapter 21.
struct AdaptiveThrottle: Sendable {
  private struct Minute: Sendable {
    var tried = 0
    var opened = 0
  }

  /// The current minute and the one before it.
  private var current = Minute()
  private var previous = Minute()
  private var minute: Int64 = 0

  mutating func rejects(
    _ attempt: Attempt, multiple: Double, at now: Instant, draws: RandomStream
  ) -> Bool {
    turn(to: now)
    // The attempt in hand counts for those after it: with nothing tried yet nobody is refused.
    defer { current.tried += 1 }
    let tried = Double(current.tried + previous.tried)
    let opened = Double(current.opened + previous.opened)
    let probability = max(0, (tried - multiple * opened) / (tried + 1))
    return draws.unit(for: UInt64(attempt.client.rawValue), draw: UInt64(attempt.number))
      < probability
  }

  mutating func opened(at now: Instant) {
    turn(to: now)
    current.opened += 1
  }

  private mutating func turn(to now: Instant) {
    let next = now.nanoseconds / 60_000_000_000
    guard next != minute else { return }
    previous = next == minute + 1 ? current : Minute()
    current = Minute()
    minute = next
  }
}
