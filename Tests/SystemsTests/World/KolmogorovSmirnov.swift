import SimulationKernel

/// The distance of samples from a distribution, and what a perfect sampler stays under in all but
/// one of ten thousand seeds (Stephens' approximation).
struct KolmogorovSmirnov: CustomStringConvertible {
  let distance: Double
  let critical: Double

  init(_ samples: [Double], _ cumulative: (Double) -> Double) {
    let count = Double(samples.count)
    var greatest = 0.0
    for (index, sample) in samples.sorted().enumerated() {
      let expected = cumulative(sample)
      greatest = max(greatest, expected - Double(index) / count)
      greatest = max(greatest, Double(index + 1) / count - expected)
    }
    distance = greatest
    let root = count.squareRoot()
    critical = (-0.5 * KernelMath.log(5e-5)).squareRoot() / (root + 0.12 + 0.11 / root)
  }

  /// Against the uniform distribution on a range of seconds.
  init(_ samples: [Duration], uniformOver range: ClosedRange<Double>) {
    self.init(samples.map(\.seconds)) { value in
      min(1, max(0, (value - range.lowerBound) / (range.upperBound - range.lowerBound)))
    }
  }

  var isClose: Bool { distance < critical }
  var description: String { "\(distance), critical \(critical)" }
}
