/// Estimates with their intervals on a common axis, each drawn in a cell of a table.
///
/// Places are shares of the width, so that a cell of any width shows the same.
struct ForestPlot {
  let low: Double
  let high: Double
  /// Whether all of the values are zero.
  private let isFlat: Bool

  static let height = 22

  /// An axis that holds zero and all of the values and intervals.
  init(_ values: [(estimate: Double, interval: ClosedRange<Double>?)]) {
    let ends = values.flatMap { value in
      [value.estimate] + (value.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }.filter(\.isFinite)
    let (least, most) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 0))
    // Room at both sides, so that a point at an end is seen whole.
    let margin = (most - least) * 0.03
    isFlat = most <= least
    (low, high) = most > least ? (least - margin, most + margin) : (-1, 1)
  }

  private func place(_ value: Double) -> String {
    SVGNumber.percent(min(1, max(0, (value - low) / (high - low))))
  }

  /// One estimate in its cell; the interval ends in strokes.
  ///
  /// - Parameters:
  ///   - estimate: The point.
  ///   - interval: Around it; nil: none is known.
  ///   - tone: A class for the colour.
  ///   - label: What it says to somebody who does not see it.
  /// - Returns: What stands in the cell.
  func cell(
    _ estimate: Double, _ interval: ClosedRange<Double>?, tone: String, label: String
  ) -> Markup {
    let middle = "\(Self.height / 2)"
    func stroke(_ from: Double, _ to: Double, _ top: String, _ bottom: String) -> Markup {
      Markup(
        "line",
        ["class": "interval", "x1": place(from), "x2": place(to), "y1": top, "y2": bottom])
    }
    var parts = [
      Markup(
        "line",
        ["class": "zero", "x1": place(0), "x2": place(0), "y1": "-6", "y2": "\(Self.height + 6)"])
    ]
    if let interval {
      let (low, high) = (interval.lowerBound, interval.upperBound)
      parts += [
        stroke(low, high, middle, middle), stroke(low, low, "6", "16"),
        stroke(high, high, "6", "16"),
      ]
    }
    parts.append(
      Markup("circle", ["class": "point", "cx": place(estimate), "cy": middle, "r": "4.5"]))
    return Markup(
      "div", ["class": "forest \(tone)"],
      [Markup("svg", ["role": "img", "aria-label": label, "height": "\(Self.height)"], parts)])
  }

  /// The axis below the cells: its ends and zero.
  ///
  /// - Parameter text: A value of the axis in words.
  /// - Returns: What stands in a cell of the last row.
  func axis(_ text: (Double) -> String) -> Markup {
    let margin = (high - low) * 0.03 / 1.06
    let ends = [(low + margin, "start"), (high - margin, "end")].filter { value, _ in
      !isFlat && (value / (high - low)).magnitude > 0.12
    }
    let anchor = low > -0.1 * (high - low) ? "start" : high < 0.1 * (high - low) ? "end" : "middle"
    return Markup(
      "div", ["class": "forest"],
      [
        Markup(
          "svg", ["aria-hidden": "true", "height": "\(Self.height)"],
          (ends + [(0, anchor)]).map { value, anchor in
            Markup(
              "text", ["x": place(value), "y": "15", "text-anchor": anchor],
              text: value == 0 ? "0" : text(value))
          })
      ])
  }
}
