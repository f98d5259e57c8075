import Experiments
import Observation

/// A comparison of mitigations as a page: what would have helped, by how much, and how sure that is.
///
/// A function of the comparison: the same comparison gives the same bytes.
public struct CompareHTML: Sendable {
  let comparison: Comparison
  /// The first seed's run without a mitigation; nil where nobody ran it once more.
  let run: ReplayHTML?
  let patches: [String]
  let reproduce: [String]
  /// The words that the text report has for the same things.
  let words: CompareText

  /// - Parameters:
  ///   - comparison: What to report.
  ///   - run: The first seed's run without a mitigation, to show what happened and why.
  ///   - patches: What holds for every run, as on the command line.
  ///   - reproduce: Words of the command that gives this comparison again.
  public init(
    _ comparison: Comparison, run: ReplayHTML? = nil, patches: [String], reproduce: [String]
  ) {
    self.comparison = comparison
    self.run = run
    self.patches = patches
    self.reproduce = reproduce
    words = CompareText(
      comparison, patches: patches, style: TextStyle(width: 100_000), reproduce: reproduce)
  }

  /// The page, smaller than `PageDetail.bytesMax`.
  public var text: String {
    PageDetail.text { detail in page(detail).text(detail) }
  }

  private func page(_ detail: PageDetail) -> Page {
    let header = comparison.plan.header
    var shown = [
      "\(NumberText.clock(header.start)) to \(NumberText.clock(comparison.plan.until))",
      ReportPage.seeds(comparison.seeds), "scale \(header.scale)",
      "under \(comparison.plan.settings[0].name)",
    ]
    shown += detail.shown(patches).rows
    return Page(
      kind: "Comparison", title: header.title, name: header.name, words: shown,
      verdict: verdict(detail), tone: .plain, warnings: warnings,
      figures: comparison.baseline.map {
        (
          NumberText.text($0.mean, $0.metric.unit).replacing(" user-min", with: ""),
          CompareText.label($0.metric) + ", unmitigated"
        )
      },
      sections: [
        Page.Section("mitigations", "What would have helped", forest(detail)),
        Page.Section("figures", "Other figures", others(detail)),
        Page.Section("robustness", "Does it hold?", robustness(detail)),
        Page.Section("baseline", "Without a mitigation", baseline),
      ] + happened(detail) + [
        Page.Section("assumptions", "Assumptions", paragraphs(words.assumptions.dropFirst())),
        Page.Section("summaries", "The mitigations", summaries(detail)),
        Page.Section("notes", "How the figures were made", paragraphs(words.notes[...])),
      ],
      version: comparison.version, reproduce: reproduce)
  }

  /// One run without a mitigation, as a replay's page shows it.
  private func happened(_ detail: PageDetail) -> [Page.Section] {
    guard let run else { return [] }
    var sections = run.sections(detail, title: "What happened")
    let words =
      "The run of seed \(run.record.seed) without a mitigation, under "
      + "\(comparison.plan.settings[0].name), to \(NumberText.clock(run.record.endedAt))."
    if let first = sections.first, !first.body.isEmpty {
      sections[0] = Page.Section(
        first.id, first.title, [Markup("p", [:], text: detail.text(words))] + first.body)
    }
    return sections
  }

  private var warnings: [String] {
    var list: [String] = []
    if comparison.isIncomplete { list.append("Interrupted: only what was finished is counted.") }
    if !comparison.unrunSettings.isEmpty {
      let names = comparison.unrunSettings.map(\.name).joined(separator: ", ")
      list.append("Not finished, and not counted: \(names).")
    }
    if !comparison.isNarrow {
      list.append("The seeds were used up before the intervals were as narrow as was asked for.")
    }
    return list
  }

  private func paragraphs(_ lines: ArraySlice<String>) -> [Markup] {
    lines.map { line in
      Markup("p", ["class": "small"], text: String(line.drop { $0 == " " }))
    }
  }

  // MARK: Verdict

  var reference: Double {
    comparison.baseline.first { $0.metric == .userMinutesLost }?.mean ?? 0
  }

  private func verdict(_ detail: PageDetail) -> String {
    let arms = words.ranked
    guard let best = arms.first, let effect = best.effect(.userMinutesLost) else {
      return "There is no mitigation."
    }
    let lost = NumberText.text(reference, .userMinutes)
    guard comparison.seeds.count > 1 else {
      return "A single seed has no verdict: without a mitigation it lost \(lost), with "
        + "\(detail.text(best.arm.name)) \(NumberText.text(effect.mean, .userMinutes))."
    }
    func count(_ verdict: ArmVerdict) -> Int { arms.count { $0.verdict == verdict } }
    let (helping, unclear) = (count(.better), count(.unclear))
    var text = "Of \(arms.count) mitigations "
    // Of what is unclear, nobody knows that it would not have helped.
    if helping > 0 {
      text += "\(helping) would have helped"
    } else {
      text += unclear > 0 ? "none is shown to help" : "none would have helped"
    }
    var others: [String] = []
    if count(.worse) > 0 { others.append("\(count(.worse)) would have harmed") }
    if count(.same) > 0 { others.append("\(count(.same)) would have changed nothing") }
    if unclear > 0 { others.append("of \(unclear) it cannot be told") }
    if !others.isEmpty {
      text += (helping == 0 && unclear > 0 ? ": " : ", ") + others.joined(separator: ", ")
    }
    text += ". "
    guard effect.verdict == .better else {
      return text + "Without one, \(lost) are lost on average."
    }
    let share = reference > 0 ? -effect.difference / reference : 0
    let alike = arms.count { !Set($0.groups).isDisjoint(with: best.groups) } - 1
    text +=
      "The best, \(detail.text(best.arm.name)), prevents \(NumberText.text(share, .share)) of the "
      + "\(lost) that are lost on average without one"
    if alike > 0 {
      text += "; \(alike) \(alike == 1 ? "other" : "others") cannot be told apart from it"
    }
    return text + "."
  }

  // MARK: The plot

  private func forest(_ detail: PageDetail) -> [Markup] {
    let (arms, left) = detail.shown(words.ranked)
    guard !arms.isEmpty else { return [] }
    let plot = ForestPlot(arms.map { ($0.settings[0].difference, $0.settings[0].interval) })
    let reference = reference
    return [
      Markup(
        "p", ["class": "small dim"],
        text:
          "User-minutes lost, each mitigation less none on the same seeds, with 95 % intervals; "
          + "the best first. Mitigations that share a letter cannot be told apart."),
      PageTable(
        caption: "User-minutes lost: difference to no mitigation",
        columns: [
          .init("Group"), .init("Mitigation", isHead: true), .init("Difference", isNumber: true),
          .init("Share", isNumber: true), .init("Verdict"), .init("95 % interval", isWide: true),
        ],
        rows: arms.map { result in
          let effect = result.settings[0]
          let share = reference > 0 ? effect.difference / reference : 0
          return [
            Markup("span", ["class": "letter"], text: words.plainLetters(result)),
            .text(detail.text(result.arm.name)), .text(words.figure(effect)),
            .text(reference > 0 ? CompareText.percent(share) : ""),
            Markup("span", ["class": "tag \(Self.tone(effect))"], text: words.word(effect)),
            plot.cell(
              effect.difference, effect.interval, tone: Self.tone(effect), label: label(effect)),
          ]
        } + [
          [
            .text(""), .text(""), .text(""), .text(""), .text(""),
            plot.axis { CompareText.signed($0, .userMinutesLost) },
          ]
        ]
      ).markup,
    ] + PageDetail.more(left, "mitigations")
  }

  private func label(_ effect: ArmEffect) -> String {
    guard let interval = effect.interval else { return "\(words.figure(effect)), no interval" }
    return
      "\(words.figure(effect)), from \(CompareText.signed(interval.lowerBound, effect.metric)) to "
      + CompareText.signed(interval.upperBound, effect.metric)
  }

  static func tone(_ effect: ArmEffect) -> String {
    switch effect.verdict {
    case .better: "good"
    case .worse: "bad"
    case .same, .unclear: "dim"
    }
  }

  private func others(_ detail: PageDetail) -> [Markup] {
    let (arms, _) = detail.shown(words.ranked)
    return ComparisonMetric.allCases.filter { $0 != .userMinutesLost }.map { metric in
      let rows = arms.compactMap { arm in arm.effect(metric).map { (arm: arm, effect: $0) } }
      let plot = ForestPlot(rows.map { ($0.effect.difference, $0.effect.interval) })
      return Markup(
        "details", [:],
        [
          Markup("summary", text: "Difference in \(CompareText.column(metric))"),
          PageTable(
            caption: "Difference in \(CompareText.column(metric))",
            columns: [
              .init("Mitigation", isHead: true), .init("Difference", isNumber: true),
              .init("95 % interval"), .init("Verdict"), .init("", isWide: true),
            ],
            rows: rows.map { row in
              let effect = row.effect
              let ends = effect.interval.map {
                "\(CompareText.signed($0.lowerBound, metric)) to "
                  + CompareText.signed($0.upperBound, metric)
              }
              return [
                .text(detail.text(row.arm.arm.name)), .text(words.figure(effect)),
                .text(ends ?? "none"),
                Markup("span", ["class": "tag \(Self.tone(effect))"], text: words.word(effect)),
                plot.cell(
                  effect.difference, effect.interval, tone: Self.tone(effect),
                  label: label(effect)),
              ]
            } + [
              [
                .text(""), .text(""), .text(""), .text(""),
                plot.axis { CompareText.signed($0, metric) },
              ]
            ]
          ).markup,
        ])
    }
  }
}
