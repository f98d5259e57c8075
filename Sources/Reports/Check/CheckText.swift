import Experiments
import Scenarios

/// A check for people.
public struct CheckText {
  let check: Check
  let style: TextStyle
  /// The command that gives the whole check again.
  let reproduce: [String]

  public init(_ check: Check, style: TextStyle, reproduce: [String]) {
    self.check = check
    self.style = style
    self.reproduce = reproduce
  }

  public var text: String {
    var lines: [String] = []
    for scenario in check.scenarios { lines += self.lines(of: scenario) + [""] }
    for orphan in check.orphans {
      lines += item(
        check.isStrict ? "FAIL" : "warn", check.isStrict ? .failure : .warning,
        ["golden \(orphan.path)", CheckWords.finding(orphan), "take it away, or bring it back"])
    }
    if !check.orphans.isEmpty { lines.append("") }
    if !check.skipped.isEmpty {
      lines.append(style.paint("Skipped", .heading))
      lines += check.skipped.map { style.paint("  \(safe($0.path)): \(safe($0.reason))", .dim) }
      lines.append("")
    }
    let role: TextStyle.Role = check.result == .passed ? .good : .failure
    lines.append(style.paint(CheckWords.total(check), role))
    lines.append("reproduce: \(ShellWords.line(reproduce))")
    return ReportPage.text(of: lines)
  }

  private func lines(of scenario: ScenarioCheck) -> [String] {
    let (subject, runs) = (scenario.subject, scenario.runs)
    var words = [
      subject.path, "\(CheckWords.seeds(of: runs)) from \(runs.firstSeed)",
      "scale \(subject.scenario.header.scale.description)",
    ]
    if runs.isIncomplete { words.insert("stopped early", at: 2) }
    if subject.until != subject.scenario.header.end { words.append("until \(subject.until)") }
    words += subject.patches.filter { if case .option = $0 { false } else { true } }
      .map(\.description)
    var lines = ReportPage.head(
      title: subject.scenario.header.title, scenario: subject.scenario.header.name,
      words: words.map(safe), style: style)
    lines += passed(scenario)
    for found in scenario.cases where found.outcome == .failed || found.outcome == .warned {
      lines += self.lines(of: found, in: scenario)
    }
    for case .recorded in scenario.cases.map(\.evidence) { lines += recorded(scenario) }
    if runs.records.count > 0 {
      let bound = CheckWords.percentAtMost(scenario.failureBound)
      lines.append(
        "  "
          + style.paint(
            "0 of \(CheckWords.seeds(runs.records.count)): at most \(bound) at 95 %, for each that held",
            .dim))
    }
    return lines
  }

  /// What held, counted.
  private func passed(_ scenario: ScenarioCheck) -> [String] {
    func names(_ kinds: [CheckCase.Kind], _ outcome: CheckCase.Outcome) -> [String] {
      scenario.cases.filter { kinds.contains($0.kind) && $0.outcome == outcome }.map(\.id)
    }
    func count(_ names: [String], _ noun: String) -> String? {
      names.isEmpty ? nil : names.count == 1 ? "1 \(noun)" : "\(names.count) \(noun)s"
    }
    let held = [
      count(names([.fact], .passed), "fact"),
      count(names([.invariant, .coverage], .passed), "invariant"),
      count(names([.cliff], .passed), "cliff"), count(names([.fault], .passed), "fault"),
      count(names([.throttle], .passed), "throttle"),
      count(names([.mitigation], .passed), "mitigation"),
      count(names([.golden], .passed), "digest"),
    ].compactMap { $0 }
    var lines: [String] = []
    if !held.isEmpty {
      lines += item("ok", .good, [held.joined(separator: ", ")])
    }
    let unused = names([.invariant], .notExercised)
    if !unused.isEmpty {
      lines += item(style.absent, .dim, ["no use for: \(unused.joined(separator: ", "))"])
    }
    let late = names(
      [.fact, .invariant, .coverage, .fault, .throttle, .mitigation], .notReached)
    if !late.isEmpty {
      lines += item(style.absent, .warning, ["not reached: \(late.joined(separator: ", "))"])
    }
    return lines
  }

  private func lines(of found: CheckCase, in scenario: ScenarioCheck) -> [String] {
    let isBad = check.isError(found)
    var rows = [CheckWords.heading(found), CheckWords.findingWithSeed(found)]
    rows += CheckWords.details(found)
    if let location = found.location { rows.append(location.description) }
    var lines = item(isBad ? "FAIL" : "warn", isBad ? .failure : .warning, rows)
    if found.outcome == .failed {
      let command = ShellWords.line(CheckWords.reproduce(found, scenario))
      if case .drift(let drift) = found.evidence, drift.interval != nil, drift.parting == nil {
        lines += item("", nil, ["to see the event, compare what both versions list:"])
      }
      // Whole, so that it can be pasted.
      lines.append("       reproduce: \(command)")
      if found.kind == .golden {
        let update = ShellWords.line([
          "hindsight", "check", ShellWords.file(scenario.subject.path), "--update",
        ])
        lines.append("       if it is meant: \(update)")
      }
    }
    return lines
  }

  private func recorded(_ scenario: ScenarioCheck) -> [String] {
    scenario.cases.flatMap { found -> [String] in
      guard case .recorded(let recording) = found.evidence else { return [] }
      let mark = if case .unchanged = recording { "same" } else { "new" }
      return item(
        mark, .action, ["digest " + CheckWords.finding(found)] + CheckWords.details(found))
    }
  }

  /// A mark, and rows beside it.
  private func item(_ mark: String, _ role: TextStyle.Role?, _ rows: [String]) -> [String] {
    let lines = rows.filter { !$0.isEmpty }.flatMap {
      TerminalText.wrapped(safe($0), columns: style.width - 7)
    }
    return lines.enumerated().map { index, line in
      index == 0
        ? "  " + style.paint(mark, role)
          + String(repeating: " ", count: max(1, 5 - TerminalText.width(mark))) + line
        : "       " + line
    }
  }

  private func safe(_ text: String) -> String { TerminalText.safe(text) }
}
