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
  let story: CauseStory

  public init(_ explanation: Explanation, style: TextStyle, reproduce: [String]) {
    self.explanation = explanation
    self.style = style
    self.reproduce = reproduce
    words = CauseWords(names: explanation.names)
    story = CauseStory(explanation)
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

  private var question: [String] {
    style.wrapped(TerminalText.safe(story.question), .heading)
      + story.details.flatMap { indented(TerminalText.safe($0), by: 2) }
  }

  // MARK: Chain

  private var chain: [String] {
    guard let firstCause = story.firstCause else { return [] }
    return story.steps.flatMap(lines(of:)) + [""]
      + indented(TerminalText.safe("First cause: " + firstCause), by: 0)
  }

  /// Of the column of times: those of the next day are longer.
  private var timeWidth: Int {
    let times = explanation.chain?.links.map { Self.clock($0.moment.time).utf8.count } ?? []
    return 4 + (times.max() ?? 0)
  }

  private func lines(of step: CauseStory.Step) -> [String] {
    let bullet = style.glyph("· ", "- ")
    return timed(step.at, step.round.isEmpty ? step.text : step.text + ":")
      + step.round.flatMap { sentence in
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
    for sort in story.effects {
      for effect in sort.shown { lines += self.lines(of: effect) }
      if let rest = sort.rest { lines += indented(rest, by: 2) }
    }
    if let caveat = story.caveat { return lines + indented(caveat, by: 2) }
    if explanation.scaleFraction < 1 {
      lines += indented(
        "Clients and guilds are those of the sample, \(TerminalText.safe(explanation.scale)) of all.",
        by: 2
      ).map { style.paint($0, .dim) }
    }
    return lines
  }

  private func lines(of effect: CauseStory.Effect) -> [String] {
    var examples = effect.examples
    if effect.hasMore, !examples.isEmpty { examples.append(style.glyph("…", "...")) }
    let who = examples.isEmpty ? "" : "  " + TerminalText.safe(examples.joined(separator: ", "))
    let when =
      "  " + Self.clock(effect.from)
      + (effect.from == effect.to ? "" : " to " + Self.clock(effect.to))
    // Names that do not fit beside the times have lines of their own.
    let isWide = TerminalText.width("  " + effect.members + when + who) > style.width
    let heading =
      "  " + style.paint(effect.members, .action) + style.paint(when + (isWide ? "" : who), .dim)
    return [heading]
      + (isWide ? indented(who, by: 4).map { style.paint($0, .dim) } : [])
      + indented(effect.what, by: 4)
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
