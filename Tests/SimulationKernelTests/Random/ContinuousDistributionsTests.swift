import SimulationKernel
import Testing

/// Kolmogorov-Smirnov tests at fixed seeds; each is shown to notice a parameter that is a little off.
@Suite("Continuous distributions")
struct ContinuousDistributionsTests {
  static let count = 20_000
  let stream = RandomStream(seed: 21, name: "continuous")

  private func samples(_ draw: (UInt64) -> Double) -> [Double] {
    (0..<UInt64(Self.count)).map(draw)
  }

  /// Expects samples to follow one law, and to be told from another.
  private func expect(
    _ samples: [Double], follow law: (Double) -> Double, butNot other: (Double) -> Double,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let critical = Statistics.kolmogorovSmirnovCritical(count: samples.count)
    let distance = Statistics.kolmogorovSmirnov(samples, law)
    #expect(distance < critical, sourceLocation: location)
    let wrong = Statistics.kolmogorovSmirnov(samples, other)
    #expect(wrong > critical, "a wrong law is noticed", sourceLocation: location)
  }

  private static func exponentialLaw(_ mean: Double) -> (Double) -> Double {
    { -KernelMath.expm1(-$0 / mean) }
  }

  private static func normalLaw(_ mean: Double, _ deviation: Double) -> (Double) -> Double {
    { KernelMath.normalProbability(($0 - mean) / deviation) }
  }

  /// P(X <= x) for the sum of `shape` exponentials: 1 - e^-y (1 + y + y²/2 + …), y = x shape / mean.
  private static func gammaLaw(_ shape: Int, _ mean: Double) -> (Double) -> Double {
    { x in
      let y = x * Double(shape) / mean
      var term = KernelMath.exp(-y)
      var sum = term
      for k in 1..<shape {
        term *= y / Double(k)
        sum += term
      }
      return 1 - sum
    }
  }

  @Test("Exponential numbers and spans follow their law")
  func exponential() {
    let numbers = samples { stream.exponential(mean: 3, for: $0, draw: 0) }
    expect(numbers, follow: Self.exponentialLaw(3), butNot: Self.exponentialLaw(3.2))
    let spans = samples { stream.exponential(mean: .seconds(3), for: 1, draw: $0).seconds }
    expect(spans, follow: Self.exponentialLaw(3), butNot: Self.exponentialLaw(2.8))
    let moments = Statistics.moments(spans)
    let limit = Statistics.normalCritical()
    #expect((moments.mean - 3).magnitude < limit * 3 / Double(Self.count).squareRoot())
    // The variance of the sample variance is 8 σ⁴ / n for the exponential law.
    #expect((moments.variance - 9).magnitude < limit * 9 * (8 / Double(Self.count)).squareRoot())
  }

  @Test("Normal numbers follow their law, in both tails too")
  func normal() {
    let numbers = samples { stream.standardNormal(for: $0, draw: 0) }
    expect(numbers, follow: Self.normalLaw(0, 1), butNot: Self.normalLaw(0.05, 1))
    expect(numbers, follow: Self.normalLaw(0, 1), butNot: Self.normalLaw(0, 1.12))
    let moments = Statistics.moments(numbers)
    let limit = Statistics.normalCritical()
    #expect(moments.mean.magnitude < limit / Double(Self.count).squareRoot())
    #expect((moments.variance - 1).magnitude < limit * (2 / Double(Self.count)).squareRoot())
    // Beyond three deviations 13.5 of 10,000 are expected per side.
    let edge = Double(Self.count) * (1 - KernelMath.normalProbability(3))
    for tail in [numbers.count { $0 > 3 }, numbers.count { $0 < -3 }] {
      #expect((Double(tail) - edge).magnitude < limit * edge.squareRoot())
    }
    let spans = samples {
      stream.normal(mean: .seconds(2), deviation: .seconds(3), for: 1, draw: $0).seconds
    }
    expect(spans, follow: Self.normalLaw(2, 3), butNot: Self.normalLaw(2.2, 3))
  }

  @Test("Lognormal numbers and spans follow their law")
  func lognormal() {
    func law(_ median: Double, _ sigma: Double) -> (Double) -> Double {
      { KernelMath.normalProbability(KernelMath.log($0 / median) / sigma) }
    }
    let numbers = samples { stream.lognormal(median: 5, sigma: 0.7, for: $0, draw: 0) }
    expect(numbers, follow: law(5, 0.7), butNot: law(5, 0.8))
    let spans = samples {
      stream.lognormal(median: .milliseconds(20), sigma: 1.2, for: $0, draw: 1).seconds
    }
    expect(spans, follow: law(0.02, 1.2), butNot: law(0.0215, 1.2))
  }

  @Test("Pareto numbers and spans follow their law")
  func pareto() {
    func law(_ scale: Double, _ shape: Double) -> (Double) -> Double {
      { $0 < scale ? 0 : 1 - KernelMath.pow(scale / $0, shape) }
    }
    let numbers = samples { stream.pareto(scale: 2, shape: 1.5, for: $0, draw: 0) }
    expect(numbers, follow: law(2, 1.5), butNot: law(2, 1.6))
    let spans = samples {
      stream.pareto(scale: .milliseconds(10), shape: 3, for: $0, draw: 1).seconds
    }
    expect(spans, follow: law(0.01, 3), butNot: law(0.0102, 3))
    #expect(spans.allSatisfy { $0 >= 0.01 })
  }

  @Test("Sums of exponentials follow the gamma law", arguments: [1, 2, 7, 16, 17, 120])
  func gamma(shape: Int) {
    let spans = (0..<UInt64(8_000)).map {
      stream.gamma(shape: shape, mean: .seconds(2), for: UInt64(shape), draw: $0).seconds
    }
    let wrong = 2 * (1 + 0.12 / Double(shape).squareRoot())
    expect(spans, follow: Self.gammaLaw(shape, 2), butNot: Self.gammaLaw(shape, wrong))
    let moments = Statistics.moments(spans)
    let deviation = (4 / Double(shape) / Double(spans.count)).squareRoot()
    #expect((moments.mean - 2).magnitude < Statistics.normalCritical() * deviation)
  }

  @Test("A greater mean makes every single draw greater or equal")
  func drawsGrowWithTheMean() {
    for entity in 0..<UInt64(500) {
      let short = stream.exponential(mean: .milliseconds(100), for: entity, draw: 0)
      let long = stream.exponential(mean: .milliseconds(101), for: entity, draw: 0)
      #expect(short <= long)
      #expect(
        stream.pareto(scale: .seconds(1), shape: 3, for: entity, draw: 0)
          <= stream.pareto(scale: .seconds(1), shape: 2.9, for: entity, draw: 0))
      #expect(
        stream.gamma(shape: 40, mean: .seconds(1), for: entity, draw: 0)
          <= stream.gamma(shape: 40, mean: .seconds(2), for: entity, draw: 0))
    }
  }

  @Test("Spans stop at the ends of their range instead of trapping")
  func spansSaturate() {
    let long = Duration(nanoseconds: .max)
    for entity in 0..<UInt64(300) {
      #expect(stream.exponential(mean: long, for: entity, draw: 0) >= .zero)
      #expect(stream.lognormal(median: long, sigma: 900, for: entity, draw: 0) >= .zero)
      _ = stream.normal(mean: long, deviation: long, for: entity, draw: 0)
      for strange in [0, -1, .nan, .infinity, 1e-300, 0x1p-1060] as [Double] {
        _ = stream.pareto(scale: long, shape: strange, for: entity, draw: 0)
        _ = stream.lognormal(median: .zero, sigma: strange, for: entity, draw: 0)
      }
      #expect(stream.pareto(scale: .seconds(1), shape: 1e-300, for: entity, draw: 0) == long)
      #expect(stream.gamma(shape: .max, mean: long, for: entity, draw: 0) >= .zero)
      #expect(stream.gamma(shape: 0, mean: long, for: entity, draw: 0) == .zero)
      #expect(stream.gamma(shape: .min, mean: long, for: entity, draw: 0) == .zero)
      #expect(stream.exponential(mean: Duration.zero, for: entity, draw: 0) == .zero)
    }
  }

  @Test(
    "A span is rounded to the nearest nanosecond and saturates",
    arguments: [
      (0.0, 0), (0.49, 0), (0.5, 1), (-0.5, -1), (-0.49, 0), (1.5, 2),
      (4_503_599_627_370_497, 4_503_599_627_370_497),
      (-9_007_199_254_740_991, -9_007_199_254_740_991), (0x1p62, 1 << 62), (0x1p63, .max),
      (-0x1p63, .min), (.infinity, .max), (-.infinity, .min), (.nan, 0),
    ] as [(Double, Int64)])
  func spansAreRounded(value: Double, expected: Int64) {
    #expect(Duration(saturatingNanoseconds: value).nanoseconds == expected)
  }
}
