import SimulationKernel

extension UsersChart {
  /// The chart with its scale in front and its times below.
  ///
  /// - Parameters:
  ///   - height: Rows of the chart itself; even.
  ///   - gutter: Columns in front of it, at least 7.
  ///   - style: Colours, characters.
  /// - Returns: `height` lines and two more.
  func picture(height: Int, gutter: Int, style: TextStyle) -> [String] {
    let lines = rows(height, hasUnicode: style.hasUnicode).enumerated().map { index, row in
      let label = index == 0 ? "100%" : index * 2 == height ? "50%" : ""
      let edge = style.glyph(label.isEmpty ? "│" : "┤", "|")
      let scale = TerminalText.rightAligned(label, to: gutter - 2)
      return style.paint("\(scale) \(edge)", .dim) + painted(row, style)
    }
    return lines + axis(gutter: gutter, style)
  }

  /// A row in the colours of the shares: runs of equal colour are painted once.
  private func painted(_ row: [Character], _ style: TextStyle) -> String {
    func role(_ share: Double) -> TextStyle.Role {
      share >= 0.99 ? .good : share >= 0.5 ? .warning : .bad
    }
    var text = ""
    var run = ""
    var current: TextStyle.Role?
    for (character, share) in zip(row, shares) {
      if role(share) != current {
        text += style.paint(run, current)
        (run, current) = ("", role(share))
      }
      run.append(character)
    }
    return text + style.paint(run, current)
  }

  private func axis(gutter: Int, _ style: TextStyle) -> [String] {
    let count = shares.count
    var line = [Character](repeating: style.hasUnicode ? "─" : "-", count: count)
    var labels = [Character](repeating: " ", count: count + gutter)
    for tick in ticks(apart: 10) {
      guard let column = column(of: tick) else { continue }
      line[column] = style.hasUnicode ? "┬" : "+"
      // 14:30 without the seconds; after midnight with the day in front.
      let text = Array(tick.description.dropLast(3))
      let place = gutter + column - text.count / 2
      guard place + text.count <= labels.count else { continue }
      labels.replaceSubrange(place..<(place + text.count), with: text)
    }
    let corner = TerminalText.rightAligned("0%", to: gutter - 2) + style.glyph(" └", " +")
    while labels.last == " " { labels.removeLast() }
    return [style.paint(corner + String(line), .dim), style.paint(String(labels), .dim)]
  }
}
