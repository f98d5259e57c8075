import Experiments
import Observation
import Scenarios
import SimulationKernel

/// A check for programs: `hindsight.check/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine or the number of jobs. A key of this
/// schema is never renamed or dropped; more may come.
public enum CheckJSON {
  /// The text of `value`, ending in a line break.
  public static func text(of check: Check) -> String {
    JSONWriter.pretty(value(of: check)) + "\n"
  }

  /// The report as a value.
  public static func value(of check: Check) -> JSONValue {
    [
      "schema": "hindsight.check/1", "version": .string(check.version),
      "result": .string(check.result.rawValue), "strict": .bool(check.isStrict),
      "scenarios": .array(check.scenarios.map { scenario($0, check) }),
      "skipped": .array(
        check.skipped.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
      "orphans": .array(
        check.orphans.map { orphan in
          [
            "path": .string(orphan.path), "scenario": .string(orphan.scenario),
            "finding": .string(CheckWords.finding(orphan)),
          ]
        }),
    ]
  }

  private static func scenario(_ scenario: ScenarioCheck, _ check: Check) -> JSONValue {
    let (subject, runs) = (scenario.subject, scenario.runs)
    var digest = Digest()
    for record in runs.records { digest.combine(record.digest.value) }
    return [
      "path": .string(subject.path), "scenario": .string(subject.scenario.header.name),
      "title": .string(subject.scenario.header.title),
      "scale": .string(subject.scenario.header.scale.description),
      "until": .string(subject.until.description),
      "patches": .array(subject.patches.map { .string($0.description) }),
      "seeds": [
        "first": .unsigned(runs.firstSeed), "asked": .integer(Int64(runs.seedsAsked)),
        "run": .integer(Int64(runs.records.count)), "repeated": .integer(Int64(runs.repeated)),
      ],
      "complete": .bool(!runs.isIncomplete),
      // Of all runs together.
      "digest": .string(digest.description),
      "events": .unsigned(runs.records.reduce(0) { $0 &+ $1.events }),
      "failureBound": .number(scenario.failureBound),
      "cases": .array(scenario.cases.map { value($0, scenario, check) }),
    ]
  }

  private static func value(
    _ found: CheckCase, _ scenario: ScenarioCheck, _ check: Check
  ) -> JSONValue {
    let frequency = found.frequency
    let isShown = found.outcome == .failed || found.outcome == .warned
    return .object([
      "kind": .string(found.kind.rawValue), "id": .string(found.id),
      "title": .string(found.title), "outcome": .string(found.outcome.rawValue),
      "fails": .bool(check.isFailure(found)),
      "failures": .integer(Int64(frequency.successes)),
      "seeds": .integer(Int64(frequency.trials)),
      "failureBound": frequency.trials > 0 ? .number(frequency.upperBound()) : .null,
      "seed": found.seed.map { .unsigned($0) } ?? .null,
      "at": found.at.map { .string($0.description) } ?? .null,
      "finding": .string(CheckWords.finding(found)),
      "details": .array(CheckWords.details(found).map { .string($0) }),
      "measured": measured(found), "drift": drift(found),
      "expression": found.claim.map { .string($0.expression) },
      "place": place(found.location),
      "reproduce": isShown
        ? .string(ShellWords.line(CheckWords.reproduce(found, scenario))) : .null,
    ])
  }

  private static func measured(_ found: CheckCase) -> JSONValue? {
    switch found.evidence {
    case .fact(let verdict): verdict.measured.map { .number($0) } ?? .null
    case .exercise(let exercise): .integer(Int64(exercise.count))
    default: nil
    }
  }

  /// How a golden digest has drifted.
  private static func drift(_ found: CheckCase) -> JSONValue? {
    let drift: GoldenDrift
    switch found.evidence {
    case .drift(let found), .recorded(.drift(let found)): drift = found
    default: return nil
    }
    func run(_ golden: Golden) -> JSONValue {
      ["digest": .string(golden.digest.description), "events": .unsigned(golden.events)]
    }
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    return .object([
      "cause": text(drift.cause?.rawValue), "recorded": run(drift.old), "now": run(drift.new),
      "agreed": drift.interval.map { .unsigned($0.agreed.events) } ?? .null,
      "differs": drift.interval.map { .unsigned($0.differs.events) } ?? .null,
      "event": drift.parting.map { parting in
        [
          "number": .unsigned(parting.number), "recorded": text(parting.old),
          "now": text(parting.new),
        ]
      } ?? .null,
      "problem": drift.problem.map { .string($0.reason) },
      "refusal": drift.refusal.map { .string($0) },
    ])
  }

  private static func place(_ location: SourceLocation?) -> JSONValue {
    guard let location else { return .null }
    return [
      "file": .string(location.fileName), "line": .integer(Int64(location.line)),
      "column": .integer(Int64(location.column)),
    ]
  }
}
