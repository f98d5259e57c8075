import Scenarios
import SimulationKernel
import Testing

@testable import Observation

/// What each operator says of a run, and of one that ended too early to tell.
@Suite("Monitors")
struct InvariantMonitorTests {
  private static let served: [Double?] = [10, 10, 4, 3, 9, 10, 10, 10, 9, 10]

  /// Ten looks, at 14:00:10 to 14:01:40.
  private static func trace(_ looks: Int = 10) -> Trace {
    var trace = Trace(looks: looks)
    trace.values["users.online"] = Array(repeating: 10, count: 10)
    trace.values["users.served"] = served
    trace.values["clients.attempts"] = (0..<10).map { Double($0 * $0 * 100) }
    trace.values["load"] = [0.1, 0.2, nil, 0.9, 1, 1, 0.5, 0.5, 0.5, 0.5]
    trace.values["wait"] = Array(repeating: 0, count: 10)
    return trace
  }

  /// On the whole run: verdict, where it broke, and what is said of it.
  static let whole: [(String, String)] = [
    (
      "always(users.served >= 50%)",
      "broken at 14:00:30: users.served = 4 (40%), wanted >= 50%"
    ),
    ("always(users.served >= 30%)", "held: at 10 looks"),
    ("always(load <= 100%)", "held: at 9 looks, no value at 1"),
    ("never(load > 90%)", "broken at 14:00:50: load = 100%, which is > 90%"),
    ("never(users.served < 3)", "held: at 10 looks"),
    ("always(load / wait < 5/s)", "vacuous: no value at any of 10 looks"),
    ("never(max(users.served, 5m) > 0)", "vacuous: no value at any of 10 looks"),
    ("sometimes(load >= 90%)", "held: at 14:00:40: load = 90%, which is >= 90%"),
    ("sometimes(users.served < 2)", "vacuous: not in this run"),
    ("atEnd(users.served >= 99%)", "held: at 14:01:40: users.served = 10 (100%), which is >= 99%"),
    ("atEnd(load < 50%)", "broken at 14:01:40: load = 50%, wanted < 50%"),
    (
      "at(\"14:00:40\", users.served < 4)",
      "held: at 14:00:40: users.served = 3 (30%), which is < 4"
    ),
    (
      "at(\"14:00:35\", users.served > 4)", "broken at 14:00:40: users.served = 3 (30%), wanted > 4"
    ),
    ("at(\"14:00:30\", load > 0)", "vacuous: at 14:00:30: load has no value, wanted > 0"),
    ("at(\"13:59\", load > 0)", "vacuous: 13:59:00 is before the run's start"),
    ("at(\"14:02\", load > 0)", "vacuous: the run ended before 14:02:00"),
    (
      "eventually(within: 50s, users.served <= 3)",
      "held: at 14:00:40: users.served = 3 (30%), which is <= 3"
    ),
    (
      "eventually(within: 35s, users.served <= 3)",
      "broken at 14:00:30: not within 35s: users.served = 4 (40%), wanted <= 3"
    ),
    (
      "eventually(users.served < 3)",
      "broken at 14:01:40: not until the end: users.served = 10 (100%), wanted < 3"
    ),
    (
      "eventually(within: 5m, users.served < 3)",
      "vacuous: open: due by 14:05:00, but the run ended at 14:01:40: users.served = 10 (100%), "
        + "wanted < 3"
    ),
    ("leadsTo(within: 30s, users.served < 50%, users.served >= 90%)", "held: once"),
    (
      "leadsTo(within: 10s, users.served < 50%, users.served >= 90%)",
      "broken at 14:00:40: users.served = 4 (40%), which is < 50% at 14:00:30 led to nothing "
        + "within 10s: users.served = 3 (30%), wanted >= 90%"
    ),
    (
      "leadsTo(within: 1m, users.served < 2, users.served >= 90%)",
      "vacuous: users.served < 2 never held"
    ),
    (
      "leadsTo(within: 1h, users.served < 5, users.served > 10)",
      "vacuous: open since 14:00:30: due by 15:00:30, but the run ended at 14:01:40: "
        + "users.served = 10 (100%), wanted > 10"
    ),
    (
      "leadsTo(users.served < 5, users.served > 10)",
      "broken at 14:01:40: users.served = 4 (40%), which is < 5 at 14:00:30 led to nothing: "
        + "users.served = 10 (100%), wanted > 10"
    ),
    (
      "leadsTo(within: 20s, users.served == 9, users.served == 10)", "held: 2 times"
    ),
    (
      "stays(for: 30s, users.served >= 9)",
      "broken at 14:00:30: held from 14:00:10 on for 20s, not 30s: users.served = 4 (40%), wanted >= 9"
    ),
    ("stays(for: 20s, users.served >= 9)", "held: 2 times"),
    ("stays(for: 5m, users.served > 0)", "vacuous: open since 14:00:10, when the run ended"),
    ("stays(for: 20s, users.served > 10)", "vacuous: users.served > 10 never held"),
    (
      "always(not (users.served < 5 and clients.attempts >= 400))",
      "broken at 14:00:30: users.served = 4 (40%), which is < 5; clients.attempts = 400, "
        + "which is >= 400"
    ),
    (
      "always(rate(clients.attempts, 20s) < 30/s)",
      "broken at 14:00:40: rate(clients.attempts, 20s) = 40/s, wanted < 30/s"
    ),
    (
      "always(clients.attempts / users.served < 40)",
      "broken at 14:00:30: clients.attempts / users.served = 100 [clients.attempts = 400, "
        + "users.served = 4], wanted < 40"
    ),
    (
      "always(clients.attempts / 10/s < 50s)",
      "broken at 14:00:40: clients.attempts / 10/s = 90s [clients.attempts = 900], wanted < 50s"
    ),
    (
      "always(delta(clients.attempts, 20s) <= 100 + 40/s * 20s)",
      "broken at 14:00:50: delta(clients.attempts, 20s) = 1,200, wanted <= 100 + 40/s * 20s"
    ),
    (
      "always(70% <= users.served)",
      "broken at 14:00:30: users.served = 4 (40%), wanted >= 70%"
    ),
    (
      "always(users.served >= min(users.served, 20s) + 1)",
      "broken at 14:00:30: users.served = 4 (40%), wanted >= min(users.served, 20s) + 1 = 5 "
        + "[min(users.served, 20s) = 4]"
    ),
    (
      "always(max(users.served, 20s) - min(users.served, 20s) <= 6)",
      "broken at 14:00:40: max(users.served, 20s) - min(users.served, 20s) = 7 (70%) [max(users.served, 20s) = 10, min(users.served, 20s) = 3], wanted <= 6"
    ),
  ]

  private static func text(_ verdict: InvariantVerdict) -> String {
    "\(verdict.verdict.rawValue)\(verdict.at.map { " at \($0)" } ?? ""): \(verdict.detail)"
  }

  @Test("Operators judge a whole run", arguments: whole)
  func operators(expression: String, wanted: String) throws {
    let verdict = Self.trace().verdict(try InvariantFixture.invariant(expression))
    #expect(Self.text(verdict) == wanted)
  }

  /// On its first half, cut short.
  static let cut: [(String, String)] = [
    ("atEnd(load < 50%)", "vacuous: the run ended at 14:00:50, before the scenario does"),
    (
      "eventually(users.served < 3)",
      "vacuous: open: the run ended at 14:00:50: users.served = 9 (90%), wanted < 3"
    ),
    (
      "leadsTo(users.served < 4, users.served > 9)",
      "vacuous: open since 14:00:40: the run ended at 14:00:50: users.served = 9 (90%), wanted > 9"
    ),
    ("always(users.served >= 30%)", "held: at 5 looks"),
    ("sometimes(load >= 100%)", "held: at 14:00:50: load = 100%, which is >= 100%"),
    ("at(\"14:01\", load > 0)", "vacuous: the run ended before 14:01:00"),
  ]

  @Test("A run that was cut short proves less", arguments: cut)
  func cutShort(expression: String, wanted: String) throws {
    let verdict = Self.trace(5).verdict(
      try InvariantFixture.invariant(expression), isWhole: false)
    #expect(Self.text(verdict) == wanted)
  }

  @Test("A run without a look proves nothing", arguments: whole.map(\.0))
  func empty(expression: String) throws {
    let invariant = try InvariantFixture.invariant(expression)
    let monitors = InvariantMonitors(
      [invariant], of: InvariantFixture.catalogue, from: .start + .hours(14))
    let verdict = monitors.verdicts(at: .start + .hours(14) + .seconds(3), isWhole: true)[0]
    #expect(verdict.verdict == .vacuous && !verdict.detail.isEmpty)
  }

  /// `load` is 0 before 14:00:25, 1 from then on.
  private struct Rising: SignalSource {
    func value(of signal: Int, at instant: Instant) -> Double? {
      instant < .start + .hours(14) + .seconds(25) ? 0 : 1
    }
    func distribution(of signal: Int) -> LatencyHistogram { LatencyHistogram() }
  }

  @Test(
    "The end of a run that no step leads to is looked at by what is about it, with windows as they are",
    arguments: [
      ("atEnd(load > 50%)", "held: at 14:00:27: load = 100%, which is > 50%"),
      ("at(\"14:00:27\", load < 50%)", "broken at 14:00:27: load = 100%, wanted < 50%"),
      ("at(\"14:00:22\", load > 50%)", "held: at 14:00:27: load = 100%, which is > 50%"),
      ("at(\"14:00:28\", load > 50%)", "vacuous: the run ended before 14:00:28"),
      ("at(\"14:00:20\", load > 50%)", "broken at 14:00:20: load = 0%, wanted > 50%"),
      ("atEnd(max(load, 10s) < 50%)", "held: at 14:00:27: max(load, 10s) = 0%, which is < 50%"),
      ("always(load < 50%)", "held: at 2 looks"),
      ("sometimes(load > 50%)", "vacuous: not in this run"),
    ])
  func veryEnd(expression: String, wanted: String) throws {
    let start = Instant.start + .hours(14)
    var monitors = InvariantMonitors(
      [try InvariantFixture.invariant(expression)], of: InvariantFixture.catalogue, from: start)
    let end = start + .seconds(27)
    while let next = monitors.nextLook, next <= end { monitors.look(at: next, of: Rising()) }
    let verdict = monitors.closed(at: end, of: Rising()).verdicts(at: end, isWhole: true)[0]
    #expect(Self.text(verdict) == wanted)
  }

  @Test("A value beside its bound is told with as many digits as it takes")
  func nearValues() throws {
    var trace = Trace(looks: 1)
    trace.values["users.online"] = [10_000_000]
    trace.values["users.served"] = [9_899_990]
    trace.values["wait"] = [0.2500004]
    let served = trace.verdict(try InvariantFixture.invariant("always(users.served >= 99%)"))
    #expect(served.detail == "users.served = 9,899,990 (98.9999%), wanted >= 99%")
    let wait = trace.verdict(try InvariantFixture.invariant("always(wait <= 250ms)"))
    #expect(wait.detail == "wait = 250.0004ms, wanted <= 250ms")
  }

  @Test("Counts that are exactly a percentage satisfy it", arguments: 1...99)
  func exactShares(percent: Int) throws {
    var trace = Trace(looks: 1)
    trace.values["users.online"] = [10_000_000]
    trace.values["users.served"] = [Double(percent * 100_000)]
    for operation in ["==", ">=", "<="] {
      let invariant = try InvariantFixture.invariant(
        "always(users.served \(operation) \(percent)%)")
      #expect(trace.verdict(invariant).verdict == .held)
    }
    trace.values["users.served"] = [Double(percent * 100_000 + 10_000 - 1_000)]
    let tenth = try InvariantFixture.invariant("always(users.served == \(percent).09%)")
    #expect(trace.verdict(tenth).verdict == .held)
  }

  @Test("Minutes are compared as times")
  func minutes() throws {
    var trace = Trace(looks: 2)
    trace.values["outage"] = [1, 2.5]
    let verdict = trace.verdict(try InvariantFixture.invariant("always(outage < 2m)"))
    #expect(Self.text(verdict) == "broken at 14:00:20: outage = 150s, wanted < 2m")
  }

  @Test("Percentiles are of the last step, or of a window, and have no value without calls")
  func percentiles() throws {
    var trace = Trace(looks: 4)
    func milliseconds(_ values: [Int64]) -> [Duration] { values.map { .milliseconds($0) } }
    trace.latencies = [
      milliseconds(Array(1...100)), [], milliseconds([500]), milliseconds([10, 20]),
    ]
    for (expression, wanted) in [
      (
        "always(p99(rpc.latency) < 250ms)",
        "broken at 14:00:30: p99(rpc.latency) = 504ms, wanted < 250ms"
      ),
      (
        "always(p50(rpc.latency, 30s) < 50ms)",
        "broken at 14:00:30: p50(rpc.latency, 30s) = 51.2ms, wanted < 50ms"
      ),
      ("always(p50(rpc.latency, 30s) < 60ms)", "held: at 2 looks, no value at 2"),
      (
        "never(max(rpc.latency) < 30ms)",
        "broken at 14:00:40: max(rpc.latency) = 20.2ms, which is < 30ms"
      ),
      ("always(mean(rpc.latency) <= 500ms)", "held: at 3 looks, no value at 1"),
      ("always(min(rpc.latency, 20s) < 500ms)", "held: at 3 looks, no value at 1"),
    ] {
      let found = Self.text(trace.verdict(try InvariantFixture.invariant(expression)))
      #expect(found == wanted, "\(expression)")
    }
  }

  @Test("A window keeps its samples and no more")
  func memory() throws {
    let plan = Invariant.WindowPlan(function: .max, input: .value(.constant(1)), span: .minutes(5))
    var window = Invariant.Window(plan, every: .seconds(10))
    for look in 0..<10_000 { _ = window.take(Double(look)) }
    #expect(window.kept == 31)
    var running = Invariant.Window(
      Invariant.WindowPlan(function: .mean, input: .value(.constant(1)), span: nil),
      every: .seconds(10))
    for look in 0..<10_000 { _ = running.take(Double(look)) }
    #expect(running.kept == 0)
  }

  @Test("Steps of their own are looked at when they are due, and nothing once all is decided")
  func steps() throws {
    let invariants = try InvariantFixture.list(
      #"{ "a": { "that": "always(load < 50%)", "every": "4s" }, "b": "never(load > 100%)" }"#)
    var monitors = InvariantMonitors(
      invariants, of: InvariantFixture.catalogue, from: .start + .seconds(100))
    struct Source: SignalSource {
      func value(of signal: Int, at instant: Instant) -> Double? {
        instant < .start + .seconds(112) ? 0 : 1
      }
      func distribution(of signal: Int) -> LatencyHistogram { LatencyHistogram() }
    }
    var looks: [Int64] = []
    while let next = monitors.nextLook, next <= .start + .seconds(130) {
      looks.append((next - .start).nanoseconds / 1_000_000_000)
      monitors.look(at: next, of: Source())
    }
    // The first is broken at 112; the second goes on.
    #expect(looks == [104, 108, 110, 112, 120, 130])
    let verdicts = monitors.verdicts(at: .start + .seconds(135), isWhole: true)
    #expect(verdicts.map(\.id) == ["a", "b"] && verdicts.map(\.verdict) == [.broken, .held])
    #expect(verdicts[0].at == .start + .seconds(112))
  }
}
