import Experiments
import Scenarios

/// What the outcome depends on, for programs: `hindsight.sensitivity/1`.
public enum SensitivityJSON {
  public static func value(of analysis: SensitivityAnalysis) -> JSONValue {
    let screening = analysis.screening
    return ExploreJSON.object(
      "hindsight.sensitivity", analysis.header, version: analysis.version,
      patches: analysis.patches, until: analysis.until, seed: analysis.seeds[0],
      [
        ("seeds", ExploreJSON.count(analysis.seeds.count)),
        ("reference", .number(analysis.reference)),
        ("trajectories", ExploreJSON.count(screening.trajectories)),
        ("failure", screening.failure.map { .string($0) } ?? .null),
        ("screening", .array(screening.findings.map(finding))),
        ("omitted", omitted(screening) { $0.isOfAssumption }),
        // Plans and lists, which the scenario spells out.
        ("notAssumptions", omitted(screening) { !$0.isOfAssumption }),
        ("basePoints", ExploreJSON.count(analysis.basePoints)),
        ("basePointsRefused", ExploreJSON.count(analysis.refused)),
        ("indices", .array(analysis.results.map { result($0, analysis) })),
        ("runs", ExploreJSON.count(analysis.runs)),
      ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of analysis: SensitivityAnalysis) -> String {
    JSONWriter.pretty(value(of: analysis)) + "\n"
  }

  private static func omitted(
    _ screening: AssumptionScreening, where isShown: (Assumption.Omission) -> Bool
  ) -> JSONValue {
    .array(
      screening.omitted.filter { isShown($0.reason) }.map {
        ["path": .string($0.path), "reason": .string($0.reason.rawValue)]
      })
  }

  private static func finding(_ finding: AssumptionScreening.Finding) -> JSONValue {
    [
      "path": .string(finding.assumption.path), "value": .string(finding.assumption.value),
      "ends": .array(finding.assumption.ends.map { .string($0) }),
      "magnitude": interval(finding.magnitude, finding.magnitudeInterval),
      "mean": .number(finding.mean), "deviation": .number(finding.deviation),
    ]
  }

  private static func result(
    _ result: SensitivityAnalysis.Result, _ analysis: SensitivityAnalysis
  ) -> JSONValue {
    let indices = result.indices.map { indices in
      JSONValue.array(
        zip(analysis.assumptions, indices).map { assumption, index in
          [
            "path": .string(assumption.path),
            "first": interval(index.first, index.firstInterval),
            "total": interval(index.total, index.totalInterval),
          ]
        })
    }
    return [
      "metric": .string(result.metric.rawValue), "mean": .number(result.moments.mean),
      "deviation": .number(result.moments.deviation), "indices": indices ?? .null,
    ]
  }

  private static func interval(_ value: Double, _ interval: ClosedRange<Double>?) -> JSONValue {
    [
      "value": .number(value), "low": ExploreJSON.number(interval?.lowerBound),
      "high": ExploreJSON.number(interval?.upperBound),
    ]
  }
}
