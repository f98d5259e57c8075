import Observation
import SimulationKernel

/// One run as a page: what happened, how it went on over time, and how it compares with the account.
///
/// A function of the record: the same record gives the same bytes.
public struct ReplayHTML: Sendable {
  let record: RunRecord
  /// Why it went wrong; nil where nothing did, or nobody asked.
  let story: CauseStory?
  let reproduce: [String]

  /// - Parameters:
  ///   - record: What to report.
  ///   - story: What led to what, and what came of it.
  ///   - reproduce: Words of the command that gives this run again.
  public init(_ record: RunRecord, story: CauseStory? = nil, reproduce: [String]) {
    self.record = record
    self.story = story
    self.reproduce = reproduce
  }

  /// The page, smaller than `PageDetail.bytesMax`.
  public var text: String {
    PageDetail.text { detail in page(detail).text(detail) }
  }

  private func page(_ detail: PageDetail) -> Page {
    var words = [
      "\(NumberText.clock(record.start)) to \(NumberText.clock(record.endedAt))",
      "seed \(record.seed)", "scale \(record.scale)",
    ]
    words += detail.shown(record.patches).rows + ["digest \(record.digest)"]
    let (verdict, tone) = RunVerdict(record).sentence
    return Page(
      kind: "Replay", title: record.title, name: record.scenario, words: words, verdict: verdict,
      tone: tone, warnings: warnings, figures: RunVerdict(record).figures,
      sections: sections(detail) + [
        Page.Section("assumptions", "Assumptions", assumptions(detail))
      ],
      version: record.version, reproduce: reproduce,
      promise: "This line gives the same run, event for event:")
  }

  /// What happened and why.
  ///
  /// - Parameters:
  ///   - detail: How much of it.
  ///   - title: Of the charts.
  /// - Returns: Them, some perhaps without a body.
  func sections(_ detail: PageDetail, title: String = "Over time") -> [Page.Section] {
    let time = ReplayCharts(record, detail).section
    return [
      Page.Section("time", title, time?.body ?? []),
      Page.Section("timeline", "Timeline", timeline(detail, time?.frame)),
      Page.Section("causes", "Causal chain", causes(detail, time?.frame)),
    ] + judged(detail)
  }

  /// How the run stands against the account, and what it promised.
  func judged(_ detail: PageDetail) -> [Page.Section] {
    [
      Page.Section("facts", "Facts of the account", facts(detail)),
      Page.Section("findings", "Findings", findings(detail)),
    ]
  }

  private var warnings: [String] {
    switch RunEnd(record.end) {
    case .horizon where record.wasCutShort:
      [
        "The run was cut short at \(NumberText.clock(record.endedAt)), before the scenario's "
          + "end: what comes later is not judged."
      ]
    case .horizon: []
    case .stopped: ["The run was stopped at \(NumberText.clock(record.endedAt))."]
    case .budget: ["The run ran out of budget at \(NumberText.clock(record.endedAt))."]
    }
  }

  // MARK: Timeline

  /// What the run as a whole had, in order of time: the key to the signs in the charts.
  ///
  /// - Parameters:
  ///   - detail: How many rows.
  ///   - frame: Of the charts; nil: there are none.
  ///   - marked: What of it is marked in them.
  /// - Returns: Nothing where the run has no moments.
  func timeline(
    _ detail: PageDetail, _ frame: TimeFrame?,
    marked: String = "They are marked in the charts: what the run did as lines, what was reported "
      + "in italics."
  ) -> [Markup] {
    let (rows, left) = detail.shown(TimelineSigns(record).rows)
    guard !rows.isEmpty else { return [] }
    return [
      Markup(
        "p", ["class": "small dim"],
        text:
          "! is a fault, letters are what operators did, which is input; numbers are what came "
          + "out. " + marked
      ),
      PageTable(
        caption: "Timeline: reported and simulated",
        columns: [
          .init(""), .init("What happened", isHead: true), .init("Reported", isNumber: true),
          .init("Simulated", isNumber: true), .init("Difference", isNumber: true),
        ],
        rows: rows.map { row in
          let entry = row.entry
          return [
            row.sign.isEmpty
              ? .text("")
              : Markup("span", ["class": "letter \(row.kind.rawValue)"], text: row.sign),
            .text(detail.text(entry.text)),
            .text(entry.reported.map(NumberText.clock) ?? "–"), simulated(entry, frame),
            difference(entry),
          ]
        }
      ).markup,
    ] + PageDetail.more(left, "moments")
  }

  private func simulated(_ entry: TimelineEntry, _ frame: TimeFrame?) -> Markup {
    guard let at = entry.simulated else {
      if entry.kind == .outcome && entry.fact == nil { return .text("–") }
      return Markup(
        "span", ["class": record.wasCutShort ? "warning" : "bad"],
        text: record.wasCutShort ? "not reached" : "never")
    }
    return Self.jump(to: at, NumberText.clock(at), frame)
  }

  /// A time that shows itself in the charts, where there are charts that hold it.
  static func jump(to at: Instant, _ text: String, _ frame: TimeFrame?) -> Markup {
    guard let frame, frame.contains(at) else { return .text(text) }
    return Markup(
      "button",
      [
        "type": "button", "class": "jump", "data-at": SVGNumber.text(frame.place(at), digits: 3),
        "aria-label": "Show \(text) in the charts",
      ], text: text)
  }

  private func difference(_ entry: TimelineEntry) -> Markup {
    guard let reported = entry.reported, let simulated = entry.simulated else { return .text("") }
    if entry.kind == .action && reported == simulated {
      return Markup("span", ["class": "dim"], text: "input")
    }
    let verdict = entry.fact.flatMap { id in record.facts.first { $0.fact.id == id } }
    let tone = verdict.map { FactWords(record.outcome(of: $0)).tone }
    return Markup(
      "span", ["class": tone], text: NumberText.difference(from: reported, to: simulated))
  }
}

/// How a fact came out, in a word, a sign and a colour.
struct FactWords {
  let word: String
  let sign: String
  let tone: String

  init(_ outcome: FactOutcome) {
    switch outcome {
    case .held: (word, sign, tone) = ("held", "✓", "good")
    case .failed: (word, sign, tone) = ("failed", "✗", "bad")
    case .notReached: (word, sign, tone) = ("not reached", "–", "warning")
    }
  }
}
