import Experiments
import SimulationKernel
import Testing

@Suite("Bootstrap")
struct BootstrapTests {
  @Test("The percentiles of the mean are those of its known resampling distribution")
  func percentiles() throws {
    // Of zeros and ones, a resample's sum is binomial: 20 draws at 0.4.
    let values = (0..<20).map { $0 < 8 ? 1.0 : 0 }
    let bootstrap = Bootstrap(RandomStream(seed: 3, name: "test.percentiles"), resamples: 4_000)
    let interval = try #require(
      bootstrap.interval(count: 20) { $0.reduce(0) { $0 + values[$1] } / 20 })
    // scipy.stats.binom.ppf([0.025, 0.975], 20, 0.4).
    #expect(interval == (4.0 / 20)...(12.0 / 20))
    let distribution = bootstrap.distribution(count: 20) { $0.reduce(0) { $0 + values[$1] } }
    let mean = distribution.reduce(0, +) / 4_000
    #expect((mean - 8).magnitude < 4 * (4.8 / 4_000).squareRoot())
  }

  @Test("The same stream draws the same places; another draws others")
  func keyed() {
    let values: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    let first = Bootstrap(RandomStream(seed: 1, name: "a"), resamples: 50)
    let other = Bootstrap(RandomStream(seed: 2, name: "a"), resamples: 50)
    #expect(first.meanInterval(of: values) == first.meanInterval(of: values))
    #expect(first.meanInterval(of: values) != other.meanInterval(of: values))
  }

  @Test("A statistic that no resample has, has no interval")
  func undefined() {
    let bootstrap = Bootstrap(RandomStream(seed: 1, name: "a"), resamples: 5)
    #expect(bootstrap.interval(count: 3) { _ in nil } == nil)
  }

  @Test("Twelve normal values: the expanded interval holds their mean as often as Student's")
  func coverage() throws {
    let seed: UInt64 = 21
    let random = RandomStream(seed: seed, name: "test.coverage")
    let series = 600
    var held = 0
    for entity in 0..<UInt64(series) {
      let values = (0..<12).map { random.standardNormal(for: entity, draw: $0) }
      let bootstrap = Bootstrap(random.nested(for: entity, draw: 99), resamples: 200)
      if try #require(bootstrap.meanInterval(of: values)).contains(0) { held += 1 }
    }
    let interval = Proportion(held, of: series).interval(confidence: 0.999)
    #expect(interval.overlaps(0.93...0.97), "seed \(seed): \(held) of \(series)")
  }
}
