import Observation
import SimulationKernel

extension ReplayHTML {
  /// Why it went wrong: from the first cause on, and what else came of it.
  func causes(_ detail: PageDetail, _ frame: TimeFrame?) -> [Markup] {
    guard let story else { return [] }
    let (steps, left) = detail.shown(story.steps)
    var parts = [Markup("h3", text: detail.text(story.question))]
    parts += story.details.map { Markup("p", ["class": "small dim"], text: detail.text($0)) }
    parts.append(Markup("ol", ["class": "chain"], steps.map { step($0, detail, frame) }))
    parts += PageDetail.more(left, "steps")
    if let cause = story.firstCause {
      parts.append(
        Markup("p", [:], [Markup("b", text: "First cause: "), .text(detail.text(cause))]))
    }
    return parts + effects(of: story, detail, frame)
  }

  private func step(
    _ step: CauseStory.Step, _ detail: PageDetail, _ frame: TimeFrame?
  ) -> Markup {
    let round = step.round.map { Markup("li", text: detail.text($0)) }
    let time = Self.jump(to: step.at, ExplainText.clock(step.at), frame)
    return Markup(
      "li", [:],
      [Markup("time", [:], [time]), .text(detail.text(step.text) + (round.isEmpty ? "" : ":"))]
        + (round.isEmpty ? [] : [Markup("ul", [:], round)]))
  }

  private func effects(
    of story: CauseStory, _ detail: PageDetail, _ frame: TimeFrame?
  ) -> [Markup] {
    guard !story.effects.isEmpty else { return [] }
    let (rows, left) = detail.shown(story.effects.flatMap(\.shown))
    let rests = story.effects.compactMap(\.rest) + [story.caveat].compactMap { $0 }
    return [
      Markup("h3", text: "What came of it"),
      PageTable(
        caption: "What came of the first cause",
        columns: [
          .init("Who", isHead: true), .init("From", isNumber: true), .init("To", isNumber: true),
          .init("What happened", isWide: true),
        ],
        rows: rows.map { effect in
          [
            .text(detail.text(effect.members)),
            Self.jump(to: effect.from, NumberText.clock(effect.from), frame),
            Self.jump(to: effect.to, NumberText.clock(effect.to), frame),
            .text(detail.text(effect.what)),
          ]
        }
      ).markup,
    ] + rests.map { Markup("p", ["class": "small dim"], text: $0) }
      + PageDetail.more(left, "effects") + sample(detail)
  }

  /// What the numbers of a sample count.
  private func sample(_ detail: PageDetail) -> [Markup] {
    guard record.scaleFraction < 1 else { return [] }
    return [
      Markup(
        "p", ["class": "small dim"],
        text:
          "Clients and guilds are those of the sample, \(detail.text(record.scale)) of all; nodes "
          + "are all of them. Who stayed connected and missed a guild is counted with the guild.")
    ]
  }
}
