import Experiments
import Scenarios

/// A sweep for programs: `hindsight.sweep/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine, the number of jobs or shards. A key of
/// this schema is never renamed or dropped; more may come.
public enum SweepJSON {
  public static func text(
    of plan: SweepPlan, _ completeness: SweepCompleteness, _ points: [SweepPointSummary]
  ) -> String {
    let value: JSONValue = .object([
      "schema": "hindsight.sweep/1",
      "sweep": .string(plan.name),
      "version": .string(plan.version),
      "scenarios": .array(plan.scenarios.map { .string($0.name) }),
      "patches": .array(plan.patches.map { .string($0) }),
      "design": .string(plan.design.kind.rawValue),
      "seed": .unsigned(plan.replication.firstSeed),
      "seeds": .integer(Int64(plan.replication.count)),
      "halfWidth": plan.replication.halfWidth.map { .number($0) } ?? .null,
      "axes": .array(plan.axes.map { .string($0.name) }),
      "runs": .integer(Int64(completeness.runs)),
      "complete": .bool(completeness.isComplete),
      "missingPoints": .array(completeness.missing.map { .integer(Int64($0)) }),
      "points": .array(points.map { point($0, plan) }),
    ])
    return JSONWriter.pretty(value) + "\n"
  }

  private static func point(_ summary: SweepPointSummary, _ plan: SweepPlan) -> JSONValue {
    [
      "point": .integer(Int64(summary.point)),
      "values": .object(
        zip(plan.axes, summary.values).map { (key: $0.name, value: .string($1)) }),
      "seeds": .integer(Int64(summary.seeds)),
      "halfWidthReached": plan.replication.halfWidth.map { _ in .bool(summary.isNarrow) } ?? .null,
      "unrecovered": .integer(Int64(summary.unrecovered)),
      "metrics": .object(
        summary.figures.map { figure in
          (
            key: figure.metric.rawValue,
            value: [
              "mean": .number(figure.mean),
              "low": figure.interval.map { .number($0.lowerBound) } ?? .null,
              "high": figure.interval.map { .number($0.upperBound) } ?? .null,
            ]
          )
        }),
    ]
  }
}
