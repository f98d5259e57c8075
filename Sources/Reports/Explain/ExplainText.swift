import Experiments
import Observation
import SimulationKernel
import Systems

/// An explanation for people: from the first cause to what was asked about, and what came of it.
///
/// A function of the explanation: the same one and the same style give the same text.
public struct ExplainText: Sendable {
  let explanation: Explanation
  let style: TextStyle
  let reproduce: [String]
  let words: CauseWords

  public init(_ explanation: Explanation, style: TextStyle, reproduce: [String]) {
    self.explanation = explanation
    self.style = style
    self.reproduce = reproduce
    words = CauseWords(names: explanation.names)
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    for section in [question, chain, effects, foot] where !section.isEmpty {
      lines.append("")
      lines += section
    }
    lines.append("reproduce: " + ShellWords.line(reproduce))
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    var facts = [
      "\(NumberText.clock(explanation.start)) to \(Self.clock(explanation.reached))",
      "seed \(explanation.seed)", "scale \(TerminalText.safe(explanation.scale))",
    ]
    facts += explanation.patches.map(TerminalText.safe)
    return ReportPage.head(
      title: explanation.title, scenario: explanation.scenario, words: facts, style: style)
  }

  // MARK: Question

  private var question: [String] {
    let (heading, details) = ExplainText.question(of: explanation, words)
    return style.wrapped(TerminalText.safe(heading), .heading)
      + details.flatMap { indented(TerminalText.safe($0), by: 2) }
  }

  /// What is explained: a heading, and what was measured.
  static func question(
    of explanation: Explanation, _ words: CauseWords
  ) -> (heading: String, details: [String]) {
    let names = explanation.names
    switch explanation.question {
    case .fact(let verdict, let outcome):
      let measured = FactText.measured(verdict) ?? "nothing"
      let result =
        switch outcome {
        case .held: "holds"
        case .failed: "fails"
        case .notReached: "cannot be judged yet"
        }
      return (
        "Why the fact \(verdict.fact.id) \(result)",
        [
          "\(verdict.fact.claim): measured \(measured), expected "
            + FactText.expected(verdict.fact)
        ]
      )
    case .invariant(let verdict):
      let at = verdict.at.map { " at \(clock($0))" } ?? ""
      let claim = verdict.claim.map { [$0.expression] } ?? []
      return ("Why the invariant \(verdict.id) was broken\(at)", claim + [verdict.detail])
    case .subject:
      guard let last = explanation.chain?.last else { return ("Why it happened", []) }
      return ("Why \(words.sentence(last.occurrence)), at \(clock(last.time))", [])
    case .client(let number, let instant, let isServed):
      let isGuild = explanation.chain?.last.occurrence.subject.sort == .guild
      return (
        "Why client \(number) was \(isServed ? "" : "not ")served at \(clock(instant))",
        isGuild ? ["it had a session, and a guild of it was not loaded"] : []
      )
    case .cause(let subject):
      let sort = subject.sort == .fault ? "the fault" : "the operators' step"
      let at =
        subject.sort == .fault
        ? names.faultTime(subject.number).map { ", from \(clock($0)) on" } ?? "" : ""
      return ("What came of \(sort) \(names.name(subject))\(at)", [])
    }
  }

  // MARK: Chain

  private var chain: [String] {
    guard let chain = explanation.chain else { return [] }
    var lines = chain.steps.flatMap(lines(of:))
    lines.append("")
    lines += indented(TerminalText.safe("First cause: " + words.firstCause(of: chain)), by: 0)
    return lines
  }

  /// Of the column of times: those of the next day are longer.
  private var timeWidth: Int {
    let times = explanation.chain?.links.map { Self.clock($0.moment.time).utf8.count } ?? []
    return 4 + (times.max() ?? 0)
  }

  private func lines(of step: CauseChain.Step) -> [String] {
    if step.rounds == 1 {
      return step.links.flatMap { timed($0.moment.time, words.told($0)) }
    }
    let round = words.round(of: step)
    if round.count == 1 {
      return timed(step.start, "\(round[0]), \(words.rounds(of: step))")
    }
    let bullet = style.glyph("· ", "- ")
    return timed(step.start, words.rounds(of: step) + ":")
      + round.flatMap { sentence in
        var lines = indented(TerminalText.safe(sentence), by: timeWidth + 4)
        let margin = String(repeating: " ", count: timeWidth + 2)
        lines[0] = margin + bullet + lines[0].dropFirst(timeWidth + 4)
        return lines
      }
  }

  private func timed(_ time: Instant, _ text: String) -> [String] {
    var lines = indented(TerminalText.safe(text), by: timeWidth)
    let clock = TerminalText.padded("  " + Self.clock(time), to: timeWidth)
    lines[0] = clock + lines[0].dropFirst(timeWidth)
    return lines
  }

  private func indented(_ text: String, by columns: Int) -> [String] {
    let margin = String(repeating: " ", count: columns)
    return TerminalText.wrapped(text, columns: style.width - columns).map { margin + $0 }
  }

  // MARK: Effects

  /// Ways that are told of one sort of subjects.
  private static let groupsMax = 8

  private var effects: [String] {
    guard let effects = explanation.effects else { return [] }
    var lines = [
      style.paint(
        "What came of it  \(NumberText.grouped(UInt64(effects.events))) "
          + (effects.events == 1 ? "event" : "events"), .heading)
    ]
    for cause in effects.causes.prefix(3) {
      lines += indented(
        TerminalText.safe(
          "from \(Self.clock(cause.time)), when \(words.sentence(cause.occurrence))"), by: 2)
    }
    if effects.causes.count > 3 {
      lines.append(
        "  and from \(NumberText.grouped(UInt64(effects.causes.count - 3))) later events like it")
    }
    guard effects.events > 0 else {
      return lines
        + indented(
          "What it changed is how a system works, which is no event by itself: fork and compare show "
            + "what that did.", by: 2)
    }
    for sort in Occurrence.Subject.Sort.allCases.sorted(by: { rank($0) < rank($1) }) {
      let groups = effects.groups.filter { $0.sort == sort && !$0.notable.isEmpty }
      for group in groups.prefix(Self.groupsMax) { lines += self.lines(of: group) }
      let rest = groups.dropFirst(Self.groupsMax)
      guard !rest.isEmpty else { continue }
      let members = rest.reduce(0) { $0 + $1.count }
      lines += indented(
        "and \(NumberText.grouped(UInt64(members))) more in \(rest.count) other "
          + (rest.count == 1 ? "way" : "ways"), by: 2)
    }
    if explanation.scaleFraction < 1 {
      lines += indented(
        "Clients and guilds are those of the sample, \(TerminalText.safe(explanation.scale)) of all.",
        by: 2
      ).map { style.paint($0, .dim) }
    }
    return lines
  }

  /// The order of the effects: as they come.
  private func rank(_ sort: Occurrence.Subject.Sort) -> Int {
    explanation.effects?.groups.firstIndex { $0.sort == sort } ?? .max
  }

  private func lines(of group: CauseEffects.Group) -> [String] {
    let happenings = group.notable
    let from = happenings.map(\.first).min() ?? .start
    let to = happenings.map(\.last).max() ?? .start
    var examples = group.examples.map { words.names.name($0) }
    if group.count > examples.count { examples.append(style.glyph("…", "...")) }
    let isNamed = group.sort != .company && group.sort != .etcd
    let who = isNamed ? "  " + TerminalText.safe(examples.joined(separator: ", ")) : ""
    let members = words.members(of: group)
    let when = "  " + Self.clock(from) + (from == to ? "" : " to " + Self.clock(to))
    // Names that do not fit beside the times have lines of their own.
    let isWide = TerminalText.width("  " + members + when + who) > style.width
    let heading =
      "  " + style.paint(members, .action) + style.paint(when + (isWide ? "" : who), .dim)
    return [heading]
      + (isWide ? indented(who, by: 4).map { style.paint($0, .dim) } : [])
      + indented(
        happenings.map { words.words($0, of: group) }.joined(separator: ", "), by: 4)
  }

  // MARK: Foot

  private var foot: [String] {
    let events = NumberText.grouped(explanation.events)
    return [
      "run         \(events) events with their causes, to \(Self.clock(explanation.reached))",
      "digest      \(explanation.digest)",
    ]
  }

  /// `14:18:15.412`: a run's events are milliseconds apart where it matters.
  static func clock(_ instant: Instant) -> String {
    let whole = NumberText.clock(instant)
    let milliseconds = instant.nanoseconds / 1_000_000 % 1_000
    guard milliseconds > 0 else { return whole }
    let digits = String(milliseconds)
    return whole + "." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
