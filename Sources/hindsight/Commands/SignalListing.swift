import Observation
import Reports
import Scenarios
import Systems

/// The signals that invariants may look at.
struct SignalListing {
  let prefixes: [String]

  init(_ prefixes: [String]) {
    self.prefixes = prefixes
  }

  func run(json: Bool, on console: inout Console) throws(CommandFailure) -> ExitCode {
    let all = OutageSignals.catalogue.signals.sorted { $0.name < $1.name }
    let selected = all.filter { ListCommand.isSelected($0.name, by: prefixes) }
    let code = ListCommand.checkSelection(
      selected.isEmpty, "signal", prefixes, among: all.map(\.name), console)
    guard code == .held else { return code }
    if json {
      let value: JSONValue = [
        "schema": "hindsight.list/1", "signals": .array(selected.map(Self.json)),
      ]
      try console.write(JSONWriter.pretty(value) + "\n")
    } else {
      let style = console.outputStyle
      try console.write(page: selected.map { Self.text(of: $0, style) }.joined())
    }
    return .held
  }

  private static func json(of signal: Signal) -> JSONValue {
    .object([
      "name": .string(signal.name), "unit": .string(signal.unit.rawValue),
      "form": .string(signal.form == .distribution ? "distribution" : "value"),
      "whole": signal.whole.map { .string($0) }, "summary": .string(signal.summary),
    ])
  }

  /// The name with its unit on one line, what it is under it.
  private static func text(of signal: Signal, _ style: TextStyle) -> String {
    var unit = signal.unit.rawValue
    if signal.form == .distribution { unit = "distribution of \(unit)" }
    if let whole = signal.whole { unit += ", a part of \(whole)" }
    let indent = "    "
    let summary = TerminalText.wrapped(signal.summary, columns: style.width - indent.count)
    let lines = ["\(style.paint(signal.name, .heading))  \(unit)"] + summary.map { indent + $0 }
    return lines.map { $0 + "\n" }.joined()
  }
}
