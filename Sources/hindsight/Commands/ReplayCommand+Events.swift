import Experiments
import Reports
import Systems

extension ReplayCommand {
  /// The events that `--events` asks for; nil without it.
  static func eventNumbers(
    _ text: String?
  ) throws(CommandFailure) -> ClosedRange<UInt64>? {
    guard let text else { return nil }
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = eventNumber(ends[0]),
      let last = eventNumber(ends[2]), first > 0, first <= last
    else {
      throw .usage(
        UsageError(
          "'--events' takes two numbers of events, not \(ArgumentParser.quoted(text))",
          help: "write --events 1..100 for the first hundred"))
    }
    return first...last
  }

  private static func eventNumber(_ text: Substring) -> UInt64? {
    text.hasPrefix("+") ? nil : UInt64(text)
  }

  /// Lists events instead of reporting on the run: one per line, for a comparison by other tools.
  func list(
    _ numbers: ClosedRange<UInt64>, of scenario: OutageScenario, options: Replay.Options,
    on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    var lines = ""
    var isAny = false
    try Replay.list(events: numbers, of: scenario, options: options) {
      event throws(CommandFailure) in
      isAny = true
      lines += TerminalText.safe(event.line) + "\n"
      if lines.utf8.count > 1 << 16 {
        try console.write(lines)
        lines = ""
      }
    }
    try console.write(lines)
    guard !isAny else { return .held }
    console.reportError("the run has fewer events than \(numbers.lowerBound)")
    return .nothingSelected
  }
}
