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

  /// Those of a replay's charts in which futures may differ; the ones that do are drawn.
  private static let shown: [(series: String, title: String, reading: ReplayCharts.Reading)] = [
    ("users.served", "Users served", .level),
    ("users.unserved.minutes", "User-minutes lost so far", .level),
    ("elixir.nodes.up", "Real-time nodes up", .level),
    ("throttle.refused", "Refused by the throttle, a second", .rate),
    ("scylla.sessions.utilisation", "Sessions database in use", .level),
    ("scylla.guilds.utilisation", "Guilds database in use", .level),
    ("scylla.sessions.queue", "Requests waiting for the sessions database", .level),
    ("scylla.guilds.queue", "Requests waiting for the guilds database", .level),
    ("gateway.queue", "Session starts waiting at the gateway", .level),
    ("guilds.loaded", "Guilds loaded", .level), ("api.nodes.serving", "API nodes serving", .level),
    ("etcd.wait.peak", "Longest wait at etcd so far", .level),
  ]

  /// Futures that are shown first; more are a click away.
  private static let shownFirst = 3

  var section: TimeSection? {
    let all = fork.courses(every: fork.samplingStep)
    let courses = Self.shown.compactMap { shown in
      all.first { $0.name == shown.series && $0.differs }.map { (shown, $0) }
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
        chart("fork-\(index)", course.0.title, course.1, course.0.reading, bucket: bucket)
      }, controls: choice, homeName: "Reset",
      note: " Marks are those of the run as it was; the timeline says what they are.",
      bucket: bucket)
  }

  /// What the run without a change marks after the fork.
  private var flags: TimeFlags {
    TimeFlags(
      flags: TimelineSigns(fork.baseline).flags(detail).flags.filter {
        $0.at >= fork.at && $0.kind != .reported
      })
  }

  private func chart(
    _ id: String, _ title: String, _ course: Fork.Course, _ reading: ReplayCharts.Reading,
    bucket: Int
  ) -> TimeChart {
    func drawn(_ values: [Double]) -> [Double] {
      PageDetail.thinned(
        ReplayCharts.values(values, every: fork.samplingStep, reading), bucket: bucket)
    }
    let usual = TimeChart.Line(label: Fork.usualName, values: drawn(course.baseline), look: 0)
    return TimeChart(
      id: id, title: title, unit: reading == .rate ? .perSecond : course.unit,
      lines: [usual]
        + order.enumerated().map { place, index in
          TimeChart.Line(
            label: detail.text(fork.futures[index].name),
            values: drawn(course.futures[index]), look: place % 4 + 1,
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
