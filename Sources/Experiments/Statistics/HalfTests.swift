import SimulationKernel

/// Many probabilities, each held against one half: which are shown to be above it, and which below.
///
/// Among all verdicts, on average at most the share `falseShare` is wrong, whenever one looks and
/// however often, and whether or not the trials of different places depend on each other.
///
/// - Note: Source: R. Wang, A. Ramdas, "False discovery rate control with e-values", J. R. Stat. Soc.
///   B 84(3), 2022, doi:10.1111/rssb.12489 (the e-BH procedure); the e-values are those of
///   `ProportionSequence`. Wilson's 95 % interval leaves out one half too wherever there is
///   a verdict at 5 %, but not the other way round: looked at after every run until it does, it
///   would be wrong far more often than it says.
public enum HalfTests {
  /// Judges every place.
  ///
  /// - Parameters:
  ///   - seen: Per place what was seen there; nothing yet is zero trials.
  ///   - falseShare: Mean share of wrong verdicts among all verdicts, above 0 and below 1.
  /// - Returns: Per place whether its probability is above one half; nil if that is open.
  /// - Complexity: O(n log n).
  public static func verdicts(_ seen: [Proportion], falseShare: Double = 0.05) -> [Bool?] {
    precondition(falseShare > 0 && falseShare < 1, "a share is between 0 and 1: \(falseShare)")
    let evidence = seen.map { ProportionSequence.evidence(against: 0.5, after: $0) }
    let order = evidence.indices.sorted { (evidence[$1], $0) < (evidence[$0], $1) }
    let least = KernelMath.log(Double(seen.count) / falseShare)
    var shown = 0
    for (place, index) in order.enumerated()
    where evidence[index] >= least - KernelMath.log(Double(place + 1)) { shown = place + 1 }
    var verdicts = [Bool?](repeating: nil, count: seen.count)
    for index in order.prefix(shown) {
      verdicts[index] = 2 * seen[index].successes > seen[index].trials
    }
    return verdicts
  }
}
