import Experiments
import SimulationKernel
import Testing

@Suite("Shapley")
struct ShapleyTests {
  private let bootstrap = Bootstrap(RandomStream(seed: 6, name: "test.shapley"), resamples: 200)

  @Test("The glove game: the only right glove takes two thirds")
  func gloves() {
    // Causes 0 and 1 are left gloves, 2 the right one; a pair is worth 1.
    let worth = (0..<8).map { $0 & 4 != 0 && $0 & 3 != 0 ? 1.0 : 0 }
    let values = Shapley.values(worth)
    for (found, expected) in zip(values, [1.0 / 6, 1.0 / 6, 4.0 / 6]) {
      #expect((found - expected).magnitude < 1e-15)
    }
  }

  @Test("The values are the averages over all orders, and add up", arguments: 1...5)
  func orders(causes: Int) {
    let random = RandomStream(seed: 7, name: "test.orders")
    let losses = (0..<(1 << causes)).map { random.unit(for: UInt64($0), draw: 0) }
    var sums = [Double](repeating: 0, count: causes)
    var count = 0.0
    func walk(_ coalition: Int, _ added: [Double]) {
      if coalition == (1 << causes) - 1 {
        count += 1
        for cause in 0..<causes { sums[cause] += added[cause] }
      }
      for cause in 0..<causes where coalition & 1 << cause == 0 {
        var next = added
        next[cause] = losses[coalition | 1 << cause] - losses[coalition]
        walk(coalition | 1 << cause, next)
      }
    }
    walk(0, sums)
    let values = Shapley.values(losses)
    for (value, sum) in zip(values, sums) { #expect((value - sum / count).magnitude < 1e-12) }
    let all = losses[losses.count - 1] - losses[0]
    #expect((values.reduce(0, +) - all).magnitude < 1e-12)
  }

  @Test("Without causes there are no parts")
  func noCauses() { #expect(Shapley.values([3]).isEmpty) }

  @Test("Over seeds each part has an interval, a share, and its interval")
  func seeds() throws {
    let random = RandomStream(seed: 8, name: "test.parts")
    // Cause 0 adds 10 ± 1, cause 1 adds 30 ± 3, cause 2 nothing; both together 20 more.
    let losses = (0..<40 as Range<UInt64>).map { seed in
      let first = random.normal(mean: 10, deviation: 1, for: seed, draw: 0)
      let second = random.normal(mean: 30, deviation: 3, for: seed, draw: 1)
      return (0..<8).map { coalition in
        (coalition & 1 != 0 ? first : 0) + (coalition & 2 != 0 ? second : 0)
          + (coalition & 3 == 3 ? 20 : 0)
      }
    }
    let parts = Shapley(losses: losses, bootstrap: bootstrap).parts
    for (part, expected) in zip(parts, [20.0, 40, 0]) {
      let interval = try #require(part.interval)
      #expect(interval.contains(expected))
      #expect(interval.upperBound - interval.lowerBound < 4)
      #expect(try #require(part.shareInterval).contains(expected / 60))
    }
    #expect(parts[2].interval == 0...0)
    #expect(parts[2].share == 0)
    #expect((parts.reduce(0) { $0 + ($1.share ?? 0) } - 1).magnitude < 1e-12)
  }

  @Test(
    "The interval of a share holds it as often as it says, with few seeds and with many",
    arguments: [2, 5, 12])
  func coverage(seeds: Int) throws {
    let random = RandomStream(seed: 9, name: "test.shares")
    let drawn = Bootstrap(random, resamples: 200)
    let samples = 300
    let held = try (0..<UInt64(samples)).count { sample in
      // A third and two thirds, each with exponential spread on top.
      let losses = (0..<seeds).map { seed in
        let own = random.nested(for: sample, draw: UInt64(seed))
        let first = 10 + own.exponential(mean: 10, for: 0, draw: 0)
        let second = 20 + own.exponential(mean: 20, for: 1, draw: 0)
        return [0, first, second, first + second]
      }
      let part = Shapley(losses: losses, bootstrap: drawn).parts[0]
      #expect(part.shareMethod == (seeds < 10 ? .student : .bootstrap))
      return try #require(part.shareInterval).contains(1.0 / 3)
    }
    let interval = Proportion(held, of: samples).interval(confidence: 0.999)
    #expect(interval.overlaps(0.92...0.97), "\(held) of \(samples)")
  }

  @Test("One seed has no interval, and no loss has no shares")
  func degenerate() {
    let parts = Shapley(losses: [[5, 5]], bootstrap: bootstrap).parts
    #expect(parts.count == 1)
    #expect(parts[0].value == 0)
    #expect(parts[0].interval == nil)
    #expect(parts[0].share == nil)
    #expect(parts[0].shareInterval == nil)
  }

  @Test("Losses that are not those of all coalitions are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = Shapley.values([1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = Shapley.values([]) }
  }
}
