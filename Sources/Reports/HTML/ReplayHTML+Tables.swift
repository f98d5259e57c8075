import Observation
import Scenarios

extension ReplayHTML {
  // MARK: Facts

  /// Every fact with its measured value and its tolerance; those that failed first.
  func facts(_ detail: PageDetail) -> [Markup] {
    guard !record.facts.isEmpty else { return [] }
    let order: [FactOutcome] = [.failed, .notReached, .held]
    let ranked = order.flatMap { outcome in
      record.facts.filter { record.outcome(of: $0) == outcome }
    }
    let (rows, left) = detail.shown(ranked)
    let counts = order.reversed().compactMap { outcome -> String? in
      let count = record.facts.count { record.outcome(of: $0) == outcome }
      return count > 0 ? "\(count) \(FactWords(outcome).word)" : nil
    }
    return [
      Markup(
        "p", ["class": "small dim"],
        text: counts.joined(separator: ", ")
          + ". Facts are claims of the account with a tolerance; no model can read them."),
      PageTable(
        caption: "Facts",
        columns: [
          .init(""), .init("Claim", isHead: true), .init("Measured", isNumber: true),
          .init("Expected", isNumber: true), .init("Where it is from", isWide: true),
        ],
        rows: rows.map { verdict in
          let outcome = record.outcome(of: verdict)
          let words = FactWords(outcome)
          let measured =
            outcome == .notReached ? "not reached" : FactText.measured(verdict) ?? "no value"
          return [
            Markup("span", ["class": "tag \(words.tone)"], text: "\(words.sign) \(words.word)"),
            .text(detail.text(verdict.fact.claim)),
            Markup("span", ["class": outcome == .held ? nil : words.tone], text: measured),
            .text(FactText.expected(verdict.fact)),
            Markup("span", ["class": "small dim"], text: detail.text(verdict.fact.source)),
          ]
        }
      ).markup,
    ] + PageDetail.more(left, "facts")
  }

  // MARK: Findings

  /// Promises and invariants that broke, and how many held.
  func findings(_ detail: PageDetail) -> [Markup] {
    guard !record.invariants.isEmpty else { return [] }
    let broken = record.invariants.filter { $0.verdict == .broken }
    let held = record.invariants.count { $0.verdict == .held }
    let idle = record.invariants.count { $0.verdict == .vacuous }
    let (rows, left) = detail.shown(broken)
    var body: [Markup] = []
    if broken.isEmpty {
      body.append(
        Markup("p", [:], [Markup("span", ["class": "good"], text: "✓ No invariant broke.")]))
    } else {
      body.append(
        PageTable(
          caption: "Broken invariants",
          columns: [
            .init(""), .init("Invariant", isHead: true), .init("At", isNumber: true),
            .init("What was seen", isWide: true),
          ],
          rows: rows.map { verdict in
            [
              Markup("span", ["class": "tag bad"], text: "✗ broken"),
              .text(detail.text(verdict.id)), .text(verdict.at?.description ?? ""),
              .text(detail.text(verdict.detail)),
            ]
          }
        ).markup)
    }
    var counts = ["\(held) held"]
    if !broken.isEmpty { counts.append("\(broken.count) broke") }
    if idle > 0 { counts.append("\(idle) never put to the test") }
    body.append(
      Markup(
        "p", ["class": "small dim"],
        text:
          "Of \(record.invariants.count) promises of the modelled systems and invariants of the "
          + "scenario, \(counts.joined(separator: ", "))."))
    return body + PageDetail.more(left, "broken invariants")
  }

  // MARK: Assumptions

  /// Parameters without a source, by the system that they belong to.
  ///
  /// Defaults of elements of lists, such as an operator's delay of zero, would bury the rest.
  func assumptions(_ detail: PageDetail) -> [Markup] {
    let all = record.assumptions.filter { !$0.isElement || $0.isSet }
    let (rows, left) = detail.shown(all)
    guard !rows.isEmpty else { return [] }
    return [
      Markup(
        "p", ["class": "small dim"],
        text: "\(all.count) values that no source gives, each with the range in which it may lie."),
      Markup(
        "details", [:],
        [
          Markup("summary", text: "Show the assumptions"),
          PageTable(
            caption: "Assumptions",
            columns: [
              .init("Parameter", isHead: true), .init("Value", isNumber: true),
              .init("Range", isNumber: true), .init("What it is", isWide: true),
            ],
            rows: rows.map { assumption in
              let unit = assumption.unit.isEmpty ? "" : " \(assumption.unit)"
              return [
                Markup("span", ["class": "mono"], text: detail.text(assumption.path)),
                .text(detail.text(assumption.valueText + unit)),
                .text(detail.text(assumption.rangeText)), .text(detail.text(assumption.summary)),
              ]
            }
          ).markup,
        ]
          + PageDetail.more(left, "assumptions")),
    ]
  }
}
