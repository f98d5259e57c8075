import Experiments
import SimulationKernel

/// What a search saw at each value, from the least to the greatest.
struct ThresholdChart {
  let search: ThresholdSearch
  let span: ParameterSpan
  let style: TextStyle
  /// What the bars are shares of: `outage`.
  let noun: String

  var lines: [String] {
    let answers = search.answers.filter { $0.seen.trials > 0 }.sorted { $0.value < $1.value }
    let texts = answers.map { TerminalText.safe(span.text(of: span.number(at: $0.value))) }
    let width = min(20, texts.map(TerminalText.width).max() ?? 0)
    let columns = max(10, min(30, style.width - width - 40))
    return zip(answers, texts).map { answer, text in
      let share = answer.seen.share ?? 0
      let filled = Int(share * Double(columns) + 0.5)
      let bar =
        String(repeating: style.glyph("█", "#"), count: filled)
        + String(repeating: style.glyph("·", "."), count: columns - filled)
      let isToday = span.number(at: answer.value) == span.present
      return "  " + TerminalText.rightAligned(style.shortened(text, to: width), to: width)
        + "  " + bar + "  "
        + TerminalText.rightAligned("\(answer.seen.successes)/\(answer.seen.trials)", to: 7)
        + "  " + TerminalText.padded(verdict(answer), to: 7) + (isToday ? "  today" : "")
    }
  }

  private func verdict(_ answer: ThresholdSearch.Answer) -> String {
    guard let isAbove = answer.isAbove else { return style.paint("open", .warning) }
    return isAbove ? noun : "no " + noun
  }
}

extension ThresholdSearch {
  /// Where the threshold is shown to be, such as `between 1.2s and 1.3s`; values as `text` has them.
  func place(_ text: (Double) -> String) -> String {
    switch (low, high) {
    case (let low?, let high?): "between \(text(low)) and \(text(high))"
    case (let low?, nil): "above \(text(low))"
    case (nil, let high?): "below \(text(high))"
    case (nil, nil): "anywhere in the range"
    }
  }
}
