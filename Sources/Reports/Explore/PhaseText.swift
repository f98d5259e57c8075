import Experiments
import Observation

/// A phase diagram for people: characters, so that no colour has to be told from another.
public struct PhaseText: Sendable {
  let diagram: PhaseDiagram
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - diagram: What to report.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ diagram: PhaseDiagram, style: TextStyle, reproduce: [String]) {
    self.diagram = diagram
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    lines += ["", style.paint("Where an outage is likelier than not", .heading)]
    lines += map(glyph) + legend
    lines += ["", style.paint("Minutes until 99 % are served for good", .heading)]
    lines += map(recovery) + recoveryLegend
    lines += [""] + style.wrapped(notes, .dim)
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    ReportPage.head(
      of: diagram.header, until: diagram.until,
      runs: ["\(diagram.runs) runs from seed \(diagram.firstSeed) on"],
      patches: diagram.patches, style: style)
      + ReportPage.shortfall(
        isInterrupted: diagram.isInterrupted,
        spentBudget: diagram.isExhausted ? diagram.options.budget : nil, style: style)
  }

  // MARK: The map

  private var labelWidth: Int {
    min(16, diagram.rows.values.map { TerminalText.width(TerminalText.safe($0)) }.max() ?? 0)
  }

  /// Characters per cell: as many as the page has room for, four at most.
  private var cellWidth: Int {
    let room = min(style.width, 80) - labelWidth - 4
    return max(1, min(4, room / diagram.columns.values.count))
  }

  /// Rows from above, each with its value; the columns' values below.
  private func map(_ glyph: (PhaseDiagram.Cell) -> String) -> [String] {
    var lines = ["  " + TerminalText.safe(diagram.rows.path)]
    for (row, cells) in diagram.cells.enumerated().reversed() {
      let label = style.shortened(
        TerminalText.safe(diagram.rows.values[row]), to: labelWidth)
      lines.append(
        "  " + TerminalText.rightAligned(label, to: labelWidth) + " " + style.glyph("│", "|")
          + cells.map(glyph).joined())
    }
    let indent = String(repeating: " ", count: labelWidth + 3)
    let width = diagram.columns.values.count * cellWidth
    lines.append(
      indent + style.glyph("└", "+") + String(repeating: style.glyph("─", "-"), count: width))
    return lines + columnLabels(indent: indent + " ", width: width)
  }

  /// The first, middle and last value, each under its column where there is room.
  private func columnLabels(indent: String, width: Int) -> [String] {
    let values = diagram.columns.values.map(TerminalText.safe)
    let first = values[0]
    let last = values[values.count - 1]
    let gap = width - TerminalText.width(first) - TerminalText.width(last)
    let path = TerminalText.safe(diagram.columns.path)
    guard gap > 0 else { return [indent + "\(first) to \(last)", indent + path] }
    return [indent + first + String(repeating: " ", count: gap) + last, indent + path]
  }

  private func filled(_ text: String) -> String { String(repeating: text, count: cellWidth) }

  private func glyph(_ cell: PhaseDiagram.Cell) -> String {
    switch (cell.isOutage, cell.wasTried) {
    case (true?, true): filled(style.glyph("█", "#"))
    case (true?, false): filled(style.glyph("▒", "+"))
    case (false?, true): filled(style.glyph("·", "."))
    case (false?, false): filled(" ")
    case (nil, true): style.paint(filled("?"), .warning)
    case (nil, false): style.paint(filled("-"), .warning)
    }
  }

  private var legend: [String] {
    let marks = [
      "\(style.glyph("█", "#")) outage", "\(style.glyph("·", ".")) no outage",
      "? tried and open", "\(style.glyph("▒", "+")) and blank: taken from around",
      "- not reached",
    ]
    return TerminalText.filled(marks, separator: "   ", columns: style.width - 2).map { "  " + $0 }
  }

  // MARK: Recovery

  private var longest: Double {
    diagram.cells.joined().compactMap(\.recoveryMinutes).max() ?? 0
  }

  /// A number where it fits, a shade where it does not; `+` for a lower bound.
  private func recovery(_ cell: PhaseDiagram.Cell) -> String {
    guard let minutes = cell.recoveryMinutes else { return filled(" ") }
    guard cellWidth < 4 else {
      let text = NumberText.fixed(min(minutes, 999), digits: 0)
      return TerminalText.rightAligned(text, to: 3) + (cell.unrecovered > 0 ? "+" : " ")
    }
    let shades = style.hasUnicode ? ["·", "░", "▒", "▓", "█"] : [".", ":", "+", "%", "@"]
    let place = longest > 0 ? Int(minutes / longest * Double(shades.count - 1) + 0.5) : 0
    return filled(shades[min(max(place, 0), shades.count - 1)])
  }

  private var recoveryLegend: [String] {
    let longest = NumberText.fixed(longest, digits: 0)
    return cellWidth < 4
      ? ["  from \(style.glyph("·", ".")) 0 to \(style.glyph("█", "@")) \(longest) minutes"]
      : ["  + at least: some runs had not recovered at their end"]
  }

  var notes: String {
    let share = NumberText.trimmed(diagram.options.falseShare * 100, digits: 1)
    return
      "\(diagram.certified) points are shown to be on one side of one half and \(diagram.open) stay "
      + "open; of those shown, on average at most \(share) % are wrong, however often one looks. "
      + "Every point has seeds of its own. Points between others that agree are not tried: an island "
      + "between the points of the coarse grid is not seen."
  }
}
