import Experiments
import Scenarios
import SimulationKernel

/// What the JSON of all explorations has in common.
enum ExploreJSON {
  /// - Parameters:
  ///   - schema: Its name without the version, such as `hindsight.cliff`.
  ///   - header: Of the scenario.
  ///   - version: Of the executable.
  ///   - patches: What holds for every run.
  ///   - until: The end of every run.
  ///   - seed: The first.
  ///   - members: What is of this exploration alone.
  /// - Returns: All of it.
  static func object(
    _ schema: String, _ header: ScenarioHeader, version: String, patches: [String],
    until: Instant, seed: UInt64, _ members: [(key: String, value: JSONValue)]
  ) -> JSONValue {
    .object(
      members + [
        ("schema", .string("\(schema)/1")), ("scenario", .string(header.name)),
        ("scale", .string(header.scale.description)), ("version", .string(version)),
        ("patches", .array(patches.map { .string($0) })),
        ("until", .string(until.description)), ("seed", .unsigned(seed)),
      ])
  }

  static func number(_ value: Double?) -> JSONValue {
    value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// A value of a parameter: as a number, in its unit, and as a scenario has it.
  static func value(_ number: Double?, of span: ParameterSpan) -> JSONValue {
    guard let number else { return .null }
    return ["number": unit(number, span), "text": .string(span.text(of: number))]
  }

  /// Durations in seconds, everything else as it is.
  static func unit(_ number: Double, _ span: ParameterSpan) -> JSONValue {
    self.number(span.quantity == .duration ? number / 1e9 : number)
  }

  static func span(_ span: ParameterSpan) -> JSONValue {
    ["low": value(span.low, of: span), "high": value(span.high, of: span)]
  }

  /// The threshold of a search and all that was seen on the way to it.
  static func threshold(_ search: ThresholdSearch, of span: ParameterSpan) -> JSONValue {
    .object([
      "path": .string(span.path), "range": self.span(span),
      "direction": search.direction.map { .string($0.rawValue) } ?? .null,
      "value": value(search.estimate.map(span.number), of: span),
      "low": value(search.low.map(span.number), of: span),
      "high": value(search.high.map(span.number), of: span),
      "everywhere": search.verdictEverywhere.map { .bool($0) } ?? .null,
      "confidence": .number(search.options.confidence),
      "tried": .array(
        search.answers.filter { $0.seen.trials > 0 }.sorted { $0.value < $1.value }.map {
          tried($0, on: span)
        }),
    ])
  }

  private static func tried(
    _ answer: ThresholdSearch.Answer, on span: ParameterSpan
  ) -> JSONValue {
    .object([
      "value": value(span.number(at: answer.value), of: span),
      "seen": proportion(answer.seen),
      "above": answer.isAbove.map { .bool($0) } ?? .null,
    ])
  }

  /// How often of how many, with Wilson's 95 % interval.
  static func proportion(_ seen: Proportion) -> JSONValue {
    let interval = seen.interval()
    return [
      "count": count(seen.successes), "runs": count(seen.trials),
      "share": number(seen.share), "low": .number(interval.lowerBound),
      "high": .number(interval.upperBound),
    ]
  }
}
