import SimulationKernel
import Testing

@Suite("Distribution")
struct DistributionTests {
  let stream = RandomStream(seed: 61, name: "distribution")

  static let samples: [Distribution] = [
    .uniform(.seconds(1)...(.seconds(3))), .exponential(mean: .seconds(2)),
    .normal(mean: .seconds(2), deviation: .seconds(1)),
    .normal(mean: .seconds(1), deviation: .seconds(4)),
    .normal(mean: .zero, deviation: .seconds(1)),
    .lognormal(median: .seconds(2), sigma: 0.6), .pareto(scale: .seconds(1), shape: 5),
    .gamma(shape: 3, mean: .seconds(5)),
  ]

  @Test("The mean of draws is the theoretical mean", arguments: samples)
  func meanIsTheoretical(distribution: Distribution) throws {
    let spans = (0..<UInt64(8_000)).map {
      distribution.duration(from: stream, for: 0, draw: $0).seconds
    }
    #expect(spans.allSatisfy { $0 >= 0 })
    let mean = try #require(distribution.mean).seconds
    let moments = Statistics.moments(spans)
    let error = (moments.variance / Double(spans.count)).squareRoot()
    #expect((moments.mean - mean).magnitude < Statistics.normalCritical() * error)
    #expect((moments.mean - mean * 1.1).magnitude > Statistics.normalCritical() * error)
  }

  @Test("A truncated normal follows the rest of the law")
  func truncatedNormalFollowsLaw() {
    let distribution = Distribution.normal(mean: .seconds(1), deviation: .seconds(2))
    let spans = (0..<UInt64(10_000)).map {
      distribution.duration(from: stream, for: 1, draw: $0).seconds
    }
    let below = KernelMath.normalProbability(-0.5)
    let critical = Statistics.kolmogorovSmirnovCritical(count: spans.count)
    let distance = Statistics.kolmogorovSmirnov(spans) {
      (KernelMath.normalProbability(($0 - 1) / 2) - below) / (1 - below)
    }
    #expect(distance < critical)
    let untruncated = Statistics.kolmogorovSmirnov(spans) {
      KernelMath.normalProbability(($0 - 1) / 2)
    }
    #expect(untruncated > critical)
  }

  @Test("Each case draws what the stream draws")
  func casesDrawFromTheStream() throws {
    let table = try EmpiricalTable(weights: [(.seconds(1), 1), (.seconds(2), 1)])
    for entity in 0..<UInt64(50) {
      func drawn(_ distribution: Distribution) -> Duration {
        distribution.duration(from: stream, for: entity, draw: 9)
      }
      #expect(drawn(.constant(.seconds(4))) == .seconds(4))
      let mean = Duration.seconds(3)
      #expect(
        drawn(.exponential(mean: mean)) == stream.exponential(mean: mean, for: entity, draw: 9))
      #expect(
        drawn(.gamma(shape: 4, mean: mean))
          == stream.gamma(shape: 4, mean: mean, for: entity, draw: 9))
      #expect(drawn(.empirical(table)) == table.duration(from: stream, for: entity, draw: 9))
    }
  }

  @Test("Means that are infinite or longer than a duration are told apart")
  func infiniteMeans() {
    #expect(Distribution.pareto(scale: .seconds(1), shape: 1).mean == nil)
    #expect(Distribution.pareto(scale: .seconds(1), shape: .nan).mean == nil)
    let long = Distribution.lognormal(median: .seconds(1), sigma: 40).mean
    #expect(long == Duration(nanoseconds: .max))
    #expect(Distribution.constant(.seconds(7)).mean == .seconds(7))
    #expect(Distribution.normal(mean: .seconds(7), deviation: .zero).mean == .seconds(7))
  }

  @Test("Parameters that make sense pass", arguments: samples)
  func sensePasses(distribution: Distribution) throws {
    try distribution.validate()
  }

  @Test(
    "Parameters without meaning are named",
    arguments: [
      (.constant(.seconds(-1)), "value"), (.uniform(.seconds(-1)...(.zero)), "least"),
      (.exponential(mean: .seconds(-1)), "mean"),
      (.normal(mean: .seconds(-1), deviation: .zero), "mean"),
      (.normal(mean: .zero, deviation: .seconds(-1)), "deviation"),
      (.lognormal(median: .seconds(-1), sigma: 1), "median"),
      (.lognormal(median: .zero, sigma: -1), "sigma"),
      (.lognormal(median: .zero, sigma: .nan), "sigma"),
      (.pareto(scale: .seconds(-1), shape: 1), "scale"), (.pareto(scale: .zero, shape: 0), "shape"),
      (.pareto(scale: .zero, shape: .infinity), "shape"), (.gamma(shape: 0, mean: .zero), "shape"),
      (.gamma(shape: 1, mean: .seconds(-1)), "mean"),
    ] as [(Distribution, String)])
  func nonsenseIsNamed(distribution: Distribution, parameter: String) {
    #expect {
      try distribution.validate()
    } throws: { error in
      "\(error)".contains("'\(parameter)'")
    }
    _ = distribution.mean
    for draw in 0..<UInt64(20) { _ = distribution.duration(from: stream, for: 2, draw: draw) }
  }
}
