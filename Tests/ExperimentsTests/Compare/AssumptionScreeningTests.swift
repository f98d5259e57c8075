import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Which assumptions matter")
struct AssumptionScreeningTests {
  /// Four of ten session nodes stop, under a hypothesis that leaves only a few assumptions.
  static func file(varying paths: [String]) throws -> ScenarioFile {
    let set: [String: String] = [
      "elixir.clusters.guilds": "4", "elixir.clusters.presence": "2", "elixir.clusters.other": "2",
      "api.nodes.initial": "8", "api.nodes.min": "4", "api.nodes.max": "12",
    ]
    let varied = OutageScenario.description.declarations.map(\.path).filter {
      !$0.contains("*") && !$0.contains("[") && !paths.contains($0)
    }
    let plans = ["operators", "faults", "alerts", "facts", "timeline", "compare"]
    let leaves = varied.filter { path in
      path.contains(".") && !plans.contains { path.hasPrefix($0 + ".") }
    }.map { (keys: $0.split(separator: ".").map(String.init)[...], value: set[$0] ?? "null") }
    let text = """
      {
        "scenario": "fixture", "end": "00:00:12", "scale": "1/100000", "seed": 3,
        "elixir": { "clusters": { "sessions": 10 } },
        "hypothesis": "most",
        "hypotheses": { "most": { "summary": "Most.", "patch": \(object(leaves)) } },
        "mitigations": { "idle": { "summary": "Nothing.", "patch": {} } },
        "faults": {
          "stop": { "kind": "elixirNodes", "at": "00:00:03", "cluster": "sessions", "count": 4 },
          "election": { "kind": "etcdLeaderLost", "at": "00:00:06" }
        }
      }
      """
    return try ScenarioFile(ScenarioDocument(name: "fixture.json", text: text))
  }

  /// Leaves below their keys, as JSON.
  private static func object(_ leaves: [(keys: ArraySlice<String>, value: String)]) -> String {
    if let leaf = leaves.first(where: { $0.keys.isEmpty }) { return leaf.value }
    let keys = leaves.compactMap(\.keys.first).reduce(into: [String]()) { keys, key in
      if !keys.contains(key) { keys.append(key) }
    }
    let members = keys.map { key in
      let rest = leaves.filter { $0.keys.first == key }.map { ($0.keys.dropFirst(), $0.value) }
      return "\"\(key)\": \(object(rest))"
    }
    return "{ \(members.joined(separator: ", ")) }"
  }

  private func screening(
    _ paths: [String], jobs: Int = 2, isStopped: @escaping @Sendable () -> Bool = { false }
  ) async throws -> AssumptionScreening? {
    let file = try Self.file(varying: paths)
    return await AssumptionScreening.run(
      file, try ComparisonPlan(file), patches: [], version: "test", jobs: jobs,
      isStopped: isStopped)
  }

  @Test("What decides the loss has an effect, what nothing reads has none")
  func effects() async throws {
    let paths = ["elixir.clusters.sessions", "throttle.burst"]
    let screening = try #require(try await screening(paths))
    #expect(screening.findings.map(\.assumption.path) == paths)
    // Of five session nodes four are most of the users, of twenty a fifth.
    #expect(screening.findings[0].magnitude > 100_000)
    // Nothing is throttled, so that the burst has nothing to decide.
    #expect(screening.findings[1].magnitude == 0)
    #expect(screening.runs == 12 && screening.trajectories == 4 && screening.failure == nil)
    #expect(screening.mattering(1_000).map(\.assumption.path) == [paths[0]])
    let usual = ComparisonPlan.Setting(name: "most", patches: [])
    let settings = screening.settings(most: nil, reference: 1_000, usual: usual)
    // Four nodes cannot stop where there are fewer.
    #expect(
      settings.map(\.name) == ["elixir.clusters.sessions=5", "elixir.clusters.sessions=20"])
    #expect(screening.settings(most: 0, reference: 1_000, usual: usual).isEmpty)
  }

  @Test("A range ends where the scenario accepts it beside everything else, for any number of jobs")
  func narrows() async throws {
    // A leader is lost, which takes three members to mend.
    let screening = try #require(try await screening(["etcd.members"]))
    let alone = try #require(try await self.screening(["etcd.members"], jobs: 1))
    #expect(alone.findings.map(\.magnitude) == screening.findings.map(\.magnitude))
    let finding = try #require(screening.findings.first)
    #expect(finding.assumption.path == "etcd.members" && finding.assumption.isNarrowed)
    #expect(finding.assumption.ends == ["5"])
    #expect(screening.failure == nil && screening.redrawn == 0 && screening.runs == 8)
  }

  @Test("Stopped, there is none")
  func stopped() async throws {
    #expect(try await screening(["throttle.burst"], isStopped: { true }) == nil)
  }

  @Test("Planning is told from nothing to all, before the first run")
  func planning() async throws {
    let file = try Self.file(varying: ["throttle.burst"])
    var shares: [Double] = []
    var planned: [Int] = []
    let screening = await AssumptionScreening.run(
      file, try ComparisonPlan(file), patches: [], version: "test", jobs: 1,
      planning: { shares.append($0) },
      progress: { _, _ in planned.append(shares.count) })
    #expect(screening != nil)
    #expect(shares.first == 0 && shares.last == 1 && shares == shares.sorted())
    #expect(Set(planned) == [shares.count])
  }
}
