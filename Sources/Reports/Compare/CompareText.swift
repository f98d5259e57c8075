import Experiments
import Observation

/// A comparison of mitigations for people.
///
/// A function of the comparison: the same comparison and style give the same text.
public struct CompareText: Sendable {
  let comparison: Comparison
  let patches: [String]
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - comparison: What to report.
  ///   - patches: What holds for every run, as on the command line.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives this comparison again.
  public init(
    _ comparison: Comparison, patches: [String], style: TextStyle, reproduce: [String]
  ) {
    self.comparison = comparison
    self.patches = patches
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    let sections = [baseline, forest, effects, robustness, assumptions, notes, arms]
    for section in sections where !section.isEmpty {
      lines.append("")
      lines += section
    }
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  var plan: ComparisonPlan { comparison.plan }

  /// Arms as they are listed: the best first.
  var ranked: [Comparison.ArmResult] {
    comparison.arms.enumerated()
      .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
  }

  var nameWidth: Int {
    // What the widest table leaves.
    let room = max(12, style.width - 46)
    return min(
      30, room, max(12, comparison.arms.map { TerminalText.width($0.arm.name) }.max() ?? 0))
  }

  func name(_ arm: Comparison.ArmResult) -> String {
    TerminalText.padded(
      style.shortened(TerminalText.safe(arm.arm.name), to: nameWidth), to: nameWidth)
  }

  // MARK: Head

  private var head: [String] {
    var result = ReportPage.head(
      of: plan.header, until: plan.until, runs: [ReportPage.seeds(comparison.seeds)],
      patches: patches, style: style)
    result += ReportPage.shortfall(isInterrupted: comparison.isIncomplete, style: style)
    let unrun = comparison.unrunSettings.map { TerminalText.safe($0.name) }
    if !unrun.isEmpty {
      result += style.wrapped(
        "Not finished, and not counted: \(unrun.joined(separator: ", "))", .warning)
    }
    if comparison.isIncomplete, comparison.areEndsIncomplete {
      result.append(
        style.paint(
          "The line at the end runs all of the ends of assumptions, which were cut short here",
          .warning))
    } else if !unrun.isEmpty, plan.settings.count > 1 {
      result.append(style.paint("The line at the end runs those too", .warning))
    }
    return result
  }

  private var baseline: [String] {
    let setting = plan.settings[0].name
    var lines = [
      style.paint("Without a mitigation", .heading)
        + style.paint("  mean (95 %), under \(TerminalText.safe(setting))", .dim)
    ]
    for figure in comparison.baseline {
      let unit = figure.metric.unit
      let line =
        "  " + TerminalText.padded(Self.label(figure.metric), to: 28)
        + NumberText.text(figure.mean, unit)
      let interval = figure.interval.map { "  (\(Self.range($0, unit)))" } ?? ""
      let isShort = TerminalText.width(line + interval) <= style.width
      lines.append(line + (isShort ? style.paint(interval, .dim) : ""))
      if !isShort { lines.append("  " + style.paint(interval, .dim)) }
    }
    if comparison.baselineUnrecovered > 0 {
      lines.append(
        "  \(comparison.baselineUnrecovered) of \(comparison.seeds.count) runs never recovered; "
          + "they count with the time watched")
    }
    return lines
  }

  static func label(_ metric: ComparisonMetric) -> String {
    switch metric {
    case .userMinutesLost: "user-minutes lost"
    case .outageMinutes: "under half served"
    case .nodesStopped: "nodes stopped"
    case .outage: "probability of an outage"
    case .recoveryMinutes: "99% back after"
    case .wastedWork: "database work wasted"
    }
  }

  static func range(_ interval: ClosedRange<Double>, _ unit: MetricUnit) -> String {
    "\(NumberText.text(interval.lowerBound, unit)) to \(NumberText.text(interval.upperBound, unit))"
  }

  /// What each arm changes in reality.
  private var arms: [String] {
    var lines = [style.paint("The mitigations", .heading)]
    let indent = nameWidth + 4
    for result in ranked {
      let summary = TerminalText.wrapped(
        TerminalText.safe(result.arm.summary), columns: max(20, style.width - indent))
      lines.append("  \(name(result))  " + style.paint(summary[0], .dim))
      lines += summary.dropFirst().map {
        String(repeating: " ", count: indent) + style.paint($0, .dim)
      }
    }
    return lines
  }
}
