import Observation

extension ReplayText {
  /// Every fact with its measured value and its tolerance.
  var facts: [String] {
    guard !record.facts.isEmpty else { return [] }
    let rows = record.facts.map { verdict in
      (
        verdict: verdict, outcome: record.outcome(of: verdict),
        expected: FactText.expected(verdict.fact)
      )
    }
    func measured(_ row: (verdict: FactVerdict, outcome: FactOutcome, expected: String)) -> String {
      if row.outcome == .notReached { return "not reached" }
      return FactText.measured(row.verdict) ?? "no value"
    }
    let measuredWidth = max(10, rows.map { TerminalText.width(measured($0)) }.max() ?? 0)
    let expectedWidth = max(10, rows.map { TerminalText.width($0.expected) }.max() ?? 0)
    let columns = max(20, style.width - 7 - 2 - measuredWidth - 3 - expectedWidth)
    var lines = [
      style.paint("Facts", .heading)
        + style.paint(
          TerminalText.rightAligned("measured", to: 7 + columns + 2 + measuredWidth - 5)
            + "   expected", .dim)
    ]
    for row in rows {
      let wrapped = TerminalText.wrapped(
        TerminalText.safe(row.verdict.fact.claim), columns: columns)
      let value = measured(row)
      let gap = String(repeating: " ", count: measuredWidth - TerminalText.width(value))
      lines.append(
        "  \(mark(row.outcome)) \(TerminalText.padded(wrapped[0], to: columns))  "
          + gap + style.paint(value, role(row.outcome)) + "   " + row.expected)
      lines += wrapped.dropFirst().map { "       " + $0 }
      if row.outcome == .failed {
        let fact = row.verdict.fact
        let names = "\(fact.id): \(fact.measure), \(fact.source)"
        lines += TerminalText.wrapped(TerminalText.safe(names), columns: style.width - 7)
          .map { "       " + style.paint($0, .dim) }
      }
    }
    return lines
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
