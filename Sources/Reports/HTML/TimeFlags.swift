import Observation
import SimulationKernel

/// Moments that are marked over all charts: faults, operators' actions, and what the account reports.
struct TimeFlags: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case fault, action
    /// What came out, when it came out.
    case fact
    /// When the account puts what came out.
    case reported

    /// Of the lane that it stands in.
    var label: String {
      switch self {
      case .fault: "faults"
      case .action: "actions"
      case .fact: "run"
      case .reported: "report"
      }
    }
  }

  struct Flag: Sendable {
    let kind: Kind
    let at: Instant
    /// A letter or a number, as in the timeline.
    let sign: String
    let text: String
  }

  let flags: [Flag]

  /// Pixels of a row of signs.
  private static let row = 17
  /// Signs that are nearer to each other than this share of the width stand under each other.
  private static let apart = 0.026

  /// Lines at the moments of the run.
  func marks(in frame: TimeFrame) -> [Markup] {
    flags.filter { $0.kind != .reported && frame.contains($0.at) }.map { flag in
      Markup(
        "path",
        [
          "class": "mark \(flag.kind.rawValue)",
          "d": "M\(SVGNumber.text(frame.place(flag.at))) 0V1000",
        ])
    }
  }

  /// The signs over their times, in a lane for each kind.
  func strip(in frame: TimeFrame) -> Markup? {
    var signs: [Markup] = []
    var labels: [Markup] = []
    var row = 0
    for kind in Kind.allCases {
      let own = flags.filter { $0.kind == kind && frame.contains($0.at) }
      guard !own.isEmpty else { continue }
      labels.append(
        Markup(
          "text",
          ["x": "100%", "dx": "-7", "y": "\(row * Self.row + 13)", "text-anchor": "end"],
          text: kind.label))
      var ends: [Double] = []
      for flag in own {
        let share = frame.share(frame.place(flag.at))
        let lane = ends.firstIndex { share - $0 >= Self.apart } ?? ends.count
        if lane == ends.count { ends.append(share) } else { ends[lane] = share }
        signs.append(sign(flag, share, y: (row + lane) * Self.row + 13, in: frame))
      }
      row += ends.count
    }
    guard row > 0 else { return nil }
    let height = row * Self.row + 4
    return Markup(
      "figure", ["class": "chart"],
      [
        Markup(
          "div", ["class": "plot"],
          [
            Markup(
              "svg",
              [
                "class": "scale", "width": "100%", "height": "\(height + TimeChart.foot)",
                "aria-hidden": "true",
              ], labels),
            TimeChart.plot(
              in: frame, label: "Moments of the timeline over time", height: height,
              inner: marks(in: frame), outer: signs),
          ])
      ])
  }

  private func sign(_ flag: Flag, _ share: Double, y: Int, in frame: TimeFrame) -> Markup {
    let isSeen = share >= 0 && share <= 1
    return Markup(
      "svg",
      [
        "class": "flag " + (flag.kind == .reported ? "fact reported" : flag.kind.rawValue),
        "x": SVGNumber.percent(isSeen ? share : 0), "visibility": isSeen ? nil : "hidden",
        "data-at": SVGNumber.text(frame.place(flag.at), digits: 3),
      ],
      [
        Markup("title", text: "\(NumberText.clock(flag.at)) \(flag.text)"),
        Markup("text", ["x": "3", "y": "\(y)"], text: flag.sign),
      ])
  }
}
