import SimulationKernel

/// A confidence sequence for a mean: intervals, one per number of values, that hold the truth all
/// at once with the stated confidence.
///
/// So one may look after every value and stop whenever one likes: the interval at that moment still
/// holds the truth as often as it says. An ordinary 95 % interval that is looked at until it
/// is narrow, or until it leaves zero out, does not.
///
/// The interval is what the Bayes factor of the t test, with a normal prior for the mean in units of
/// the standard deviation, leaves below 1 / (1 - confidence). For normally distributed values this
/// is exact for every number of values, the variance being unknown; for others it is right in the
/// limit, as Student's interval is. Watched from the 20th to the 400th value, 97 % of the sequences
/// held the truth for normal values, 93 % for exponential and 85 % for lognormal ones (sigma 1) in
/// 20,000 simulated series each; Student's interval at one glance after 20 values has 95, 92 and
/// 86 %. Watched from its first end on, after some six values, it holds skewed values far less
/// often, 53 % where one value in ten jumps: start to look later (`Comparison.seedsMin`).
///
/// - Note: Sources: T. L. Lai, "On confidence sequences", Annals of Statistics 4(2), 1976; H. Wang,
///   A. Ramdas, "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown
///   variance", Sequential Analysis 44(1), 2025, arXiv:2310.03722 (why the factor is a martingale);
///   M. Gönen et al., "The Bayesian two-sample t test", The American Statistician 59(3), 2005
///   (its closed form); I. Waudby-Smith et al., "Time-uniform central limit theory and asymptotic
///   confidence sequences", Annals of Statistics 52(6), 2024, arXiv:2103.06476 (other values).
public struct MeanSequence: Hashable, Sendable {
  /// Of all intervals together, above 0 and below 1.
  public let confidence: Double
  /// Variance of the prior for mean / deviation.
  private let priorVariance: Double

  /// - Parameters:
  ///   - confidence: Of all intervals together, above 0 and below 1.
  ///   - countExpected: Number of values around which the intervals are narrowest; fixed before the
  ///     first value is seen. An interval of that many values is 1.6 times as wide as Student's; one of a
  ///     fifth as many has hardly an end.
  public init(confidence: Double = 0.95, countExpected: Int = 100) {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    precondition(countExpected > 0, "a number of values is above zero: \(countExpected)")
    self.confidence = confidence
    let logarithm = -2 * KernelMath.log1p(-confidence)
    priorVariance = (logarithm + KernelMath.log1p(logarithm)) / Double(countExpected)
  }

  /// How many standard errors the interval of `count` values reaches to each side; nil where it has
  /// no end yet.
  ///
  /// - Precondition: `count` is zero or more.
  public func criticalValue(count: Int) -> Double? {
    precondition(count >= 0, "a number of values is zero or more: \(count)")
    guard count > 1 else { return nil }
    let size = Double(count)
    let growth = 1 + size * priorVariance
    // The factor is growth^(-1/2) ((1 + u) / (1 + u / growth))^(n/2) with u = t² / (n - 1).
    let logarithm = 0.5 * KernelMath.log(growth) - KernelMath.log1p(-confidence)
    let excess = KernelMath.expm1(2 * logarithm / size)
    let slack = 1 - (1 + excess) / growth
    guard slack > 0 else { return nil }
    return ((size - 1) * excess / slack).squareRoot()
  }

  /// The p value of a mean of zero, which may be looked at after every value.
  ///
  /// The inverse of the Bayes factor: with any chance, however small, it is below that chance at some
  /// time in at most so many of the series whose mean is zero. At most 1 - `confidence` exactly where
  /// the interval leaves zero out.
  public func pValue(_ moments: SampleMoments) -> Double {
    guard moments.count > 1 else { return 1 }
    let size = Double(moments.count)
    let spread = KernelMath.log1p(size * priorVariance)
    let logarithm: Double
    if moments.variance > 0 {
      let t = moments.mean / moments.standardError
      let excess = t * t / (size - 1)
      let shrunk = excess / (1 + size * priorVariance)
      logarithm =
        size / 2 * (KernelMath.log1p(excess) - KernelMath.log1p(shrunk)) - spread / 2
    } else {
      guard moments.mean != 0 else { return 1 }
      // What the factor comes to as the variance goes to zero.
      logarithm = (size - 1) / 2 * spread
    }
    return logarithm > 0 ? KernelMath.exp(-logarithm) : 1
  }

  /// The interval of a sample, or nil where it has no end yet: with very few values.
  ///
  /// Without variance it has no width, once there are values enough for it to have an end.
  public func interval(_ moments: SampleMoments) -> ClosedRange<Double>? {
    guard moments.count > 1 else { return nil }
    guard let reach = criticalValue(count: moments.count) else { return nil }
    let half = reach * moments.standardError
    return (moments.mean - half)...(moments.mean + half)
  }
}
