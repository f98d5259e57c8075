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

  /// The lines as a text that ends in a line break; spaces at their ends are left out.
  static func text(of lines: [String]) -> String {
    lines.map { TerminalText.withoutTrailingSpaces($0) + "\n" }.joined()
  }
}
