import Foundation
import Testing

@testable import hindsight

@Suite("hindsight explain")
struct ExplainCommandTests {
  private func explain(
    _ options: [String], text: String = SmallScenario.text
  ) throws -> HindsightProcess.Result {
    let folder = try TemporaryFolder(["small.json": text])
    return try HindsightProcess.run(["explain", "small.json"] + options, in: folder.url)
  }

  @Test("Without a target it explains the first node that stopped, and the line gives it again")
  func usual() throws {
    let result = try explain([])
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("Why sessions-0 stopped: everything on it was gone, at 14:01:0"))
    #expect(result.output.contains("First cause: the fault stop at 14:01:00"))
    let line = "reproduce: hindsight explain small.json --seed 7 --hypothesis quick\n"
    #expect(result.output.hasSuffix(line))
    let again = try explain(["--seed", "7", "--hypothesis", "quick"])
    #expect(again.output == result.output)
  }

  @Test("A node, a client, a fact, a fault and an operator's step are explained")
  func targets() throws {
    let node = try explain(["node", "sessions-3"])
    #expect(node.code == 0 && node.output.contains("Why sessions-3 stopped"))
    let fact = try explain(["stopped"])
    #expect(fact.code == 0 && fact.output.contains("Why the fact stopped holds"))
    let fault = try explain(["fault", "stop", "--until", "14:01:20"])
    #expect(fault.code == 0 && fault.output.contains("20 nodes"), "\(fault.output)")
    #expect(fault.output.contains("connection lost"))
    let step = try explain(["operator", "restart"])
    #expect(step.code == 0 && step.output.contains("What came of the operators' step restart"))
    // Somebody of the thousand has lost the connection.
    let json = try explain(["fault", "stop", "--until", "14:01:20", "--json"])
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let groups = try #require(
      (root["effects"] as? [String: Any])?["groups"] as? [[String: Any]])
    let clients = try #require(groups.first { $0["sort"] as? String == "client" })
    let client = try #require((clients["examples"] as? [String])?.first).split(separator: " ")
    let why = try explain(client.map(String.init) + ["--at", "14:01:05"])
    #expect(why.code == 0 && why.output.contains("not served at 14:01:05"), "\(why.output)")
    #expect(why.output.contains("First cause: the fault stop at 14:01:00"))
  }

  @Test("A broken invariant is what went wrong, and the exit code is that of an answer")
  func broken() throws {
    let text = SmallScenario.scenario(
      facts: "", extra: #" "invariants": { "up": "always(elixir.nodes.up > 95%)" },"#)
    let result = try explain([], text: text)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output.contains("Why the invariant up was broken at 14:01:"))
    #expect(result.output.contains("always(elixir.nodes.up > 95%)"))
  }

  @Test("JSON and DOT have their forms, and say on standard error how to have them again")
  func formats() throws {
    let json = try explain(["--json", "--effects"])
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.explain/1" && root["effects"] is [String: Any])
    #expect(json.error.contains("reproduce: hindsight explain small.json --seed 7"))
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let replay = try HindsightProcess.run(["replay", "small.json", "--json"], in: folder.url)
    let run = try JSONSerialization.jsonObject(with: Data(replay.output.utf8)) as? [String: Any]
    // With effects the run goes on to its end.
    #expect(root["digest"] as? String == run?["digest"] as? String)
    #expect(root["events"] as? Int == run?["events"] as? Int)
    let dot = try explain(["--format", "dot"])
    #expect(dot.code == 0 && dot.output.hasPrefix("digraph \"small\" {\n"))
    #expect(dot.output.hasSuffix("}\n") && dot.error.contains("reproduce: "))
  }

  @Test(
    "What cannot be explained is refused",
    arguments: [
      (["stoped"], 2, "did you mean 'stopped'?"),
      (["node", "session-3"], 2, "there is no node 'session-3'"),
      (["client", "10000000"], 2, "from 0 to 999"),
      (["fault", "stpo"], 2, "did you mean 'stop'?"),
      (["node", "guilds-0"], 4, "guilds-0 did not stop before 14:02:00"),
      (["client", "5", "--at", "14:00:30"], 4, "nothing happened to client 5 or a guild of it"),
      (["gateway.accounts"], 4, "the invariant 'gateway.accounts' held"),
      (["--set", "faults=null", "--until", "14:00:40"], 4, "nothing went wrong"),
      (["operator", "restart", "--until", "14:01:20"], 4, "was not taken before 14:01:20"),
      (["fault", "stop", "--max-events", "10"], 3, "more than the 10 events"),
      (["stopped", "--at", "14:01"], 2, "'--at' goes with a node, a client or a guild"),
      (["node", "sessions-3", "--at", "15:00"], 2, "'--at' is 15:00:00"),
      (["node", "sessions-3", "--at", "soon"], 2, "'--at' takes a clock time"),
      (["--format", "svg"], 2, "--format"),
      (["--max-events", "0"], 2, "'--max-events' takes a whole number"),
      (["node", "guilds-0"], 4, "reproduce: hindsight explain small.json node guilds-0 --seed 7"),
    ] as [([String], Int32, String)])
  func refuses(options: [String], code: Int32, message: String) throws {
    let result = try explain(options)
    #expect(result.code == code && result.output.isEmpty, "\(result.code) \(result.output)")
    #expect(result.error.contains(message), "\(result.error)")
  }
}
