import Experiments
import Observation
import SimulationKernel

/// The throttle that would have been best, beside what people did, for people.
public struct ThrottleSearchText: Sendable {
  let search: ThrottleSearch
  let patches: [String]
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - search: What to report.
  ///   - patches: What holds for every run, as on the command line.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that searches again.
  public init(
    _ search: ThrottleSearch, patches: [String], style: TextStyle, reproduce: [String]
  ) {
    self.search = search
    self.patches = patches
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    let lines =
      head + [""] + ramps + [""] + verdict + [""] + notes
      + ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    let words =
      [
        "\(search.evaluations) ramps on \(search.options.searchSeeds) seeds",
        "judged on \(search.best.lost.count) others", "scale \(search.header.scale)",
        "under \(TerminalText.safe(search.setting))",
      ] + patches.map(TerminalText.safe)
    var lines = ReportPage.head(
      title: search.header.title, scenario: search.header.name, words: words, style: style)
    if search.isIncomplete {
      lines.append(style.paint("Interrupted: judged on fewer seeds than asked for", .warning))
    }
    return lines
  }

  /// Both throttles at the times of either's knees.
  private var ramps: [String] {
    let (human, best) = (search.human.ramp, search.best.ramp)
    let times = Set((human.knees + best.knees).map(\.at)).sorted()
    let largest = max(
      human.knees.map(\.rate).max() ?? 1, best.knees.map(\.rate).max() ?? 1)
    let columns = max(8, (style.width - 34) / 2)
    var lines = [
      style.paint("New connections per second", .heading),
      style.paint(
        "  " + TerminalText.padded("", to: 10)
          + TerminalText.padded("people set", to: columns + 9) + "the best ramp found", .dim),
    ]
    for time in times {
      let (set, found) = (human.stepRate(at: time), best.rate(at: time))
      lines.append(
        "  \(TerminalText.padded(NumberText.clock(time), to: 10))"
          + cell(set, largest, columns) + " " + cell(found, largest, columns))
    }
    return lines
  }

  private func cell(_ rate: Double, _ largest: Double, _ columns: Int) -> String {
    let filled = max(1, min(columns, Int(rate / largest * Double(columns) + 0.5)))
    let bar = String(repeating: style.glyph("█", "#"), count: filled)
    return TerminalText.rightAligned(NumberText.fixed(rate, digits: 0), to: 6) + " "
      + style.paint(TerminalText.padded(bar, to: columns), .action) + " "
  }

  private var verdict: [String] {
    func row(_ label: String, _ judgement: ThrottleSearch.Judgement) -> String {
      let lost = NumberText.text(SampleMoments(judgement.lost).mean, .userMinutes)
      return "  " + TerminalText.padded(label, to: 12) + TerminalText.padded(lost, to: 22)
        + saturation(judgement.resaturated)
    }
    let difference = search.difference
    let share = difference.baselineMean > 0 ? difference.difference / difference.baselineMean : 0
    let range = difference.interval.map {
      " (\(CompareText.range($0, .userMinutes)))"
    }
    return [
      style.paint("On seeds that the search has not seen", .heading)
        + style.paint("  user-minutes lost, mean", .dim),
      row("people", search.human), databases(search.human),
      row("best ramp", search.best), databases(search.best),
      "  " + TerminalText.padded("difference", to: 12)
        + NumberText.text(difference.difference, .userMinutes)
        + (range ?? "") + ", " + NumberText.fixed(share * 100, digits: 1) + "%",
    ] + constraint
  }

  /// Which database it was, under how often.
  private func databases(_ judgement: ThrottleSearch.Judgement) -> String {
    String(repeating: " ", count: 36)
      + style.paint(
        "sessions on \(judgement.sessionsResaturated), guilds on \(judgement.guildsResaturated)",
        .dim)
  }

  /// Whether the best ramp keeps what it was to keep, and whether people's did.
  private var constraint: [String] {
    let most = NumberText.text(ThrottleSearch.resaturationShareMax, .share)
    let bound = "a database saturated again in under \(most) of the seeds"
    let (text, role): (String, TextStyle.Role) =
      switch search.best.feasibility {
      case .met: ("The best ramp keeps the constraint, \(bound), at 95 %.", .good)
      case .violated: ("The best ramp breaks the constraint, \(bound).", .failure)
      case .unproven:
        ("Too few seeds to show that the best ramp keeps the constraint, \(bound).", .warning)
      }
    var sentences: [(String, TextStyle.Role)] = [(text, role)]
    if search.human.feasibility == .violated {
      sentences.append(("People's own ramp breaks it.", .warning))
    }
    return sentences.flatMap { text, role in
      TerminalText.wrapped(text, columns: style.width - 2).map { "  " + style.paint($0, role) }
    }
  }

  /// Such as `0 of 300 seeds: at most 1% at 95 %`.
  private func saturation(_ seen: Proportion) -> String {
    // Rounded up, so that the bound still holds.
    let bound = NumberText.text(
      min(1, Double(Int(seen.upperBound() * 10_000) + 1) / 10_000), .share, extraDigits: 1)
    return "a database saturated again: \(seen.successes) of \(seen.trials) seeds, "
      + "at most \(bound) at 95 %"
  }

  private var notes: [String] {
    let text =
      "Rates at \(search.best.ramp.knees.count) knees, linear between them and set every minute; "
      + "searched by a matrix adaptation evolution strategy between a quarter of people's least and "
      + "four times their greatest rate, the same seeds for every ramp. In the search, a ramp on which "
      + "a database is saturated again at all, once relieved, ranks behind every one on which none is; "
      + "a seed counts from a minute of it on. Steps of people that take the throttle off stay as they "
      + "are."
    return style.wrapped(text, .dim)
  }
}

extension ThrottleSearchText {
  /// What a search that was interrupted had found, ending in a line break.
  public static func text(
    of interim: ThrottleSearch.Interim, style: TextStyle, reproduce: [String]
  ) -> String {
    let constraint =
      interim.isFeasible
      ? "no database is saturated again on any of them"
      : "no ramp yet on which no database is saturated again"
    let lost = NumberText.text(interim.lost, .userMinutes)
    var lines = [
      style.paint("Interrupted before a ramp was judged on seeds of its own", .warning), "",
      style.paint("The best ramp so far", .heading) + style.paint("  new connections/s", .dim),
    ]
    lines += interim.ramp.knees.map { knee in
      "  \(TerminalText.padded(NumberText.clock(knee.at), to: 10))"
        + TerminalText.rightAligned(NumberText.fixed(knee.rate, digits: 0), to: 6)
    }
    lines.append("")
    lines += style.wrapped(
      "Of \(interim.evaluations) ramps on \(interim.searchSeeds) seeds, the seeds it was found on: "
        + "\(lost) lost; \(constraint).")
    return ReportPage.text(of: lines + ["", "reproduce: " + ShellWords.line(reproduce)])
  }
}
