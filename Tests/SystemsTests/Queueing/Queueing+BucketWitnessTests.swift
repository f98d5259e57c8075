import SimulationKernel
import Testing

@testable import Systems

@Suite("BucketWitness")
struct BucketWitnessTests {
  private typealias Limit = Queueing.TokenBucket.Limit

  /// A history of limits and of admissions, judged window by window.
  private struct Slow {
    var changes: [(at: Int64, rate: Int64, burst: Int64)] = []
    var admissions: [Int64] = []

    /// What the rate brings from one instant to another.
    private func filled(_ from: Int64, _ to: Int64) -> Int64 {
      var sum: Int64 = 0
      for (index, change) in changes.enumerated() {
        let end = index + 1 < changes.count ? changes[index + 1].at : .max
        sum += change.rate * max(0, min(to, end) - max(from, change.at))
      }
      return sum
    }

    /// Windows from just before each admission, and from both sides of each change, to an admission.
    ///
    /// No change is at the instant of an admission.
    var isKept: Bool {
      for (last, end) in admissions.enumerated() {
        for (first, start) in admissions[...last].enumerated() {
          let burst = changes.last { $0.at <= start }?.burst ?? 0
          if Int64(last - first + 1) > burst + filled(start, end) { return false }
        }
        for (index, change) in changes.enumerated() where change.at <= end {
          let burst = min(change.burst, changes[max(0, index - 1)].burst)
          let count = admissions[...last].count { $0 > change.at }
          if Int64(count) > burst + filled(change.at, end) { return false }
        }
      }
      return true
    }
  }

  @Test("It says by how much a promise was broken at the worst")
  func overrun() throws {
    var witness = Queueing.BucketWitness(try Limit(rate: 1, per: .seconds(1), burst: 3), at: .start)
    for _ in 0..<3 { witness.admitted(at: .start) }
    #expect(witness.isKept && witness.overrun == 0)
    for _ in 0..<2 { witness.admitted(at: .start) }
    #expect(!witness.isKept && witness.overrun == 2)
    // Half a second has brought half of the next.
    witness.admitted(at: .start + .milliseconds(500))
    #expect(witness.overrun == 3)
    witness.admitted(at: second(60))
    #expect(witness.overrun == 3)
  }

  @Test(
    "A token bucket keeps its promise through changes of rate and burst; a lax one is found out")
  func againstWindows() throws {
    var dice = Dice(seed: 20)
    var (kept, broken) = (0, 0)
    for round in 0..<300 {
      var slow = Slow()
      func limit() throws -> Limit {
        try Limit(
          rate: Int64(dice.roll(3)), per: Duration(nanoseconds: 1), burst: 1 + Int64(dice.roll(4)))
      }
      var now: Int64 = 0
      var current = try limit()
      slow.changes.append((0, current.rate, current.burst))
      var bucket = Queueing.TokenBucket(current, at: .start)
      var witness = Queueing.BucketWitness(current, at: .start)
      let isLax = round % 2 == 1
      for _ in 0..<20 {
        let isChange = dice.roll(6) == 0
        // Even instants have admissions, odd ones changes.
        now += 2 * Int64(dice.roll(2)) + (isChange == (now % 2 == 1) ? 0 : 1)
        let instant = Instant(nanoseconds: now)
        if isChange {
          current = try limit()
          slow.changes.append((now, current.rate, current.burst))
          bucket.change(to: current, at: instant)
          witness.change(to: current, at: instant)
        } else if bucket.admit(at: instant) || (isLax && dice.roll(8) == 0) {
          slow.admissions.append(now)
          witness.admitted(at: instant)
        }
      }
      #expect(witness.isKept == slow.isKept, "round \(round): \(slow)")
      if !isLax { #expect(witness.isKept, "round \(round): \(slow)") }
      #expect(witness.admitted == slow.admissions.count)
      if witness.isKept { kept += 1 } else { broken += 1 }
    }
    #expect(kept >= 150 && broken >= 50)
  }
}
