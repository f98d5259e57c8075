import Observation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// Each promise is broken on purpose, behind the systems' backs.
@Suite("Promises of every run")
struct PromisesTests {
  /// A company that is watched, and some time into its run.
  private struct Watched {
    var simulation: Simulation<OutageWorld>
    var observer: OutageObserver

    init(_ rest: String = "", until: Int64 = 35) throws {
      let scenario = try OutageScenario(
        ScenarioDocument(
          name: "test.json",
          text: """
            { "scenario": "s", "end": "00:05:00", "scale": "1/20000",
              "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
              "api": { "nodes": { "initial": 12, "min": 4 } },
              "guilds": { "loadConcurrency": 100 }, \(rest) }
            """))
      simulation = scenario.simulation(seed: 1)
      observer = OutageObserver(from: scenario.header.start)
      run(until: until)
    }

    mutating func run(until end: Int64) { simulation.run(until: second(end), observer: &observer) }

    func verdict(_ id: String) throws -> InvariantVerdict {
      try #require(
        observer.invariants(of: simulation.world, at: simulation.now, isWhole: true)
          .first { $0.id == id })
    }

    var broken: [String] {
      observer.invariants(of: simulation.world, at: simulation.now, isWhole: true)
        .filter { $0.verdict == .broken }.map(\.id)
    }
  }

  /// Sessions start anew, guilds are loaded, and the keys of three nodes expire.
  private static let busy = """
    "faults": { "stop": { "kind": "elixirNodes", "at": "00:00:10", "cluster": "sessions", "count": 2 },
      "crash": { "kind": "apiNodes", "at": "00:00:10", "count": 3 } }
    """

  @Test("A run in which much happens keeps all of them")
  func kept() throws {
    var run = try Watched(Self.busy, until: 100)
    #expect(run.broken.isEmpty)
    #expect(run.simulation.world.etcd.totals.expired > 0)
    for id in ["events.order", "etcd.indices", "etcd.expiry", "scylla.sessions.work"] {
      #expect(try run.verdict(id).verdict == .held, "\(id)")
    }
    run.run(until: 200)
    #expect(run.broken.isEmpty)
  }

  @Test("An event that comes after a later one")
  func eventOrder() throws {
    var run = try Watched()
    var earlier = Context<OutageEvent>(
      environment: run.simulation.environment, seed: 1, startingAt: second(20))
    run.simulation.world.handle(.sessionsDatabase(.repairOver(run: 9)), in: &earlier)
    run.run(until: 62)
    let broken = try run.verdict("events.order")
    #expect(broken.verdict == .broken && broken.at == second(40))
    #expect(
      broken.detail.hasPrefix(
        "no event goes back in time: one at 00:00:20 came after one at 00:00:3"),
      "\(broken.detail)")
  }

  @Test("A key that was changed later than anything was")
  func strayIndex() throws {
    var run = try Watched()
    let directory = Int(run.simulation.world.etcd.directories[0].rawValue)
    run.simulation.world.etcd.store.keyspace.entries[directory].modifiedIndex = 1 << 40
    run.run(until: 45)
    let broken = try run.verdict("etcd.indices")
    #expect(broken.verdict == .broken && broken.at == second(40))
    #expect(
      broken.detail.contains("/services/discord_api was made at 1 and changed at 1099511627776"),
      "\(broken.detail)")
  }

  @Test("An index that goes back, is left out, or is used twice")
  func indices() throws {
    var keyspace = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = keyspace.intern("/a")
    func write(_ count: Int, at time: Int64) throws {
      for _ in 0..<count {
        try keyspace.set(key, to: .empty, now: second(time), into: &output)
      }
    }
    var witness = Etcd.IndexWitness()
    #expect(witness.look(at: keyspace) == nil)
    try write(3, at: 1)
    #expect(witness.look(at: keyspace) == nil)
    let checkpoint = keyspace
    // More than the history keeps.
    try write(1_500, at: 2)
    #expect(witness.look(at: keyspace) == nil && witness.look(at: keyspace) == nil)
    var other = witness
    #expect(other.look(at: checkpoint) == "the index is 3, and was 1503")
    keyspace.index += 1
    other = witness
    #expect(other.look(at: keyspace) == "the index is 1504, the last change 1503")
    try write(2, at: 3)
    #expect(witness.look(at: keyspace)?.contains("stands in the place of") == true)

    keyspace = checkpoint
    witness = Etcd.IndexWitness()
    try write(5, at: 4)
    #expect(witness.look(at: keyspace) == nil)
    keyspace = checkpoint
    try write(9, at: 5)
    #expect(witness.look(at: keyspace) == "there are two changes 8")
  }

  @Test("A key that no sweep takes away")
  func expiry() throws {
    var run = try Watched()
    let directory = Int(run.simulation.world.etcd.directories[0].rawValue)
    // The heap that the sweep goes by does not know of it.
    run.simulation.world.etcd.store.keyspace.entries[directory].expiration = 39_600_000_000
    run.run(until: 41)
    // Half a second is not over at the sample, a sweep later it is.
    let broken = try run.verdict("etcd.expiry")
    #expect(broken.verdict == .broken && broken.at == second(41))
    #expect(
      broken.detail.hasSuffix(
        "/services/discord_api was due at 00:00:39.6, the sweep comes every 500ms"),
      "\(broken.detail)")
  }

  @Test("Without a leader nothing expires, and the sweep after the election is soon enough")
  func election() throws {
    var etcd = try Watched().simulation.world.etcd
    let directory = Int(etcd.directories[0].rawValue)
    etcd.store.keyspace.entries[directory].expiration = 36_000_000_000
    etcd.leaderBackAt = second(38)
    #expect(etcd.overdueKey(at: second(37)) == nil)
    etcd.leaderBackAt = nil
    etcd.leaderSince = second(38)
    let sweep = Duration.milliseconds(500)
    #expect(etcd.overdueKey(at: second(38) + sweep) == nil)
    let late = try #require(etcd.overdueKey(at: second(38) + sweep + .nanoseconds(1)))
    #expect(late.path == "/services/discord_api" && late.due == second(36))
    // The sweep that is on its way was told the old period.
    etcd.configuration.sweep = .milliseconds(100)
    #expect(etcd.overdueKey(at: second(38) + sweep) == nil)
  }

  @Test("A leader that is lost in a run does not break it")
  func leaderLost() throws {
    // The keys of the nodes that stopped come due around both samples.
    var run = try Watched(
      """
      "faults": { "crash": { "kind": "apiNodes", "at": "00:00:10", "count": 9 },
        "first": { "kind": "etcdLeaderLost", "at": "00:00:58.500" },
        "second": { "kind": "etcdLeaderLost", "at": "00:01:07.900" } }
      """, until: 75)
    #expect(run.broken.isEmpty)
    run.run(until: 90)
    #expect(run.broken.isEmpty && run.simulation.world.etcd.totals.expired > 0)
  }

  @Test("A read that is nowhere", arguments: [true, false])
  func work(isSessions: Bool) throws {
    var run = try Watched(Self.busy)
    if isSessions {
      run.simulation.world.sessionsDatabase.totals.served -= 1
    } else {
      run.simulation.world.guildsDatabase.totals.arrived += 1
    }
    run.run(until: 45)
    let broken = try run.verdict("scylla.\(isSessions ? "sessions" : "guilds").work")
    #expect(broken.verdict == .broken && broken.at == second(40))
    #expect(broken.detail.contains(" without a quorum, 0 lost, "), "\(broken.detail)")
    #expect(run.broken.count == 1)
  }

  @Test("A supervisor that goes on beyond its intensity")
  func supervision() throws {
    var run = try Watched()
    #expect(try run.verdict("supervision.intensity").verdict == .vacuous)
    let level = Supervision.Level(strategy: .oneForOne, intensity: 3, period: 5)
    for _ in 0..<4 {
      _ = run.simulation.world.discovery.watchers[2].tree.histories[1]
        .accepts(restartIn: 7, under: level)
    }
    // No counter has moved, so it is seen at the end.
    #expect(try run.verdict("supervision.intensity").at == second(35))
    run.simulation.world.discovery.totals.crashes += 4
    run.run(until: 45)
    let broken = try run.verdict("supervision.intensity")
    #expect(broken.verdict == .broken && broken.at == second(40))
    #expect(
      broken.detail.hasSuffix(
        "on node 2 one goes on after 4 restarts in its period, of 3 that are allowed"),
      "\(broken.detail)")
  }
}
