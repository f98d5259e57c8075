import SimulationKernel

/// Test statistics with their critical values.
///
/// All suites use fixed seeds, so a verdict never changes from run to run. The level says how often
/// a perfect generator would have failed with another seed: one in ten thousand per test.
enum Statistics {
  static let level = 1e-4

  /// Pearson's statistic of counts against expected shares that sum to one.
  static func chiSquare(_ counts: [Int], shares: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    var sum = 0.0
    for (count, share) in zip(counts, shares) {
      let expected = share * total
      sum += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    return sum
  }

  static func chiSquare(_ counts: [Int]) -> Double {
    chiSquare(counts, shares: Array(repeating: 1 / Double(counts.count), count: counts.count))
  }

  /// What chi-square stays under with probability 1 - level (Wilson and Hilferty's approximation).
  static func chiSquareCritical(freedom: Int, level: Double = Statistics.level) -> Double {
    let k = Double(freedom)
    let root = 1 - 2 / (9 * k) - KernelMath.normalQuantile(level) * (2 / (9 * k)).squareRoot()
    return k * root * root * root
  }

  /// The greatest distance between the samples' distribution function and the one given.
  static func kolmogorovSmirnov(_ samples: [Double], _ cumulative: (Double) -> Double) -> Double {
    let sorted = samples.sorted()
    let count = Double(sorted.count)
    var greatest = 0.0
    for (index, sample) in sorted.enumerated() {
      let expected = cumulative(sample)
      greatest = max(greatest, expected - Double(index) / count)
      greatest = max(greatest, Double(index + 1) / count - expected)
    }
    return greatest
  }

  /// What the distance stays under with probability 1 - level, by Stephens' approximation.
  static func kolmogorovSmirnovCritical(count: Int, level: Double = Statistics.level) -> Double {
    let root = Double(count).squareRoot()
    return (-0.5 * KernelMath.log(level / 2)).squareRoot() / (root + 0.12 + 0.11 / root)
  }

  /// How many standard deviations two-sided z stays under.
  static func normalCritical(level: Double = Statistics.level) -> Double {
    -KernelMath.normalQuantile(level / 2)
  }

  /// Mean and mean square deviation.
  static func moments(_ samples: [Double]) -> (mean: Double, variance: Double) {
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    var sum = 0.0
    for sample in samples { sum += (sample - mean) * (sample - mean) }
    return (mean, sum / (count - 1))
  }
}
