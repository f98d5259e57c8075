import Observation
import SimulationKernel

extension ReplayText {
  /// What the operators did in the run, in order of time, each with its letter.
  var markedActions: [(letter: String, index: Int, at: Instant)] {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let taken = record.timeline.indices.compactMap { index -> (index: Int, at: Instant)? in
      let entry = record.timeline[index]
      guard entry.kind == .action, let at = entry.simulated else { return nil }
      return (index, at)
    }
    return taken.enumerated().map { number, action in
      // Beyond 52 actions letters would repeat and point at the wrong row.
      (number < letters.count ? String(letters[number]) : "*", action.index, action.at)
    }
  }

  /// The reported and the simulated times side by side.
  var timeline: [String] {
    guard !record.timeline.isEmpty else { return [] }
    let columns = style.width - 4 - 3 * 12
    var lines = [
      style.paint("Timeline", .heading)
        + style.paint(
          TerminalText.rightAligned("reported", to: columns + 4 + 12 - 8)
            + TerminalText.rightAligned("simulated", to: 12)
            + TerminalText.rightAligned("difference", to: 12), .dim)
    ]
    let marks = markedActions
    for (index, entry) in record.timeline.enumerated() {
      let wrapped = TerminalText.wrapped(TerminalText.safe(entry.text), columns: columns)
      let letter = marks.first { $0.index == index }?.letter
      let mark = entry.kind == .fault ? "!" : letter ?? " "
      let role: TextStyle.Role = entry.kind == .fault ? .failure : .action
      var line =
        "  \(style.paint(mark, mark == " " ? nil : role)) "
        + TerminalText.padded(wrapped[0], to: columns)
      line += times(of: entry)
      lines.append(line)
      lines += wrapped.dropFirst().map { "    " + $0 }
    }
    return lines
  }

  private func times(of entry: TimelineEntry) -> String {
    func cell(_ text: String, _ role: TextStyle.Role? = nil) -> String {
      let padding = max(0, 12 - TerminalText.width(text))
      return String(repeating: " ", count: padding) + style.paint(text, role)
    }
    let reported =
      entry.reported.map { cell(NumberText.clock($0)) } ?? cell(style.absent, .dim)
    let verdict = entry.fact.flatMap { id in record.facts.first { $0.fact.id == id } }
    let outcome = verdict.map { record.outcome(of: $0) }
    guard let simulated = entry.simulated else {
      // A moment that nothing in the run stands for has no time of its own to differ by.
      if entry.kind == .outcome && entry.fact == nil {
        return reported + cell(style.absent, .dim)
      }
      let isEarly = record.wasCutShort
      return reported + cell(isEarly ? "not reached" : "never", isEarly ? .warning : .bad)
    }
    let time = cell(NumberText.clock(simulated))
    if entry.kind == .action && entry.reported == simulated {
      return reported + time + cell("input", .dim)
    }
    guard let instant = entry.reported else { return reported + time }
    let role: TextStyle.Role? =
      switch outcome {
      case .held: .good
      case .failed: .bad
      case .notReached: .warning
      case nil: nil
      }
    return reported + time + cell(NumberText.difference(from: instant, to: simulated), role)
  }
}
