import Experiments
import Observation

/// How the figures were made.
extension CompareText {
  var notes: [String] {
    var notes = [inference]
    if let halfWidth = comparison.halfWidth { notes.append(rule(halfWidth)) }
    if comparison.seeds.count == 1 {
      notes.append("A single seed has no interval and no verdict: add --seeds.")
    } else if comparison.seeds.count < 10 {
      notes.append("Fewer than ten seeds: intervals lean on differences being about normal.")
    }
    if isTooEven {
      notes.append(
        "A difference without an interval is the same, and not zero, on every seed: metrics come in "
          + "steps, and fewer than \(PairedDifference.bootstrapCountMin) seeds on one of them do not "
          + "show that there is no spread.")
    }
    return notes.flatMap { style.wrapped($0, .dim) }
  }

  /// Whether a figure of several seeds has no interval.
  private var isTooEven: Bool {
    comparison.seeds.count > 1
      && comparison.arms.contains {
        $0.effects.contains { $0.interval == nil && $0.method == .student }
      }
  }

  /// What intervals, verdicts and groups are.
  private var inference: String {
    guard comparison.halfWidth == nil else {
      let ends =
        comparison.assumptionSeeds > 0
        ? "; at the ends of assumptions, where the number of seeds is fixed, Student's" : ""
      return "Differences are arm less baseline on the same seeds. Intervals, 95 %, and verdicts "
        + "are of confidence sequences (Wang and Ramdas, 2025; of probabilities Robbins, 1970), "
        + "which may be looked at after every seed\(ends). \(groups)"
    }
    return "Differences are arm less baseline on the same seeds, with 95 % intervals: Student's of "
      + "the pairs, marked * where the bootstrap's percentiles differ from it and are shown, and "
      + "Newcombe's of a probability, itself with Wilson's. \(groups)"
  }

  private var groups: String {
    "Verdicts are corrected after Holm over all arms, letters over all pairs: two arms share a letter "
      + "where they cannot be told apart."
  }

  /// Why there are so many seeds.
  private func rule(_ halfWidth: Double) -> String {
    let wanted =
      "every arm's user-minutes lost were known to within \(Self.exactPercent(halfWidth)) of the "
      + "baseline's mean"
    let count = comparison.seeds.count
    if comparison.isNarrow { return "Seeds were added until \(wanted)." }
    let least =
      count < Comparison.seedsMin
      ? " Below \(Comparison.seedsMin) seeds nothing counts as known." : ""
    return comparison.isIncomplete
      ? "Interrupted at \(count) seeds, before \(wanted).\(least)"
      : "Stopped at \(count) seeds, the most that were allowed, before \(wanted).\(least)"
  }

  /// A share as it was asked for: not rounded to nothing.
  static func exactPercent(_ share: Double) -> String {
    NumberText.text(share, .share, extraDigits: 4)
  }
}
