import SimulationKernel

extension Queueing {
  /// Watches whether a token bucket keeps its promise, without looking into it.
  ///
  /// Of what was admitted in any `(s, t]`, no more than the burst at `s` and what the rate has
  /// brought since may be: `A(t) - A(s) <= b(s) + R(t) - R(s)`, changes of the limit included. That is
  /// `A(t) - R(t) <= min over s of (A(s) - R(s) + b(s))`, whose right side is kept as one number: between
  /// two admissions `A - R` falls, so only the instants just before an admission or a change count.
  /// - Complexity: O(1) per admission, exact.
  public struct BucketWitness: Hashable, Sendable {
    private var limit: TokenBucket.Limit
    /// `A - R`, in tokens times the limit's unit.
    private var excess: Int128 = 0
    /// The least of `A - R + b` so far.
    private var bound: Int128
    private var updated: Instant
    public private(set) var admitted = 0
    /// The most that was ever over the promise, in tokens times the limit's unit.
    private var overrunMost: Int128 = 0
    /// Whether the promise has been kept so far.
    public var isKept: Bool { overrunMost == 0 }
    /// By how many tokens the promise was broken, at the worst; rounded up.
    public var overrun: Int {
      let unit = Int128(limit.unit.nanoseconds)
      return Int(clamping: (overrunMost + unit - 1) / unit)
    }

    public init(_ limit: TokenBucket.Limit, at now: Instant) {
      self.limit = limit
      bound = Self.capacity(limit)
      updated = now
    }

    public mutating func admitted(_ count: Int64 = 1, at now: Instant) {
      look(at: now)
      admitted += 1
      excess += Int128(count) * Int128(limit.unit.nanoseconds)
      if excess > bound { overrunMost = max(overrunMost, excess - bound) }
    }

    /// - Precondition: the unit stays.
    public mutating func change(to next: TokenBucket.Limit, at now: Instant) {
      precondition(next.unit == limit.unit, "one unit throughout: \(next.unit)")
      look(at: now)
      limit = next
      look(at: now)
    }

    private mutating func look(at now: Instant) {
      excess -= Int128(limit.rate) * Int128((now - updated).nanoseconds)
      updated = now
      bound = min(bound, excess + Self.capacity(limit))
    }

    private static func capacity(_ limit: TokenBucket.Limit) -> Int128 {
      Int128(limit.burst) * Int128(limit.unit.nanoseconds)
    }
  }
}
