import Experiments
import Observation
import SimulationKernel
import Systems
import Testing

@Suite("Determinism")
struct DeterminismTests {
  private static let sets = ["scale=1/20000", "start=14:16", "end=14:19:10"]

  private func simulation(
    _ sets: [String] = [], seed: UInt64 = 5
  ) throws -> (simulation: Simulation<OutageWorld>, end: Instant) {
    let scenario = try Incident.discord.scenario(Self.sets + sets)
    return (scenario.simulation(seed: seed), scenario.header.end)
  }

  private func digest(_ sets: [String] = []) throws -> (Digest, events: UInt64) {
    var (simulation, end) = try simulation(sets)
    simulation.run(until: end)
    // A run without the fault would say little.
    #expect(simulation.world.elixir.totals.nodesStopped > 100)
    return (simulation.digest, simulation.eventCount)
  }

  @Test("The same scenario and seed give the same events, alone or side by side")
  func sameTwice() async throws {
    let scenario = try Incident.discord.scenario(Self.sets)
    let alone = Replay.run(scenario, version: "test")
    let together = try await inParallel(Array(0..<3)) { _ in Replay.run(scenario, version: "test") }
    for record in together {
      let agreed = alone.digestTrail.lastAgreement(with: record.digestTrail)
      #expect(record.digest == alone.digest, "agree up to event \(agreed)")
      #expect(record.metrics == alone.metrics)
      #expect(record.series == alone.series)
      #expect(record.timeline == alone.timeline)
    }
  }

  @Test("Observers leave the digest alone, however hard they look")
  func observers() throws {
    let start = try #require(Instant(parsing: "14:16"))
    let unwatched = try digest()

    var (coarse, end) = try simulation()
    var sampler = OutageObserver(from: start)
    coarse.run(until: end, observer: &sampler)
    #expect(coarse.digest == unwatched.0)

    var (fine, _) = try simulation()
    var pair = ObserverPair(
      OutageObserver(from: start, every: .milliseconds(777)), NosyObserver(from: start))
    fine.run(until: end, observer: &pair)
    #expect(fine.digest == unwatched.0)
    #expect(UInt64(pair.second.seen) == unwatched.events)
    #expect(pair.second.samples > 500)

    // A replay stops a hundred times to tell how far it is.
    let record = try Incident.discord.replay(Self.sets, seed: 5)
    #expect(record.digest == unwatched.0)
  }

  @Test("A fork at a random instant goes on as the straight run does, and so does the original")
  func forks() throws {
    let straight = try digest()
    var (original, end) = try simulation()
    let random = RandomStream(seed: 20_200_316, name: "tests.forks")
    let span = end - original.now
    let instants = (0..<4 as Range<UInt64>)
      .map { original.now + random.uniform(upTo: span, for: 0, draw: $0) }.sorted()
    var forks: [Simulation<OutageWorld>] = []
    for instant in instants {
      original.run(until: instant)
      forks.append(original)
    }
    original.run(until: end)
    #expect(original.digest == straight.0)
    for (instant, fork) in zip(instants, forks) {
      var fork = fork
      fork.run(until: end)
      #expect(fork.digest == straight.0, "forked at \(instant)")
      #expect(fork.eventCount == straight.events, "forked at \(instant)")
      #expect(fork.world.elixir.totals == original.world.elixir.totals, "forked at \(instant)")
    }
  }

  @Test("A fork within an instant, between two events, goes on as the straight run does")
  func forksBetweenEvents() throws {
    let straight = try digest()
    let random = RandomStream(seed: 7, name: "tests.forks")
    for draw in 0..<2 as Range<UInt64> {
      var (original, end) = try simulation()
      let count = random.integer(below: straight.events, for: 1, draw: draw)
      original.run(events: count)
      var fork = original
      // The original goes elsewhere: the fork must not notice.
      original.schedule(.api(.killed(count: 5)), after: .zero)
      original.run(events: 100)
      fork.run(until: end)
      #expect(fork.digest == straight.0, "forked after \(count) events")
    }
  }

  /// Draws that a system makes besides its others, for something so unlikely that it never comes.
  @Test(
    "Added draws in one system leave the draws of all systems alone",
    arguments: [
      "network.loss=1/1000000000000", "clients.giveUp=1/1000000000000",
    ])
  func addedDraws(set: String) throws {
    let (plain, changed) = (try digest(), try digest([set]))
    #expect(changed.0 == plain.0)
    #expect(changed.events == plain.events)
  }

  @Test("A fault that is due after the end leaves the digest alone")
  func laterFault() throws {
    let fault = #"faults.later={"kind": "elixirNodes", "cluster": "sessions", "at": "20:00"}"#
    #expect(try digest([fault]).0 == digest().0)
  }

  @Test(
    "A fault on a connection that never fires leaves the digest alone",
    arguments: [
      // Draws for every announce.
      #"faults.never={"kind": "rst", "at": "14:17", "target": "anyNode", "probability": "1/1000000000000"}"#,
      #"faults.never={"kind": "rst", "at": "14:17", "target": "node", "node": 60000}"#,
      #"faults.never={"kind": "fin", "at": "14:17", "target": "newNodes", "nth": 1000000}"#,
    ])
  func faultWithoutOccasion(set: String) throws {
    let (plain, changed) = (try digest(), try digest([set]))
    #expect(changed.0 == plain.0)
    #expect(changed.events == plain.events)
  }
}
