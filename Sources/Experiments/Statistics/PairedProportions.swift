import SimulationKernel

/// How often something came about in an arm and in the baseline, on the same seeds.
public struct PairedProportions: Hashable, Sendable {
  /// Seeds on which it came about in both.
  public let both: Int
  public let onlyArm: Int
  public let onlyBaseline: Int
  public let neither: Int

  /// - Precondition: No count is negative.
  public init(both: Int, onlyArm: Int, onlyBaseline: Int, neither: Int) {
    precondition(
      min(both, onlyArm, onlyBaseline, neither) >= 0,
      "counts are zero or more: \(both), \(onlyArm), \(onlyBaseline), \(neither)")
    self.both = both
    self.onlyArm = onlyArm
    self.onlyBaseline = onlyBaseline
    self.neither = neither
  }

  /// - Precondition: Both have as many seeds.
  public init(arm: [Bool], baseline: [Bool]) {
    precondition(
      arm.count == baseline.count, "seeds are paired: \(arm.count) and \(baseline.count)")
    let pairs = Array(zip(arm, baseline))
    self.init(
      both: pairs.count { $0.0 && $0.1 }, onlyArm: pairs.count { $0.0 && !$0.1 },
      onlyBaseline: pairs.count { !$0.0 && $0.1 }, neither: pairs.count { !$0.0 && !$0.1 })
  }

  public var count: Int { both + onlyArm + onlyBaseline + neither }
  public var arm: Proportion { Proportion(both + onlyArm, of: count) }
  public var baseline: Proportion { Proportion(both + onlyBaseline, of: count) }

  /// Share of the arm less share of the baseline, or nil without seeds.
  public var difference: Double? {
    count > 0 ? Double(onlyArm - onlyBaseline) / Double(count) : nil
  }

  /// Newcombe's interval for the difference of the two probabilities; -1...1 without seeds.
  ///
  /// The two Wilson intervals, joined as far as the pairs depend on each other. Two that never
  /// disagree keep an interval around zero: few seeds do not prove that they never would.
  ///
  /// - Note: Source: R. G. Newcombe, "Improved confidence intervals for the difference between
  ///   binomial proportions based on paired data", Statistics in Medicine 17, 1998, method 10.
  public func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
    guard let difference, let armShare = arm.share, let baselineShare = baseline.share else {
      return -1...1
    }
    let armInterval = arm.interval(confidence: confidence)
    let baselineInterval = baseline.interval(confidence: confidence)
    func reach(_ first: Double, _ second: Double) -> Double {
      // Negative only by rounding.
      max(0, first * first - 2 * dependence * first * second + second * second).squareRoot()
    }
    let below = reach(
      armShare - armInterval.lowerBound, baselineInterval.upperBound - baselineShare)
    let above = reach(
      armInterval.upperBound - armShare, baselineShare - baselineInterval.lowerBound)
    return max(-1, difference - below)...min(1, difference + above)
  }

  /// The p value of McNemar's test in its exact form, two-sided: whether the seeds on which only
  /// one of the two had it are as likely to be the arm's as the baseline's.
  ///
  /// - Note: Source: A. Agresti, "Categorical Data Analysis", 3rd edition, section 11.1.3.
  public var pValue: Double {
    let discordant = onlyArm + onlyBaseline
    guard discordant > 0 else { return 1 }
    let smaller = Double(min(onlyArm, onlyBaseline))
    // P(X <= k) of n fair coins is the incomplete beta integral at one half.
    let tail = BetaFunction.incomplete(
      0.5, complement: 0.5, Double(discordant) - smaller, smaller + 1
    ).lower
    return min(1, 2 * tail)
  }

  /// The phi coefficient, corrected for continuity where positive.
  private var dependence: Double {
    let margins = [both + onlyArm, onlyBaseline + neither, both + onlyBaseline, onlyArm + neither]
    guard margins.allSatisfy({ $0 > 0 }) else { return 0 }
    let determinant = Double(both) * Double(neither) - Double(onlyArm) * Double(onlyBaseline)
    let half = Double(count) / 2
    let corrected =
      determinant > half ? determinant - half : determinant >= 0 ? 0 : determinant
    return corrected / margins.reduce(1) { $0 * Double($1) }.squareRoot()
  }
}
