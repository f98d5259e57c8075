import SimulationKernel

/// Places for guild loads in progress; at a small scale the last one is a fraction of a place.
///
/// The fraction is kept exactly, over time: the last place may be taken while less place-time has
/// been used than there was. What was left unused counts up to what one load can take at most.
struct LoadPlaces: Sendable {
  private(set) var limit = 0.0
  private(set) var taken = 0
  /// Place-seconds that there were and that nobody used; below zero while the last place is taken.
  private var surplus = 0.0
  private let surplusMax: Double
  private var last: Instant

  init(longestLoad: Duration, at now: Instant) {
    surplusMax = longestLoad.seconds
    last = now
  }

  var isFree: Bool {
    let next = Double(taken + 1)
    return next <= limit || (next < limit + 1 && surplus > 0)
  }

  mutating func resize(to limit: Double, at now: Instant) {
    advance(to: now)
    self.limit = limit
  }

  mutating func take(at now: Instant) {
    advance(to: now)
    taken += 1
  }

  mutating func release(at now: Instant) {
    precondition(taken > 0, "a place that is released was taken")
    advance(to: now)
    taken -= 1
  }

  mutating func advance(to now: Instant) {
    let unused = (limit - Double(taken)) * (now - last).seconds
    // A fleet that shrank owes nothing for the loads that were in progress.
    surplus = min(surplusMax, max(-surplusMax, surplus + unused))
    last = now
  }
}
