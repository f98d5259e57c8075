import Experiments
import Observation
import SimulationKernel
import Systems
import Testing

@Suite("Replay")
struct ReplayTests {
  private static let sets = ["scale=1/20000", "start=14:17:30", "end=14:19"]

  @Test("A record tells what was run and how it ended")
  func record() throws {
    let scenario = try Incident.discord.scenario(Self.sets)
    let record = Replay.run(
      scenario, patches: ["--set a=1"], options: .init(seed: 42), version: "1.2.3")
    #expect(record.scenario == "discord-2020-03-16")
    #expect(record.seed == 42)
    #expect(record.version == "1.2.3")
    #expect(record.patches == ["--set a=1"])
    #expect(record.scale == "1/20000")
    #expect(record.scaleFraction == 1.0 / 20_000)
    #expect(record.end == .reachedInstant)
    #expect(record.endedAt == Instant(parsing: "14:19"))
    #expect(record.facts.map(\.fact) == scenario.facts)
    #expect(!record.assumptions.isEmpty)
    #expect(record.invariants.allSatisfy { $0.verdict != .broken })
    // A sample every 10 s, at 14:17:30 the first.
    #expect(record.series("users.served")?.values.count == 10)
  }

  @Test("Seed, early end and budget are the options'; the scenario's where they are absent")
  func options() throws {
    let scenario = try Incident.discord.scenario(Self.sets)
    #expect(Replay.run(scenario, version: "").seed == scenario.header.seed)
    let early = try #require(Instant(parsing: "14:18"))
    let short = Replay.run(scenario, options: .init(until: early), version: "")
    #expect(short.endedAt == early)
    let cut = Replay.run(scenario, options: .init(eventLimit: 5_000), version: "")
    #expect(cut.end == .eventBudget)
    #expect(cut.events == 5_000)
  }

  @Test("An early end is a prefix of the whole run")
  func earlyEndIsPrefix() throws {
    let scenario = try Incident.discord.scenario(Self.sets)
    let whole = Replay.run(scenario, version: "")
    let early = try #require(Instant(parsing: "14:18:20"))
    let short = Replay.run(scenario, options: .init(until: early), version: "")
    var simulation = scenario.simulation(seed: scenario.header.seed)
    simulation.run(events: short.events)
    #expect(simulation.digest == short.digest)
    simulation.run(until: whole.endedAt)
    #expect(simulation.digest == whole.digest)
  }

  @Test("Progress goes up to one in at most a hundred steps")
  func progress() throws {
    var shares: [Double] = []
    let scenario = try Incident.discord.scenario(["scale=1/20000", "start=14:17", "end=14:17:10"])
    _ = Replay.run(scenario, version: "", progress: { shares.append($0) })
    #expect(shares.count <= 100)
    #expect(shares == shares.sorted())
    #expect(shares.last == 1)
  }

  @Test("Another seed is another run, and other users' luck")
  func seedsDiffer() throws {
    let scenario = try Incident.discord.scenario(["scale=1/20000", "start=14:17", "end=14:17:30"])
    let digests = (1...3 as ClosedRange<UInt64>).map {
      Replay.run(scenario, options: .init(seed: $0), version: "").digest
    }
    #expect(Set(digests).count == 3)
  }
}
