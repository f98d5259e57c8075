import Scenarios
import SimulationKernel

@testable import Observation

/// A record made by hand: an afternoon with an outage, facts of each outcome and a finding.
enum RecordFixture {
  static func at(_ text: String) -> Instant {
    guard let instant = Instant(parsing: text) else { preconditionFailure("a time: \(text)") }
    return instant
  }

  static func seconds(_ text: String) -> Double { Double(at(text).nanoseconds) / 1e9 }

  /// Served users every ten seconds: all, then a fifth, then a slow way back.
  static func served(online: Double) -> [Double] {
    (0..<720).map { index in
      let time = at("14:00").nanoseconds + Int64(index) * 10_000_000_000
      switch time {
      case ..<at("14:18:10").nanoseconds: return online
      case ..<at("14:43").nanoseconds: return online * 0.2
      case ..<at("15:10").nanoseconds:
        let part = Double(time - at("14:43").nanoseconds) / 1e9 / 1620
        return online * (0.2 + 0.8 * part)
      default: return online
      }
    }
  }

  static func fact(
    _ id: String, _ claim: String, _ measure: String, _ unit: MetricUnit, _ min: Double?,
    _ max: Double?, reported: String? = nil
  ) -> Fact {
    Fact(
      id: id, claim: claim, source: "14:18, first sentence", reported: reported.map(at),
      measure: measure, unit: unit, min: min, max: max)
  }

  static let facts = [
    fact(
      "half-stops",
      "About half of the nodes that watch the API's entries stop, in several clusters",
      "elixir.nodes.stopped.share", .share, 0.4, 0.6),
    fact(
      "capacity-falls", "Most of the capacity is lost at once", "capacity.fall.at", .clock,
      seconds("14:18"), seconds("14:19:30"), reported: "14:19:00"),
    fact(
      "alerts", "Alarms go off", "alerts.first.clock", .clock, seconds("14:20"),
      seconds("14:22"), reported: "14:21:00"),
    fact("outage", "Unavailable for most users for an hour", "outage.minutes", .minutes, 50, 70),
    fact(
      "recovered", "Service is fully operational", "outage.recovered.clock", .clock,
      seconds("15:26"), seconds("15:40"), reported: "15:32:00"),
    fact("lost", "Many user-minutes are lost", "users.unserved.minutes", .userMinutes, 1e6, nil),
    fact("one-value", "One corrupt value is written", "etcd.corrupt.written", .count, 1, 1),
  ]

  static var metrics: Metrics {
    var metrics = Metrics()
    metrics.set("users.online.before", .users, 9_812_300)
    metrics.set("users.unserved.peak", .users, 7_849_840)
    metrics.set("users.unserved.minutes", .userMinutes, 303_200_070.5)
    metrics.set("outage.minutes", .minutes, 35.166666666666664)
    metrics.set("outage.recovered.at", .minutes, 52.0)
    metrics.set("outage.recovered.clock", .clock, seconds("15:10:00"))
    metrics.set("elixir.nodes.watching", .nodes, 470)
    metrics.set("elixir.nodes.stopped", .nodes, 245)
    metrics.set("elixir.nodes.stopped.share", .share, 245.0 / 470)
    metrics.set("capacity.fall.at", .clock, seconds("14:18:10"))
    metrics.set("etcd.corrupt.written", .count, 1)
    return metrics
  }

  static var timeline: [TimelineEntry] {
    [
      TimelineEntry(
        .fault, "fault armed: a connection is cut", reported: nil, simulated: at("14:18")),
      TimelineEntry(
        .outcome, "Most of the capacity is lost at once", reported: at("14:19"),
        simulated: at("14:18:10"), fact: "capacity-falls"),
      TimelineEntry(
        .outcome, "Alarms go off", reported: at("14:21"), simulated: nil, fact: "alerts"),
      TimelineEntry(
        .outcome,
        "A status page incident is opened to let users know that the cause of the outage is being "
          + "looked into", reported: at("14:24"), simulated: nil),
      TimelineEntry(
        .action, "stop anti-entropy repair of scylla.sessions", reported: at("14:38"),
        simulated: at("14:38")),
      TimelineEntry(
        .action, "stop anti-entropy repair of scylla.guilds", reported: at("14:38"),
        simulated: at("14:38")),
      TimelineEntry(
        .action, "begin to throttle connections", reported: at("14:43"), simulated: at("14:43")),
      TimelineEntry(
        .action, "throttle raised once half are back", reported: nil, simulated: at("14:53:20.5")),
      TimelineEntry(
        .outcome, "Service is fully operational", reported: at("15:32"), simulated: at("15:10"),
        fact: "recovered"),
      TimelineEntry(.action, "throttle off", reported: at("15:55"), simulated: at("15:55")),
    ]
  }

  /// Declarations as a describing reader makes them.
  static var assumptions: [ParameterDeclaration] {
    var reader = ParameterReader.describing()
    _ = reader.duration(
      "clients.timeout", default: .seconds(10), in: .seconds(5) ... .seconds(20), .assumption(),
      "Wait")
    _ = reader.integer(
      "clients.resumeAttempts", default: 3, in: 0...10, unit: "attempts", .assumption(), "Tries")
    _ = reader.integer(
      "throttle.burst", default: 1000, in: 1...1_000_000, unit: "connections", .assumption(),
      "Tokens")
    _ = reader.flag("clients.silentLoss", default: false, .assumption(), "Silent")
    _ = reader.number(
      "watcher.sigma", default: 0.6, in: 0...2, .assumption(), "Spread")
    _ = reader.list("operators") { step in
      step.duration("delay", default: .zero, in: .zero ... .hours(1), .assumption(), "Wait")
    }
    return reader.declarations
  }

  /// The record of the afternoon; one that ended before 16:00 was cut short.
  static func record(end: EndReason = .reachedInstant, endedAt: String = "16:00") -> RunRecord {
    let metrics = metrics
    var digest = Digest()
    digest.value = 0x0012_3456_789A_BCDE
    return RunRecord(
      scenario: "afternoon", title: "One cut announce stops half of the fleet",
      seed: 0xFFFF_FFFF_FFFF_FFFF, version: "1.2.3",
      patches: ["--hypothesis window", "--set title=it's \"odd\""], scale: "1/100",
      scaleFraction: 0.01, start: at("14:00"), digest: digest, digestTrail: DigestTrail(),
      events: 12_345_678, end: end, endedAt: at(endedAt), metrics: metrics,
      series: [
        TimeSeries(
          name: "users.served", unit: .users, start: at("14:00"), step: .seconds(10),
          values: served(online: 9_812_300)),
        TimeSeries(
          name: "api.utilisation", unit: .share, start: at("14:00"), step: .seconds(10),
          values: [0.5, .nan, 1]),
      ],
      facts: facts.map { $0.verdict(in: metrics) },
      invariants: [
        InvariantVerdict(id: "clients.conserved", verdict: .held, detail: "clients add up"),
        InvariantVerdict(
          id: "supervision.intensity", verdict: .broken, at: at("14:19:03.120"),
          detail: "no application ends without its supervisor giving up"),
        InvariantVerdict(id: "gateway.accounts", verdict: .vacuous, detail: "nothing arrived"),
      ],
      assumptions: assumptions, timeline: timeline, scenarioEnd: at("16:00"))
  }

  static let reproduce = [
    "hindsight", "replay", "my scenarios/afternoon.json", "--seed", "18446744073709551615",
    "--hypothesis", "window", "--set", "title=it's \"odd\"",
  ]
}
