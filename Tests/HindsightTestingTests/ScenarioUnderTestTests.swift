import Foundation
import HindsightTesting
import Testing

@Suite("ScenarioUnderTest")
struct ScenarioUnderTestTests {
  /// Twenty seconds of a hundred users; two nodes stop after ten.
  private static let scenario = ScenarioUnderTest(
    text: """
      { "scenario": "tiny", "title": "Two nodes stop", "end": "00:00:20", "scale": "1/100000",
        "seed": 3,
        "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
        "api": { "nodes": { "initial": 12, "min": 4 } },
        "guilds": { "loadConcurrency": 100 },
        "facts": [
          { "id": "stopped", "claim": "Two stop", "source": "a test",
            "measure": "elixir.nodes.stopped", "min": 2, "max": 2 } ],
        "mitigations": {
          "no-stop": { "summary": "None", "patch": { "faults": { "stop": null } } } },
        "hypotheses": {
          "more": { "summary": "3", "patch": { "faults": { "stop": { "count": 3 } } } } },
        "faults": {
          "stop": { "kind": "elixirNodes", "at": "00:00:10", "cluster": "sessions", "count": 2 }
        } }
      """)

  @Test("What holds has no failure")
  func holds() async throws {
    let runs = try await Self.scenario.run(seeds: 3)
    #expect(runs.failure(of: "clients.conserved") == nil)
    #expect(runs.failure(of: "stopped") == nil && runs.failure(of: "faults.stop") == nil)
    #expect(runs.failure == nil && runs.warnings.isEmpty)
    #expect(runs.seeds == [3, 4, 5] && Set(runs.digests).count == 3)
    #expect(runs.values(of: "elixir.nodes.stopped") == [2, 2, 2])
    #expect(runs.values(of: "outage.recovered.at").count == 3)
  }

  @Test("A failure says what happened, how often, and how to see it")
  func fails() async throws {
    let runs = try await Self.scenario.setting("faults.stop.count=3").run(seeds: 2, from: 8)
    let failure = try #require(runs.failure(of: "stopped"))
    #expect(
      failure == """
        fact stopped (Two stop): measured 3, expected 2, seed 8
        2 of 2 seeds: 100 %, at most 100 % at 95 %
        the scenario is text of the test; saved as 'scenario.json', to reproduce: \
        hindsight replay scenario.json --seed 8 --set faults.stop.count=3
        """)
    #expect(runs.failure == failure)
  }

  @Test("No seeds and no jobs are mistakes of the test, and stop nothing else", arguments: [0, -1])
  func nothing(count: Int) async throws {
    await #expect {
      try await Self.scenario.run(seeds: count)
    } throws: { "\($0)".contains("seeds: \(count) is no number above zero") }
    await #expect {
      try await Self.scenario.run(seeds: 1, jobs: count)
    } throws: { "\($0)".contains("jobs: \(count) is no number above zero") }
  }

  @Test("What was not put to the test does not hold")
  func vacuous() async throws {
    let runs = try await Self.scenario.ended(at: "00:00:05").run(seeds: 1)
    #expect(runs.failure(of: "stopped")?.contains("before it could be judged") == true)
    #expect(runs.failure(of: "throttle.bound")?.contains("had no use for it") == true)
    #expect(
      runs.failure(of: "clients.conserve")?.contains("did you mean 'clients.conserved'") == true)
    #expect(runs.failure == nil)
    let idle = try await Self.scenario.setting(
      "faults.idle={\"kind\":\"connections\",\"share\":0,\"at\":\"00:00:09\"}"
    )
    .run(seeds: 1)
    #expect(idle.warnings.count == 1 && idle.warnings[0].contains("changed nothing in 1 seed"))
  }

  @Test("Patches apply from left to right and leave the scenario as it was")
  func patches() async throws {
    let mitigated = try await Self.scenario.mitigated(by: "no-stop").run(seeds: 1)
    #expect(mitigated.values(of: "elixir.nodes.stopped") == [0])
    let more = try await Self.scenario.supposing("more").scaled(to: "1/90000").run(seeds: 1)
    #expect(more.values(of: "elixir.nodes.stopped") == [3])
    #expect(try await Self.scenario.run(seeds: 1).values(of: "elixir.nodes.stopped") == [2])
  }

  @Test("A scenario from a file names it in its reproduce lines; mistakes have their place")
  func files() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "h-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "night.json")
    try Data("{ \"scenario\": \"n\", \"end\": 5 }".utf8).write(to: file)
    let scenario = try ScenarioUnderTest(contentsOf: file.path)
    await #expect {
      try await scenario.run(seeds: 1)
    } throws: { "\($0)".contains("night.json:1:27: error:") }
    #expect(throws: (any Error).self) { try ScenarioUnderTest(contentsOf: file.path + "x") }
    await #expect {
      try await Self.scenario.ended(at: "00:01").run(seeds: 1)
    } throws: { "\($0)".contains("no time between") }
  }
}
