import Experiments
import Scenarios

/// A recording against the models, for people: how many cases agree, and every step that does not.
public struct ConformText: Sendable {
  private let report: ConformanceReport
  private let style: TextStyle
  /// The command that gives this report again.
  private let reproduce: [String]

  public init(_ report: ConformanceReport, style: TextStyle, reproduce: [String]) {
    self.report = report
    self.style = style
    self.reproduce = reproduce
  }

  public var text: String {
    var lines = report.failures.flatMap { self.lines(of: $0) }
    if !lines.isEmpty { lines.append("") }
    let verdict = "\(report.passed)/\(report.cases)"
    let role = report.holds ? TextStyle.Role.good : .failure
    lines.append(style.paint(verdict, role) + " \(Self.subject(of: report.kind)) agree")
    if report.skipped > 0 {
      let cases = report.skipped == 1 ? "1 case is" : "\(report.skipped) cases are"
      lines.append("\(cases) not judged: the real runs disagreed among themselves")
    }
    lines.append("reproduce: \(ShellWords.line(reproduce))")
    return lines.map { $0 + "\n" }.joined()
  }

  private static func subject(of kind: ConformanceKind) -> String {
    switch kind {
    case .etcd: "etcd cases"
    case .supervisor: "supervisor cases"
    case .truncatedPut: "truncated-put cases"
    }
  }

  private func lines(of failure: ConformanceFailure) -> [String] {
    let title = "\(failure.id) step \(failure.step), \(failure.action)"
    var lines = [style.paint(TerminalText.safe(title), .heading)]
    guard case .object(let parts) = failure.expected, case .object(let others) = failure.got,
      parts.count == others.count
    else {
      return lines + ["  expected \(compact(failure.expected)), got \(compact(failure.got))"]
    }
    for (part, other) in zip(parts, others) {
      lines.append(
        "  \(TerminalText.safe(part.key)): expected \(compact(part.value)), "
          + "got \(compact(other.value))")
    }
    return lines
  }

  private func compact(_ value: JSONValue) -> String {
    TerminalText.safe(JSONWriter.compact(value))
  }
}
