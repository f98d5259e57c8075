import SimulationKernel

/// How often something came about in independent runs, and what that says about its probability.
public struct Proportion: Hashable, Sendable {
  public let successes: Int
  public let trials: Int

  /// - Precondition: `successes` is at least zero and at most `trials`.
  public init(_ successes: Int, of trials: Int) {
    precondition(successes >= 0, "successes are zero or more: \(successes)")
    precondition(successes <= trials, "successes are trials: \(successes) of \(trials)")
    self.successes = successes
    self.trials = trials
  }

  /// Share of successes, or nil without trials.
  public var share: Double? { trials > 0 ? Double(successes) / Double(trials) : nil }

  /// Wilson's score interval for the probability behind the share; everything without trials.
  ///
  /// Sound at both ends, unlike the share plus or minus its standard error: no success in ten trials
  /// does not prove that there is none.
  ///
  /// - Parameter confidence: Of both sides together, above 0 and below 1.
  /// - Returns: A part of 0...1 that holds the share.
  /// - Note: Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
  ///   inference", J. Am. Stat. Assoc. 22 (1927).
  public func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    guard let share else { return 0...1 }
    let z = -KernelMath.normalQuantile((1 - confidence) / 2)
    let count = Double(trials)
    let weight = 1 / (1 + z * z / count)
    let middle = weight * (share + z * z / (2 * count))
    let variance = share * (1 - share) / count + z * z / (4 * count * count)
    let half = weight * z * variance.squareRoot()
    // Rounding must not leave the share of 0 or 1 outside.
    let low = successes == 0 ? 0 : max(0, middle - half)
    let high = successes == trials ? 1 : min(1, middle + half)
    return low...high
  }

  /// Clopper and Pearson's bound: the greatest probability with which so few successes are not less
  /// likely than `1 - confidence`; 1 without trials.
  ///
  /// - Parameter confidence: Of the one side, above 0 and below 1.
  /// - Returns: At least the share.
  /// - Note: Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits
  ///   illustrated in the case of the binomial", Biometrika 26(4), 1934.
  public func upperBound(confidence: Double = 0.95) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    guard successes < trials else { return 1 }
    var (inside, outside) = (share ?? 0, 1.0)
    for _ in 0..<60 {
      let middle = (inside + outside) / 2
      // P(X <= successes) is an incomplete beta integral.
      let tail = BetaFunction.incomplete(
        1 - middle, complement: middle, Double(trials - successes), Double(successes) + 1
      ).lower
      if tail >= 1 - confidence { inside = middle } else { outside = middle }
    }
    // The outer one, so that rounding never narrows.
    return outside
  }

  /// The greatest probability of failure that `trials` runs without one leave open:
  /// `1 - (1 - confidence)^(1 / trials)`.
  ///
  /// - Parameters:
  ///   - trials: Runs, none of which failed.
  ///   - confidence: Of the one side, above 0 and below 1.
  /// - Returns: 1 without trials.
  public static func failureBound(afterSuccesses trials: Int, confidence: Double = 0.95) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    guard trials > 0 else { return 1 }
    // Of a small difference from one, the subtraction would lose the digits.
    return -KernelMath.expm1(KernelMath.log1p(-confidence) / Double(trials))
  }
}
