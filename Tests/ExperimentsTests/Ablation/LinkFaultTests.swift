import SimulationKernel
import Systems
import Testing

/// A link that fails for a minute while nodes are replaced, and what is left of it afterwards.
@Suite("Faults of links in a run")
struct LinkFaultTests {
  private static let span = ["start=04:00", "end=04:10"]
  /// A fifth of the users, on a fifth of the nodes.
  private static let fifth = [
    "scale=1/1000", "clients.online=2000000",
    #"elixir.clusters={"sessions": 40, "guilds": 30, "presence": 4, "other": 4}"#,
  ]
  /// Work for every link: sessions start anew, with reads of both databases, and watchers list.
  private static func stops(_ count: Int) -> [String] {
    [
      """
      faults.a={"kind": "elixirNodes", "cluster": "sessions", "count": \(count), "at": "04:01:10"}
      """,
      #"operators={"up": {"action": "restartNodes", "perMinute": 600, "at": "04:01:20"}}"#,
      "elixir.rebootTime=30s", "repair.running=false",
    ]
  }

  /// A run up to a time after its beginning; it goes on when it is run further.
  private static func run(
    _ sets: [String], until time: Duration
  ) throws -> Simulation<OutageWorld> {
    var simulation = try Incident.quietDay.scenario(span + sets).simulation(seed: 1)
    simulation.run(until: .start + .hours(4) + time)
    return simulation
  }

  private static func fault(_ kind: String, _ link: Link, _ rest: String = "") -> String {
    """
    faults.z={"kind": "\(kind)", "link": "\(link.rawValue)", "at": "04:01", "duration": "60s"\(rest)}
    """
  }

  @Test(
    "While a link is cut its work does not get done; afterwards the gateway admits and nodes watch",
    arguments: [
      (Link.gatewayToSessions, "partition"), (.sessionsToAPI, "partition"),
      (.apiToScylla, "partition"), (.watchersToEtcd, "partition"), (.apiToEtcd, "partition"),
      (.gatewayToSessions, "linkHalfOpen"), (.sessionsToAPI, "linkHalfOpen"),
      (.apiToScylla, "linkHalfOpen"), (.watchersToEtcd, "linkHalfOpen"),
    ])
  func cut(link: Link, kind: String) throws {
    let sets = Self.fifth + Self.stops(1) + [Self.fault(kind, link)]
    var simulation = try Self.run(sets, until: .seconds(115))
    let during = simulation.world
    let sound = try Self.run(Self.fifth + Self.stops(1), until: .seconds(115)).world
    switch link {
    case .gatewayToSessions, .sessionsToAPI, .apiToScylla:
      #expect(during.clients.servedCount < sound.clients.servedCount)
    case .watchersToEtcd: #expect(during.discovery.watchingCount < sound.discovery.watchingCount)
    case .apiToEtcd: #expect(during.api.totals.announceFailures > sound.api.totals.announceFailures)
    }
    simulation.run(until: .start + .hours(4) + .minutes(10))
    let after = simulation.world
    #expect(after.discovery.watchingCount == after.elixir.nodeCount)
    #expect(after.gateway.totals.admitted > during.gateway.totals.admitted || link == .apiToEtcd)
  }

  @Test(
    "A call that comes twice is carried out twice and answered once, and nothing gets out of balance",
    arguments: [
      [Link.gatewayToSessions], [.sessionsToAPI], [.gatewayToSessions, .sessionsToAPI],
    ])
  func doubled(links: [Link]) throws {
    let faults = links.enumerated().map { index, link in
      Self.fault("linkDuplicate", link).replacing("faults.z", with: "faults.z\(index)")
    }
    // Enough sessions for a ratio.
    let sets = ["scale=1/5000"] + Self.stops(4)
    let sound = try Self.run(sets, until: .seconds(115)).world
    var simulation = try Self.run(sets + faults, until: .seconds(115))
    let during = simulation.world
    simulation.run(until: .start + .hours(4) + .minutes(8))
    let after = simulation.world
    // Per session start: attempts differ between the runs, as the doubled ones take longer.
    func ratio(_ world: OutageWorld) -> (begun: Double, calls: Double) {
      (
        Double(world.elixir.totals.sessionsBegun) / Double(world.gateway.totals.admitted),
        Double(world.api.totals.calls) / Double(world.elixir.totals.sessionsBegun)
      )
    }
    let (before, now) = (ratio(sound), ratio(during))
    // About twice: not all of the run lies within the fault, and guild loads are calls too.
    func isDoubled(_ ratio: Double) -> Bool { ratio > 1.3 && ratio < 2.7 }
    let (begun, calls) = (now.begun / before.begun, now.calls / before.calls)
    #expect(isDoubled(begun) == links.contains(.gatewayToSessions), "\(begun)")
    #expect(isDoubled(calls) == links.contains(.sessionsToAPI), "\(calls)")
    for (world, end) in [(during, 115), (after, 480)] as [(OutageWorld, Int64)] {
      let broken = world.invariants(at: .start + .hours(4) + .seconds(end))
        .filter { $0.verdict == .broken }
      #expect(broken.isEmpty, "\(broken)")
    }
    #expect(after.gateway.admission.busy == 0 && after.api.pool.busy == 0)
    #expect(after.clients.servedCount == after.clients.count)
  }

  @Test(
    "A slow link, a lossy one and one that doubles requests change the run, and watchers go on",
    arguments: [
      ("linkDelay", #", "delay": "30ms""#, Link.allCases),
      ("linkLoss", #", "loss": "30%""#, Link.allCases),
      ("linkDuplicate", "", Link.allCases),
    ] as [(String, String, [Link])])
  func impaired(kind: String, rest: String, links: [Link]) throws {
    let plain = try Self.run(Self.fifth + Self.stops(1), until: .minutes(8)).digest
    for link in links {
      let simulation = try Self.run(
        Self.fifth + Self.stops(1) + [Self.fault(kind, link, rest)], until: .minutes(8))
      #expect(simulation.digest != plain, "\(link)")
      let world = simulation.world
      #expect(world.discovery.watchingCount == world.elixir.nodeCount, "\(link)")
    }
  }
}
