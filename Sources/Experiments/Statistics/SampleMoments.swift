/// Mean, spread and skewness of a sample.
public struct SampleMoments: Hashable, Sendable {
  public let count: Int
  public let mean: Double
  /// Around the mean, divided by `count - 1`; zero for a single value.
  public let variance: Double
  /// The third standardised moment; zero without spread.
  public let skewness: Double

  /// Equal values have exactly their own value as the mean, and exactly no variance.
  ///
  /// - Precondition: There is a value, and all are finite.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "a sample has a value")
    precondition(values.allSatisfy(\.isFinite), "a sample's values are finite")
    count = values.count
    let size = Double(values.count)
    let first = values[0]
    guard values.contains(where: { $0 != first }) else {
      mean = first
      variance = 0
      skewness = 0
      return
    }
    // From the first value on, so that a large common part costs no digits.
    mean = first + values.reduce(0) { $0 + ($1 - first) } / size
    var second = 0.0
    var third = 0.0
    for value in values {
      let distance = value - mean
      second += distance * distance
      third += distance * distance * distance
    }
    variance = second / (size - 1)
    let spread = second / size
    skewness = spread > 0 ? third / size / (spread * spread.squareRoot()) : 0
  }

  public var deviation: Double { variance.squareRoot() }

  /// Estimated standard deviation of the mean.
  public var standardError: Double { (variance / Double(count)).squareRoot() }

  /// Student's interval for the mean behind the sample, or nil of fewer than two values.
  ///
  /// Without variance it has no width.
  public func interval(confidence: Double = 0.95) -> ClosedRange<Double>? {
    guard count > 1 else { return nil }
    guard variance > 0 else { return mean...mean }
    let student = StudentT(degreesOfFreedom: Double(count - 1))
    let half = student.criticalValue(confidence: confidence) * standardError
    return (mean - half)...(mean + half)
  }
}
