import Experiments
import Scenarios

/// The distance to the edge, for programs: `hindsight.cliff/1`.
///
/// `margin.low` is the number for a gate: at least so many times as much there can be.
public enum CliffJSON {
  public static func value(of cliff: Cliff) -> JSONValue {
    let span = cliff.span
    return ExploreJSON.object(
      "hindsight.cliff", cliff.header, version: cliff.version, patches: cliff.patches,
      until: cliff.until, seed: cliff.firstSeed,
      [
        ("finding", .string(cliff.finding.rawValue)),
        ("path", .string(span.path)),
        ("value", ExploreJSON.value(cliff.estimate, of: span)),
        ("low", ExploreJSON.value(cliff.low, of: span)),
        ("high", ExploreJSON.value(cliff.high, of: span)),
        ("margin", cliff.margin.map(margin) ?? .null),
        ("today", today(cliff)),
        ("search", ExploreJSON.threshold(cliff.search, of: span)),
        ("tolerance", .number(cliff.options.tolerance)),
        ("budget", ExploreJSON.count(cliff.options.budget)),
        ("runs", ExploreJSON.count(cliff.search.trials)),
        ("incomplete", .bool(cliff.isIncomplete)),
      ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of cliff: Cliff) -> String {
    JSONWriter.pretty(value(of: cliff)) + "\n"
  }

  private static func margin(_ margin: CliffMargin) -> JSONValue {
    [
      "value": ExploreJSON.number(margin.value), "low": .number(margin.low),
      "high": ExploreJSON.number(margin.high),
    ]
  }

  private static func today(_ cliff: Cliff) -> JSONValue {
    [
      "value": ExploreJSON.value(cliff.span.present, of: cliff.span),
      // Nothing is tried out of the range.
      "inRange": cliff.span.present == nil ? .null : .bool(cliff.span.presentSide == nil),
      "seen": cliff.today.map { ExploreJSON.proportion($0.seen) } ?? .null,
    ]
  }
}
