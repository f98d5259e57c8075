import SimulationKernel
import Testing

@testable import Systems

@Suite("Queueing.TokenBucket")
struct TokenBucketTests {
  private typealias Limit = Queueing.TokenBucket.Limit

  @Test("A full bucket gives its burst and then the rate")
  func burstThenRate() throws {
    var bucket = Queueing.TokenBucket(try Limit(rate: 10, burst: 3), at: .start)
    let first = (0..<4).map { _ in bucket.admit(at: .start) }
    #expect(first == [true, true, true, false])
    let early = bucket.admit(at: Instant(nanoseconds: 99_999_999))
    #expect(!early)
    let due = bucket.admit(at: milliseconds(100))
    #expect(due)
    #expect(bucket.tokens(at: milliseconds(50_000)) == 3)
  }

  @Test("Limits that cannot be counted are refused")
  func invalidLimits() {
    func error(_ rate: Int64, _ unit: Duration, _ burst: Int64) -> Limit.InvalidLimit? {
      do throws(Limit.InvalidLimit) {
        _ = try Limit(rate: rate, per: unit, burst: burst)
        return nil
      } catch { return error }
    }
    #expect(error(0, .seconds(1), 0) == nil)
    #expect(error(.max, .nanoseconds(1), .max) == nil)
    #expect(error(-1, .seconds(1), 1) == .rateNegative(-1))
    #expect(error(1, .seconds(1), -1) == .burstNegative(-1))
    #expect(error(1, .zero, 1) == .unitNotPositive(.zero))
    #expect(error(1, .seconds(1), 9_223_372_037) == .burstTooLarge(9_223_372_037))
    #expect(error(1, .seconds(1), 9_223_372_036) == nil)
  }

  @Test("Extreme limits never trap and never give more than the burst")
  func extremes() throws {
    for limit in [
      try Limit(rate: .max, per: .nanoseconds(1), burst: .max),
      try Limit(rate: .max, per: Duration(nanoseconds: .max), burst: 1),
      try Limit(rate: 0, burst: 5),
    ] {
      var bucket = Queueing.TokenBucket(limit, at: .start)
      let all = bucket.admit(limit.burst, at: .start)
      #expect(all)
      #expect(bucket.tokens(at: .endOfTime) == (limit.rate == 0 ? 0 : limit.burst))
      let more = bucket.admit(.max, at: .endOfTime)
      #expect(more == (limit.burst == .max))
      bucket.change(to: try Limit(rate: 1, per: .hours(1), burst: 1), at: .endOfTime)
      #expect(bucket.tokens(at: .endOfTime) <= 1)
    }
  }

  @Test(
    "The wait for a token is the shortest after which it is there",
    arguments: 0..<200 as Range<UInt64>)
  func waitIsExact(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let limit = try Limit(
      rate: dice.roll(1...5_000), per: dice.pick([.seconds(1), .minutes(1), .milliseconds(7)]),
      burst: dice.roll(1...20))
    var bucket = Queueing.TokenBucket(limit, at: .start)
    var now = Instant.start
    for _ in 0..<50 {
      let count = dice.roll(1...limit.burst)
      let wait = try #require(bucket.wait(for: count, at: now))
      if wait > .zero {
        var early = bucket
        let admitted = early.admit(count, at: now + wait - .nanoseconds(1))
        #expect(!admitted, "seed \(seed)")
      }
      now = now + wait
      let admitted = bucket.admit(count, at: now)
      #expect(admitted, "seed \(seed)")
    }
    #expect(bucket.wait(for: limit.burst + 1, at: now) == nil)
  }

  @Test("A bucket that never fills says so")
  func neverFills() throws {
    var bucket = Queueing.TokenBucket(try Limit(rate: 0, burst: 1), at: .start)
    #expect(bucket.wait(for: 1, at: .start) == .zero)
    _ = bucket.admit(at: .start)
    #expect(bucket.wait(for: 1, at: .start) == nil)
  }

  @Test("Another unit keeps the credit to within its smallest part, never above")
  func changeOfUnit() throws {
    var bucket = Queueing.TokenBucket(try Limit(rate: 1, per: .seconds(3), burst: 10), at: .start)
    _ = bucket.admit(10, at: .start)
    bucket.change(to: try Limit(rate: 1, per: .seconds(1), burst: 10), at: milliseconds(1_000))
    // A third of a token is there; two thirds of a second are missing, and rounding.
    let wait = try #require(bucket.wait(for: 1, at: milliseconds(1_000)))
    #expect((666_666_667...666_666_668).contains(wait.nanoseconds))
  }

  /// The rule by its definition: every token with the share of it that is there, in fractions of
  /// 1/unit, one nanosecond span after the other.
  private struct SlowBucket {
    var rate: Int64
    var burst: Int64
    let unit: Int64
    var credit: UInt128
    var last: Int64 = 0

    mutating func pass(to now: Int64) {
      credit += UInt128(UInt64(rate)) * UInt128(UInt64(now - last))
      credit = min(credit, UInt128(UInt64(burst)) * UInt128(UInt64(unit)))
      last = now
    }
    mutating func admit(_ count: Int64, at now: Int64) -> Bool {
      pass(to: now)
      let cost = UInt128(UInt64(count)) * UInt128(UInt64(unit))
      guard cost <= credit else { return false }
      credit -= cost
      return true
    }
    mutating func change(rate: Int64, burst: Int64, at now: Int64) {
      pass(to: now)
      self.rate = rate
      self.burst = burst
      pass(to: now)
    }
  }

  @Test(
    "Admits iff the credit is there, and in no span more than burst and rate allow",
    arguments: 0..<250 as Range<UInt64>)
  func neverAdmitsMore(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let unit = dice.pick([.seconds(1), .minutes(1), .milliseconds(10)] as [Duration])
    func limit(_ dice: inout Dice) throws -> Limit {
      try Limit(
        rate: dice.pick([0, 1, 7, 1_000, 1_000_000]), per: unit, burst: dice.roll(0...50))
    }
    let first = try limit(&dice)
    var bucket = Queueing.TokenBucket(first, at: .start)
    var slow = SlowBucket(
      rate: first.rate, burst: first.burst, unit: unit.nanoseconds,
      credit: UInt128(UInt64(first.burst)) * UInt128(UInt64(unit.nanoseconds)))
    var now: Int64 = 0
    /// Before each step: time, tokens admitted so far, integral of the rate so far.
    var path: [(admitted: Int64, filled: UInt128)] = [(0, 0)]
    var burstMax = first.burst
    var admitted: Int64 = 0
    var filled: UInt128 = 0
    let pace = dice.pick([3, 1_000, 1_000_000, 100_000_000] as [Int64])
    for _ in 0..<150 {
      let step = dice.roll(0...pace)
      now += step
      filled += UInt128(UInt64(bucket.limit.rate)) * UInt128(UInt64(step))
      if dice.roll(0...19) == 0 {
        let next = try limit(&dice)
        bucket.change(to: next, at: Instant(nanoseconds: now))
        slow.change(rate: next.rate, burst: next.burst, at: now)
        burstMax = max(burstMax, next.burst)
      } else {
        let count = dice.roll(0...3)
        let answer = bucket.admit(count, at: Instant(nanoseconds: now))
        #expect(answer == slow.admit(count, at: now), "seed \(seed)")
        if answer { admitted += count }
      }
      path.append((admitted, filled))
    }
    let width = UInt128(UInt64(unit.nanoseconds))
    for (index, start) in path.enumerated() {
      for end in path[index...] {
        let used = UInt128(UInt64(end.admitted - start.admitted)) * width
        let allowed = UInt128(UInt64(burstMax)) * width + end.filled - start.filled
        if used > allowed {
          Issue.record("seed \(seed): more was admitted than burst and rate allow")
          return
        }
      }
    }
  }
}
