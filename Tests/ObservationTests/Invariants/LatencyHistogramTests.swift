import SimulationKernel
import Testing

@testable import Observation

@Suite("LatencyHistogram")
struct LatencyHistogramTests {
  @Test("Buckets follow each other without gap, and are 1.6 % wide or 1 µs")
  func buckets() {
    var next: UInt64 = 0
    for bucket in 0..<1_984 {
      let (lower, upper) = LatencyHistogram.bounds(of: bucket)
      #expect(lower == next)
      #expect(LatencyHistogram.bucket(of: lower) == bucket)
      #expect(LatencyHistogram.bucket(of: upper) == bucket)
      #expect(upper == lower || Double(upper - lower) < Double(lower) / 64)
      next = upper + 1
    }
    #expect(next == 1 << 36)
  }

  @Test("Percentiles are not below the exact ones and less than 1.6 % above", arguments: [1, 2, 3])
  func percentiles(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var histogram = LatencyHistogram()
    var exact: [Duration] = []
    for _ in 0..<2_000 {
      let latency = Duration(nanoseconds: Int64(dice.below(1 << dice.below(42))))
      exact.append(latency)
      histogram.record(latency)
    }
    exact.sort()
    for (rank, total) in [(1, 2), (9, 10), (99, 100), (999, 1_000), (1, 1)] as [(UInt64, UInt64)] {
      let place = (2_000 * Int(rank) + Int(total) - 1) / Int(total) - 1
      let wanted = Double(exact[place].nanoseconds / 1_000) / 1e6
      let found = try #require(histogram.percentile(rank, of: total))
      #expect(found >= wanted && found <= wanted * (1 + 1.0 / 64) + 1e-6, "seed \(seed)")
    }
    let mean = exact.reduce(0) { $0 + Double($1.nanoseconds / 1_000) } / 2_000 / 1e6
    let found = try #require(histogram.mean)
    #expect((found - mean).magnitude <= mean * 1e-12)
    #expect(try #require(histogram.maximum) >= Double(exact[1_999].nanoseconds / 1_000) / 1e6)
    #expect(try #require(histogram.minimum) <= exact[0].seconds)
  }

  @Test("Merging is counting together, and what was merged can be taken out")
  func merging() {
    var dice = Dice(seed: 9)
    var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for index in 0..<500 {
      let latency = Duration.microseconds(Int64(dice.below(1 << 20)))
      both.record(latency)
      if index % 3 == 0 { left.record(latency) } else { right.record(latency) }
    }
    var merged = left
    merged.merge(right)
    #expect(merged == both)
    #expect(merged.since(left) == right && merged.since(right) == left)
    #expect(both.since(both) == LatencyHistogram())
  }

  @Test("The ends of the scale hold")
  func ends() {
    var histogram = LatencyHistogram()
    histogram.record(Duration.min)
    #expect(histogram.maximum == 0)
    histogram.record(Duration.max)
    #expect(histogram.counts.count <= 2_048)
    #expect(histogram.minimum == 0 && histogram.count == 2)
    #expect(LatencyHistogram().percentile(1, of: 2) == nil && LatencyHistogram().mean == nil)
  }
}
