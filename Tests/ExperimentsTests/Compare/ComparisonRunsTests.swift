import Foundation
import Observation
import Reports
import Scenarios
import SimulationKernel
import Synchronization
import Testing

@testable import Experiments

@Suite("Runs of a comparison")
struct ComparisonRunsTests {
  private static let sets = ["scale=1/20000", "start=14:16", "end=14:18:50", "compare=null"]

  private func plan(_ arms: [String]) throws -> ComparisonPlan {
    let text = try String(contentsOfFile: Incident.discord.path, encoding: .utf8)
    let file = try ScenarioFile(ScenarioDocument(name: "discord", text: text))
    return try ComparisonPlan(
      file, patches: [.hypothesis("window")] + Self.sets.map { .set($0) },
      arms: ComparisonFixture.arms(arms, of: file))
  }

  @Test("The same bytes with one job and with three, in one go and in two")
  func jobs() async throws {
    let plan = try plan(["single-segment", "raise-etcd-cap"])
    func json(jobs: Int, parts: [Int]) async -> String {
      var runs = ComparisonRuns(plan, version: "test")
      for part in parts { await runs.extend(by: part, jobs: jobs) }
      return CompareJSON.text(of: Comparison(runs), patches: [])
    }
    let one = await json(jobs: 1, parts: [2])
    #expect(await json(jobs: 3, parts: [2]) == one)
    #expect(await json(jobs: 2, parts: [1, 1]) == one)
    #expect(one.contains("\"seeds\": 2"))
  }

  @Test("Every arm runs on the baseline's seeds: what it does not touch happens alike")
  func commonRandomNumbers() async throws {
    var runs = ComparisonRuns(
      try plan(["raise-etcd-cap", "bounded-queue", "single-segment"]), version: "test")
    await runs.extend(by: 2, from: 7, jobs: 2)
    #expect(runs.seeds == [7, 8])
    let stopped = ComparisonMetric.nodesStopped
    let baseline = runs.baseline(0).map(stopped.value)
    #expect(baseline[0] > 100 && baseline[0] != baseline[1])
    #expect(runs.arm(0, 0).map(stopped.value) == baseline)
    #expect(runs.arm(1, 0).map(stopped.value) == baseline)
    #expect(runs.arm(2, 0).map(stopped.value) == [0, 0])
    // The cap was raised ahead of time and made no difference to anything.
    let cap = try #require(Comparison(runs).arms.first)
    #expect(cap.effects.allSatisfy { $0.difference == 0 })
  }

  /// One arm under two hypotheses, for a few seconds of a few nodes.
  private func twoSettings() throws -> ComparisonPlan {
    let clusters = #"{ "sessions": 10, "guilds": 4, "presence": 2, "other": 2 }"#
    let file = try ComparisonFixture.file(ComparisonFixture.text)
    var plan = try ComparisonPlan(
      file, patches: [.set("scale=1/100000"), .set("elixir.clusters=\(clusters)")],
      arms: ComparisonFixture.arms(["good"], of: file))
    plan.until = .start + .seconds(5)
    return plan
  }

  @Test(
    "Stopped, it keeps the first setting's whole seeds, and the settings that have as many",
    arguments: [
      (1, [], 0, []), (2, ["near"], 1, ["far"]), (4, ["near"], 2, ["far"]),
      (6, ["near"], 2, ["far"]), (7, ["near"], 2, ["far"]), (8, ["near", "far"], 2, []),
    ] as [(Int, [String], Int, [String])])
  func settings(most: Int, kept: [String], seeds: Int, unrun: [String]) async throws {
    let plan = try twoSettings()
    let begun = Atomic<Int>(0)
    var runs = ComparisonRuns(plan, version: "test")
    await runs.extend(
      by: 2, jobs: 1, sharesPrefixes: false, isStopped: { begun.load(ordering: .relaxed) >= most },
      progress: { done, all in
        begun.store(done, ordering: .relaxed)
        #expect(all == 8)
      })
    #expect(runs.seeds.count == seeds && runs.isIncomplete == (most < 8))
    guard !kept.isEmpty else { return }
    #expect(runs.plan.settings.map(\.name) == kept && runs.unrunSettings.map(\.name) == unrun)
    let comparison = Comparison(runs)
    #expect(
      comparison.settings.map(\.name) == kept && comparison.arms[0].settings.count == kept.count)
    let text = CompareText(
      comparison, patches: [], style: TextStyle(), reproduce: ["hindsight", "compare"]
    ).text
    #expect(text.contains("Not finished, and not counted: far") == !unrun.isEmpty)
    let json = try ScenarioDocument(
      name: "json", text: CompareJSON.text(of: comparison, patches: [])
    ).root
    #expect(json["unrunSettings"]?.elements?.compactMap(\.string) == unrun)
  }

  @Test("Stopped while seeds are added, it keeps those that every setting has")
  func settingsInSteps() async throws {
    let plan = try twoSettings()
    let begun = Atomic<Int>(0)
    var runs = ComparisonRuns(plan, version: "test")
    await runs.extend(by: 1, jobs: 1)
    await runs.extend(
      by: 2, jobs: 1, sharesPrefixes: false, isStopped: { begun.load(ordering: .relaxed) >= 6 },
      progress: { done, _ in begun.store(done, ordering: .relaxed) })
    #expect(runs.seeds.count == 2 && runs.isIncomplete && runs.unrunSettings.isEmpty)
    #expect(runs.baseline(0).count == 2 && runs.arm(0, 1).map(\.seed) == runs.seeds)
  }

  @Test("Runs that go on past the raise of the cap show no effect of having raised it before")
  func capRaising() async throws {
    let text = """
      {
        "scenario": "cap", "seed": 3, "scale": "1/100000", "start": "14:54:20", "end": "14:55:40",
        "elixir": { "clusters": { "sessions": 10, "guilds": 4, "presence": 2, "other": 2 } },
        "mitigations": {
          "raise-etcd-cap": { "summary": "R.", "patch": {
            "etcd": { "connections": 200000 }, "operators": { "raise-etcd-cap": null } } }
        },
        "faults": {
          "stop": { "kind": "elixirNodes", "at": "14:54:40", "cluster": "sessions", "count": 4 }
        },
        "operators": {
          "raise-etcd-cap": {
            "at": "14:55:00", "action": "raiseEtcdConnections", "connections": 200000
          }
        }
      }
      """
    let plan = try ComparisonPlan(ComparisonFixture.file(text))
    #expect(plan.until.description == "14:55:40")
    var runs = ComparisonRuns(plan, version: "test")
    await runs.extend(by: 3, jobs: 2)
    // Not the same runs: the baseline's people raise the cap on the way.
    let (baseline, arm) = (runs.baseline(0), runs.arm(0, 0))
    #expect(zip(baseline, arm).allSatisfy { $0.events > $1.events && $0.digest != $1.digest })
    #expect(baseline.allSatisfy { ComparisonMetric.userMinutesLost.value(in: $0) > 0 })
    let effects = try #require(Comparison(runs).arms.first).effects
    for effect in effects { #expect(effect.difference == 0, "\(effect.metric)") }
    #expect(effects.first?.interval == 0...0)
    // Alike in every metric but the one that is a share of the cap.
    func others(_ runs: [RunOutcome]) -> [[Metric]] {
      runs.map { $0.metrics.all.filter { $0.name != "etcd.connections.peak.share" } }
    }
    #expect(others(baseline) == others(arm))
  }

  @Test("A comparison that is stopped keeps the seeds that were finished, and says so")
  func stopped() async throws {
    let begun = Atomic<Int>(0)
    var runs = ComparisonRuns(try plan(["single-segment"]), version: "test")
    await runs.extend(
      by: 3, jobs: 1, isStopped: { begun.load(ordering: .relaxed) >= 3 },
      progress: { done, all in
        begun.store(done, ordering: .relaxed)
        #expect(all == 6)
      })
    #expect(runs.isIncomplete)
    #expect(runs.seeds.count == 1)
  }
}
