import SimulationKernel

extension Queueing {
  /// Admits at most `burst` at once and `rate` per unit of time in the long run.
  ///
  /// Credit is counted in tokens times nanoseconds, so nothing is ever rounded while a limit holds:
  /// in any `(s, t]` no more than `burst + rate (t - s)` tokens are taken.
  public struct TokenBucket: Hashable, Sendable, BitwiseCopyable {
    /// A bucket's size and its filling.
    public struct Limit: Hashable, Sendable, BitwiseCopyable {
      /// What is wrong with a limit.
      public enum InvalidLimit: Error, Hashable, Sendable {
        case rateNegative(Int64)
        case burstNegative(Int64)
        case unitNotPositive(Duration)
        /// `burst` times `unit` has to stay below 2^63 nanoseconds.
        case burstTooLarge(Int64)
      }

      /// Tokens that arrive per `unit`.
      public let rate: Int64
      public let unit: Duration
      /// Tokens that the bucket holds.
      public let burst: Int64

      /// - Throws: `InvalidLimit` for a negative rate or burst, a unit that is not above zero, and
      ///   a burst that cannot be counted.
      public init(
        rate: Int64, per unit: Duration = .seconds(1), burst: Int64
      ) throws(InvalidLimit) {
        guard rate >= 0 else { throw .rateNegative(rate) }
        guard burst >= 0 else { throw .burstNegative(burst) }
        guard unit > .zero else { throw .unitNotPositive(unit) }
        guard !burst.multipliedReportingOverflow(by: unit.nanoseconds).overflow else {
          throw .burstTooLarge(burst)
        }
        self.rate = rate
        self.unit = unit
        self.burst = burst
      }

      fileprivate var capacity: Int64 { burst * unit.nanoseconds }
    }

    public private(set) var limit: Limit
    /// Tokens times `limit.unit`, never above `limit.capacity`.
    private var credit: Int64
    private var updated: Instant

    /// A full bucket.
    public init(_ limit: Limit, at now: Instant) {
      self.limit = limit
      credit = limit.capacity
      updated = now
    }

    /// Whole tokens in the bucket.
    public func tokens(at now: Instant) -> Int64 {
      credit(at: now) / limit.unit.nanoseconds
    }

    /// Takes tokens when there are enough, and none otherwise.
    ///
    /// - Precondition: `count` is zero or more; `now` is not before the last call.
    public mutating func admit(_ count: Int64 = 1, at now: Instant) -> Bool {
      precondition(count >= 0, "tokens taken are zero or more: \(count)")
      credit = credit(at: now)
      updated = now
      let (cost, overflow) = count.multipliedReportingOverflow(by: limit.unit.nanoseconds)
      guard !overflow, cost <= credit else { return false }
      credit -= cost
      return true
    }

    /// Changes the limit; credit collected so far stays, up to the new burst.
    ///
    /// With another unit the credit is rounded down by less than a token's `1 / unit`.
    public mutating func change(to next: Limit, at now: Instant) {
      credit = credit(at: now)
      updated = now
      if next.unit != limit.unit {
        let unit = (old: UInt64(limit.unit.nanoseconds), new: UInt64(next.unit.nanoseconds))
        let scaled = UInt128(UInt64(credit)) * UInt128(unit.new) / UInt128(unit.old)
        credit = Int64(clamping: scaled)
      }
      limit = next
      credit = min(credit, next.capacity)
    }

    /// How long until `count` tokens could be taken, if nobody else takes any.
    ///
    /// - Returns: Zero when they are there, nil when they never will be.
    public func wait(for count: Int64, at now: Instant) -> Duration? {
      guard count <= limit.burst else { return nil }
      let missing = max(0, count) * limit.unit.nanoseconds - credit(at: now)
      guard missing > 0 else { return .zero }
      guard limit.rate > 0 else { return nil }
      let (whole, rest) = missing.quotientAndRemainder(dividingBy: limit.rate)
      return Duration(nanoseconds: rest > 0 ? whole + 1 : whole)
    }

    private func credit(at now: Instant) -> Int64 {
      precondition(now >= updated, "time never goes back: \(now) is before \(updated)")
      let (gain, overflow) = (now - updated).nanoseconds
        .multipliedReportingOverflow(by: limit.rate)
      return overflow ? limit.capacity : credit + min(gain, limit.capacity - credit)
    }
  }
}
