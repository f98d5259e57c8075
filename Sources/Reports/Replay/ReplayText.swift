import Observation
import SimulationKernel

/// One run for people: what was reported beside what the run did.
///
/// A function of the record: the same record and style give the same text.
public struct ReplayText: Sendable {
  let record: RunRecord
  let style: TextStyle
  /// Words of the command that gives this run again, the executable's name included.
  let reproduce: [String]

  public init(_ record: RunRecord, style: TextStyle, reproduce: [String]) {
    self.record = record
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    for section in [timeline, chart, facts, findings, assumptions, verdict] where !section.isEmpty {
      lines.append("")
      lines += section
    }
    lines.append("reproduce: " + ShellWords.line(reproduce))
    return ReportPage.text(of: lines)
  }

  // MARK: Head

  private var head: [String] {
    var words = [
      "\(NumberText.clock(record.start)) to \(NumberText.clock(record.endedAt))",
      "seed \(record.seed)", "scale \(TerminalText.safe(record.scale))",
    ]
    words += record.patches.map(TerminalText.safe)
    return ReportPage.head(
      title: record.title, scenario: record.scenario, words: words, style: style)
  }

  // MARK: Findings

  /// Promises of the modelled systems that broke.
  private var findings: [String] {
    let broken = record.invariants.filter { $0.verdict == .broken }
    guard !broken.isEmpty else { return [] }
    var lines = [style.paint("Findings", .heading)]
    for finding in broken {
      let place = finding.at.map { " at \($0)" } ?? ""
      lines.append(
        "  \(style.paint("BROKEN", .failure)) \(TerminalText.safe(finding.id))\(place)")
      lines += TerminalText.wrapped(TerminalText.safe(finding.detail), columns: style.width - 9)
        .map { "         " + $0 }
    }
    return lines
  }

  // MARK: Assumptions

  /// Parameters without a source, by the system that they belong to.
  ///
  /// Defaults of elements of lists, such as an operator's delay of zero, would bury the rest.
  private var assumptions: [String] {
    let shown = record.assumptions.filter { !$0.isElement || $0.isSet }
    guard !shown.isEmpty else { return [] }
    var groups: [(name: String, items: [String])] = []
    for assumption in shown {
      let path = TerminalText.safe(assumption.path)
      let name = String(path.prefix { $0 != "." && $0 != "[" })
      var rest = path.dropFirst(name.count)
      if rest.first == "." { rest.removeFirst() }
      let range = assumption.rangeText.isEmpty ? "" : " (\(assumption.rangeText))"
      // `nodes.min = 100` says what it counts already.
      let isPlain =
        assumption.unit.isEmpty || path.lowercased().contains(assumption.unit.lowercased())
      let unit = isPlain ? "" : " \(TerminalText.safe(assumption.unit))"
      let value = TerminalText.safe(assumption.valueText)
      let item = "\(rest) = \(value)\(unit)\(range)"
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].items.append(item)
      } else {
        groups.append((name, [item]))
      }
    }
    let count = shown.count
    var lines = [
      style.paint("Assumptions", .heading)
        + style.paint("  \(count) without a source: value used (range)", .dim)
    ]
    let indent = (groups.map { TerminalText.width($0.name) }.max() ?? 0) + 4
    for group in groups {
      let filled = TerminalText.filled(
        group.items, separator: style.separator, columns: style.width - indent)
      for (index, line) in filled.enumerated() {
        let label = index == 0 ? "  " + group.name : ""
        lines.append(TerminalText.padded(label, to: indent) + style.paint(line, .dim))
      }
    }
    return lines
  }

  // MARK: Verdict

  private var verdict: [String] {
    let outcomes = record.facts.map { record.outcome(of: $0) }
    let facts = [
      count(of: outcomes, .held, "held", .good), count(of: outcomes, .failed, "failed", .failure),
      count(of: outcomes, .notReached, "not reached", .warning),
    ]
    let verdicts = record.invariants.map(\.verdict)
    let invariants = [
      count(of: verdicts, .held, "held", .good), count(of: verdicts, .broken, "broken", .failure),
      count(of: verdicts, .vacuous, "never put to the test", .dim),
    ]
    func line(_ label: String, _ parts: [String?]) -> String {
      let present = parts.compactMap { $0 }
      return TerminalText.padded(label, to: 12)
        + (present.isEmpty ? "none" : present.joined(separator: ", "))
    }
    return [line("facts", facts)] + names(zip(record.facts.map(\.fact.id), outcomes), .failed)
      + [line("invariants", invariants)]
      + names(zip(record.invariants.map(\.id), verdicts), .broken)
      + [
        TerminalText.padded("run", to: 12) + ending,
        TerminalText.padded("digest", to: 12) + record.digest.description,
      ]
  }

  /// The names of those with a certain value: what is wrong stands at the end, where people look.
  private func names<Value: Equatable>(
    _ values: Zip2Sequence<[String], [Value]>, _ value: Value
  ) -> [String] {
    let names = values.filter { $0.1 == value }.map { TerminalText.safe($0.0) }
    guard !names.isEmpty else { return [] }
    let indent = String(repeating: " ", count: 12)
    return TerminalText.filled(names, separator: ", ", columns: style.width - 12)
      .map { indent + style.paint($0, .failure) }
  }

  private func count<Value: Equatable>(
    of values: [Value], _ value: Value, _ word: String, _ role: TextStyle.Role
  ) -> String? {
    let count = values.filter { $0 == value }.count
    return count == 0 ? nil : style.paint("\(count) \(word)", role)
  }

  private var ending: String {
    let events = "\(NumberText.grouped(record.events)) events"
    let clock = NumberText.clock(record.endedAt)
    switch RunEnd(record.end) {
    case .horizon where record.wasCutShort:
      return "\(events), \(style.paint("until \(clock), before the scenario's end", .warning))"
    case .horizon: return "\(events), to the end at \(clock)"
    case .stopped: return "\(events), \(style.paint("stopped at \(clock)", .warning))"
    case .budget: return "\(events), \(style.paint("out of budget at \(clock)", .warning))"
    }
  }
}

/// Why a run came back, as reports say it.
public enum RunEnd: String, Sendable, CaseIterable {
  case horizon, stopped, budget

  public init(_ reason: EndReason) {
    switch reason {
    case .reachedInstant, .ranOut: self = .horizon
    case .stopped, .conditionFailed: self = .stopped
    case .reachedCount, .eventBudget, .timeBudget, .instantBudget: self = .budget
    }
  }
}
