import Experiments
import Scenarios

/// An incident taken apart, for programs: `hindsight.causes/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine or the number of jobs.
public enum CausesJSON {
  public static func value(of analysis: CauseAnalysis, patches: [String]) -> JSONValue {
    .object([
      "schema": "hindsight.causes/1",
      "scenario": .string(analysis.header.name),
      "version": .string(analysis.version),
      "patches": .array(patches.map { .string($0) }),
      "setting": .string(analysis.setting),
      "until": .string(analysis.until.description),
      "seeds": .integer(Int64(analysis.seeds.count)),
      "seed": .unsigned(analysis.seeds[0]),
      "incomplete": .bool(analysis.isIncomplete),
      "lost": mean(analysis.losses),
      "lostWithoutAny": mean(analysis.remainders),
      "causes": .array(
        analysis.findings.map { finding in
          [
            "cause": .string(finding.name), "summary": .string(finding.summary),
            "removed": difference(finding.removal),
            "shapley": interval(finding.part.value, finding.part.interval),
            "share": finding.part.share.map { interval($0, finding.part.shareInterval) } ?? .null,
            "shareInterval": finding.part.shareInterval == nil
              ? .null : .string(finding.part.shareMethod.rawValue),
          ]
        }),
      "pairs": .array(
        analysis.pairs.map { pair in
          [
            "causes": .array([.string(pair.first), .string(pair.second)]),
            "removed": difference(pair.removal),
          ]
        }),
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of analysis: CauseAnalysis, patches: [String]) -> String {
    JSONWriter.pretty(value(of: analysis, patches: patches)) + "\n"
  }

  private static func mean(_ values: [Double]) -> JSONValue {
    let moments = SampleMoments(values)
    return interval(moments.mean, moments.interval())
  }

  private static func difference(_ difference: PairedDifference) -> JSONValue {
    interval(difference.difference, difference.interval)
  }

  private static func interval(_ mean: Double, _ interval: ClosedRange<Double>?) -> JSONValue {
    [
      "mean": .number(mean), "low": interval.map { .number($0.lowerBound) } ?? .null,
      "high": interval.map { .number($0.upperBound) } ?? .null,
    ]
  }
}
