import Experiments
import Observation

/// A phase diagram as a page: two maps of the plane of two parameters.
public struct PhaseHTML: Sendable {
  let diagram: PhaseDiagram
  let reproduce: [String]

  /// - Parameters:
  ///   - diagram: What to report.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ diagram: PhaseDiagram, reproduce: [String]) {
    self.diagram = diagram
    self.reproduce = reproduce
  }

  /// The page, smaller than `PageDetail.bytesMax`.
  public var text: String {
    PageDetail.text { detail in page(detail).text(detail) }
  }

  private func page(_ detail: PageDetail) -> Page {
    let header = diagram.header
    var words = [
      "\(NumberText.clock(header.start)) to \(NumberText.clock(diagram.until))",
      "\(diagram.runs) runs from seed \(diagram.firstSeed) on", "scale \(header.scale)",
    ]
    words += detail.shown(diagram.patches).rows
    var warnings: [String] = []
    if diagram.isInterrupted { warnings.append("Interrupted: only what was finished is counted.") }
    if diagram.isExhausted {
      warnings.append("The budget of \(diagram.options.budget) runs is used up.")
    }
    return Page(
      kind: "Phase diagram", title: header.title, name: header.name, words: words,
      verdict: verdict(detail), warnings: warnings,
      sections: [
        Page.Section("outage", "Where an outage is likelier than not", outages(detail)),
        Page.Section("recovery", "Minutes until 99 % are served for good", recovery(detail)),
        Page.Section("notes", "How it was made", [Markup("p", ["class": "small"], text: notes)]),
      ],
      version: diagram.version, reproduce: reproduce)
  }

  private func verdict(_ detail: PageDetail) -> String {
    let cells = diagram.cells.joined()
    let sides = (cells.count { $0.isOutage == true }, cells.count { $0.isOutage == false })
    let plane =
      "\(detail.text(diagram.rows.path)) against \(detail.text(diagram.columns.path)): "
    switch sides {
    case (0, 0): return plane + "no point could be judged."
    case (0, _):
      return plane + "an outage is likelier than not at no point that could be judged." + untried
    case (_, 0):
      return plane + "an outage is likelier than not wherever it could be judged." + untried
    case (let outage, let calm):
      return plane
        + "an outage is likelier than not at \(outage) of \(outage + calm) points that could be "
        + "judged; the edge runs between them." + untried
    }
  }

  /// How many of the points that were judged have no runs of their own.
  private var untried: String {
    let judged = diagram.cells.joined().filter { $0.isOutage != nil }
    let count = judged.count { !$0.wasTried }
    guard count > 0 else { return "" }
    return " Of these \(judged.count) points \(count) \(count == 1 ? "was" : "were") not tried, "
      + "but taken from tried points around that agree."
  }

  // MARK: Maps

  private func map(
    _ caption: String, _ detail: PageDetail, _ cell: (PhaseDiagram.Cell) -> HeatMap.Cell
  ) -> Markup {
    let columns = Array(diagram.columns.values.prefix(detail.rows))
    return HeatMap(
      caption: caption, columnName: detail.text(diagram.columns.path),
      rowName: detail.text(diagram.rows.path), columns: columns.map(detail.text),
      rows: diagram.cells.prefix(detail.rows).enumerated().reversed().map { row, cells in
        (
          detail.text(diagram.rows.values[row]),
          zip(columns, cells).map { column, state in
            let shown = cell(state)
            let place =
              "\(detail.text(column)), \(detail.text(diagram.rows.values[row])): "
            return HeatMap.Cell(text: shown.text, tone: shown.tone, label: place + shown.label)
          }
        )
      }
    ).markup
  }

  private static let sides: [(tone: String, text: String, label: String)] = [
    ("outage", "✗", "an outage is likelier than not"),
    ("outage guess", "✗", "an outage, taken from the points around"),
    ("calm", "·", "an outage is less likely than not"),
    ("calm guess", "·", "no outage, taken from the points around"),
    ("open", "?", "tried, and open"), ("unknown", "", "not reached"),
  ]

  private func side(_ cell: PhaseDiagram.Cell) -> Int {
    switch (cell.isOutage, cell.wasTried) {
    case (true?, true): 0
    case (true?, false): 1
    case (false?, true): 2
    case (false?, false): 3
    case (nil, true): 4
    case (nil, false): 5
    }
  }

  private func outages(_ detail: PageDetail) -> [Markup] {
    [
      map("Outage", detail) { cell in
        let side = Self.sides[side(cell)]
        let seen =
          cell.wasTried ? ", \(cell.outages.successes) of \(cell.outages.trials) runs" : ""
        return HeatMap.Cell(text: side.text, tone: side.tone, label: side.label + seen)
      },
      Markup(
        "p", ["class": "scale-key"],
        Self.sides.map { side in
          Markup(
            "span", ["class": "key-item"],
            [
              Markup("span", ["class": "swatch \(side.tone)"], text: side.text),
              .text(" " + side.label),
            ])
        }),
    ]
  }

  private func recovery(_ detail: PageDetail) -> [Markup] {
    let longest = diagram.cells.joined().compactMap(\.recoveryMinutes).max() ?? 0
    let range = 0...max(longest, 1)
    return [
      map("Recovery", detail) { cell in
        guard let minutes = cell.recoveryMinutes else {
          return HeatMap.Cell(text: "", tone: "unknown", label: "not tried")
        }
        let text = SVGNumber.text(minutes, digits: 0)
        let least = cell.unrecovered > 0
        return HeatMap.Cell(
          text: least ? "\(text)+" : text, tone: HeatMap.tone(minutes, in: range),
          label: (least ? "at least " : "") + NumberText.text(minutes, .minutes))
      },
      HeatMap.key(range) { NumberText.text($0, .minutes) },
      Markup(
        "p", ["class": "small dim"], text: "+ at least: some runs had not recovered at their end."),
    ]
  }

  /// As the text report says it.
  private var notes: String {
    PhaseText(diagram, style: TextStyle(), reproduce: reproduce).notes
  }
}
