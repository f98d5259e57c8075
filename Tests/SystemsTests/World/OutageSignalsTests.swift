import Observation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("OutageSignals")
struct OutageSignalsTests {
  /// A small fleet, of which four session nodes and a guild node stop and come back; calls and new
  /// sessions follow.
  private static func scenario(_ invariants: String = "{}") throws -> OutageScenario {
    try OutageScenario(
      ScenarioDocument(
        name: "test.json",
        text: """
          { "scenario": "s", "start": "14:00:00", "end": "14:04:00", "scale": "1/1000", "seed": 7,
            "clients": { "online": 500000, "identifyReads": 10 },
            "elixir": {
              "clusters": { "sessions": 10, "guilds": 8, "presence": 4, "other": 2 },
              "identifyCost": "10ms" },
            "guilds": { "count": 100000, "loadReads": 10, "loadConcurrency": 200 },
            "api": { "nodes": { "initial": 60, "min": 1 } },
            "gateway": { "concurrency": 5000, "queueBound": 0 }, "repair": { "running": false },
            "scylla": { "sessions": { "load": "10%" }, "guilds": { "load": "10%" } },
            "faults": {
              "guilds": { "kind": "elixirNodes", "at": "14:00:20", "cluster": "guilds", "count": 1 },
              "stop": { "kind": "elixirNodes", "at": "14:01:00", "cluster": "sessions", "count": 4 } },
            "operators": {
              "restart": { "at": "14:01:10", "action": "restartNodes", "perMinute": 60 } },
            "invariants": \(invariants) }
          """))
  }

  private static let names = OutageSignals.catalogue.signals.map(\.name)

  private func value(
    _ name: String, _ world: OutageWorld, _ observer: OutageObserver, at now: Instant
  ) -> Double? {
    Self.names.firstIndex(of: name).flatMap {
      OutageSignals(world, observer.utilisation).value(of: $0, at: now)
    }
  }

  @Test("Every series and every metric is a signal, or known only when a run is over")
  func complete() {
    for quantity in OutageObserver.Quantity.allCases {
      let signal = OutageSignals.catalogue.signals.first { $0.name == quantity.series.name }
      #expect(signal?.unit == quantity.series.unit)
    }
    // Peaks, shares of the whole run and instants: what an expression over a signal says, or a fact.
    let figures = OutageSignals.catalogue.figures
    #expect(
      Set(figures) == [
        "users.online.before", "users.unserved.peak", "users.unserved.minutes", "outage.minutes",
        "outage.recovered.at", "outage.recovered.clock", "elixir.nodes.stopped.share",
        "elixir.nodes.stopped.within", "elixir.nodes.stopped.clusters",
        "elixir.watchers.crashed.share", "elixir.watchers.crashLoop.overrun", "capacity.fall.at",
        "capacity.fall.share", "elixir.sessions.backlog.peak", "faults.connection.first.at",
        "throttle.set.at", "throttle.bound.at", "throttle.raises", "throttle.raises.gain",
        "guilds.loaded.clock", "scylla.sessions.utilisation.peak",
        "scylla.sessions.repairing.saturated", "scylla.sessions.resaturated",
        "scylla.guilds.resaturated", "scylla.guilds.utilisation.peak",
        "scylla.guilds.repairing.saturated", "scylla.repair.relief", "alerts.first.at",
        "alerts.first.clock", "alerts.cleared.clock", "firstFault.remoteDisconnected",
        "firstFault.corrupt.written", "lastFault.hits", "lastFault.nodes.stopped",
        "lastFault.connections.lost", "lastFault.users.unserved",
      ])
  }

  @Test(
    "A signal has the value of its series, of the metric of its name, and of a part of its whole")
  func values() throws {
    let scenario = try Self.scenario()
    var simulation = scenario.simulation(seed: 7)
    var observer = OutageObserver(from: scenario.header.start)
    simulation.run(until: scenario.header.end, observer: &observer)
    let (world, now) = (simulation.world, simulation.now)
    let metrics = world.metrics(from: observer, at: now)
    #expect(world.elixir.totals.nodesStopped == 5)
    for series in observer.series {
      #expect(value(series.name, world, observer, at: now) == series.values.last, "\(series.name)")
    }
    // The metric is the figure before anything happens.
    for metric in metrics.all where metric.name != "elixir.nodes.watching" {
      guard Self.names.contains(metric.name) else { continue }
      #expect(value(metric.name, world, observer, at: now) == metric.value, "\(metric.name)")
    }
    for signal in OutageSignals.catalogue.signals {
      guard let whole = signal.whole, signal.name != "elixir.nodes.stopped" else { continue }
      let part = try #require(value(signal.name, world, observer, at: now))
      #expect(part <= (try #require(value(whole, world, observer, at: now))), "\(signal.name)")
    }
  }

  @Test("An invariant may not have the id of a promise")
  func promises() throws {
    let scenario = try Self.scenario()
    let world = scenario.simulation(seed: 1).world
    #expect(OutageWorld.promises == world.invariants(at: scenario.header.start).map(\.id))
    for id in OutageWorld.promises {
      #expect(throws: ScenarioErrors.self) {
        _ = try Self.scenario(#"{ "\#(id)": "always(users.served > 0)" }"#)
      }
    }
  }

  @Test("Durations are those between the events, and counted only when they are asked for")
  func latencies() throws {
    let asking = try Self.scenario(
      #"{ "r": "sometimes(p99(rpc.latency) > 1s)", "i": "sometimes(p99(identify.latency) > 1s)" }"#)
    var plain = try Self.scenario().simulation(seed: 7)
    plain.run(until: asking.header.end)
    #expect(plain.world.elixir.calls == nil && plain.world.clients.identifies == nil)

    var simulation = asking.simulation(seed: 7)
    var witness = LatencyWitness()
    simulation.run(until: asking.header.end, observer: &witness)
    #expect(simulation.digest == plain.digest)
    let signals = OutageSignals(simulation.world, .init())
    let calls = signals.distribution(of: OutageSignals.Distribution.rpc.number)
    #expect(calls == witness.calls)
    #expect(calls.count > 100)
    let identifies = signals.distribution(of: OutageSignals.Distribution.identify.number)
    #expect(identifies == witness.identifies)
    #expect(identifies.count > 50)
    #expect(
      OutageSignals.catalogue.signals[OutageSignals.Distribution.rpc.number].name == "rpc.latency")
  }
}

/// Measures durations from the events alone, looking at every one.
private struct LatencyWitness: Observer {
  typealias Watched = OutageWorld
  static var seesEvents: Bool { true }

  var calls = LatencyHistogram()
  var identifies = LatencyHistogram()
  private var asked: [RemoteCall: Instant] = [:]
  private var begun: [ClientID: Instant] = [:]
  private var admitted = 0

  mutating func willHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    admitted = world.gateway.totals.admitted
    switch event {
    case .discovery(.endpointWanted(let call)): asked[call] = instant
    case .elixir(.callAnswered(let call, _)):
      if let since = asked.removeValue(forKey: call) { calls.record(instant - since) }
    case .elixir(.callUnroutable(let call)): asked[call] = nil
    case .clients(.connectionLost(let client)): begun[client] = nil
    default: break
    }
  }

  mutating func didHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    if case .gateway(.connectionArrived(let attempt)) = event,
      world.gateway.totals.admitted > admitted
    {
      begun[attempt.client] = attempt.kind == .identify ? instant : nil
    }
    guard case .clients = event else { return }
    for client in begun.keys.filter(world.clients.isServed) {
      if let since = begun.removeValue(forKey: client) { identifies.record(instant - since) }
    }
  }
}
