import Observation
import SimulationKernel

/// The charts of one run.
struct ReplayCharts {
  let record: RunRecord
  let detail: PageDetail

  init(_ record: RunRecord, _ detail: PageDetail) {
    (self.record, self.detail) = (record, detail)
  }

  /// How a series becomes a line.
  enum Reading {
    /// As it is.
    case level
    /// What a counter grows by in a second.
    case rate
  }

  struct Plan {
    let id: String
    let title: String
    let unit: MetricUnit
    let lines: [(series: String, label: String, reading: Reading)]
  }

  /// What is shown of a run, the users first.
  static let plans: [Plan] = [
    Plan(
      id: "users", title: "Users", unit: .users,
      lines: [("users.served", "served", .level), ("users.connected", "connected", .level)]),
    Plan(
      id: "nodes", title: "Real-time nodes", unit: .nodes,
      lines: [
        ("elixir.nodes.up", "up", .level), ("elixir.nodes.watching", "watching etcd", .level),
      ]),
    Plan(
      id: "throttle", title: "At the throttle, a second", unit: .perSecond,
      lines: [
        ("clients.attempts", "attempts", .rate), ("throttle.refused", "refused", .rate),
      ]),
    Plan(
      id: "admitted", title: "Through the gateway, a second", unit: .perSecond,
      lines: [
        ("gateway.admitted", "let in", .rate),
        ("clients.sessions.opened", "sessions opened", .rate),
      ]),
    Plan(
      id: "databases", title: "Databases in use", unit: .share,
      lines: [
        ("scylla.sessions.utilisation", "sessions", .level),
        ("scylla.guilds.utilisation", "guilds", .level),
      ]),
    Plan(
      id: "database-queues", title: "Requests waiting for databases", unit: .count,
      lines: [
        ("scylla.sessions.queue", "sessions", .level), ("scylla.guilds.queue", "guilds", .level),
      ]),
    Plan(
      id: "gateway-queue", title: "Session starts waiting at the gateway", unit: .count,
      lines: [("gateway.queue", "waiting", .level)]),
    Plan(
      id: "guilds", title: "Guilds", unit: .count, lines: [("guilds.loaded", "loaded", .level)]),
    Plan(
      id: "backlog", title: "Work waiting on session nodes", unit: .seconds,
      lines: [("elixir.sessions.backlog", "until it is done", .level)]),
    Plan(
      id: "api", title: "API nodes", unit: .nodes,
      lines: [("api.nodes.serving", "serving", .level)]),
    Plan(
      id: "api-load", title: "API in use", unit: .share,
      lines: [("api.utilisation", "in use", .level)]),
    Plan(
      id: "etcd-values", title: "etcd", unit: .count,
      lines: [
        ("etcd.corrupt.written", "empty values written so far", .level),
        ("announce.remoteDisconnected", "announces cut so far", .level),
      ]),
    Plan(
      id: "etcd-wait", title: "Longest wait at etcd so far", unit: .seconds,
      lines: [("etcd.wait.peak", "wait", .level)]),
    Plan(
      id: "lost", title: "Connections lost, a second", unit: .perSecond,
      lines: [("clients.connections.lost", "lost", .rate)]),
  ]

  /// Nil where the run has no samples.
  var section: TimeSection? {
    guard
      let first = record.series.first(where: { $0.name == "users.served" }) ?? record.series.first
    else { return nil }
    let lineCount = Self.plans.reduce(0) { $0 + $1.lines.count }
    let bucket = detail.bucket(samples: first.values.count, lines: lineCount)
    let count = PageDetail.thinned(first.values, bucket: bucket).count
    let step =
      bucket > 1
      ? Duration(nanoseconds: first.step.nanoseconds * Int64(bucket / 2)) : first.step
    let fault = record.timeline.first { $0.kind == .fault && $0.simulated != nil }?.simulated
    guard
      let frame = TimeFrame(
        start: first.start, step: step, count: count, home: home(first),
        cursor: fault ?? first.start)
    else { return nil }
    return TimeSection(
      frame: frame, flags: TimelineSigns(record).flags(detail),
      charts: Self.plans.compactMap { chart($0, like: first, bucket: bucket) },
      homeName: frame.home.upperBound - frame.home.lowerBound < 0.9 * Double(frame.count - 1)
        ? "Outage" : "Reset",
      bucket: bucket)
  }

  /// The time in which users were missing, with some time around it.
  private func home(_ served: TimeSeries) -> ClosedRange<Instant>? {
    guard served.name == "users.served", let online = served.values.first,
      let chart = UsersChart(of: served, online: online, until: record.endedAt, columns: 1),
      chart.start < chart.end
    else { return nil }
    return chart.start...chart.end
  }

  private func chart(_ plan: Plan, like first: TimeSeries, bucket: Int) -> TimeChart? {
    let lines = plan.lines.enumerated().compactMap { index, line -> TimeChart.Line? in
      guard let series = record.series(line.series), series.start == first.start,
        series.step == first.step
      else { return nil }
      let values = Self.values(of: series, line.reading)
      return TimeChart.Line(
        label: line.label, values: PageDetail.thinned(values, bucket: bucket), look: index + 1,
        isArea: index == 0 && plan.id == "users")
    }
    guard !lines.isEmpty else { return nil }
    return TimeChart(id: plan.id, title: plan.title, unit: plan.unit, lines: lines)
  }

  /// A series as it is, or as what it grows by in a second.
  static func values(of series: TimeSeries, _ reading: Reading) -> [Double] {
    values(series.values, every: series.step, reading)
  }

  /// Samples, one every `step`, as they are or as what they grow by in a second.
  static func values(_ values: [Double], every step: Duration, _ reading: Reading) -> [Double] {
    guard case .rate = reading else { return values }
    let seconds = step.seconds
    return zip(values, [values.first ?? 0] + values).map { max(0, ($0 - $1) / seconds) }
  }
}
