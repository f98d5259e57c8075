import Observation
import Reports
import Scenarios
import Systems

extension CommandSpecification {
  static let list = CommandSpecification(
    name: "list",
    purpose: "list scenarios, parameters, metrics or signals",
    details: """
      list, list scenarios [PATH…]: the scenarios of files and folders (default: scenarios), with \
      their hypotheses and mitigations.
      list parameters [PREFIX…]: what a scenario may set, with default, range and source.
      list metrics [PREFIX…]: what a run measures and a fact may name.
      list signals [PREFIX…]: what an invariant may look at while a run goes.
      """,
    arguments: "[scenarios|parameters|metrics|signals] [PATH|PREFIX…]", arity: .any,
    options: [.format, .json],
    examples: [
      Example("hindsight list", "the scenarios that there are"),
      Example("hindsight list parameters supervision watcher", "two groups of parameters"),
      Example(
        "hindsight list parameters --json | jq '.parameters[] | select(.source == \"assumption\")'",
        "everything that nobody knows"),
    ],
    exitCodes: [
      (.held, "listed"), (.usage, "usage error, or a scenario that cannot be read"),
      (.nothingSelected, "nothing there"),
    ],
    run: { arguments, console throws(CommandFailure) in
      try ListCommand(arguments).run(on: &console)
    })
}

/// What there is.
struct ListCommand {
  let arguments: ParsedArguments
  static let topics = ["scenarios", "parameters", "metrics", "signals"]

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  func run(on console: inout Console) throws(CommandFailure) -> ExitCode {
    let names = Array(arguments.values.dropFirst())
    switch arguments.values.first ?? "scenarios" {
    case "scenarios":
      return try ScenarioListing(names.isEmpty ? ["scenarios"] : names)
        .run(json: arguments.wantsJSON, on: &console)
    case "parameters": return try parameters(names, on: &console)
    case "metrics": return try metrics(names, on: &console)
    case "signals": return try SignalListing(names).run(json: arguments.wantsJSON, on: &console)
    case let topic:
      let nearest = SimilarNames.nearest(to: topic, among: Self.topics)
      throw .usage(
        UsageError(
          "there is no list of \(ArgumentParser.quoted(topic))",
          help: nearest.map { "did you mean '\($0)'?" },
          "there are \(Self.topics.joined(separator: ", "))"))
    }
  }

  /// Whether a dotted name lies at or under one of the prefixes; all do when there is none.
  static func isSelected(_ name: String, by prefixes: [String]) -> Bool {
    prefixes.isEmpty
      || prefixes.contains { prefix in
        guard name.hasPrefix(prefix) else { return false }
        let rest = name.dropFirst(prefix.count)
        return rest.isEmpty || prefix.hasSuffix(".") || rest.first == "." || rest.first == "["
      }
  }

  static func checkSelection(
    _ isEmpty: Bool, _ noun: String, _ prefixes: [String], among names: [String],
    _ console: Console
  ) -> ExitCode {
    guard isEmpty else { return .held }
    let groups = names.map { String($0.prefix { $0 != "." && $0 != "[" }) }
    let candidates = groups + names
    let nearest = prefixes.lazy.compactMap { SimilarNames.nearest(to: $0, among: candidates) }.first
    let asked = prefixes.map { ArgumentParser.quoted($0) }.joined(separator: ", ")
    console.reportError(
      "there is no \(noun) under \(asked)", help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
    return .nothingSelected
  }

  // MARK: Parameters

  private func parameters(
    _ prefixes: [String], on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let all = OutageScenario.description.declarations
    let selected = all.filter { Self.isSelected($0.path, by: prefixes) }
    let code = Self.checkSelection(
      selected.isEmpty, "parameter", prefixes, among: all.map(\.path), console)
    guard code == .held else { return code }
    if arguments.wantsJSON {
      let json: JSONValue = [
        "schema": "hindsight.list/1", "parameters": .array(selected.map(Self.json)),
      ]
      try console.write(JSONWriter.pretty(json) + "\n")
    } else {
      let style = console.outputStyle
      try console.write(page: selected.map { Self.text(of: $0, style) }.joined())
    }
    return .held
  }

  private static func json(of parameter: ParameterDeclaration) -> JSONValue {
    .object([
      "path": .string(parameter.path), "kind": .string(parameter.kind.rawValue),
      "unit": .string(parameter.unit), "default": parameter.defaultText.map { .string($0) },
      "range": .string(parameter.rangeText),
      "choices": parameter.choices.isEmpty ? nil : .array(parameter.choices.map { .string($0) }),
      "source": .string(parameter.source.name), "remark": .string(parameter.source.remark),
      "summary": .string(parameter.summary),
      "when": parameter.conditions.isEmpty ? nil : .string(parameter.conditionText),
    ])
  }

  /// The path with default and range on one line, what it is under it.
  private static func text(of parameter: ParameterDeclaration, _ style: TextStyle) -> String {
    var value = parameter.defaultText.map { $0.isEmpty ? "\"\"" : $0 } ?? "required"
    if !parameter.unit.isEmpty { value += " \(parameter.unit)" }
    var facts = [parameter.kind.rawValue + (parameter.isList ? "s" : "")]
    if !parameter.choices.isEmpty { facts = [parameter.choices.joined(separator: "|")] }
    if !parameter.rangeText.isEmpty { facts.append(parameter.rangeText) }
    if !parameter.conditions.isEmpty { facts.append("if \(parameter.conditionText)") }
    facts.append(parameter.source.name)
    if !parameter.source.remark.isEmpty { facts[facts.count - 1] += ": \(parameter.source.remark)" }
    let indent = "    "
    let summary = TerminalText.wrapped(parameter.summary, columns: style.width - indent.count)
    let details = TerminalText.wrapped(
      facts.joined(separator: style.hasUnicode ? " · " : "; "),
      columns: style.width - indent.count)
    let lines =
      ["\(style.paint(parameter.path, .heading)) = \(value)"] + summary.map { indent + $0 }
      + details.map { indent + style.paint($0, .dim) }
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Metrics

  private func metrics(
    _ prefixes: [String], on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let all = OutageWorld.metricUnits.sorted { $0.name < $1.name }
    let selected = all.filter { Self.isSelected($0.name, by: prefixes) }
    let code = Self.checkSelection(
      selected.isEmpty, "metric", prefixes, among: all.map(\.name), console)
    guard code == .held else { return code }
    if arguments.wantsJSON {
      let json: JSONValue = [
        "schema": "hindsight.list/1",
        "metrics": .array(
          selected.map { ["name": .string($0.name), "unit": .string($0.unit.rawValue)] }),
      ]
      try console.write(JSONWriter.pretty(json) + "\n")
    } else {
      let width = selected.map(\.name.count).max() ?? 0
      let lines = selected.map {
        TerminalText.padded($0.name, to: width + 2) + $0.unit.rawValue + "\n"
      }
      try console.write(page: lines.joined())
    }
    return .held
  }
}
