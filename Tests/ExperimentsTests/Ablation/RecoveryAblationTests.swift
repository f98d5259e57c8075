import Experiments
import Observation
import SimulationKernel
import Testing

/// What the hour after the fall comes from.
///
/// The databases have recovered when 95 % of the guilds are loaded again and stay so: the figure
/// `guilds.loaded.clock`, to one sample of 10 s.
@Suite("Ablation: what the recovery comes from")
struct RecoveryAblationTests {
  /// The smallest sample that recovers much as larger ones do.
  private static let sample = ["scale=1/2000", "start=14:16"]
  static let repairsOff = [
    "scylla.sessions.repair.running=false", "scylla.guilds.repair.running=false",
  ]
  /// The operators' list without every step that touches the throttle.
  static let noThrottle = """
    operators={"throttle": null, "raise-1": null, "raise-2": null, "raise-3": null, \
    "raise-4": null, "throttle-off": null}
    """

  @Test("Without repairs the databases recover sooner; without a throttle nobody recovers in time")
  func repairsAndThrottle() async throws {
    let cases = [
      ["end=15:45"], ["end=15:30"] + Self.repairsOff, ["end=15:45", Self.noThrottle],
    ]
    let records = try await inParallel(cases) { sets in
      try Incident.discord.replay(Self.sample + sets)
    }
    let asItWas = try #require(records[0].metrics["guilds.loaded.clock"])
    let withoutRepairs = try #require(records[1].metrics["guilds.loaded.clock"])
    #expect(withoutRepairs <= asItWas - 300)

    let recovered = try #require(records[0].metrics["outage.recovered.clock"])
    // Nil is never, as far as the run goes.
    #expect(records[2].metrics["throttle.set.at"] == nil)
    #expect(records[2].metrics["outage.recovered.clock"].map { $0 > recovered } ?? true)
    #expect(records[2].metrics["guilds.loaded.clock"].map { $0 > asItWas } ?? true)
    for record in records {
      #expect(record.metrics["elixir.nodes.stopped.share"] ?? 0 >= 0.4)
      #expect(record.invariants.allSatisfy { $0.verdict != .broken })
    }
  }

  @Test("With processors to spare, the survivors bring the herd back before anything is throttled")
  func survivors() async throws {
    let cases = [[], ["elixir.schedulers=256"]]
    let records = try await inParallel(cases) { sets in
      // With fewer users one client more or less decides whether a flood ends.
      try Incident.discord.replay(["scale=1/1000", "start=14:16", "end=14:43"] + sets)
    }
    func last(_ series: String, _ record: RunRecord) throws -> Double {
      try #require(record.series.first { $0.name == series }?.values.last)
    }
    let (asItWas, ample) = (records[0], records[1])
    // Longer than clients wait: what a survivor does is done for nobody.
    let timeout = 10.0
    #expect(try #require(asItWas.metrics["elixir.sessions.backlog.peak"]) > 1.5 * timeout)
    #expect(try #require(asItWas.metrics["elixir.sessions.overdue.share"]) > 0.3)
    #expect(try #require(ample.metrics["elixir.sessions.backlog.peak"]) < timeout)
    #expect(try last("users.connected", ample) > last("users.connected", asItWas) + 2e6)
    #expect(try last("users.served", ample) > last("users.served", asItWas))
    let lost = try records.map { try #require($0.metrics["users.unserved.minutes"]) }
    #expect(lost[1] < lost[0])
    for record in records { #expect(record.metrics["elixir.nodes.stopped.share"] ?? 0 >= 0.4) }
  }

  @Test(
    "Thorough: at the default scale, over ten seeds, repairs and throttle act the same way",
    .enabled(if: isThorough))
  func overSeeds() async throws {
    let variants = [[], Self.repairsOff, [Self.noThrottle]]
    let runs = (1...10 as ClosedRange<UInt64>).flatMap { seed in variants.map { (seed, $0) } }
    let times = try await inParallel(runs) { seed, sets in
      let metrics = try Incident.discord.replay(["end=16:10"] + sets, seed: seed).metrics
      return (
        guilds: metrics["guilds.loaded.clock"], recovered: metrics["outage.recovered.clock"]
      )
    }
    print("seed: 95 % of guilds loaded, 99 % of users served; as it was | no repairs | no throttle")
    for seed in 0..<10 {
      let (was, noRepairs, noThrottle) = (times[seed * 3], times[seed * 3 + 1], times[seed * 3 + 2])
      let text = [was, noRepairs, noThrottle].map { "\(clock($0.guilds)) \(clock($0.recovered))" }
      print("\(seed + 1): " + text.joined(separator: " | "))
      let asItWas = try #require(was.guilds)
      #expect(try #require(noRepairs.guilds) < asItWas, "seed \(seed + 1)")
      let recovered = try #require(was.recovered)
      #expect(noThrottle.recovered.map { $0 > recovered } ?? true, "seed \(seed + 1)")
    }
  }
}

/// Seconds of the day as a clock time, or "never".
func clock(_ seconds: Double?) -> String {
  seconds.map { Instant(nanoseconds: Int64($0) * 1_000_000_000).description } ?? "never"
}
