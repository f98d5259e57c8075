import SimulationKernel

/// What pairs of yes and no say about the difference of two probabilities, for one who looks after
/// every pair.
///
/// The difference is the probability that the pair disagrees, times how much more often than not it is
/// the arm's. Each of the two has a confidence sequence of its own, with half of the doubt; where both
/// hold the truth, so does their product. Exact for every number of pairs, and wider than Newcombe's.
public struct PairedProportionsSequence: Hashable, Sendable {
  /// Of all intervals together, above 0 and below 1.
  public let confidence: Double
  private let each: ProportionSequence

  public init(confidence: Double = 0.95) {
    self.confidence = confidence
    each = ProportionSequence(confidence: (1 + confidence) / 2)
  }

  /// The interval of arm less baseline; -1...1 without seeds.
  public func interval(_ pairs: PairedProportions) -> ClosedRange<Double> {
    guard pairs.count > 0 else { return -1...1 }
    let discordant = pairs.onlyArm + pairs.onlyBaseline
    let apart = each.interval(Proportion(discordant, of: pairs.count))
    let excess = each.interval(Proportion(pairs.onlyArm, of: discordant))
    let (low, high) = (2 * excess.lowerBound - 1, 2 * excess.upperBound - 1)
    let products = [apart.lowerBound, apart.upperBound].flatMap { [$0 * low, $0 * high] }
    return (products.min() ?? -1)...(products.max() ?? 1)
  }

  /// The p value of equal probabilities, which may be looked at after every pair: at most
  /// 1 - `confidence` exactly where the interval leaves zero out.
  public func pValue(_ pairs: PairedProportions) -> Double {
    let discordant = pairs.onlyArm + pairs.onlyBaseline
    let mixture = BetaFunction.logarithm(
      Double(pairs.onlyArm) + 1, Double(pairs.onlyBaseline) + 1)
    let single = Double(discordant) * KernelMath.log(0.5)
    // Twice, since only half of the doubt is this sequence's.
    return min(1, 2 * KernelMath.exp(min(0, single - mixture)))
  }
}
