import Experiments
import Observation
import SimulationKernel

/// Quantities of all futures over each other.
struct ForkCharts {
  let fork: Fork
  /// Places of the futures in the order in which they are shown.
  let order: [Int]
  let detail: PageDetail

  init(_ fork: Fork, order: [Int], _ detail: PageDetail) {
    self.fork = fork
    self.order = Array(order.prefix(detail.rows))
    self.detail = detail
  }

  private static let shown: [(series: String, title: String)] = [
    ("users.served", "Users served"), ("users.unserved.minutes", "User-minutes lost so far"),
    ("elixir.nodes.up", "Real-time nodes up"),
    ("scylla.sessions.utilisation", "Sessions database in use"),
    ("scylla.guilds.utilisation", "Guilds database in use"),
    ("gateway.queue", "Session starts waiting at the gateway"), ("guilds.loaded", "Guilds loaded"),
    ("api.nodes.serving", "API nodes serving"),
  ]

  /// Futures that are shown first; more are a click away.
  private static let shownFirst = 3

  var section: TimeSection? {
    let all = fork.courses(every: fork.samplingStep)
    let courses = Self.shown.compactMap { shown in
      all.first { $0.name == shown.series && $0.differs }.map { (shown.title, $0) }
    }
    guard let count = courses.first?.1.baseline.count else { return nil }
    let bucket = detail.bucket(samples: count, lines: courses.count * (order.count + 1))
    let step = fork.samplingStep
    let together = fork.together
    let span = together - fork.at
    let margin = max(Duration.minutes(4), Duration(nanoseconds: span.nanoseconds / 12))
    let end = min(fork.until, together + margin)
    let thinned = PageDetail.thinned(courses[0].1.baseline, bucket: bucket).count
    guard
      let frame = TimeFrame(
        start: fork.at,
        step: bucket > 1 ? Duration(nanoseconds: step.nanoseconds * Int64(bucket / 2)) : step,
        count: thinned, home: fork.at < end ? fork.at...end : nil, cursor: fork.at)
    else { return nil }
    return TimeSection(
      frame: frame, flags: flags,
      charts: courses.enumerated().map { index, course in
        chart("fork-\(index)", course.0, course.1, bucket: bucket)
      }, controls: choice, homeName: "Reset",
      note: " Marks are those of the run as it was.", bucket: bucket)
  }

  /// What the run without a change marks after the fork.
  private var flags: TimeFlags {
    TimeFlags(
      flags: TimelineSigns(fork.baseline).flags(detail).flags.filter {
        $0.at >= fork.at && $0.kind != .reported
      })
  }

  private func chart(
    _ id: String, _ title: String, _ course: Fork.Course, bucket: Int
  ) -> TimeChart {
    let usual = TimeChart.Line(
      label: Fork.usualName, values: PageDetail.thinned(course.baseline, bucket: bucket), look: 0)
    return TimeChart(
      id: id, title: title, unit: course.unit,
      lines: [usual]
        + order.enumerated().map { place, index in
          TimeChart.Line(
            label: detail.text(fork.futures[index].name),
            values: PageDetail.thinned(course.futures[index], bucket: bucket), look: place % 4 + 1,
            group: "future-\(place)")
        })
  }

  /// Boxes that take lines away, where there are too many to tell apart.
  private var choice: [Markup] {
    guard order.count > Self.shownFirst else { return [] }
    return [
      Markup(
        "fieldset", ["class": "choice needs-script"],
        [Markup("legend", text: "Futures in the charts")]
          + order.enumerated().map { place, index in
            Markup(
              "label", [:],
              [
                Markup(
                  "input",
                  [
                    "type": "checkbox", "data-line": "future-\(place)",
                    "checked": place < Self.shownFirst ? "checked" : nil,
                  ]), .text(" " + detail.text(fork.futures[index].name)),
              ])
          })
    ]
  }
}
