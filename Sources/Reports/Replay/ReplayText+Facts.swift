import Observation

extension ReplayText {
  /// A fact as its row shows it.
  private struct Row {
    let verdict: FactVerdict
    let outcome: FactOutcome
    let measured: String
    let expected: String
  }

  /// Every fact with its measured value and its tolerance.
  var facts: [String] {
    guard !record.facts.isEmpty else { return [] }
    let rows = record.facts.map { verdict in
      let outcome = record.outcome(of: verdict)
      let measured =
        outcome == .notReached ? "not reached" : FactText.measured(verdict) ?? "no value"
      return Row(
        verdict: verdict, outcome: outcome, measured: measured,
        expected: FactText.expected(verdict.fact))
    }
    let measuredWidth = max(10, rows.map { TerminalText.width($0.measured) }.max() ?? 0)
    let expectedWidth = max(10, rows.map { TerminalText.width($0.expected) }.max() ?? 0)
    let columns = style.width - 7 - 2 - measuredWidth - 3 - expectedWidth
    let heading = style.paint("Facts", .heading)
    // A page too narrow for three columns has the figures under the claim.
    guard columns >= 20 else { return [heading] + rows.flatMap { stacked($0) + source(of: $0) } }
    let titles = TerminalText.rightAligned("measured", to: 7 + columns + 2 + measuredWidth - 5)
    var lines = [heading + style.paint(titles + "   expected", .dim)]
    for row in rows {
      let claim = TerminalText.wrapped(
        TerminalText.safe(row.verdict.fact.claim), columns: columns)
      let gap = String(repeating: " ", count: measuredWidth - TerminalText.width(row.measured))
      lines.append(
        "  \(mark(row.outcome)) \(TerminalText.padded(claim[0], to: columns))  "
          + gap + style.paint(row.measured, role(row.outcome)) + "   " + row.expected)
      lines += claim.dropFirst().map { "       " + $0 } + source(of: row)
    }
    return lines
  }

  private func stacked(_ row: Row) -> [String] {
    let claim = TerminalText.wrapped(
      TerminalText.safe(row.verdict.fact.claim), columns: style.width - 7)
    let figures = "\(style.paint(row.measured, role(row.outcome))), expected \(row.expected)"
    return ["  \(mark(row.outcome)) \(claim[0])"]
      + (claim.dropFirst() + [figures]).map { "       " + $0 }
  }

  /// Where a failed fact comes from and what measures it, for whoever looks into it.
  private func source(of row: Row) -> [String] {
    guard row.outcome == .failed else { return [] }
    let fact = row.verdict.fact
    let names = TerminalText.safe("\(fact.id): \(fact.measure), \(fact.source)")
    return TerminalText.wrapped(names, columns: style.width - 7)
      .map { "       " + style.paint($0, .dim) }
  }

  private func mark(_ outcome: FactOutcome) -> String {
    switch outcome {
    case .held: style.paint("ok  ", .good)
    case .failed: style.paint("FAIL", .failure)
    case .notReached: style.paint(style.absent, .warning) + "   "
    }
  }

  private func role(_ outcome: FactOutcome) -> TextStyle.Role? {
    switch outcome {
    case .held: nil
    case .failed: .failure
    case .notReached: .warning
    }
  }
}
