import Reports
import Scenarios
import SimulationKernel
import Synchronization
import Testing

@testable import Experiments

@Suite("The search for a throttle")
struct ThrottleSearchTests {
  private func at(_ text: String) throws -> Instant { try #require(Instant(parsing: text)) }

  private func file() throws -> ScenarioFile {
    try ComparisonFixture.file(
      """
      {
        "scenario": "fixture", "end": "00:05:30", "scale": "1/20000", "seed": 4,
        "operators": {
          "first": { "at": "00:02:00", "action": "setThrottle", "rate": "100/s" },
          "second": { "at": "00:05:00", "action": "setThrottle", "rate": "400/s" },
          "off": { "at": "00:05:20", "action": "liftThrottle" }
        },
        "faults": { "gone": { "kind": "connections", "at": "00:01:00", "share": 0.5 } }
      }
      """)
  }

  @Test("A ramp is linear between its knees and level outside of them")
  func ramp() throws {
    let ramp = ThrottleRamp([
      .init(at: try at("00:02:00"), rate: 100), .init(at: try at("00:04:00"), rate: 300),
    ])
    #expect(ramp.rate(at: try at("00:01:00")) == 100)
    #expect(ramp.rate(at: try at("00:03:00")) == 200)
    #expect(ramp.rate(at: try at("00:09:00")) == 300)
    #expect(ramp.settings.map(\.rate) == [100, 200, 300])
    #expect(ramp.settings.map(\.at.description) == ["00:02:00", "00:03:00", "00:04:00"])
    let level = ThrottleRamp([
      .init(at: try at("00:02:00"), rate: 50), .init(at: try at("00:04:00"), rate: 50),
    ])
    #expect(level.settings.count == 1)
  }

  @Test("A ramp takes the place of people's settings, and leaves their end of it")
  func patch() throws {
    let plan = try #require(try ThrottleSearch.Plan(file(), patches: []))
    #expect(plan.human.knees.map(\.rate) == [100, 400])
    #expect(plan.times(4).map(\.description) == ["00:02:00", "00:03:00", "00:04:00", "00:05:00"])
    let scenario = try plan.scenario(
      of: ThrottleRamp([
        .init(at: try at("00:02:00"), rate: 150), .init(at: try at("00:03:00"), rate: 250.04),
      ]))
    let steps = scenario.configuration.people.steps
    #expect(steps.map(\.name) == ["off", "ramp-1", "ramp-2"])
    guard case .setThrottle(let rate?) = steps[2].action else {
      Issue.record("the ramp's second step sets no rate")
      return
    }
    #expect((rate - 250).magnitude < 1e-9)
  }

  @Test("Without two settings of people there is nothing to search")
  func nothing() throws {
    let file = try ComparisonFixture.file()
    #expect(try ThrottleSearch.Plan(file, patches: []) == nil)
  }

  @Test(
    "The constraint is kept when so few seeds broke it that 1 % can be excluded, and broken at 1 %",
    arguments: [
      (0, 300, .met), (0, 298, .unproven), (1, 300, .unproven), (3, 300, .violated),
      (1, 1_000, .met), (6, 1_000, .unproven), (10, 1_000, .violated),
    ] as [(Int, Int, ThrottleSearch.Feasibility)])
  func feasibility(seen: Int, of seeds: Int, verdict: ThrottleSearch.Feasibility) throws {
    #expect(try judgement(seen, of: seeds).feasibility == verdict)
  }

  private func judgement(
    _ seen: Int, of seeds: Int, lost: [Double] = []
  ) throws -> ThrottleSearch.Judgement {
    ThrottleSearch.Judgement(
      ramp: ThrottleRamp([.init(at: try at("00:02:00"), rate: 1)]), lost: lost,
      resaturated: Proportion(seen, of: seeds), sessionsResaturated: 0, guildsResaturated: seen)
  }

  @Test(
    "That people's own ramp breaks the constraint is said where it does, and only there",
    arguments: [(0, false), (1, false), (3, true), (300, true)])
  func human(seen: Int, isSaid: Bool) throws {
    let lost = [Double](repeating: 1e6, count: 300)
    let plan = try #require(try ThrottleSearch.Plan(file(), patches: []))
    let search = ThrottleSearch(
      header: plan.header, setting: "near", version: "test", options: .init(), firstSeed: 1,
      human: try judgement(seen, of: 300, lost: lost), best: try judgement(0, of: 300, lost: lost),
      difference: PairedDifference(
        arm: lost, baseline: lost, bootstrap: Bootstrap.ofComparisons),
      evaluations: 1, events: 1, isIncomplete: false)
    let text = ThrottleSearchText(
      search, patches: [], style: TextStyle(), reproduce: ["hindsight", "compare"]
    ).text
    #expect(text.contains("People's own ramp breaks it.") == isSaid)
    #expect(text.contains("sessions on 0, guilds on \(seen)"))
    #expect(text.contains("The best ramp keeps the constraint"))
  }

  @Test("A ramp on which only the guilds database is saturated again breaks the constraint too")
  func guildsCount() async throws {
    let text = """
      {
        "scenario": "fixture", "start": "00:00:40", "end": "00:04:00", "scale": "1/20000", "seed": 4,
        "scylla": { "guilds": { "nodes": 3 }, "sessions": { "nodes": 400 } },
        "operators": {
          "first": { "at": "00:01:30", "action": "setThrottle", "rate": "1/s" },
          "second": { "at": "00:02:30", "action": "setThrottle", "rate": "200000/s" }
        },
        "faults": { "gone": { "kind": "connections", "at": "00:01:00", "share": 1 } }
      }
      """
    let plan = try #require(try ThrottleSearch.Plan(ComparisonFixture.file(text), patches: []))
    var options = ThrottleSearch.Options()
    (options.knees, options.evaluations) = (2, 2)
    (options.searchSeeds, options.proofSeeds) = (1, 1)
    let search = try #require(
      await ThrottleSearch.run(plan, options: options, version: "test", jobs: 2))
    #expect(search.human.guildsResaturated == 1 && search.human.sessionsResaturated == 0)
    #expect(search.human.resaturated.successes == 1 && search.human.feasibility == .violated)
  }

  @Test("What is found is no worse on the search's seeds, and the same for any number of jobs")
  func search() async throws {
    let plan = try #require(try ThrottleSearch.Plan(file(), patches: []))
    var options = ThrottleSearch.Options()
    (options.knees, options.evaluations) = (2, 2)
    (options.searchSeeds, options.proofSeeds) = (1, 1)
    func text(jobs: Int) async throws -> String {
      let search = try #require(
        await ThrottleSearch.run(plan, options: options, version: "test", jobs: jobs))
      #expect(search.best.lost.count == 1 && search.evaluations >= 2 && !search.isIncomplete)
      #expect(search.best.ramp.knees.allSatisfy { (25...1_600.1).contains($0.rate) })
      return ThrottleSearchJSON.text(of: search, patches: [])
    }
    let one = try await text(jobs: 1)
    #expect(try await text(jobs: 2) == one)
    #expect(one.contains("hindsight.optimise/1"))
    // A single seed can break the constraint, but never prove that it is kept.
    #expect(one.contains(#""feasible": null"#) || one.contains(#""feasible": false"#))
  }

  @Test("Stopped before the proof, it tells the best ramp so far")
  func interim() async throws {
    let plan = try #require(try ThrottleSearch.Plan(file(), patches: []))
    var options = ThrottleSearch.Options()
    (options.knees, options.evaluations, options.searchSeeds) = (2, 2, 1)
    let isStopped = Atomic<Bool>(false)
    var found: ThrottleSearch.Interim?
    let search = await ThrottleSearch.run(
      plan, options: options, version: "test", jobs: 1,
      isStopped: { isStopped.load(ordering: .relaxed) },
      // The first that is told is the end of the first generation.
      progress: { _ in isStopped.store(true, ordering: .relaxed) },
      interim: { found = $0 })
    #expect(search == nil)
    let interim = try #require(found)
    #expect(interim.ramp.knees.count == 2 && interim.evaluations >= 2)
    let text = ThrottleSearchText.text(
      of: interim, style: TextStyle(), reproduce: ["hindsight", "compare"])
    #expect(text.contains("The best ramp so far") && text.contains("00:05:00"))
    let json = try ScenarioDocument(
      name: "json", text: ThrottleSearchJSON.text(of: interim, patches: []))
    #expect(json.root["best"]?["knees"]?.elements?.count == 2)
    #expect(json.root["human"]?.isNull == true)
  }
}
