import Experiments
import Observation

/// What the outcome depends on, for people.
public struct SensitivityText: Sendable {
  let analysis: SensitivityAnalysis
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - analysis: What to report.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ analysis: SensitivityAnalysis, style: TextStyle, reproduce: [String]) {
    self.analysis = analysis
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head + [""] + screening
    for result in analysis.results { lines += [""] + table(of: result) }
    lines += [""] + style.wrapped(notes, .dim)
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    ReportPage.head(
      of: analysis.header, until: analysis.until,
      runs: ["\(analysis.runs) runs", ReportPage.seeds(analysis.seeds)],
      patches: analysis.patches, style: style)
  }

  private var nameWidth: Int {
    let names = analysis.screening.findings.map(\.assumption.path)
    return min(34, names.map { TerminalText.width(TerminalText.safe($0)) }.max() ?? 0)
  }

  private func name(_ assumption: Assumption) -> String {
    let safe = style.shortened(TerminalText.safe(assumption.path), to: nameWidth)
    return TerminalText.padded(safe, to: nameWidth)
  }

  // MARK: Screening

  /// Assumptions that are shown, the one that matters most first.
  private static let rowsMax = 12

  private var screening: [String] {
    let found = analysis.screening
    var lines = [
      style.paint("Every assumption over its range", .heading)
        + style.paint("  change of the lost user-minutes (Morris), 95 %", .dim)
    ]
    if let failure = found.failure {
      return lines + ["  could not be screened: \(TerminalText.safe(failure))"]
    }
    let moving = found.findings.filter { $0.magnitude > 0 }
    for finding in moving.prefix(Self.rowsMax) {
      let range = finding.magnitudeInterval.map {
        "(\(million($0.lowerBound)) to \(million($0.upperBound)))"
      }
      lines.append(
        "  \(name(finding.assumption)) "
          + TerminalText.rightAligned(million(finding.magnitude), to: 9) + "  "
          + style.paint(range ?? "", .dim))
    }
    let more = moving.count - min(moving.count, Self.rowsMax)
    if more > 0 { lines.append(style.paint("  and \(more) that matter less", .dim)) }
    let idle = found.findings.count - moving.count
    let omitted = found.omitted.filter(\.reason.isOfAssumption)
    let own = found.omitted.filter { !$0.reason.isOfAssumption }
    var rest = ["As it is, \(million(analysis.reference)) are lost."]
    rest.append("Of \(found.findings.count) assumptions, \(idle) changed nothing.")
    if !omitted.isEmpty { rest.append("Left out: \(OmissionText.list(omitted)).") }
    if !own.isEmpty {
      rest.append("The scenario's own and no assumptions: \(OmissionText.list(own)).")
    }
    return lines
      + TerminalText.wrapped(rest.joined(separator: " "), columns: style.width - 2)
      .map { "  " + style.paint($0, .dim) }
  }

  private func million(_ value: Double) -> String {
    NumberText.fixed(value / 1e6, digits: 1) + " M"
  }

  // MARK: Indices

  private func table(of result: SensitivityAnalysis.Result) -> [String] {
    let unit = result.metric.unit
    let mean = NumberText.text(result.moments.mean, unit)
    let deviation = NumberText.text(result.moments.deviation, unit)
    var lines = [
      style.paint("Variance of \(result.metric.rawValue)", .heading)
        + style.paint("  mean \(mean), deviation \(deviation)", .dim)
    ]
    guard let indices = result.indices else {
      return lines + ["  the same at every point"]
    }
    lines.append(
      "  " + TerminalText.padded("", to: nameWidth)
        + style.paint("  by itself              with all others", .dim))
    for (assumption, index) in zip(analysis.assumptions, indices) {
      lines.append(
        "  \(name(assumption)) " + share(index.first, index.firstInterval) + " "
          + share(index.total, index.totalInterval))
    }
    return lines
  }

  private func share(_ value: Double, _ interval: ClosedRange<Double>) -> String {
    func percent(_ share: Double) -> String { NumberText.fixed(share * 100, digits: 0) }
    return TerminalText.rightAligned(percent(value) + "%", to: 5)
      + TerminalText.padded(
        " (\(percent(interval.lowerBound)) to \(percent(interval.upperBound)))", to: 17)
  }

  private var notes: String {
    let points =
      analysis.refused == 0
      ? "\(analysis.basePoints) base points"
      : "\(analysis.basePoints) base points; \(analysis.refused) more hold values that contradict "
        + "each other and were left out, so that the inputs are not quite independent"
    return
      "Ranges are those of the parameters, or half to double the value where they are wider than "
      + "a belief; logarithmic where they span more than a factor of ten. An index is the share of the "
      + "variance that would be gone if the assumption were known (by itself), or that would be left if "
      + "all others were (with all others); Saltelli's design with Jansen's estimators, \(points), "
      + "intervals by the bootstrap. Every point has the same seeds: chance is no part of the variance."
  }
}
