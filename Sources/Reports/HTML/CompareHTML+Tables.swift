import Experiments
import Observation

extension CompareHTML {
  /// Every verdict under every setting, and where the order turns.
  func robustness(_ detail: PageDetail) -> [Markup] {
    guard comparison.settings.count > 1, comparison.seeds.count > 1 else { return [] }
    let (arms, left) = detail.shown(words.ranked)
    let settings = Array(comparison.settings.prefix(max(4, detail.rows / 8)))
    let lossless = comparison.settingsWithoutLoss
    var body = [
      Markup(
        "p", ["class": "small dim"],
        text:
          "The difference in user-minutes lost under each view of the world. ↓ helps, ↑ harms, = "
          + "changes nothing, ? cannot be told."),
      PageTable(
        caption: "Verdicts under every setting",
        columns: [.init("Mitigation", isHead: true)]
          + settings.map { .init(detail.text($0.name), isNumber: true) },
        rows: arms.map { result in
          [.text(detail.text(result.arm.name))]
            + zip(settings, result.settings).map { _, effect in
              Markup(
                "span", ["class": "tag \(Self.tone(effect))"],
                text: "\(Self.sign(effect)) \(words.figure(effect))")
            }
        }
      ).markup,
    ]
    body += PageDetail.more(left, "mitigations")
    body += PageDetail.more(comparison.settings.count - settings.count, "settings")
    if !lossless.isEmpty {
      let names = lossless.map(detail.text).joined(separator: ", ")
      body.append(
        Markup(
          "p", ["class": "small"],
          text:
            "Under \(names) nothing is lost without a mitigation either, and nothing can be told."))
    }
    let (turns, more) = detail.shown(comparison.turns)
    if turns.isEmpty {
      body.append(
        Markup(
          "p", ["class": "small"],
          text: "The order turns nowhere: no two mitigations are told apart both ways."))
    } else {
      body.append(
        Markup(
          "ul", [:],
          turns.map { turn in
            Markup(
              "li", ["class": "warning"],
              text:
                "Under \(detail.text(turn.setting)) the order turns: \(detail.text(turn.second)) "
                + "before \(detail.text(turn.first)).")
          }))
    }
    return body + PageDetail.more(more, "turns of the order")
  }

  private static func sign(_ effect: ArmEffect) -> String {
    switch effect.verdict {
    case .better: "↓"
    case .worse: "↑"
    case .same: "="
    case .unclear: "?"
    }
  }

  var baseline: [Markup] {
    var body = [
      PageTable(
        caption: "Without a mitigation",
        columns: [
          .init("Figure", isHead: true), .init("Mean", isNumber: true),
          .init("95 % interval", isNumber: true),
        ],
        rows: comparison.baseline.map { figure in
          let unit = figure.metric.unit
          return [
            .text(CompareText.label(figure.metric)), .text(NumberText.text(figure.mean, unit)),
            .text(figure.interval.map { CompareText.range($0, unit) } ?? ""),
          ]
        }
      ).markup
    ]
    if comparison.baselineUnrecovered > 0 {
      body.append(
        Markup(
          "p", ["class": "small"],
          text:
            "\(comparison.baselineUnrecovered) of \(comparison.seeds.count) runs never recovered; "
            + "they count with the time watched."))
    }
    return body
  }

  /// What each arm changes in reality.
  func summaries(_ detail: PageDetail) -> [Markup] {
    let (arms, left) = detail.shown(words.ranked)
    guard !arms.isEmpty else { return [] }
    return [
      PageTable(
        caption: "The mitigations",
        columns: [.init("Mitigation", isHead: true), .init("What it would change", isWide: true)],
        rows: arms.map { [.text(detail.text($0.arm.name)), .text(detail.text($0.arm.summary))] }
      ).markup
    ] + PageDetail.more(left, "mitigations")
  }
}
