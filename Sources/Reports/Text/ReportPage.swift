import Observation
import Scenarios
import SimulationKernel

/// What every report of a scenario has in common: how it begins, and how its lines become a text.
enum ReportPage {
  /// Title, name and, in small print, what was run.
  ///
  /// - Parameters:
  ///   - title: Of the scenario, as it is written there.
  ///   - scenario: Its name.
  ///   - words: What was run, one thing each; fit for a terminal.
  ///   - style: Width, colours, characters.
  /// - Returns: Lines of at most the style's width.
  static func head(
    title: String, scenario: String, words: [String], style: TextStyle
  ) -> [String] {
    let titles = TerminalText.wrapped(TerminalText.safe(title), columns: style.width)
    let lines = TerminalText.filled(words, separator: style.separator, columns: style.width)
    return titles.filter { !$0.isEmpty }.map { style.paint($0, .heading) }
      + [TerminalText.safe(scenario)] + lines.map { style.paint($0, .dim) }
  }

  /// The same for many runs of one scenario.
  ///
  /// - Parameters:
  ///   - header: Of the scenario.
  ///   - until: The end of the runs.
  ///   - runs: How many of them and on which seeds, one thing each; fit for a terminal.
  ///   - setting: The hypothesis that they ran under; nil where the head is not to name it.
  ///   - patches: What holds for every run, as on the command line.
  ///   - style: Width, colours, characters.
  /// - Returns: Lines of at most the style's width.
  static func head(
    of header: ScenarioHeader, until: Instant, runs: [String], setting: String? = nil,
    patches: [String], style: TextStyle
  ) -> [String] {
    var words = ["\(NumberText.clock(header.start)) to \(NumberText.clock(until))"]
    words += runs + ["scale \(header.scale)"]
    if let setting { words.append("under \(TerminalText.safe(setting))") }
    words += patches.map(TerminalText.safe)
    return head(title: header.title, scenario: header.name, words: words, style: style)
  }

  /// `seed 1`, or `20 seeds from 1 on`.
  static func seeds(_ seeds: [UInt64]) -> String {
    seeds.count == 1 ? "seed \(seeds[0])" : "\(seeds.count) seeds from \(seeds[0]) on"
  }

  /// Why there are fewer runs than there might have been, for below the head.
  ///
  /// - Parameters:
  ///   - isInterrupted: Whether somebody has stopped them.
  ///   - spentBudget: The number of runs that were allowed, where they were not enough.
  ///   - style: Colours.
  /// - Returns: One line, the interruption's if both hold; empty where nothing is missing.
  static func shortfall(
    isInterrupted: Bool, spentBudget: Int? = nil, style: TextStyle
  ) -> [String] {
    if isInterrupted {
      return [style.paint("Interrupted: only what was finished is counted", .warning)]
    }
    guard let spentBudget else { return [] }
    return [style.paint("The budget of \(spentBudget) runs is used up", .warning)]
  }

  /// The lines as a text that ends in a line break; spaces at their ends are left out.
  static func text(of lines: [String]) -> String {
    lines.map { TerminalText.withoutTrailingSpaces($0) + "\n" }.joined()
  }
}
