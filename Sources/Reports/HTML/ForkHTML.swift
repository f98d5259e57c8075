import Experiments
import Observation
import SimulationKernel

/// Futures of one run as a page: what each comes to, and how they go on over each other.
///
/// A function of the fork: the same fork gives the same bytes.
public struct ForkHTML: Sendable {
  let fork: Fork
  let reproduce: [String]

  /// - Parameters:
  ///   - fork: What to report.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ fork: Fork, reproduce: [String]) {
    self.fork = fork
    self.reproduce = reproduce
  }

  /// The page, smaller than `PageDetail.bytesMax`.
  public var text: String {
    PageDetail.text { detail in page(detail).text(detail) }
  }

  private func page(_ detail: PageDetail) -> Page {
    let record = fork.baseline
    var words = [
      "\(NumberText.clock(fork.at)) to \(NumberText.clock(fork.until))", "seed \(record.seed)",
      "scale \(record.scale)",
    ]
    words += detail.shown(record.patches).rows
    let time = ForkCharts(fork, order: ranked, detail).section
    return Page(
      kind: "Fork", title: record.title, name: record.scenario, words: words,
      verdict: verdict(detail),
      sections: [
        Page.Section("futures", "What each future comes to", summary(detail)),
        Page.Section("time", "Over time", time?.body ?? []),
      ] + asItWas(detail, time?.frame) + [
        Page.Section("partings", "Where they part", partings(detail)),
        Page.Section("metrics", "At the end", metrics(detail)),
        Page.Section("refused", "What could not be changed", refusals(detail)),
      ],
      version: record.version, reproduce: reproduce)
  }

  /// The run without a change, as a replay's page shows it: the key to the signs in the charts.
  private func asItWas(_ detail: PageDetail, _ frame: TimeFrame?) -> [Page.Section] {
    let run = ReplayHTML(fork.baseline, reproduce: reproduce)
    let timeline = run.timeline(
      detail, frame,
      marked:
        "Those of the run from \(NumberText.clock(fork.at)) on are marked in the charts. This is the "
        + "run \(Fork.usualName); what each future changes of it stands with the futures.")
    return ([Page.Section("timeline", "Timeline", timeline)] + run.judged(detail)).map {
      Page.Section($0.id, "\($0.title) (\(Fork.usualName))", $0.body)
    }
  }

  // MARK: Verdict

  private func lost(_ record: RunRecord) -> Double { record.metrics["users.unserved.minutes"] ?? 0 }

  /// Places of the futures, the best first.
  private var ranked: [Int] {
    fork.futures.indices.sorted {
      (lost(fork.futures[$0].record), $0) < (lost(fork.futures[$1].record), $1)
    }
  }

  private func verdict(_ detail: PageDetail) -> String {
    let usual = lost(fork.baseline)
    guard let best = ranked.first.map({ fork.futures[$0] }) else { return "There is no future." }
    let name = "“\(detail.text(best.name))”"
    let difference = usual - lost(best.record)
    let condition = fork.condition.map { ", the first second at which \(detail.text($0))" } ?? ""
    var text =
      "From \(fork.at)\(condition): as it was, \(NumberText.text(usual, .userMinutes)) are lost. "
    if difference > 0, usual > 0 {
      text += fork.futures.count > 1 ? "The best future, \(name), " : "The future \(name) "
      let share = difference / usual
      let words = share < 0.001 ? "less than 0.1%" : NumberText.text(share, .share)
      text += "saves \(NumberText.text(difference, .userMinutes)) of them, \(words)."
    } else if difference == 0 {
      text +=
        fork.futures.count > 1 ? "No future saves any of them." : "The future \(name) saves none."
    } else {
      text += fork.futures.count > 1 ? "Every future loses more" : "The future \(name) loses more"
      text += ": \(NumberText.text(-difference, .userMinutes)) at least."
    }
    return text
  }

  // MARK: Tables

  private static let figures = [
    ("users.unserved.minutes", "User-minutes lost"), ("outage.minutes", "Under half served"),
    ("outage.recovered.clock", "99% back"), ("elixir.nodes.stopped", "Nodes stopped"),
  ]

  private func summary(_ detail: PageDetail) -> [Markup] {
    func figures(_ record: RunRecord) -> [Markup] {
      Self.figures.map { name, _ in
        guard let value = record.metrics[name], let unit = record.metrics.unit(of: name) else {
          return .text("–")
        }
        return .text(bare(NumberText.text(value, unit)))
      }
    }
    // The heading says what is counted.
    func bare(_ text: String) -> String { text.replacing(" user-min", with: "") }
    let (rows, left) = detail.shown(ranked)
    let usual = lost(fork.baseline)
    let first: [Markup] = [.text(Fork.usualName), .text("")] + figures(fork.baseline) + [.text("")]
    return [
      PageTable(
        caption: "Futures",
        columns: [.init("Future", isHead: true), .init("Difference", isNumber: true)]
          + Self.figures.map { .init($0.1, isNumber: true) } + [
            .init("What it changes", isWide: true)
          ],
        rows: [first]
          + rows.map { index in
            let future = fork.futures[index]
            let difference = lost(future.record) - usual
            let tone = difference < 0 ? "good" : difference > 0 ? "bad" : "dim"
            let changes = ([future.summary] + future.patches).filter { !$0.isEmpty }
            return [
              .text(detail.text(future.name)),
              Markup(
                "span", ["class": "tag \(tone)"],
                text: bare(ForkText.signed(difference, .userMinutes))),
            ] + figures(future.record) + [
              Markup(
                "span", ["class": "small dim"],
                text: detail.text(changes.joined(separator: " · ")))
            ]
          }
      ).markup
    ] + PageDetail.more(left, "futures")
  }

  private func partings(_ detail: PageDetail) -> [Markup] {
    let (rows, left) = detail.shown(ranked.map { fork.futures[$0] })
    func side(_ occurrence: EventDifference.Occurrence?) -> String {
      occurrence.map { "\(NumberText.clock($0.time)) \($0.event)" } ?? "no further event"
    }
    return [
      Markup(
        "p", ["class": "small dim"],
        text:
          "The first event that differs. Everything before it is the same, and everything after it "
          + "is the change's doing: all futures have the same luck."),
      PageTable(
        caption: "Where the futures part",
        columns: [
          .init("Future", isHead: true), .init("After events", isNumber: true),
          .init("As it was"), .init("In this future"),
        ],
        rows: rows.map { future in
          guard let difference = future.difference else {
            return [
              .text(detail.text(future.name)), .text(""), .text("no event differs"), .text(""),
            ]
          }
          return [
            .text(detail.text(future.name)), .text(NumberText.grouped(difference.index)),
            .text(detail.text(side(difference.left))), .text(detail.text(side(difference.right))),
          ]
        }
      ).markup,
    ] + PageDetail.more(left, "futures")
  }

  /// Every metric that is different at the end, for the few best futures.
  private func metrics(_ detail: PageDetail) -> [Markup] {
    let futures = ranked.prefix(4).map { fork.futures[$0] }
    let usual = fork.baseline.metrics
    let names = (usual.all + futures.flatMap(\.record.metrics.all)).map(\.name)
    let different = Set(names).sorted().filter { name in
      futures.contains { $0.record.metrics[name] != usual[name] }
    }
    guard !different.isEmpty else { return [] }
    return [
      Markup(
        "details", [:],
        [
          Markup("summary", text: "Every metric that differs"),
          PageTable(
            caption: "Metrics at the end",
            columns: [.init("Metric", isHead: true), .init(Fork.usualName, isNumber: true)]
              + futures.map { .init(detail.text($0.name), isNumber: true) },
            rows: different.map { name in
              let metrics = [usual] + futures.map(\.record.metrics)
              let unit = metrics.compactMap { $0.unit(of: name) }.first ?? .count
              return [Markup("span", ["class": "mono"], text: name)]
                + metrics.map { .text($0[name].map { NumberText.text($0, unit) } ?? "–") }
            }
          ).markup,
        ])
    ]
  }

  private func refusals(_ detail: PageDetail) -> [Markup] {
    let (rows, left) = detail.shown(fork.refusals)
    guard !rows.isEmpty else { return [] }
    return [
      PageTable(
        caption: "Refused",
        columns: [.init("Future", isHead: true), .init("When"), .init("Why", isWide: true)],
        rows: rows.map { refusal in
          [
            .text(detail.text(refusal.name)),
            .text(refusal.isLate ? "too late at \(fork.at)" : "never while the company runs"),
            .text(detail.text(refusal.reason)),
          ]
        }
      ).markup
    ] + PageDetail.more(left, "of them")
  }
}
