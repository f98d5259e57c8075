import Observation
import SimulationKernel

/// Quantities of one unit over time.
struct TimeChart: Sendable {
  /// One of them.
  struct Line: Sendable {
    let label: String
    /// One per sample of the frame; one that is not finite leaves a gap.
    let values: [Double]
    /// 1 to 4: colour and pattern; 0 is grey.
    let look: Int
    var isArea = false
    /// Whoever takes the group away takes the line away.
    var group: String?
  }

  /// Part of identifiers: plain letters.
  let id: String
  let title: String
  let unit: MetricUnit
  let lines: [Line]

  /// Height of the drawing and of the times below it, in pixels.
  static let (height, foot) = (112, 20)

  /// Nothing but zeros is nothing to see.
  var isEmpty: Bool { lines.allSatisfy { $0.values.allSatisfy { !($0.magnitude > 0) } } }

  /// The greatest value; zero where there is none.
  var most: Double { lines.flatMap(\.values).filter(\.isFinite).max() ?? 0 }

  /// Of a rate, what all but a fiftieth of the values above zero stay below, where its peaks are much
  /// higher: they would make everything else a line at the bottom, and are drawn cut off.
  private var usual: Double? {
    guard unit == .perSecond else { return nil }
    let values = lines.flatMap(\.values).filter { $0.isFinite && $0 > 0 }.sorted()
    guard values.count >= 50 else { return nil }
    let usual = values[values.count - 1 - values.count / 50] * 1.1
    return values[values.count - 1] > usual * 3 ? usual : nil
  }

  /// The upper end of the axis: round, and not below any value that is shown whole.
  var top: Double {
    let most = usual ?? most
    guard most > 0, most < 1e15 else { return max(most, 1) }
    var power = 1.0
    while power * 10 <= most { power *= 10 }
    while power > most { power /= 10 }
    return [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map { $0 * power }.first { $0 >= most * 0.9999 }
      ?? most
  }

  /// The chart as a figure.
  ///
  /// - Parameters:
  ///   - frame: Its time.
  ///   - flags: What is marked in it.
  /// - Returns: A figure with a caption.
  func figure(in frame: TimeFrame, _ flags: TimeFlags) -> Markup {
    Markup(
      "figure", ["class": "chart", "id": "chart-\(id)"],
      [
        Markup("figcaption", [:], [Markup("b", text: title)] + lines.indices.map(key) + cutOff),
        Markup(
          "div", ["class": "plot"],
          [
            scale,
            Self.plot(
              in: frame, label: description(in: frame), height: Self.height,
              inner: flags.marks(in: frame) + lines.indices.map(path)),
          ]),
      ])
  }

  /// A drawing over time: round times below, what is inside stretched to what is seen, the cursor on
  /// top.
  static func plot(
    in frame: TimeFrame, label: String, height: Int, inner: [Markup], outer: [Markup] = []
  ) -> Markup {
    let (low, width) = (frame.home.lowerBound, frame.home.upperBound - frame.home.lowerBound)
    let view = "\(SVGNumber.text(low, digits: 3)) 0 \(SVGNumber.text(width, digits: 3)) 1000"
    return Markup(
      "svg",
      [
        "class": "time", "width": "100%", "height": "\(height + foot)", "role": "img",
        "aria-label": label,
      ],
      ticks(in: frame, height: height) + [
        Markup(
          "svg",
          [
            "class": "lines", "width": "100%", "height": "\(height)", "viewBox": view,
            "preserveAspectRatio": "none",
          ],
          inner + [Markup("path", ["class": "cursor", "d": "M0 0V1000", "visibility": "hidden"])])
      ] + outer + [
        Markup(
          "line",
          ["class": "frame", "x1": "0", "x2": "100%", "y1": "\(height)", "y2": "\(height)"]),
        Markup(
          "rect",
          [
            "class": "chosen", "y": "0", "height": "\(height)", "width": "0",
            "visibility": "hidden",
          ]),
      ])
  }

  /// Places for round times, more than are seen first: the script fills them when what is seen changes.
  private static func ticks(in frame: TimeFrame, height: Int) -> [Markup] {
    let ticks = frame.ticks
    return (0..<max(16, ticks.count)).map { index in
      let tick = index < ticks.count ? ticks[index] : nil
      let share = tick.map { frame.share($0.place) } ?? 0
      return Markup(
        "svg",
        [
          "class": "tick", "x": SVGNumber.percent(share),
          "visibility": tick == nil ? "hidden" : nil,
        ],
        [
          Markup("line", ["class": "grid", "y1": "0", "y2": "\(height)"]),
          Markup(
            "text",
            [
              "y": "\(height + 15)",
              "text-anchor": share < 0.04 ? "start" : share > 0.96 ? "end" : "middle",
            ], text: tick?.text ?? ""),
        ])
    }
  }

  private var cutOff: [Markup] {
    guard usual != nil else { return [] }
    return [
      Markup(
        "span", ["class": "small dim"],
        text: "cut off at the top: up to \(AxisText.text(most, unit))")
    ]
  }

  // MARK: Lines

  /// A line's name beside a piece of it, and where the script writes its value.
  private func key(_ index: Int) -> Markup {
    let line = lines[index]
    return Markup(
      "span", ["class": "key" + (line.group.map { " \($0)" } ?? "")],
      [
        Markup(
          "svg", ["width": "26", "height": "10", "aria-hidden": "true"],
          [Markup("path", ["class": "line l\(line.look)", "d": "M1 5H25"])]),
        .text(line.label),
        // All of them change when the time does; the time says what is heard of it.
        Markup("output", ["id": "out-\(id)-\(index)", "aria-live": "off"]),
      ])
  }

  private func path(_ index: Int) -> Markup {
    let line = lines[index]
    let names = ["line", "l\(line.look)", line.isArea ? "area" : nil, line.group].compactMap { $0 }
    return Markup(
      "path",
      [
        "class": names.joined(separator: " "), "d": outline(of: line),
        "data-unit": AxisText.unit(unit), "data-output": "out-\(id)-\(index)",
        "data-name": line.label,
        "data-values": Self.packed(line.values, digits: AxisText.digits(unit)),
      ])
  }

  /// The path, in samples across and thousandths of the height down; what stays the same is one stroke.
  private func outline(of line: Line) -> String {
    let top = top
    // What is cut off leaves the drawing; beyond that it does not matter where it goes.
    func height(_ value: Double) -> Int { 1000 - Int(min(1.1, max(0, value / top)) * 980 + 0.5) }
    var text = ""
    var last = 0
    var level = 0
    var isDrawing = false
    var isRelative = false
    for (place, value) in line.values.enumerated() {
      guard value.isFinite else {
        if isDrawing {
          if place - 1 > last { text += "h\(place - 1 - last)" }
          if line.isArea { text += "V1000" }
        }
        isDrawing = false
        continue
      }
      let now = height(value)
      if !isDrawing {
        text += line.isArea ? "M\(place) 1000V\(now)" : "M\(place) \(now)"
        (isDrawing, isRelative, level, last) = (true, false, now, place)
      } else if now != level || place == line.values.count - 1 {
        // Up to the sample before it, the line is level.
        if place - 1 > last {
          text += "h\(place - 1 - last)"
          isRelative = false
        }
        text += isRelative ? " " : "l"
        text += now < level ? "1\(now - level)" : "1 \(now - level)"
        (isRelative, level, last) = (true, now, place)
      }
    }
    if isDrawing, line.isArea { text += "V1000" }
    return text
  }

  /// Values for the script: `5,7*3` is 5, 7, 7, 7; nothing between two commas is no value.
  static func packed(_ values: [Double], digits: Int) -> String {
    var parts: [String] = []
    var run: (text: String, count: Int)?
    func close() {
      if let run { parts.append(run.count > 1 ? "\(run.text)*\(run.count)" : run.text) }
    }
    for value in values {
      let text = value.isFinite ? SVGNumber.text(value, digits: digits) : ""
      if let open = run, open.text == text {
        run = (text, open.count + 1)
      } else {
        close()
        run = (text, 1)
      }
    }
    close()
    return parts.joined(separator: ",")
  }

  // MARK: Words

  /// Names of the axis: zero, half, and the top.
  private var scale: Markup {
    let top = top
    let places: [(y: Int, value: Double)] = [
      (Self.height, 0), (Self.height / 2 + 1, top / 2 * 1000 / 980), (12, top),
    ]
    return Markup(
      "svg",
      [
        "class": "scale", "width": "100%", "height": "\(Self.height + Self.foot)",
        "aria-hidden": "true",
      ],
      places.enumerated().map { index, place in
        Markup(
          "text",
          [
            "x": "100%", "dx": "-7", "y": "\(index == 1 ? place.y + 4 : place.y)",
            "text-anchor": "end",
          ],
          text: AxisText.text(index == 1 ? top / 2 : place.value, unit))
      })
  }

  /// What somebody hears who does not see it.
  private func description(in frame: TimeFrame) -> String {
    let parts = lines.map { line -> String in
      let places = line.values.indices.filter { line.values[$0].isFinite }
      guard let least = places.min(by: { line.values[$0] < line.values[$1] }),
        let most = places.max(by: { line.values[$0] < line.values[$1] })
      else { return "\(line.label): no values" }
      func words(_ place: Int) -> String {
        "\(NumberText.text(line.values[place], unit)) at \(NumberText.clock(frame.instant(place)))"
      }
      return "\(line.label): least \(words(least)), most \(words(most))"
    }
    return "\(title) over time. " + parts.joined(separator: ". ")
  }
}
