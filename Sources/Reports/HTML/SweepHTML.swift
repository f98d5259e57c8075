import Experiments
import Observation

/// A sweep as a page: a map for two axes, lines with intervals for one, and its points.
///
/// A function of the sweep's plan and points: the same give the same bytes.
public struct SweepHTML: Sendable {
  let plan: SweepPlan
  let completeness: SweepCompleteness
  /// Those with a finished run, in order; no more than `pointsMax`.
  let points: [SweepPointSummary]
  let reproduce: [String]

  /// Points that a page can draw; of larger sweeps it has the first.
  public static let pointsMax = 2_500

  /// - Parameters:
  ///   - plan: What was swept.
  ///   - completeness: What is there of it.
  ///   - points: Of the plan, in order.
  ///   - reproduce: Words of the command that gives it again.
  public init(
    _ plan: SweepPlan, _ completeness: SweepCompleteness, _ points: [SweepPointSummary],
    reproduce: [String]
  ) {
    self.plan = plan
    self.completeness = completeness
    self.points = points.filter { $0.seeds > 0 }
    self.reproduce = reproduce
  }

  /// The page, smaller than `PageDetail.bytesMax`.
  public var text: String {
    PageDetail.text { detail in page(detail).text(detail) }
  }

  static let metrics: [(metric: ComparisonMetric, title: String)] = [
    (.userMinutesLost, "User-minutes lost"), (.outage, "Probability of an outage"),
    (.recoveryMinutes, "Minutes until 99 % are back"), (.nodesStopped, "Nodes stopped"),
  ]

  private func page(_ detail: PageDetail) -> Page {
    let seeds = plan.replication
    let design =
      plan.design.kind == .grid
      ? "grid of \(plan.axes.map { "\($0.count ?? 0)" }.joined(separator: " by ")) points"
      : "\(plan.design.kind.rawValue) design of \(plan.pointCount) points"
    var words = [
      design,
      seeds.halfWidth != nil
        ? "up to \(seeds.count) seeds from \(seeds.firstSeed) on"
        : seeds.count == 1
          ? "seed \(seeds.firstSeed)" : "\(seeds.count) seeds from \(seeds.firstSeed) on",
    ]
    if let until = plan.until { words.append("until \(NumberText.clock(until))") }
    words += detail.shown(plan.patches).rows
    var warnings: [String] = []
    if !completeness.isComplete {
      warnings.append(
        "Incomplete: \(NumberText.grouped(UInt64(completeness.missing.count))) of "
          + "\(NumberText.grouped(UInt64(plan.pointCount))) points miss runs.")
    }
    let names = plan.scenarios.map(\.name).prefix(3).map(detail.text).joined(separator: ", ")
    return Page(
      kind: "Sweep", title: "Sweep \(plan.name)", name: names, words: words,
      verdict: verdict(detail), warnings: warnings,
      sections: [
        Page.Section("maps", "Over the axes", SweepDrawing(self, detail).body),
        Page.Section("points", "Points", table(detail)),
      ],
      version: plan.version, reproduce: reproduce, promise: promise,
      // A folder may hold more than the command, so its page is one of the runs in it.
      constancy: "The same runs give the same bytes.")
  }

  /// What the line gives, and from which folder.
  private var promise: String {
    guard reproduce.contains("--resume") else {
      return "This line gives the same results, run for run:"
    }
    return
      "With a new or an empty folder this line gives the same results, run for run; of a folder that "
      + "holds runs of this sweep, --resume keeps them and runs what is missing:"
  }

  /// What a point is, such as `maxRestarts = 3, retryDelay = 1s`.
  func words(_ point: SweepPointSummary, _ detail: PageDetail) -> String {
    zip(plan.axes, point.values).map { axis, value in
      "\(detail.text(axis.name)) = \(detail.text(value))"
    }.joined(separator: ", ")
  }

  private func verdict(_ detail: PageDetail) -> String {
    func lost(_ point: SweepPointSummary) -> Double {
      point.figure(.userMinutesLost)?.mean ?? 0
    }
    guard let least = points.min(by: { lost($0) < lost($1) }),
      let most = points.max(by: { lost($0) < lost($1) })
    else { return "No point has a finished run." }
    guard lost(least) < lost(most) else {
      return
        "All \(points.count) points lose the same: \(NumberText.text(lost(most), .userMinutes))."
    }
    return "User-minutes lost go from \(NumberText.text(lost(least), .userMinutes)) at "
      + "\(words(least, detail)) to \(NumberText.text(lost(most), .userMinutes)) at "
      + "\(words(most, detail))."
  }

  // MARK: Points

  private func table(_ detail: PageDetail) -> [Markup] {
    let (rows, _) = detail.shown(points)
    guard !rows.isEmpty else { return [] }
    return [
      Markup(
        "p", ["class": "small dim"], text: "Means over the seeds, each with its 95 % interval."),
      PageTable(
        caption: "Points of the sweep",
        columns: [.init("Point", isNumber: true)]
          + plan.axes.map { .init(detail.text($0.name), isHead: false) }
          + [.init("Seeds", isNumber: true)]
          + Self.metrics.map { .init($0.title, isNumber: true) },
        rows: rows.map { point in
          [.text("\(point.point)")] + point.values.map { .text(detail.text($0)) }
            + [.text("\(point.seeds)")]
            + Self.metrics.map { figure($0.metric, of: point) }
        }
      ).markup,
    ] + PageDetail.more(plan.pointCount - rows.count, "points")
  }

  /// The mean, and below it its interval; the heading says what is counted.
  private func figure(_ metric: ComparisonMetric, of point: SweepPointSummary) -> Markup {
    guard let figure = point.figure(metric) else { return .text("–") }
    func bare(_ text: String) -> String {
      text.replacing(" user-min", with: "").replacing(" min", with: "")
    }
    let isLess = metric == .recoveryMinutes && point.unrecovered > 0
    let mean = (isLess ? "≥ " : "") + bare(NumberText.text(figure.mean, metric.unit))
    guard let interval = figure.interval else { return .text(mean) }
    return .group([
      .text(mean),
      Markup(
        "span", ["class": "interval-text"], text: bare(CompareText.range(interval, metric.unit))),
    ])
  }

  /// Mean and interval; a lower bound where runs had not recovered.
  func cell(_ metric: ComparisonMetric, of point: SweepPointSummary) -> String {
    guard let figure = point.figure(metric) else { return "–" }
    let isLess = metric == .recoveryMinutes && point.unrecovered > 0
    let mean = NumberText.text(figure.mean, metric.unit)
    let ends = figure.interval.map { " (\(CompareText.range($0, metric.unit)))" } ?? ""
    return (isLess ? "≥ " : "") + mean + ends
  }
}
