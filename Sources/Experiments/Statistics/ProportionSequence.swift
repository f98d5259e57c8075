import SimulationKernel

/// A confidence sequence for a probability: one may look after every trial and stop at any.
///
/// The interval is what the mixture of all probabilities, evenly weighted, does not explain
/// 1 / (1 - confidence) times better than a single one. Exact for every number of trials.
///
/// - Note: Source: H. Robbins, "Statistical methods related to the law of the iterated logarithm",
///   Annals of Mathematical Statistics 41(5), 1970; S. R. Howard et al., "Time-uniform,
///   nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021,
///   doi:10.1214/20-AOS1991 (the beta-binomial mixture).
public struct ProportionSequence: Hashable, Sendable {
  /// Of all intervals together, above 0 and below 1.
  public let confidence: Double

  public init(confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    self.confidence = confidence
  }

  /// Whether these trials still allow the probability `p`.
  public func allows(_ p: Double, after seen: Proportion) -> Bool {
    Self.evidence(against: p, after: seen) < -KernelMath.log1p(-confidence)
  }

  /// The natural logarithm of how many times better the mixture explains these trials than the
  /// probability `p` does: of an e-value, whose mean is at most 1 where `p` is true.
  ///
  /// Watched for as long as one likes, it exceeds log(1 / chance) with at most that chance where `p`
  /// is true. Infinite where `p` is impossible.
  public static func evidence(against p: Double, after seen: Proportion) -> Double {
    let successes = Double(seen.successes)
    let failures = Double(seen.trials - seen.successes)
    if p <= 0 { return seen.successes == 0 ? 0 : .infinity }
    if p >= 1 { return seen.successes == seen.trials ? 0 : .infinity }
    let single = successes * KernelMath.log(p) + failures * KernelMath.log1p(-p)
    return BetaFunction.logarithm(successes + 1, failures + 1) - single
  }

  /// The interval after these trials: a part of 0...1 that holds the share.
  public func interval(_ seen: Proportion) -> ClosedRange<Double> {
    guard let share = seen.share else { return 0...1 }
    return end(from: share, to: 0, seen)...end(from: share, to: 1, seen)
  }

  /// The outermost allowed probability between the share and one end.
  private func end(from share: Double, to limit: Double, _ seen: Proportion) -> Double {
    if allows(limit, after: seen) { return limit }
    var inside = share
    var outside = limit
    for _ in 0..<60 {
      let middle = (inside + outside) / 2
      if allows(middle, after: seen) { inside = middle } else { outside = middle }
    }
    // The outer one, so that rounding never narrows.
    return outside
  }
}
