import Experiments
import Scenarios

/// A recording against the models, for programs: `hindsight.conform/1`.
public enum ConformJSON {
  /// The report as a JSON object.
  public static func value(of report: ConformanceReport) -> JSONValue {
    [
      "schema": "hindsight.conform/1", "kind": .string(report.kind.rawValue),
      "cases": .integer(Int64(report.cases)), "passed": .integer(Int64(report.passed)),
      "skipped": .integer(Int64(report.skipped)),
      "failures": .array(
        report.failures.map { failure in
          [
            "id": .string(failure.id), "step": .integer(Int64(failure.step)),
            "action": .string(failure.action), "expected": failure.expected, "got": failure.got,
          ]
        }),
    ]
  }

  /// The text of `value`, ending in a line break.
  public static func text(of report: ConformanceReport) -> String {
    JSONWriter.pretty(value(of: report)) + "\n"
  }
}
