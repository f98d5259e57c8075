import Observation
import Scenarios
import SimulationKernel

/// One run for programs: `hindsight.replay/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock or the machine. A key of this schema is never
/// renamed or dropped; more may come.
public enum ReplayJSON {
  /// The record as a JSON object.
  ///
  /// `hasSeries` adds the time series, thousands of numbers each.
  public static func value(of record: RunRecord, hasSeries: Bool = false) -> JSONValue {
    .object([
      "schema": "hindsight.replay/1",
      "scenario": .string(record.scenario),
      "seed": .unsigned(record.seed),
      "version": .string(record.version),
      "digest": .string(record.digest.description),
      "events": .unsigned(record.events),
      "end": .string(RunEnd(record.end).rawValue),
      "patches": .array(record.patches.map { .string($0) }),
      "metrics": .object(record.metrics.all.map { ($0.name, .number($0.value)) }),
      "series": hasSeries ? .object(record.series.map { ($0.name, series($0)) }) : nil,
      "facts": .array(record.facts.map { fact($0, record.outcome(of: $0)) }),
      "invariants": .array(record.invariants.map(invariant)),
      "assumptions": .array(record.assumptions.map(assumption)),
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of record: RunRecord, hasSeries: Bool = false) -> String {
    JSONWriter.pretty(value(of: record, hasSeries: hasSeries)) + "\n"
  }

  private static func series(_ series: TimeSeries) -> JSONValue {
    [
      "unit": .string(series.unit.rawValue), "step": .string(series.step.description),
      "values": .array(series.values.map { .number($0) }),
    ]
  }

  /// `measured` is null where the run has no such figure, `pass` where the run ended too early to
  /// judge it.
  private static func fact(_ verdict: FactVerdict, _ outcome: FactOutcome) -> JSONValue {
    [
      "id": .string(verdict.fact.id), "claim": .string(verdict.fact.claim),
      "measured": verdict.measured.map { .number($0) } ?? .null,
      "expected": .string(FactText.expected(verdict.fact)),
      "pass": outcome == .notReached ? .null : .bool(outcome == .held),
    ]
  }

  private static func invariant(_ verdict: InvariantVerdict) -> JSONValue {
    [
      "id": .string(verdict.id), "verdict": .string(verdict.verdict.rawValue),
      "at": verdict.at.map { .string($0.description) } ?? .null,
      "detail": .string(verdict.detail),
    ]
  }

  private static func assumption(_ declaration: ParameterDeclaration) -> JSONValue {
    [
      "path": .string(declaration.path), "value": declaration.value,
      "range": .string(declaration.rangeText),
    ]
  }
}
