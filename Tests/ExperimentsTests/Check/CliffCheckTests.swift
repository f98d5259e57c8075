import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Cliffs of a check")
struct CliffCheckTests {
  private static func text(_ cliffs: String) -> String {
    TinyCheck.text("\"cliffs\": { \(cliffs) },", facts: "")
  }

  private func check(_ cliff: String) async throws -> Check {
    try await TinyCheck.check(TinyCheck.subject(Self.text("\"nodes\": \(cliff)")))
  }

  @Test("An edge that is far enough away passes, one that is not fails with a seed that shows it")
  func outcomes() async throws {
    // Two of four nodes stop.
    let far = try await check(#"{ "path": "faults.stop.count", "atLeast": 0.5 }"#)
    let near = try await check(
      #"{ "path": "faults.stop.count", "atLeast": 2, "why": "Four nodes may stop." }"#)
    #expect(try #require(far.only("nodes")).outcome == .passed && far.result == .passed)
    let failed = try #require(near.only("nodes"))
    #expect(failed.outcome == .failed && near.result == .failed && failed.kind == .cliff)
    #expect(failed.title == "Four nodes may stop." && failed.seed == 3)
    #expect(failed.frequency == Proportion(8, of: 8))
    #expect(failed.location?.fileName == "s/tiny.json")
    let style = TextStyle(width: 100)
    let text = CheckText(near, style: style, reproduce: ["hindsight"]).text
    #expect(text.contains("faults.stop.count=4, today's 2 times 2: an outage in 8 of 8 runs"))
    #expect(text.contains("--seed 3 --set faults.stop.count=4"))
    #expect(JUnitXML.text(of: near).contains("cliff: nodes - Four nodes may stop."))
    #expect(CheckJSON.text(of: near).contains("\"kind\": \"cliff\""))
    #expect(CheckText(far, style: style, reproduce: ["x"]).text.contains("1 cliff"))
  }

  @Test("Less of a parameter may be what brings the outage")
  func less() async throws {
    let check = try await check(
      #"{ "path": "elixir.clusters.sessions", "atLeast": 2, "outageWith": "less" }"#)
    let failed = try #require(check.only("nodes"))
    #expect(failed.outcome == .failed)
    let text = CheckText(check, style: TextStyle(width: 100), reproduce: ["x"]).text
    #expect(text.contains("elixir.clusters.sessions=2, today's 4 divided by 2"))
  }

  @Test("A value that the scenario refuses fails, with what it says")
  func refused() async throws {
    let check = try await check(#"{ "path": "announce.segments", "atLeast": 1000 }"#)
    let failed = try #require(check.only("nodes"))
    #expect(failed.outcome == .failed)
    let text = CheckText(check, style: TextStyle(width: 100), reproduce: ["x"]).text
    #expect(text.contains("the scenario refuses it"))
  }

  @Test("Stopped before a cliff was tried, a check is incomplete")
  func stopped() async throws {
    let subject = try TinyCheck.subject(
      Self.text(#""nodes": { "path": "faults.stop.count", "atLeast": 2 }"#))
    let runs = await CheckRuns.run(
      [subject], options: .init(seeds: 1, jobs: 1, version: "test"), isStopped: { true })
    #expect(runs[0].isIncomplete && runs[0].cliffs.isEmpty)
  }

  @Test(
    "What a cliff asks for is held against the parameters",
    arguments: [
      (#"{ "atLeast": 2 }"#, "path"), (#"{ "path": "faults.stop.count" }"#, "atLeast"),
      (#"{ "path": "faults.stop.cout", "atLeast": 2 }"#, "there is no parameter"),
      (#"{ "path": "watcher.onBadValue", "atLeast": 2 }"#, "no multiple"),
      (#"{ "path": "faults.stop.count", "atLeast": 0 }"#, "atLeast"),
      (#"{ "path": "faults.stop.count", "atLeast": 2, "runs": 0 }"#, "runs"),
      (#"{ "path": "faults.stop.count", "atLeast": 2, "outageWith": "mor" }"#, "outageWith"),
      (#"{ "path": "faults.stop.count", "atLeats": 2 }"#, "atLeats"),
    ])
  func errors(cliff: String, part: String) {
    let error = #expect(throws: ScenarioErrors.self) {
      try TinyCheck.subject(Self.text("\"nodes\": \(cliff)"))
    }
    let found = error?.errors ?? []
    #expect(found.contains { $0.message.contains(part) && $0.location != nil }, "\(found)")
  }

  @Test("Cliffs are in the schema, change no run, and can be patched away")
  func document() throws {
    #expect(JSONWriter.compact(OutageScenario.schema).contains("\"cliffs\""))
    let with = try TinyCheck.subject(
      Self.text(#""nodes": { "path": "faults.stop.count", "atLeast": 2 }"#)
    ).scenario
    let without = try TinyCheck.subject(TinyCheck.text(facts: "")).scenario
    #expect(with.cliffs.map(\.valueText) == ["4"] && without.cliffs.isEmpty)
    #expect(with.divergence(from: without) == with.header.end)
    let patched = try TinyCheck.subject(
      Self.text(#""nodes": { "path": "faults.stop.count", "atLeast": 2 }"#),
      [.set("cliffs.nodes=null")])
    #expect(patched.scenario.cliffs.isEmpty)
  }
}
