import Reports

/// How far a run is, on one line of a terminal, or in lines where there is none.
struct ProgressBar {
  private let label: String
  private let console: Console
  private let isShown: Bool
  private let began = ContinuousClock.now
  private var shownAt: ContinuousClock.Instant?
  private var shownTenth = 0
  private var isDoing = false

  init(_ label: String, on console: Console) {
    self.label = label
    self.console = console
    isShown = console.hasProgress
  }

  /// - Parameters:
  ///   - share: Of the work that is done, 0 to 1.
  ///   - doing: What is done while the share stands still; in place of the time that is left.
  mutating func update(_ share: Double, doing: String? = nil) {
    guard isShown else { return }
    guard console.error.isTerminal else { return updateLines(share, doing) }
    let now = ContinuousClock.now
    if let shownAt, now - shownAt < .milliseconds(80) { return }
    shownAt = now
    let style = console.errorStyle
    let cells = 30
    let filled = max(0, min(cells, Int(share * Double(cells))))
    let bar =
      String(repeating: style.hasUnicode ? "━" : "#", count: filled)
      + style.paint(String(repeating: style.hasUnicode ? "─" : ".", count: cells - filled), .dim)
    let percent = TerminalText.rightAligned("\(Int(share * 100))%", to: 4)
    console.report("\r\(label) \(bar) \(percent)  \(doing ?? remaining(share, now))\u{1B}[K")
  }

  private func remaining(_ share: Double, _ now: ContinuousClock.Instant) -> String {
    let spent = Stopwatch.seconds(now - began)
    guard share > 0.02, spent > 0.5 else { return "" }
    return "\(Int(spent / share * (1 - share) + 0.5)) s left"
  }

  private mutating func updateLines(_ share: Double, _ doing: String?) {
    if doing != nil, !isDoing { console.report("\(label): planning\n") }
    isDoing = doing != nil
    let tenth = Int(share * 10)
    guard tenth > shownTenth else { return }
    shownTenth = tenth
    console.report("\(label) \(tenth * 10)%\n")
  }

  /// Takes the line away.
  func finish() {
    if isShown, console.error.isTerminal, shownAt != nil { console.report("\r\u{1B}[K") }
  }
}

/// Wall-clock time, for messages only.
struct Stopwatch {
  private let began = ContinuousClock.now

  var seconds: Double { Self.seconds(ContinuousClock.now - began) }

  static func seconds(_ span: Swift.Duration) -> Double {
    Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
  }
}
