import Experiments
import Observation

/// The distance to the edge, for people.
public struct CliffText: Sendable {
  let cliff: Cliff
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - cliff: What to report.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ cliff: Cliff, style: TextStyle, reproduce: [String]) {
    self.cliff = cliff
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    lines += [""] + style.wrapped(answer) + style.wrapped(distance)
    lines += [
      "", style.paint("What was tried", .heading) + style.paint("  runs with an outage", .dim),
    ]
    lines +=
      ThresholdChart(search: cliff.search, span: cliff.span, style: style, noun: "outage").lines
    lines += [""] + style.wrapped(notes, .dim)
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var span: ParameterSpan { cliff.span }
  private var path: String { TerminalText.safe(span.path) }

  private func text(_ number: Double) -> String { TerminalText.safe(span.text(of: number)) }

  private var head: [String] {
    ReportPage.head(
      of: cliff.header, until: cliff.until,
      runs: ["\(cliff.search.trials) runs from seed \(cliff.firstSeed) on"],
      patches: cliff.patches, style: style)
      + ReportPage.shortfall(
        isInterrupted: cliff.isInterrupted,
        spentBudget: cliff.search.isExhausted ? cliff.options.budget : nil, style: style)
  }

  /// What was found, in one sentence.
  private var answer: String {
    let range = "from \(text(span.low)) to \(text(span.high))"
    switch cliff.finding {
    case .never: return "With '\(path)' \(range), an outage is never likelier than not."
    case .always: return "With '\(path)' \(range), an outage is always likelier than not."
    case .unclear:
      return "With '\(path)' \(range), the edge could not be shown to be in the range: it may be "
        + cliff.search.place { text(span.number(at: $0)) } + "."
    case .found:
      let side = cliff.search.direction == .falling ? "up to" : "from"
      let interval = cliff.search.place { text(span.number(at: $0)) }
      let value = cliff.estimate.map { " about \(text($0))" } ?? ""
      return "An outage is likelier than not with '\(path)' \(side)\(value) "
        + "\(cliff.search.direction == .falling ? "" : "on ")(95 %: \(interval))."
    }
  }

  /// How far that is from today.
  private var distance: String {
    let today = "Today it is \(TerminalText.safe(span.presentText))"
    if let untried { return "\(today), \(untried)." }
    guard let margin = cliff.margin else { return today + "." }
    guard let value = margin.value else {
      return cliff.finding == .never
        ? "\(today); the edge is more than \(Self.times(margin.low)) away."
        : today + (cliff.finding == .always ? ", past the edge." : ".")
    }
    let interval =
      "95 %: \(Self.number(margin.low)) to \(margin.high.map(Self.number) ?? "any number")"
    let edge =
      cliff.search.direction == .falling
      ? "at that divided by \(Self.number(value))" : "at \(Self.times(value)) that"
    let passed = value < 1 ? ", past the edge, which is \(edge)" : ". The edge is \(edge)"
    return "\(today)\(passed) (\(interval))."
  }

  /// Of a range without an edge that today's value is not in: nothing was seen of today, only on
  /// which side of the range the edge must be.
  private var untried: String? {
    guard let side = span.presentSide, let everywhere = cliff.search.verdictEverywhere else {
      return nil
    }
    let edge =
      switch cliff.search.direction {
      case .rising: everywhere ? "below \(text(span.low))" : "above \(text(span.high))"
      case .falling: everywhere ? "above \(text(span.high))" : "below \(text(span.low))"
      case nil: "on one side of the range; a range with today's value in it tells on which"
      }
    return "\(side.rawValue) the range, and was not tried; the edge is \(edge)"
  }

  private static func number(_ value: Double) -> String {
    NumberText.trimmed(value, digits: value < 0.1 ? 4 : value < 10 ? 2 : 1)
  }

  private static func times(_ value: Double) -> String { number(value) + " times" }

  private var notes: String {
    "An outage is a run in which under half of the users are served at some time. Each value has runs "
      + "with seeds of its own until it is shown to be on one side of one half, however often one looks; "
      + "all of them together hold with 95 % at least, as long as the probability does not turn around "
      + "within the range. The value itself is a guess between what was shown."
  }
}
