import SimulationKernel

/// Charts over a common time, with the cursor, the view and the keys that they share.
struct TimeSection {
  let frame: TimeFrame
  let flags: TimeFlags
  let charts: [TimeChart]
  /// What stands above the charts, such as a choice of lines.
  var controls: [Markup] = []
  /// What the buttons say of what is seen first.
  let homeName: String
  /// What else should be known of the drawings.
  var note = ""
  /// How many samples stand for one bucket's least and greatest; 1: all are there.
  let bucket: Int

  var body: [Markup] {
    let drawn = charts.filter { !$0.isEmpty }
    guard !drawn.isEmpty else { return [] }
    let milliseconds = 1_000_000.0
    return [
      Markup("p", ["class": "small dim hint"], text: help),
      Markup(
        "div",
        [
          "id": "charts", "data-start": number(Double(frame.start.nanoseconds) / milliseconds),
          "data-step": number(Double(frame.step.nanoseconds) / milliseconds),
          "data-count": "\(frame.count)", "data-first": number(frame.home.lowerBound),
          "data-last": number(frame.home.upperBound), "data-cursor": "\(frame.cursor)",
        ],
        [bar] + controls + [flags.strip(in: frame)].compactMap { $0 }
          + drawn.map { $0.figure(in: frame, flags) }),
    ]
  }

  private func number(_ value: Double) -> String { SVGNumber.text(value, digits: 6) }

  private var help: String {
    let thinned =
      bucket > 1
      ? " Lines show the least and the greatest of every \(bucket) samples." : ""
    return
      "\(frame.homeText) is shown first. Point at a chart to read all of them at that time, drag "
      + "to look closer, double-click to go back. With the time in focus: arrows move it (with "
      + "shift by one sample), + and - zoom, Home and End go to the ends, 0 goes back, w shows the "
      + "whole run."
      + note + thinned
  }

  private var bar: Markup {
    func button(_ key: String, _ text: String, _ label: String? = nil) -> Markup {
      Markup("button", ["type": "button", "data-key": key, "aria-label": label], text: text)
    }
    return Markup(
      "div", ["class": "bar needs-script", "role": "group", "aria-label": "Time and zoom"],
      [
        Markup("span", ["class": "small dim", "id": "now-label"], text: "Time"),
        Markup(
          "span",
          [
            "id": "now", "class": "now", "role": "slider", "tabindex": "0",
            "aria-labelledby": "now-label", "aria-valuemin": "0",
            "aria-valuemax": "\(frame.count - 1)", "aria-valuenow": "\(frame.cursor)",
          ]),
        button("+", "+", "Zoom in"), button("-", "\u{2212}", "Zoom out"), button("0", homeName),
        button("w", "Whole run"),
      ])
  }
}
