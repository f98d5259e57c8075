import Experiments
import Observation

/// A sweep for people: what was run, and its points with the figures that matter most.
public struct SweepText: Sendable {
  let plan: SweepPlan
  let completeness: SweepCompleteness
  let showcase: SweepShowcase
  let style: TextStyle
  /// Files that hold all of it; empty where none were written.
  let files: [String]
  let reproduce: [String]

  public init(
    _ plan: SweepPlan, _ completeness: SweepCompleteness, _ showcase: SweepShowcase,
    style: TextStyle, files: [String], reproduce: [String]
  ) {
    self.plan = plan
    self.completeness = completeness
    self.showcase = showcase
    self.style = style
    self.files = files
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    var lines = Self.head(of: plan, style: style)
    if !completeness.isComplete {
      let count = completeness.missing.count
      lines.append(
        style.paint(
          "Incomplete: \(count == 1 ? "a point misses" : "\(number(count)) points miss") runs",
          .warning))
    }
    if completeness.isComplete, showcase.wideCount > 0 {
      let count = showcase.wideCount
      lines.append(
        style.paint(
          "\(count == 1 ? "One point" : "\(number(count)) points") stopped at "
            + "\(plan.replication.count) seeds, the most that were allowed", .warning))
    }
    let map = map
    if !map.isEmpty { lines += [""] + map }
    lines.append("")
    if showcase.count <= SweepShowcase.pointsMax {
      lines += table(showcase.first)
    } else {
      lines += table(showcase.least, title: "The fewest user-minutes lost")
      lines.append("")
      lines += table(showcase.most, title: "The most user-minutes lost")
    }
    if !files.isEmpty {
      lines.append("")
      lines += TerminalText.filled(
        ["all \(number(completeness.runs)) runs: " + TerminalText.safe(files[0])]
          + files.dropFirst().map(TerminalText.safe), separator: style.separator,
        columns: style.width)
    }
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private func number(_ count: Int) -> String { NumberText.grouped(UInt64(max(0, count))) }

  /// What is swept, over what, and how often.
  public static func head(of plan: SweepPlan, style: TextStyle) -> [String] {
    let seeds = plan.replication
    let points = NumberText.grouped(UInt64(plan.pointCount))
    let design =
      plan.design.kind == .grid
      ? "grid of \(plan.axes.map { "\($0.count ?? 0)" }.joined(separator: " by ")) points"
      : "\(plan.design.kind.rawValue) design of \(points) points"
    var words = [design]
    if let halfWidth = seeds.halfWidth {
      words.append(
        "up to \(seeds.count) seeds from \(seeds.firstSeed) on, until user-minutes lost are known to "
          + "\(NumberText.text(halfWidth, .share))")
    } else {
      words.append(
        seeds.count == 1
          ? "seed \(seeds.firstSeed)" : "\(seeds.count) seeds from \(seeds.firstSeed) on")
    }
    if let until = plan.until { words.append("until \(NumberText.clock(until))") }
    words += plan.patches.map(TerminalText.safe)
    var names = plan.scenarios.map(\.name)
    if names.count > 3 { names = Array(names.prefix(2)) + ["\(names.count - 2) more"] }
    return ReportPage.head(
      title: "Sweep \(plan.name)", scenario: names.joined(separator: ", "), words: words,
      style: style)
  }

  // MARK: Table

  private static let metrics: [(metric: ComparisonMetric, title: String, width: Int)] = [
    (.userMinutesLost, "user-min lost", 21), (.outage, "P(outage)", 20),
    (.recoveryMinutes, "99% back after", 22), (.nodesStopped, "nodes stopped", 17),
  ]

  private func table(_ points: [SweepPointSummary], title: String = "Points") -> [String] {
    let axes = SweepColumns(plan.axes, points.map(\.values), width: style.width - 8 - 21)
    let hasFewerSeeds = points.contains { $0.seeds != plan.replication.count }
    var room = style.width - 8 - axes.width - (hasFewerSeeds ? 7 : 0)
    let shown = Self.metrics.prefix { entry in
      room -= entry.width
      return room >= 0
    }
    let heading =
      TerminalText.rightAligned("point", to: 7) + " " + axes.heading(style)
      + (hasFewerSeeds ? TerminalText.rightAligned("seeds", to: 7) : "")
      + shown.map { TerminalText.rightAligned($0.title, to: $0.width) }.joined()
    var lines = [
      style.paint(title, .heading) + style.paint("  mean (95 %)", .dim), style.paint(heading, .dim),
    ]
    for point in points {
      let isMissing = completeness.missing.contains(point.point)
      let seeds = "\(point.seeds)\(isMissing ? style.glyph("…", "+") : "")"
      lines.append(
        TerminalText.rightAligned("\(point.point)", to: 7) + " " + axes.line(point.values, style)
          + (hasFewerSeeds ? TerminalText.rightAligned(seeds, to: 7) : "")
          + shown.map { entry in
            TerminalText.rightAligned(cell(entry.metric, of: point), to: entry.width)
          }.joined())
    }
    return lines
  }

  private func cell(_ metric: ComparisonMetric, of point: SweepPointSummary) -> String {
    guard let figure = point.figure(metric) else { return style.absent }
    // A run that never recovered counts with the time watched, which is less than the truth.
    let isLess = metric == .recoveryMinutes && point.unrecovered > 0
    return (isLess ? style.glyph("≥ ", ">= ") : "") + cell(figure)
  }

  private func cell(_ figure: Comparison.BaselineFigure) -> String {
    let unit = figure.metric.unit
    guard let interval = figure.interval else { return NumberText.text(figure.mean, unit) }
    let mean = Self.short(figure.mean, unit)
    if unit == .share {
      return "\(mean) (\(Self.short(interval.lowerBound, unit))"
        + "\(style.glyph("–", "-"))\(Self.short(interval.upperBound, unit)))"
    }
    let words = unit == .minutes ? " min" : ""
    let half = (interval.upperBound - interval.lowerBound) / 2
    return "\(mean) \(style.glyph("±", "+-")) \(Self.short(half, unit))" + words
  }

  /// Without words that the heading says.
  private static func short(_ value: Double, _ unit: MetricUnit) -> String {
    let text = NumberText.text(value, unit)
    for word in [" user-min", " min"] where text.hasSuffix(word) {
      return String(text.dropLast(word.count))
    }
    return text
  }
}

/// The columns of a sweep's axes in a table.
struct SweepColumns {
  private let titles: [String]
  private let widths: [Int]

  /// - Parameters:
  ///   - axes: The axes.
  ///   - rows: The values that are shown, one per axis.
  ///   - width: Columns of the terminal for all of them.
  init(_ axes: [SweepAxis], _ rows: [[String]], width: Int) {
    let names = axes.map { TerminalText.safe($0.name) }
    // The last part of a path says enough, where no other axis ends like it.
    let titles = names.map { name in
      let last = Self.last(of: name)
      return names.count { Self.last(of: $0) == last } > 1 ? name : last
    }
    self.titles = titles
    var widths = titles.indices.map { axis in
      max(
        TerminalText.width(titles[axis]),
        rows.map { TerminalText.width(TerminalText.safe($0[axis])) }.max() ?? 0)
    }
    // The widest gives way first.
    while widths.reduce(0, { $0 + $1 + 2 }) > width,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 4
    {
      widths[widest] -= 1
    }
    self.widths = widths
  }

  private static func last(of name: String) -> String {
    name.split(separator: ".").last.map(String.init) ?? name
  }

  var width: Int { widths.reduce(0) { $0 + $1 + 2 } }
  func heading(_ style: TextStyle) -> String { line(titles, style) }

  func line(_ values: [String], _ style: TextStyle) -> String {
    zip(values, widths).map { value, width in
      "  "
        + TerminalText.padded(
          style.shortened(TerminalText.safe(value), to: width), to: width)
    }.joined()
  }
}
