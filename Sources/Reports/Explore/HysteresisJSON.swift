import Experiments
import Scenarios

/// Both thresholds and the width between them, for programs: `hindsight.hysteresis/1`.
public enum HysteresisJSON {
  public static func value(of hysteresis: Hysteresis) -> JSONValue {
    let plan = hysteresis.plan
    return ExploreJSON.object(
      "hindsight.hysteresis", hysteresis.header, version: hysteresis.version,
      patches: hysteresis.patches, until: hysteresis.until, seed: hysteresis.firstSeed,
      [
        ("falling", ExploreJSON.threshold(hysteresis.search.falling, of: plan.trigger)),
        ("recovering", ExploreJSON.threshold(hysteresis.search.recovering, of: plan.push)),
        (
          "trigger",
          ExploreJSON.value(hysteresis.search.size.map(plan.trigger.number), of: plan.trigger)
        ),
        ("pushAt", plan.pushAt.map { .string($0.description) } ?? .null),
        ("width", width(hysteresis)),
        ("runs", ExploreJSON.count(hysteresis.search.trials)),
        ("incomplete", .bool(hysteresis.isIncomplete)),
      ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of hysteresis: Hysteresis) -> String {
    JSONWriter.pretty(value(of: hysteresis)) + "\n"
  }

  private static func width(_ hysteresis: Hysteresis) -> JSONValue {
    guard let width = hysteresis.width else { return .null }
    func number(_ value: Double?) -> JSONValue {
      value.map { ExploreJSON.unit($0, hysteresis.plan.trigger) } ?? .null
    }
    return [
      "value": number(width.value), "low": number(width.low), "high": number(width.high),
    ]
  }
}
