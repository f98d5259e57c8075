import Experiments
import Scenarios

/// A comparison of mitigations for programs: `hindsight.compare/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine or the number of jobs. A key of this
/// schema is never renamed or dropped; more may come.
public enum CompareJSON {
  public static func value(of comparison: Comparison, patches: [String]) -> JSONValue {
    let plan = comparison.plan
    return .object([
      "schema": "hindsight.compare/1",
      "scenario": .string(plan.header.name),
      "version": .string(comparison.version),
      "patches": .array(patches.map { .string($0) }),
      "until": .string(plan.until.description),
      "seeds": .integer(Int64(comparison.seeds.count)),
      "seed": .unsigned(comparison.seeds[0]),
      "incomplete": .bool(comparison.isIncomplete),
      "halfWidth": comparison.halfWidth.map { .number($0) } ?? .null,
      "halfWidthReached": comparison.halfWidth.map { _ in .bool(comparison.isNarrow) } ?? .null,
      "settings": .array(comparison.settings.map { .string($0.name) }),
      "unrunSettings": .array(comparison.unrunSettings.map { .string($0.name) }),
      "assumptionSeeds": .integer(Int64(comparison.assumptionSeeds)),
      "screening": comparison.screening.map(screening) ?? .null,
      "settingsWithoutLoss": .array(comparison.settingsWithoutLoss.map { .string($0) }),
      "unrunAssumptions": .array(
        comparison.unrun.map { .string($0.assumption.path) }),
      "refusedSettings": .array(
        comparison.refusedEnds.map {
          ["setting": .string($0.setting), "reason": .string($0.reason)]
        }),
      "baseline": baseline(comparison),
      "arms": .array(comparison.arms.map { arm($0, comparison.settings) }),
      "turns": .array(
        comparison.turns.map { turn in
          [
            "setting": .string(turn.setting), "better": .string(turn.second),
            "worse": .string(turn.first),
          ]
        }),
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of comparison: Comparison, patches: [String]) -> String {
    JSONWriter.pretty(value(of: comparison, patches: patches)) + "\n"
  }

  private static func baseline(_ comparison: Comparison) -> JSONValue {
    [
      "unrecovered": .integer(Int64(comparison.baselineUnrecovered)),
      "metrics": .object(
        comparison.baseline.map { figure in
          let ends = bounds(figure.interval)
          return (
            key: figure.metric.rawValue,
            value: ["mean": .number(figure.mean), "low": ends.low, "high": ends.high]
          )
        }),
    ]
  }

  private static func arm(
    _ result: Comparison.ArmResult, _ settings: [ComparisonPlan.Setting]
  ) -> JSONValue {
    let outage = bounds(result.outageProbability)
    return [
      "mitigation": .string(result.arm.name),
      "summary": .string(result.arm.summary),
      "metrics": .object(result.effects.map { (key: $0.metric.rawValue, value: effect($0)) }),
      "outage": ["low": outage.low, "high": outage.high],
      "unrecovered": .integer(Int64(result.unrecovered)),
      "rank": .integer(Int64(result.rank)),
      "group": .integer(Int64(result.groups[0])),
      "groups": .array(result.groups.map { .integer(Int64($0)) }),
      "verdict": .string(result.verdict.rawValue),
      "holds": .array(result.holds.map { .string($0) }),
      "turns": .array(result.turns.map { .string($0) }),
      "unclear": .array(result.unclear.map { .string($0) }),
      "settings": .object(
        zip(settings, result.settings).map { setting, effect in
          let ends = bounds(effect.interval)
          return (
            key: setting.name,
            value: [
              "difference": .number(effect.difference), "low": ends.low, "high": ends.high,
              "verdict": .string(effect.verdict.rawValue),
            ]
          )
        }),
    ]
  }

  private static func screening(_ screening: AssumptionScreening) -> JSONValue {
    [
      "runs": .integer(Int64(screening.runs)),
      "trajectories": .integer(Int64(screening.trajectories)),
      "redrawn": .integer(Int64(screening.redrawn)),
      "failure": screening.failure.map { .string($0) } ?? .null,
      "omitted": .array(
        screening.omitted.map {
          ["path": .string($0.path), "reason": .string($0.reason.rawValue)]
        }),
      "assumptions": .array(
        screening.findings.map { finding in
          [
            "path": .string(finding.assumption.path), "value": .string(finding.assumption.value),
            "ends": .array(finding.assumption.ends.map { .string($0) }),
            "narrowed": .bool(finding.assumption.isNarrowed),
            "magnitude": .number(finding.magnitude), "deviation": .number(finding.deviation),
          ]
        }),
    ]
  }

  private static func effect(_ effect: ArmEffect) -> JSONValue {
    let ends = bounds(effect.interval)
    return [
      "mean": .number(effect.mean), "difference": .number(effect.difference), "low": ends.low,
      "high": ends.high,
      "interval": effect.interval == nil ? .null : .string(effect.method.rawValue),
      "correlation": effect.correlation.map { .number($0) } ?? .null,
      "p": .number(effect.pValue),
    ]
  }

  private static func bounds(
    _ interval: ClosedRange<Double>?
  ) -> (low: JSONValue, high: JSONValue) {
    guard let interval else { return (.null, .null) }
    return (.number(interval.lowerBound), .number(interval.upperBound))
  }
}
