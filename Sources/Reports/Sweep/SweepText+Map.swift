import Observation

extension SweepText {
  /// A heat map of a grid over two axes: in characters, so that no colour has to be told from another.
  var map: [String] {
    guard let map = showcase.map else { return [] }
    let values = map.cells.joined().compactMap { $0 }
    guard let least = values.min(), let most = values.max() else { return [] }
    let labels = SweepMap.values(of: map.rows).map(style.shown)
    let labelWidth = min(16, labels.map(TerminalText.width).max() ?? 0)
    let room = style.width - labelWidth - 5
    // A grid that is wider than the page is in the table, or in the files.
    guard map.cells[0].count <= room else { return [] }
    let cellWidth = max(1, min(6, min(room, 72) / map.cells[0].count))
    var lines = [
      style.paint("User-minutes lost", .heading) + style.paint("  mean of each point", .dim),
      "  " + style.shown(map.rows.name),
    ]
    for (row, cells) in map.cells.enumerated().reversed() {
      let label = style.shortened(labels[row], to: labelWidth)
      lines.append(
        "  " + TerminalText.rightAligned(label, to: labelWidth) + " " + style.glyph("│", "|")
          + cells.map { cell($0, least, most, width: cellWidth) }.joined())
    }
    let indent = String(repeating: " ", count: labelWidth + 3)
    let width = map.cells[0].count * cellWidth
    lines.append(
      indent + style.glyph("└", "+") + String(repeating: style.glyph("─", "-"), count: width))
    lines += columnLabels(of: map, cellWidth).map { indent + " " + $0 }
    return lines + legend(least, most, hasGaps: map.cells.joined().contains { $0 == nil })
  }

  private var shades: [String] {
    style.hasUnicode ? ["·", "░", "▒", "▓", "█"] : [".", ":", "+", "%", "@"]
  }

  private func cell(_ value: Double?, _ least: Double, _ most: Double, width: Int) -> String {
    guard let value else {
      return style.paint(String(repeating: "?", count: width), .warning)
    }
    let level = most > least ? Int((value - least) / (most - least) * 4 + 0.5) : 0
    let roles: [TextStyle.Role] = [.good, .good, .warning, .bad, .bad]
    let place = max(0, min(4, level))
    return style.paint(String(repeating: shades[place], count: width), roles[place])
  }

  /// Each value under its column where all have room, else the first and the last one; and the path.
  private func columnLabels(of map: SweepMap, _ cellWidth: Int) -> [String] {
    let values = SweepMap.values(of: map.columns).map(style.shown)
    let path = style.shown(map.columns.name)
    if values.allSatisfy({ TerminalText.width($0) < cellWidth }) {
      return [values.map { TerminalText.padded($0, to: cellWidth) }.joined(), path]
    }
    let (first, last) = (values[0], values[values.count - 1])
    let gap =
      values.count * cellWidth - TerminalText.width(first) - TerminalText.width(last)
    guard gap > 0 else {
      return [style.shortened("\(first) to \(last)", to: style.width - 22), path]
    }
    return [first + String(repeating: " ", count: gap) + last, path]
  }

  private func legend(_ least: Double, _ most: Double, hasGaps: Bool) -> [String] {
    guard most > least else {
      return TerminalText.wrapped(
        "every point loses \(NumberText.text(least, .userMinutes))", columns: style.width - 2
      ).map { "  " + style.paint($0, .dim) }
    }
    var words = shades.enumerated().map { level, shade in
      let value = least + (most - least) * Double(level) / 4
      return "\(shade) \(NumberText.text(value, .userMinutes))"
    }
    if hasGaps { words.append("? no run") }
    return TerminalText.filled(words, separator: "   ", columns: style.width - 2)
      .map { "  " + style.paint($0, .dim) }
  }
}
