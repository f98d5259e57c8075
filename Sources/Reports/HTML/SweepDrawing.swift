import Experiments
import Observation

/// What a sweep looks like over its axes.
struct SweepDrawing {
  let sweep: SweepHTML
  let detail: PageDetail

  init(_ sweep: SweepHTML, _ detail: PageDetail) {
    (self.sweep, self.detail) = (sweep, detail)
  }

  /// The values of each axis of a grid; nil of any other design.
  private var levels: [[String]]? {
    let axes = sweep.plan.axes
    guard sweep.plan.design.kind == .grid else { return nil }
    let lists = axes.compactMap { axis in axis.count.map { (0..<$0).map(axis.text) } }
    return lists.count == axes.count ? lists : nil
  }

  var body: [Markup] {
    guard let levels, !sweep.points.isEmpty else { return [] }
    switch levels.count {
    case 1:
      guard levels[0].count <= detail.rows * 2 else { return [undrawn("so many values")] }
      return SweepHTML.metrics.map { line($0.metric, $0.title, levels[0]) }
    case 2:
      let cells = levels[0].count * levels[1].count
      let metrics = SweepHTML.metrics.prefix(detail.rows * 32 / cells)
      guard !metrics.isEmpty else { return [undrawn("so many values")] }
      return [
        Markup(
          "div", ["class": "maps"],
          metrics.map {
            Markup("div", [:], map($0.metric, $0.title, levels[0], levels[1]))
          })
      ]
    default: return [undrawn("\(levels.count) axes")]
    }
  }

  private func undrawn(_ what: String) -> Markup {
    Markup(
      "p", ["class": "small dim"],
      text:
        "A sweep of \(what) is not drawn; the table below and the files of the sweep have its "
        + "points."
    )
  }

  // MARK: Two axes

  private func map(
    _ metric: ComparisonMetric, _ title: String, _ columns: [String], _ rows: [String]
  ) -> [Markup] {
    let means = sweep.points.compactMap { $0.figure(metric)?.mean }
    guard let most = means.max(), let least = means.min() else { return [] }
    let range = (metric == .outage ? 0 : min(0, least))...max(most, metric == .outage ? 1 : least)
    let places = Dictionary(
      sweep.points.map { ("\($0.values)", $0) }, uniquingKeysWith: { first, _ in first })
    let axes = sweep.plan.axes
    return [
      Markup("h3", text: title),
      HeatMap(
        caption: title, columnName: detail.text(axes[0].name), rowName: detail.text(axes[1].name),
        columns: columns.map(detail.text),
        rows: rows.reversed().map { row in
          (
            detail.text(row),
            columns.map { column -> HeatMap.Cell in
              guard let point = places["\([column, row])"], let figure = point.figure(metric) else {
                return HeatMap.Cell(text: "", tone: "unknown", label: "no finished run")
              }
              return HeatMap.Cell(
                text: Self.short(figure.mean, metric.unit),
                tone: HeatMap.tone(figure.mean, in: range),
                label:
                  "\(detail.text(column)), \(detail.text(row)): \(sweep.cell(metric, of: point))")
            }
          )
        }
      ).markup,
      HeatMap.key(range) { NumberText.text($0, metric.unit) },
    ]
  }

  /// A mean in a cell: three or four digits that count.
  private static func short(_ value: Double, _ unit: MetricUnit) -> String {
    guard unit == .userMinutes else {
      return NumberText.text(value, unit).replacing(" min", with: "")
    }
    let step = value >= 1e6 ? 1e5 : value >= 1e3 ? 1e3 : 1
    return AxisText.text((value / step).rounded() * step, unit)
  }

  // MARK: One axis

  private static let (height, gutter, foot) = (180.0, 0.09, 34.0)

  /// A point with its interval over each value, in equal steps as the sweep has them.
  private func line(_ metric: ComparisonMetric, _ title: String, _ values: [String]) -> Markup {
    let points = values.enumerated().compactMap { index, value in
      sweep.points.first { $0.values == [value] }.flatMap { point in
        point.figure(metric).map { (index: index, point: point, figure: $0) }
      }
    }
    let ends = points.flatMap { entry -> [Double] in
      [entry.figure.mean, entry.figure.interval?.upperBound ?? 0]
    }
    let chart = TimeChart(
      id: "axis", title: title, unit: metric.unit,
      lines: [.init(label: "", values: ends, look: 1)])
    let top = metric == .outage ? 1 : chart.top
    func across(_ index: Int) -> String {
      SVGNumber.percent(
        Self.gutter + (1 - Self.gutter) * (Double(index) + 0.5) / Double(values.count))
    }
    func down(_ value: Double) -> String {
      SVGNumber.text(8 + (Self.height - 8) * (1 - min(1, max(0, value / top))))
    }
    func stroke(_ name: String, _ x1: String, _ y1: String, _ x2: String, _ y2: String) -> Markup {
      Markup("line", ["class": name, "x1": x1, "y1": y1, "x2": x2, "y2": y2])
    }
    var parts: [Markup] = [0, 0.5, 1].flatMap { share in
      [
        stroke(
          "grid", SVGNumber.percent(Self.gutter), down(share * top), "100%", down(share * top)),
        Markup(
          "text",
          [
            "x": SVGNumber.percent(Self.gutter - 0.008), "y": down(share * top), "dy": "4",
            "text-anchor": "end",
          ], text: AxisText.text(share * top, metric.unit)),
      ]
    }
    // Names of values give way where there is no room for all.
    let apart = max(1, (values.count + 11) / 12)
    for (index, value) in values.enumerated() where index % apart == 0 {
      parts.append(
        Markup(
          "text",
          ["x": across(index), "y": SVGNumber.text(Self.height + 16), "text-anchor": "middle"],
          text: detail.text(value)))
    }
    for (left, right) in zip(points, points.dropFirst()) where right.index == left.index + 1 {
      parts.append(
        stroke(
          "line l1", across(left.index), down(left.figure.mean), across(right.index),
          down(right.figure.mean)))
    }
    for entry in points {
      let x = across(entry.index)
      if let interval = entry.figure.interval {
        parts.append(stroke("interval", x, down(interval.lowerBound), x, down(interval.upperBound)))
      }
      parts.append(
        Markup(
          "circle", ["class": "point", "cx": x, "cy": down(entry.figure.mean), "r": "4.5"],
          [
            Markup(
              "title",
              text: "\(detail.text(values[entry.index])): \(sweep.cell(metric, of: entry.point))")
          ]))
    }
    parts.append(
      Markup(
        "text", ["x": "100%", "y": SVGNumber.text(Self.height + 31), "text-anchor": "end"],
        text: detail.text(sweep.plan.axes[0].name)))
    let heard = points.map {
      "\(detail.text(values[$0.index])): \(sweep.cell(metric, of: $0.point))"
    }
    return Markup(
      "figure", [:],
      [
        Markup("h3", text: title),
        Markup(
          "svg",
          [
            "class": "axes link", "role": "img", "width": "100%",
            "height": SVGNumber.text(Self.height + Self.foot),
            "aria-label": "\(title) by \(detail.text(sweep.plan.axes[0].name)). "
              + heard.prefix(detail.rows).joined(separator: ". "),
          ], parts),
      ])
  }
}
