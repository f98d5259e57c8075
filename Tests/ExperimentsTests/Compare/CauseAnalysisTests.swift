import Reports
import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("An incident taken apart")
struct CauseAnalysisTests {
  private static let text = """
    {
      "scenario": "fixture", "title": "A fixture", "end": "01:00:00", "scale": "1/10000",
      "causes": {
        "trigger": { "summary": "T.", "patch": { "faults": null } },
        "crash": { "summary": "C.", "patch": { "watcher": { "onBadValue": "ignoreEntry" } } },
        "repair": { "summary": "R.", "patch": { "repair": { "running": false } } }
      },
      "faults": { "cut": { "kind": "fin", "at": "00:10:00", "target": "newNodes", "afterSegment": 1 } }
    }
    """

  private func plan() throws -> CauseAnalysis.Plan {
    try CauseAnalysis.Plan(ComparisonFixture.file(Self.text), patches: [])
  }

  /// Without the trigger or the crash nothing is lost; with both 40 minutes, and 20 more with repair.
  private func analysis(seeds: Int = 4) throws -> CauseAnalysis {
    let outcomes = (0..<seeds).map { seed in
      (0..<8).map { coalition -> RunOutcome in
        let isLost = coalition & 3 == 3
        let minutes = isLost ? (coalition & 4 != 0 ? 60.0 : 40) + Double(seed) : 0
        return ComparisonFixture.outcome(minutes)
      }
    }
    return CauseAnalysis(try plan(), outcomes, from: 1, asked: seeds, version: "test")
  }

  @Test("A coalition has its causes, and every other one is taken away")
  func coalitions() throws {
    let plan = try plan()
    #expect(plan.scenarios.count == 8)
    for (coalition, scenario) in plan.scenarios.enumerated() {
      let configuration = scenario.configuration
      #expect(configuration.faults.isEmpty == (coalition & 1 == 0))
      #expect((configuration.discovery.onBadValue == .ignoreEntry) == (coalition & 2 == 0))
      #expect(configuration.sessionsDatabase.repairRunning == (coalition & 4 != 0))
    }
  }

  @Test("One cause less, two causes less, and shares that add up to the whole")
  func shares() throws {
    let analysis = try analysis()
    // 61.5 minutes of ten thousand user-minutes each.
    #expect(SampleMoments(analysis.losses).mean == 615_000)
    #expect(analysis.remainders == [0, 0, 0, 0])
    #expect(analysis.findings.map(\.removal.difference) == [-615_000, -615_000, -200_000])
    // Shapley by hand: repair adds 20 minutes when it comes third, in a third of all orders; trigger
    // and crash share the rest alike.
    let values = analysis.findings.map(\.part.value)
    #expect((values[2] - 200_000 / 3).magnitude < 1e-6)
    #expect((values[0] - values[1]).magnitude < 1e-6)
    #expect((values.reduce(0, +) - 615_000).magnitude < 1e-6)
    #expect(analysis.pairs.map { [$0.first, $0.second] }.count == 3)
    #expect(analysis.pairs.allSatisfy { $0.removal.difference == -615_000 })
  }

  @Test("The report has every cause, and the JSON the same figures")
  func reports() throws {
    let analysis = try analysis()
    let text = CausesText(
      analysis, patches: [], style: TextStyle(), reproduce: ["hindsight", "compare"]
    ).text
    for name in ["trigger", "crash", "repair"] { #expect(text.contains(name)) }
    #expect(text.contains("10.8%"))
    #expect(text.contains("95 % (Student's, delta method)"))
    #expect(text.contains("Fewer than ten seeds"))
    #expect(!text.contains("Interrupted"))
    let document = try ScenarioDocument(
      name: "json", text: CausesJSON.text(of: analysis, patches: []))
    #expect(document.root["schema"]?.string == "hindsight.causes/1")
    #expect(document.root["causes"]?.elements?.count == 3)
  }

  @Test("Changes have a sign, and an interval is announced where there is one")
  func signs() throws {
    func text(seeds: Int) throws -> String {
      // Whoever takes the repair away loses a million user-minutes more.
      let outcomes = (0..<seeds).map { seed in
        (0..<8).map { coalition in
          ComparisonFixture.outcome((coalition & 4 != 0 ? 200 : 300) + Double(seed * coalition))
        }
      }
      let analysis = CauseAnalysis(try plan(), outcomes, from: 1, asked: seeds, version: "test")
      return CausesText(analysis, patches: [], style: TextStyle(), reproduce: ["hindsight"]).text
    }
    let one = try text(seeds: 1)
    #expect(one.contains("+1.0 M") && one.contains("+50.0%") && one.contains(" 0.0 M"))
    #expect(!one.contains("95 %"))
    let two = try text(seeds: 2)
    #expect(two.contains("change of the lost user-minutes, 95 %"))
    #expect(two.contains(" to +"))
  }

  @Test("Runs are those of the causes: without the trigger nothing is lost")
  func runs() async throws {
    var plan = try CauseAnalysis.Plan(
      ComparisonFixture.file(
        Self.text.replacing(
          #"{ "kind": "fin", "at": "00:10:00", "target": "newNodes", "afterSegment": 1 }"#,
          with: #"{ "kind": "elixirNodes", "at": "00:00:05", "cluster": "sessions", "count": 30 }"#
        ).replacing(
          #""causes":"#,
          with: #""elixir": { "clusters": { "sessions": 40, "guilds": 10 } }, "causes":"#)),
      patches: [])
    plan.until = .start + .seconds(20)
    let one = try #require(await CauseAnalysis.run(plan, seeds: 2, version: "test", jobs: 1))
    let two = try #require(await CauseAnalysis.run(plan, seeds: 2, version: "test", jobs: 3))
    #expect(
      CausesJSON.text(of: one, patches: []) == CausesJSON.text(of: two, patches: []))
    #expect(one.seeds == [1, 2] && !one.isIncomplete)
    // The fault lies in what is run, and without it there is nothing to lose.
    #expect(one.losses.allSatisfy { $0 > 0 })
    let trigger = try #require(one.findings.first { $0.name == "trigger" })
    #expect(trigger.removal.difference == -SampleMoments(one.losses).mean)
    #expect((try #require(trigger.part.share) - 1).magnitude < 1e-9)
    let stopped = await CauseAnalysis.run(
      plan, seeds: 2, version: "test", jobs: 1, isStopped: { true })
    #expect(stopped == nil)
  }
}
