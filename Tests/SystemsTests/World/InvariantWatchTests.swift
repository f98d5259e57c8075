import Observation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("InvariantWatch")
struct InvariantWatchTests {
  private static func scenario() throws -> OutageScenario {
    try OutageScenario(
      ScenarioDocument(
        name: "test.json",
        text: #"{ "scenario": "small", "end": "00:05:00", "scale": "1/10000" }"#))
  }

  private static func verdict(
    _ id: String, _ observer: OutageObserver, _ simulation: Simulation<OutageWorld>
  ) throws -> InvariantVerdict {
    try #require(
      observer.invariants(of: simulation.world, at: simulation.now, isWhole: true)
        .first { $0.id == id })
  }

  @Test("What breaks is broken from the first sample on that sees it, with the figures of then")
  func firstInstant() throws {
    let scenario = try Self.scenario()
    var simulation = scenario.simulation(seed: 1)
    var observer = OutageObserver(from: scenario.header.start)
    simulation.run(until: second(35), observer: &observer)
    let before = try Self.verdict("guilds.conserved", observer, simulation)
    #expect(before.verdict == .held && before.at == nil)
    let loaded = simulation.world.elixir.guildsLoaded
    simulation.world.elixir.guildsLoaded += 3
    simulation.run(until: second(62), observer: &observer)
    simulation.world.elixir.guildsLoaded += 4
    simulation.run(until: second(100), observer: &observer)
    let broken = try Self.verdict("guilds.conserved", observer, simulation)
    #expect(broken.verdict == .broken && broken.at == second(40))
    #expect(broken.detail.contains("counters say \(loaded + 3) loaded"), "\(broken.detail)")
    #expect(broken.detail.contains("guilds \(loaded) loaded"), "\(broken.detail)")
    // Back in balance: broken it was.
    simulation.world.elixir.guildsLoaded -= 7
    simulation.run(until: second(150), observer: &observer)
    #expect(!simulation.world.invariants(at: simulation.now).map(\.verdict).contains(.broken))
    #expect(try Self.verdict("guilds.conserved", observer, simulation) == broken)
    let others = observer.invariants(
      of: simulation.world, at: simulation.now, isWhole: true
    )
    .filter { $0.verdict == .broken }
    #expect(others == [broken])
  }

  @Test("What breaks after the last sample is seen at the end")
  func atTheEnd() throws {
    let scenario = try Self.scenario()
    var simulation = scenario.simulation(seed: 1)
    var observer = OutageObserver(from: scenario.header.start)
    simulation.run(until: second(35), observer: &observer)
    simulation.world.elixir.guildsLoaded -= 1
    let broken = try Self.verdict("guilds.conserved", observer, simulation)
    #expect(broken.verdict == .broken && broken.at == second(35))
  }

  @Test("A queue that is cleared behind the accounts' back is out of balance from then on")
  func balance() throws {
    let scenario = try Self.scenario()
    var simulation = scenario.simulation(seed: 1)
    var observer = OutageObserver(from: scenario.header.start)
    simulation.run(until: second(15), observer: &observer)
    #expect(try Self.verdict("guilds.balance", observer, simulation).verdict == .vacuous)
    // A guild waits, and the queue's accounts are told of an arrival that never came.
    let now = simulation.now
    simulation.world.elixir.loadLedger.arrive(at: now, waiting: 0, busy: 0)
    simulation.run(until: second(60), observer: &observer)
    let broken = try Self.verdict("guilds.balance", observer, simulation)
    #expect(broken.verdict == .broken && broken.at == second(20))
    // Five seconds on behalf of one job that is nowhere; both sides hold its instant of arrival.
    #expect(
      broken.detail.hasSuffix(
        "15000000000 job-nanoseconds under the queue, 20000000000 in the accounts of the jobs"),
      "\(broken.detail)")
  }

  @Test("Of one promise the first break is kept, and a promise that holds leaves nothing")
  func first() throws {
    var watch = InvariantWatch()
    let world = try Self.scenario().simulation(seed: 1).world
    watch.note(.gatewayAccounts, .held, at: second(1))
    watch.note(.gatewayAccounts, .vacuous, at: second(2))
    watch.note(.gatewayAccounts, .broken("2 and 3"), at: second(3))
    watch.note(.gatewayAccounts, .broken("4 and 5"), at: second(4))
    watch.note(.gatewayAccounts, .held, at: second(5))
    let found = watch.verdicts(on: world, at: second(9))
    #expect(found.map(\.id) == OutageInvariant.allCases.map(\.id))
    let broken = found.filter { $0.verdict == .broken }
    #expect(broken.map(\.at) == [second(3)])
    #expect(broken.map(\.detail) == ["every connection is refused or admitted: 2 and 3"])
  }
}
