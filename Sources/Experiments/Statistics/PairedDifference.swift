import SimulationKernel

/// How an arm differs from the baseline on the same seeds, in one metric.
public struct PairedDifference: Hashable, Sendable {
  /// Which of the two intervals of a difference a report shows.
  public enum Method: String, Hashable, Sendable {
    case student
    case bootstrap
  }

  /// Pairs: seeds that both have a value for.
  public let count: Int
  public let armMean: Double
  public let baselineMean: Double
  /// Mean of arm less baseline, pair by pair.
  public let difference: Double
  /// Standard deviation of the differences; zero for a single pair.
  public let deviation: Double
  /// Of the differences; zero without spread.
  public let skewness: Double
  /// Pearson's, between arm and baseline; nil where one of them does not vary.
  public let correlation: Double?
  /// How many times fewer pairs this takes than unpaired seeds would, for an interval of the same
  /// width: the variance of an unpaired difference over that of the paired one.
  ///
  /// Below one where pairing does harm; nil where the differences do not vary.
  public let varianceReduction: Double?
  /// Student's interval of the mean difference; nil for a single pair, and for few pairs that differ
  /// alike, below `bootstrapCountMin`.
  ///
  /// Metrics come in steps, and a few seeds on the same step do not show that there is no spread. No
  /// difference at all on any seed is told as it is.
  public let student: ClosedRange<Double>?
  /// The expanded percentile bootstrap's; nil where `student` is.
  public let bootstrap: ClosedRange<Double>?
  /// Probability of a mean at least this far from zero if arm and baseline had the same mean.
  ///
  /// Of the two-sided paired t test. 1 for a single pair or without any difference. Where all pairs
  /// differ by the same amount, that of the sign test, 2^(1 - count); 1 where there is no interval.
  public let pValue: Double

  /// Resampling fewer pairs than this cannot show the shape that they come from.
  public static let bootstrapCountMin = 10
  /// Ends of the two intervals further apart than this share of Student's width count as different.
  public static let disagreementMin = 0.1

  /// - Parameters:
  ///   - arm: Finite values, one per seed.
  ///   - baseline: Finite values of the same seeds in the same order.
  ///   - confidence: Of both intervals, above 0 and below 1.
  ///   - plan: How the bootstrap's interval is drawn.
  /// - Precondition: There is a pair, and both have as many values.
  public init(
    arm: [Double], baseline: [Double], confidence: Double = 0.95, bootstrap plan: Bootstrap
  ) {
    precondition(
      arm.count == baseline.count, "values are paired: \(arm.count) and \(baseline.count)")
    let differences = zip(arm, baseline).map { $0 - $1 }
    let moments = SampleMoments(differences)
    let armMoments = SampleMoments(arm)
    let baselineMoments = SampleMoments(baseline)
    count = moments.count
    armMean = armMoments.mean
    baselineMean = baselineMoments.mean
    difference = moments.mean
    deviation = moments.deviation
    skewness = moments.skewness
    correlation = PairedDifference.correlation(arm, armMoments, baseline, baselineMoments)
    varianceReduction =
      moments.variance > 0
      ? (armMoments.variance + baselineMoments.variance) / moments.variance : nil
    let isTold = !PairedDifference.isTooEven(moments)
    student = isTold ? moments.interval(confidence: confidence) : nil
    bootstrap = isTold ? plan.meanInterval(of: differences, confidence: confidence) : nil
    pValue = PairedDifference.pValue(moments)
  }

  /// Which interval is shown.
  ///
  /// Student's, unless there are at least `bootstrapCountMin` pairs and one end of the bootstrap's
  /// is further from Student's than `disagreementMin` of Student's width. Both have the same width
  /// where the differences are symmetric; where they are skewed, Student's ends lie too far to the
  /// thin side, and the bootstrap's follow.
  public var shown: Method {
    guard count >= PairedDifference.bootstrapCountMin, let student, let bootstrap else {
      return .student
    }
    let apart = max(
      (student.lowerBound - bootstrap.lowerBound).magnitude,
      (student.upperBound - bootstrap.upperBound).magnitude)
    let width = student.upperBound - student.lowerBound
    return apart > PairedDifference.disagreementMin * width ? .bootstrap : .student
  }

  /// The interval that `shown` names; nil for a single pair.
  public var interval: ClosedRange<Double>? { shown == .student ? student : bootstrap }

  /// Whether these are differences that are all alike, not zero, and too few to show it.
  private static func isTooEven(_ differences: SampleMoments) -> Bool {
    differences.variance == 0 && differences.mean != 0 && differences.count < bootstrapCountMin
  }

  /// The p value of Student's paired t test, two-sided.
  static func pValue(_ differences: SampleMoments) -> Double {
    guard differences.count > 1 else { return 1 }
    guard differences.variance > 0 else {
      guard differences.mean != 0, !isTooEven(differences) else { return 1 }
      return KernelMath.exp(Double(1 - differences.count) * KernelMath.log(2))
    }
    let t = differences.mean / differences.standardError
    return StudentT(degreesOfFreedom: Double(differences.count - 1)).twoSidedTail(t)
  }

  private static func correlation(
    _ first: [Double], _ firstMoments: SampleMoments,
    _ second: [Double], _ secondMoments: SampleMoments
  ) -> Double? {
    guard firstMoments.variance > 0, secondMoments.variance > 0 else { return nil }
    let products = zip(first, second).reduce(0) {
      $0 + ($1.0 - firstMoments.mean) * ($1.1 - secondMoments.mean)
    }
    let covariance = products / Double(first.count - 1)
    let correlation = covariance / (firstMoments.deviation * secondMoments.deviation)
    // Rounding must not lead beyond the ends.
    return min(1, max(-1, correlation))
  }
}
