import Foundation
import Testing

@testable import hindsight

/// A scenario's own invariants, from its file to what a pipeline shows of them.
@Suite("hindsight check: invariants of a scenario")
struct CheckInvariantsTests {
  /// Twenty seconds of a hundred users; two nodes stop after ten, which takes them 1.5 s, and half of
  /// the users lose their connection, by luck some more or fewer.
  private static func scenario(_ invariants: String) -> String {
    """
    { "scenario": "tiny", "title": "Two nodes stop", "end": "00:00:20", "scale": "1/100000",
      "seed": 3,
      "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
      "api": { "nodes": { "initial": 12, "min": 4 } },
      "guilds": { "loadConcurrency": 100 },
      "invariants": {
        \(invariants)
      },
      "faults": {
        "drop": { "kind": "connections", "at": "00:00:10", "share": "50%" },
        "stop": { "kind": "elixirNodes", "at": "00:00:10", "cluster": "sessions", "count": 2 } } }
    """
  }

  private static let idle =
    #""idle": { "that": "leadsTo(elixir.nodes.stopped > 5, users.served >= 99%)", "why": "If" }"#

  /// Line and column of the first place in a text that begins like this.
  private static func place(of start: String, in text: String) throws -> (line: Int, column: Int) {
    let place = try #require(text.range(of: start)).lowerBound
    let before = text[..<place].split(separator: "\n", omittingEmptySubsequences: false)
    return (before.count, before[before.count - 1].count + 1)
  }

  private static func lost(_ seed: Int, _ folder: TemporaryFolder) throws -> Double {
    let result = try HindsightProcess.run(
      ["replay", "a.json", "--seed", "\(seed)", "--json"], in: folder.url)
    let root = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let metrics = root?["metrics"] as? [String: Double]
    return try #require(metrics?["clients.connections.lost"], "\(result.error)")
  }

  private static func cases(_ output: String) throws -> [String: [String: Any]] {
    let root = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    let scenarios = try #require(root?["scenarios"] as? [[String: Any]])
    let cases = try #require(scenarios.first?["cases"] as? [[String: Any]])
    return Dictionary(
      cases.compactMap { found in (found["id"] as? String).map { ($0, found) } },
      uniquingKeysWith: { first, _ in first })
  }

  @Test("One that holds, one that breaks, what happens by luck, what never does, and an idle one")
  func judges() throws {
    let broken = "never(elixir.nodes.all - elixir.nodes.up >= 2)"
    func text(_ most: Double) -> String {
      Self.scenario(
        """
        "connected": "always(users.connected <= users.online)",
            "nodes-stay": { "that": "\(broken)", "every": "1s", "why": "All stay." },
            "lucky": { "that": "sometimes(clients.connections.lost >= \(Int(most)))", "every": "1s" },
            "unheard": { "that": "sometimes(elixir.nodes.stopped > 2)", "why": "More stop" },
            \(Self.idle)
        """)
    }
    let folder = try TemporaryFolder(["a.json": text(0), "summary.md": ""])
    let lost = try (3...6).map { try Self.lost($0, folder) }
    let most = try #require(lost.max())
    try #require(lost.contains { $0 < most }, "luck decides: \(lost)")
    let file = text(most)
    try Data(file.utf8).write(to: folder.url.appending(path: "a.json"))

    let patched = #"invariants.patched={"that":"at('00:00:30', users.served > 0)"}"#
    let options = ["check", "a.json", "--seeds", "4", "--set", patched, "--junit", "j.xml"]
    let json = try HindsightProcess.run(options + ["--json"], in: folder.url)
    #expect(json.code == 1, "\(json.error)")
    let cases = try Self.cases(json.output)
    let outcomes = ["connected", "nodes-stay", "lucky", "unheard", "idle", "patched"].map {
      "\($0) \(cases[$0]?["kind"] ?? "?") \(cases[$0]?["outcome"] ?? "?")"
    }
    #expect(
      outcomes == [
        "connected invariant passed", "nodes-stay invariant failed", "lucky coverage passed",
        "unheard coverage failed", "idle invariant warned", "patched invariant warned",
      ])

    let found = try #require(cases["nodes-stay"])
    let finding = try #require(found["finding"] as? String)
    #expect(
      finding
        == "broken at 00:00:12: elixir.nodes.all - elixir.nodes.up = 2 "
        + "[elixir.nodes.all = 12, elixir.nodes.up = 10], which is >= 2")
    #expect(found["at"] as? String == "00:00:12" && found["seed"] as? Int == 3)
    #expect(found["title"] as? String == "All stay." && found["expression"] as? String == broken)
    let place = try Self.place(of: "\"never(", in: file)
    #expect((found["place"] as? [String: Any])?["line"] as? Int == place.line)
    #expect((found["place"] as? [String: Any])?["column"] as? Int == place.column)
    let lucky = try #require(cases["lucky"])
    #expect(lucky["failures"] as? Int == lost.filter { $0 < most }.count)
    #expect(lucky["seed"] as? Int == 3 + (try #require(lost.firstIndex(of: most))))
    #expect(cases["unheard"]?["finding"] as? String == "did not happen in 4 seeds")
    #expect(
      cases["idle"]?["finding"] as? String
        == "never put to the test: elixir.nodes.stopped > 5 never held in any of 4 seeds")
    // What no seed showed takes all of them to see again.
    let unheard = try #require(cases["unheard"]?["reproduce"] as? String)
    #expect(unheard.hasPrefix("hindsight check a.json --seed 3 --seeds 4 "), "\(unheard)")
    let elsewhere = (cases["patched"]?["place"] as? [String: Any])?["file"] as? String
    #expect(elsewhere != nil && elsewhere != "a.json", "it is written in the patch")

    let line = try #require(found["reproduce"] as? String)
    #expect(line.hasPrefix("hindsight replay a.json --seed 3 --set "))
    let again = try HindsightProcess.shell("$\(line)", in: folder.url)
    #expect(again.code == 1 && again.output.contains("nodes-stay"), "\(again.output)")

    let junit = try folder.text(of: "j.xml")
    #expect(junit.contains("name=\"invariant: nodes-stay - All stay.\""), "\(junit)")
    #expect(junit.contains("&#10;a.json:\(place.line):\(place.column)&#10;reproduce: "))
  }

  @Test("In a workflow each is annotated where it is written, with its values")
  func annotates() throws {
    let text = Self.scenario(
      """
      "stay": { "that": "always(elixir.nodes.up >= 99%)", "every": "1s" }, \(Self.idle)
      """)
    let folder = try TemporaryFolder(["a.json": text, "summary.md": ""])
    let result = try HindsightProcess.run(
      ["check", "a.json", "--seeds", "1", "--set", "clients.timeout=7s"], in: folder.url,
      environment: [
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": folder.url.path,
        "GITHUB_STEP_SUMMARY": folder.url.appending(path: "summary.md").path,
      ])
    #expect(result.code == 1)
    let place = try Self.place(of: "\"always(elixir", in: text)
    #expect(
      result.error.contains(
        "::error file=a.json,line=\(place.line),col=\(place.column),title=tiny%3A invariant stay::"
          + "broken at 00:00:12: elixir.nodes.up = 10 (83.3%25), wanted >= 99%25%0A"
          + "always(elixir.nodes.up >= 99%25)%0A1 of 1 seed"), "\(result.error)")
    let idle = try Self.place(of: "\"leadsTo(", in: text)
    #expect(
      result.error.contains(
        "::warning file=a.json,line=\(idle.line),col=\(idle.column),"
          + "title=tiny%3A invariant idle::If"))
    let summary = try folder.text(of: "summary.md")
    #expect(summary.contains("| ❌ | invariant stay | broken at 00:00:12: elixir.nodes.up = 10"))
    #expect(summary.contains("| ⚠️ | invariant idle: If | never put to the test"), "\(summary)")
  }

  @Test("A vacuous one is a warning, wherever it is written, and with --strict a failure")
  func vacuous() throws {
    let folder = try TemporaryFolder([
      "a.json": Self.scenario(Self.idle), "b.json": Self.scenario(""),
    ])
    let patch = "invariants.idle=leadsTo(elixir.nodes.stopped > 5, users.served >= 99%)"
    for (file, set) in [("a.json", "clients.timeout=7s"), ("b.json", patch)] {
      let options = ["check", file, "--seeds", "1", "--set", set]
      let lax = try HindsightProcess.run(options, in: folder.url)
      #expect(lax.code == 0 && lax.output.contains("warn invariant idle"), "\(lax.output)")
      let strict = try HindsightProcess.run(options + ["--strict"], in: folder.url)
      #expect(strict.code == 1 && strict.output.contains("FAIL invariant idle"))
    }
  }

  @Test("What a run that ends early could not judge is no failure")
  func cutShort() throws {
    let folder = try TemporaryFolder([
      "a.json": Self.scenario(
        #""late": "sometimes(elixir.nodes.stopped > 1)", "end": "atEnd(users.served > 0)""#)
    ])
    let result = try HindsightProcess.run(
      ["check", "a.json", "--seeds", "1", "--until", "00:00:08", "--strict"], in: folder.url)
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("not reached: late, end"), "\(result.output)")
  }
}
