/// A table of two directions whose cells have a fill for their value, and the value as a text.
struct HeatMap {
  struct Cell {
    let text: String
    /// The class that fills it.
    let tone: String
    /// All that is known of it, for whoever points at it or has it described.
    let label: String
  }

  let caption: String
  let columnName: String
  let rowName: String
  let columns: [String]
  /// From above.
  let rows: [(name: String, cells: [Cell])]

  var markup: Markup {
    Markup(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption],
      [
        Markup(
          "table", ["class": columns.count > 14 ? "map many" : "map"],
          [
            Markup("caption", text: "↑ \(rowName)  → \(columnName)"),
            Markup("tbody", [:], rows.map(row)),
            Markup(
              "tfoot", [:],
              [
                Markup(
                  "tr", [:],
                  [Markup("td", [:], [])] + columns.map { Markup("th", ["scope": "col"], text: $0) }
                )
              ]),
          ])
      ])
  }

  private func row(_ row: (name: String, cells: [Cell])) -> Markup {
    Markup(
      "tr", [:],
      [Markup("th", ["scope": "row"], text: row.name)]
        + row.cells.map { cell in
          Markup("td", ["class": cell.tone, "title": cell.label], text: cell.text)
        })
  }

  /// The fill of a value between the least and the greatest.
  static func tone(_ value: Double, in range: ClosedRange<Double>) -> String {
    let levels = PagePalette.heat.count
    let span = range.upperBound - range.lowerBound
    guard span > 0, value.isFinite else { return "h0" }
    let share = min(1, max(0, (value - range.lowerBound) / span))
    return "h\(min(levels - 1, Int(share * Double(levels))))"
  }

  /// What the fills mean, below a map.
  static func key(_ range: ClosedRange<Double>, _ text: (Double) -> String) -> Markup {
    Markup(
      "p", ["class": "scale-key"],
      [.text(text(range.lowerBound) + " ")]
        + PagePalette.heat.indices.map {
          Markup("span", ["class": "swatch h\($0)"], text: "\u{A0}")
        }
        + [.text(" " + text(range.upperBound))])
  }
}
