import Observation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// Figures from samples that are written down: what the run was like does not matter here.
@Suite("OutageMetrics")
struct OutageMetricsTests {
  /// A hundred clients who stand for a hundred thousand each, and four nodes.
  private static func world(_ rest: String = "") throws -> OutageWorld {
    let scenario = try OutageScenario(
      ScenarioDocument(
        name: "test.json",
        text: """
          { "scenario": "s", "end": "01:00:00", "scale": "1/100000",
            "elixir": { "clusters": { "sessions": 1, "guilds": 1, "presence": 1, "other": 1 } },
            "api": { "nodes": { "initial": 2, "min": 1 } }\(rest) }
          """))
    return scenario.simulation(seed: 1).world
  }

  private static func metrics(
    _ values: [OutageObserver.Quantity: [Double]], of world: OutageWorld, at now: Instant? = nil,
    from start: Instant = .start,
    repairs: (sessions: OutageObserver.RepairTally, guilds: OutageObserver.RepairTally) = (
      .init(), .init()
    )
  ) -> Metrics {
    let observer = OutageObserver(
      from: start, every: .seconds(10), values: values, repairs: repairs)
    return world.metrics(from: observer, at: now ?? second(3_600))
  }

  private static let fault =
    #", "faults": { "f": { "kind": "fin", "at": "00:01:00" } }"#
  private static let twoFaults = """
    , "faults": { "g": { "kind": "fin", "at": "00:02:00" }, "f": { "kind": "fin", "at": "00:01:00" } }
    """
  /// Users, of ten million.
  private static let all = 10_000_000.0

  @Test("Every declared metric is declared once")
  func unique() {
    let names = OutageWorld.metricUnits.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test("Users lost are summed up over the samples; the outage is the time below one half")
  func users() throws {
    let served = [1, 1, 0.4, 0.49, 0.5, 0.9, 1].map { $0 * Self.all }
    let metrics = Self.metrics([.served: served], of: try Self.world())
    #expect(metrics["users.online.before"] == Self.all)
    #expect(metrics["users.unserved.peak"] == 0.6 * Self.all)
    let minutes = try #require(metrics["users.unserved.minutes"])
    #expect(abs(minutes - (0.6 + 0.51 + 0.5 + 0.1) * Self.all / 6) < 1)
    #expect(metrics["outage.minutes"] == 2.0 / 6)
    #expect(metrics["outage.recovered.at"] == nil, "there was no fault to recover from")
  }

  @Test(
    "Recovered is after the last sample below 99 %, and never if that is the last of all",
    arguments: [
      ([1, 1, 0.2, 1, 0.98, 0.99, 1], 50), ([1, 0.2, 1, 1, 1, 1, 1], 20),
      ([1, 1, 1, 1, 1, 1, 1], nil), ([1, 0.2, 1, 1, 1, 1, 0.98], nil),
    ] as [([Double], Double?)])
  func recovered(shares: [Double], seconds: Double?) throws {
    let world = try Self.world(Self.fault)
    let metrics = Self.metrics([.served: shares.map { $0 * Self.all }], of: world)
    #expect(metrics["outage.recovered.clock"] == seconds)
    // The first fault is due at 00:01:00.
    #expect(metrics["outage.recovered.at"] == seconds.map { ($0 - 60) / 60 })
  }

  @Test(
    "Capacity falls when half of what it loses in the end is gone, however little that is",
    arguments: [
      ([470, 470, 465, 300, 235, 235, 400], 30, 0.5), ([470, 470, 469, 466, 470], 30, 4.0 / 470),
      ([470, 469, 469, 235, 235], 30, 0.5), ([470, 470, 470], nil, nil),
    ] as [([Double], Double?, Double?)])
  func fall(up: [Double], at: Double?, share: Double?) throws {
    let metrics = Self.metrics([.nodesUp: up], of: try Self.world())
    #expect(metrics["capacity.fall.at"] == at)
    let found = metrics["capacity.fall.share"]
    #expect((found == nil) == (share == nil) && abs((found ?? 0) - (share ?? 0)) < 1e-12)
  }

  @Test("Guilds are loaded when they are at 95 % of their most for good")
  func guilds() throws {
    let loaded = [100, 100, 20, 96, 94, 95, 99].map { $0 * 1_000.0 }
    let metrics = Self.metrics([.guildsLoaded: loaded], of: try Self.world())
    #expect(metrics["guilds.loaded.clock"] == 50)
    let never = Self.metrics([.guildsLoaded: [100, 100, 20]], of: try Self.world())
    #expect(never["guilds.loaded.clock"] == nil)
  }

  @Test("The first fault's figures end where the next fault begins; the last one's begin there")
  func faults() throws {
    let counters: [OutageObserver.Quantity: [Double]] = [
      .served: Array(repeating: Self.all, count: 13) + [0.5 * Self.all, Self.all],
      .remoteDisconnected: [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 3, 3],
      .corruptWritten: [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 9],
      .nodesStopped: [0, 0, 0, 0, 0, 0, 0, 200, 200, 200, 200, 200, 200, 207, 207],
    ]
    let two = Self.metrics(counters, of: try Self.world(Self.twoFaults))
    #expect(two["firstFault.remoteDisconnected"] == 1)
    #expect(two["firstFault.corrupt.written"] == 2)
    #expect(two["lastFault.nodes.stopped"] == 7)
    #expect(two["lastFault.users.unserved"] == 0.5 * Self.all)
    #expect(two["lastFault.hits"] == 0)
    let one = Self.metrics(counters, of: try Self.world(Self.fault))
    #expect(one["firstFault.remoteDisconnected"] == 3, "no other fault: up to the end")
    #expect(one["lastFault.nodes.stopped"] == nil, "one fault is not tried again")
    let none = Self.metrics(counters, of: try Self.world())
    #expect(none["firstFault.corrupt.written"] == nil)
    // A run that begins after the first fault knows nothing of it.
    let late = Self.metrics(counters, of: try Self.world(Self.twoFaults), from: second(100))
    #expect(late["firstFault.remoteDisconnected"] == nil)
    #expect(late["lastFault.nodes.stopped"] == 207)
  }

  @Test("A corrupt value that still stands at the end has lived until then")
  func corruptLifetime() throws {
    var world = try Self.world()
    #expect(Self.metrics([:], of: world)["etcd.corrupt.lifetime"] == 0)
    var ports = EtcdClusterRecorder()
    ports.now = second(600)
    let announcement = Announcement(
      node: APINodeID(7), number: 1, isFirst: true, isRefresh: false)
    world.etcd.handle(
      .announceCut(announcement, through: .finBoth), from: world.network.announcer,
      through: &ports)
    let metrics = Self.metrics([:], of: world, at: second(700))
    #expect(metrics["etcd.corrupt.lifetime"] == 100 && metrics["etcd.corrupt.written"] == 1)
    #expect(metrics["elixir.watchers.crashLoop.overrun"] == nil)
  }

  @Test("Databases that repair saturate between the fault and the first pause; relief is after it")
  func databases() throws {
    var world = try Self.world(
      Self.fault + """
        , "operators": {
          "p": { "at": "00:05:00", "action": "pauseRepair", "cluster": "guilds" } }
        """)
    let samples = 61
    // 100 served per sample before the pause at 300 s, 150 after it.
    var served: [Double] = []
    for sample in 0..<samples { served.append(Double(min(sample, 30) * 100)) }
    for sample in 31..<samples { served[sample] += Double((sample - 30) * 150) }
    var busy = [Double](repeating: 0.3, count: samples)
    busy[3] = 1
    busy[40] = 0.95
    let values: [OutageObserver.Quantity: [Double]] = [
      .databaseServed: served, .sessionsUtilisation: busy, .guildsUtilisation: busy,
    ]
    let before = Self.metrics(values, of: world)
    #expect(before["scylla.repair.relief"] == nil, "nobody has paused anything")
    var ports = PeopleRecorder()
    ports.now = second(300)
    let telemetry = world.telemetry(since: world.telemetryCounts(at: ports.now), at: ports.now)
    world.people.handle(.stepDue(0), telemetry: telemetry, through: &ports)
    var tally = OutageObserver.RepairTally()
    for (load, utilisation) in [(0.5, 0.98), (0.1, 1), (0.5, 0.99), (0, 1), (0.5, 0.2)] {
      tally.count(repairLoad: load, utilisation: utilisation)
    }
    let metrics = Self.metrics(values, of: world, repairs: (.init(), tally))
    #expect(metrics["scylla.repair.relief"] == 1.5)
    #expect(metrics["scylla.guilds.utilisation.peak"] == 1)
    #expect(metrics["scylla.guilds.repairing.saturated"] == 20.0 / 60, "two samples of ten seconds")
    #expect(metrics["scylla.sessions.repairing.saturated"] == nil, "no repair ran there")
  }

  /// Runs people's steps on the throttle at 120, 300 and 480 s.
  ///
  /// - Parameters:
  ///   - last: The last step, behind its time.
  ///   - opened: Connections per sample of 10 s, up to 300 s, up to 480 s and from then on.
  /// - Returns: What the throttle comes to.
  /// - Throws: When the scenario cannot be read.
  private static func admission(last: String, opened: (Double, Double, Double)) throws -> Metrics {
    var world = try Self.world(
      """
      , "operators": {
        "a": { "at": "00:02:00", "action": "setThrottle", "rate": "100/s" },
        "b": { "at": "00:05:00", "action": "setThrottle", "rate": "200/s" },
        "c": { "at": "00:08:00", \(last) } }
      """)
    var ports = PeopleRecorder()
    for (step, at) in [120, 300, 480].enumerated() {
      ports.now = second(Int64(at))
      let telemetry = world.telemetry(since: world.telemetryCounts(at: ports.now), at: ports.now)
      world.people.handle(.stepDue(UInt16(step)), telemetry: telemetry, through: &ports)
    }
    var total: [Double] = [0]
    for (rate, samples) in [(opened.0, 30), (opened.1, 18), (opened.2, 12)] {
      for _ in 0..<samples { total.append(total[total.count - 1] + rate) }
    }
    return Self.metrics([.opened: total], of: world)
  }

  @Test("A raise of the throttle gains what opens in the minute after it over the two before")
  func raises() throws {
    let metrics = try Self.admission(last: #""action": "liftThrottle""#, opened: (10, 20, 25))
    #expect(metrics["throttle.set.at"] == 120)
    #expect(metrics["throttle.raises"] == 1, "neither the first nor the end of it is a raise")
    #expect(metrics["throttle.raises.gain"] == 2)
  }

  @Test("A cut of the throttle is no raise, and its loss is the least gain")
  func cuts() throws {
    let metrics = try Self.admission(
      last: #""action": "setThrottle", "rate": "50/s""#, opened: (10, 20, 5))
    #expect(metrics["throttle.raises"] == 1)
    #expect(metrics["throttle.raises.gain"] == 0.25)
  }

  @Test("What only grows is declared")
  func growing() {
    let declared = OutageMetrics.units.map(\.name)
    #expect(OutageMetrics.growing.filter { !declared.contains($0) } == [])
    #expect(OutageMetrics.growing.allSatisfy(OutageMetrics.onlyGrows))
  }

  @Test("Alerts are told from the first fault on; late ones and pages are counted")
  func alerts() throws {
    var world = try Self.world(
      Self.fault + """
        , "alerts": { "a": { "when": "users.served < 90%", "for": "0s", "severity": 1 } },
          "people": { "acknowledgeTime": "10m" }
        """)
    let quiet = Self.metrics([:], of: world)
    #expect(quiet["alerts.fired"] == 0 && quiet["alerts.first.at"] == nil)
    var ports = PeopleRecorder()
    func look(_ at: Int64, served: Double) {
      ports.now = second(at)
      let values = Telemetry.Measure.allCases.map { $0 == .usersServed ? served : 1 }
      world.people.handle(.lookDue, telemetry: Telemetry(values: values), through: &ports)
    }
    look(180, served: 0.2)
    let during = Self.metrics([:], of: world, at: second(481))
    #expect(during["alerts.fired"] == 1 && during["alerts.paged"] == 2)
    #expect(during["alerts.first.clock"] == 180 && during["alerts.first.at"] == 2)
    #expect(during["alerts.acknowledged.late"] == 1 && during["alerts.resolved.late"] == 0)
    #expect(during["alerts.cleared.clock"] == nil)
    look(3_900, served: 1)
    let after = Self.metrics([:], of: world, at: second(9_000))
    #expect(after["alerts.cleared.clock"] == 3_900 && after["alerts.resolved.late"] == 1)
  }
}
