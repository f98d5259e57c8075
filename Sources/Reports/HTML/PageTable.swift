/// Tables of a page: plain ones that become lists on a narrow screen.
struct PageTable {
  struct Column {
    let title: String
    var isNumber = false
    /// Whether its cells say what a row is of.
    var isHead = false
    /// Whether its cells have a line of their own on a narrow screen.
    var isWide = false

    init(_ title: String, isNumber: Bool = false, isHead: Bool = false, isWide: Bool = false) {
      (self.title, self.isNumber, self.isHead, self.isWide) = (title, isNumber, isHead, isWide)
    }
  }

  let caption: String
  let columns: [Column]
  /// One cell per column.
  let rows: [[Markup]]

  var markup: Markup {
    Markup(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption],
      [
        Markup(
          "table", ["class": "stack"],
          [
            Markup(
              "thead", [:],
              [
                Markup(
                  "tr", [:],
                  columns.map { column in
                    Markup(
                      "th", ["scope": "col", "class": column.isNumber ? "number" : nil],
                      text: column.title)
                  })
              ]),
            Markup("tbody", [:], rows.map(row)),
          ])
      ])
  }

  private func row(_ cells: [Markup]) -> Markup {
    Markup(
      "tr", [:],
      zip(columns, cells).map { column, cell in
        if column.isHead { return Markup("th", ["scope": "row"], [cell]) }
        let isEmpty = cell.html.isEmpty
        let names = [
          column.isNumber ? "number" : nil, column.isWide ? "wide" : nil, isEmpty ? "empty" : nil,
        ].compactMap { $0 }
        return Markup(
          "td",
          [
            "class": names.isEmpty ? nil : names.joined(separator: " "),
            "data-label": column.title.isEmpty ? nil : column.title,
          ], [cell])
      })
  }
}
