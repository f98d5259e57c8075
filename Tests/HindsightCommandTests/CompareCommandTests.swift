import Foundation
import Testing

@testable import hindsight

@Suite("hindsight compare")
struct CompareCommandTests {
  /// The small scenario with a mitigation that helps, and two causes.
  private static let text = SmallScenario.scenario(
    facts: "",
    extra: """
      "causes": {
        "stop": { "summary": "Nodes stopped.", "patch": { "faults": { "stop": null } } },
        "restart": { "summary": "It took 30 s.", "patch": { "operators": { "restart": null } } }
      },
      """)

  private func compare(_ options: [String]) throws -> HindsightProcess.Result {
    let folder = try TemporaryFolder(["small.json": Self.text])
    return try HindsightProcess.run(["compare", "small.json"] + options, in: folder.url)
  }

  @Test("One job and two jobs give the same bytes, and so does the reproduce line")
  func reproduces() throws {
    let folder = try TemporaryFolder(["small.json": Self.text])
    let options = ["compare", "small.json", "--seeds", "2", "--assumptions", "0"]
    let first = try HindsightProcess.run(options + ["--jobs", "1"], in: folder.url)
    #expect(first.code == 0, "\(first.error)")
    #expect(
      try HindsightProcess.run(options + ["--jobs", "2"], in: folder.url).output
        == first.output)
    let line = try #require(
      first.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    let words = line.dropFirst("reproduce: hindsight ".count)
    #expect(
      try HindsightProcess.shell("$hindsight \(words)", in: folder.url).output == first.output)
  }

  @Test("A rule for the number of seeds stands in the reproduce line, which gives the same bytes")
  func reproducesRule() throws {
    let folder = try TemporaryFolder(["small.json": Self.text])
    let first = try HindsightProcess.run(
      [
        "compare", "small.json", "--until-halfwidth", "100%", "--seeds", "3", "--assumptions", "0",
        "--hypothesis", "quick", "--scale", "1/100000",
      ], in: folder.url)
    // A confidence sequence of three seeds has no end yet.
    #expect(first.code == 3, "\(first.error)")
    #expect(first.output.contains("Stopped at 3 seeds, the most that were allowed"))
    let line = try #require(
      first.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    #expect(line.contains(" --seeds 3 ") && line.contains(" --until-halfwidth 100%"), "\(line)")
    let words = line.dropFirst("reproduce: hindsight ".count)
    #expect(
      try HindsightProcess.shell("$hindsight \(words)", in: folder.url).output == first.output)
  }

  /// Four of ten session nodes stop; all but two assumptions are a hypothesis'.
  private static let screened = """
    {
      "scenario": "screened", "seed": 3, "scale": "1/100000", "end": "00:00:20",
      "hypothesis": "most",
      "hypotheses": { "most": { "summary": "Most.", "patch": {
        "clients": null, "api": null, "etcd": null, "network": null, "scylla": null, "people": null,
        "autoscaler": null, "announce": null, "watcher": null, "guilds": null, "gateway": null,
        "load": null, "supervision": null, "repair": null, "discovery": null,
        "elixir": {
          "clusters": { "guilds": 4, "presence": 2, "other": 2 },
          "crashDump": null, "rebootTime": null, "ringUpdate": null, "schedulers": null,
          "load": null, "identifyCost": null, "presenceCost": null, "guildCost": null,
          "updateCost": null, "backlogBound": null
        } } } },
      "elixir": { "clusters": { "sessions": 10 } },
      "mitigations": { "idle": { "summary": "Nothing.", "patch": {} } },
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:05", "cluster": "sessions", "count": 4 }
      }
    }
    """

  @Test("The assumption that matters is found and run at its ends, and one that does not is not")
  func assumptions() throws {
    let folder = try TemporaryFolder(["screened.json": Self.screened])
    let result = try HindsightProcess.run(
      ["compare", "screened.json", "--seeds", "2", "--assumptions", "1", "--json"], in: folder.url)
    #expect(result.code == 0, "\(result.error)")
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let screening = try #require(root["screening"] as? [String: Any])
    let assumptions = try #require(screening["assumptions"] as? [[String: Any]])
    #expect(
      assumptions.map { $0["path"] as? String } == ["elixir.clusters.sessions", "throttle.burst"])
    #expect(try #require(assumptions[0]["magnitude"] as? Double) > 0)
    #expect(assumptions[1]["magnitude"] as? Double == 0)
    #expect(
      root["settings"] as? [String]
        == ["most", "elixir.clusters.sessions=5", "elixir.clusters.sessions=20"])
    #expect(root["incomplete"] as? Bool == false && root["assumptionSeeds"] as? Int == 2)
  }

  @Test("Interrupted while it screens, it says so, and the reproduce line gives the same figures")
  func interruptsScreening() throws {
    // With more assumptions there is more to screen than a test would wait for.
    let long = Self.screened.replacing(#""clients": null, "#, with: "")
    let folder = try TemporaryFolder(["screened.json": long])
    let result = try HindsightProcess.shell(
      """
      env --default-signal=INT timeout 120 $hindsight compare screened.json --seeds 1 --jobs 1 \
        --progress always --json > out.json 2> errors & compare=$!
      for i in $(seq 1000); do grep -q 10% errors && break; sleep 0.1; done
      kill -INT $compare; wait $compare; echo $?; cat errors
      """, in: folder.url)
    #expect(result.output.hasPrefix("130\n"), "\(result.output)")
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(folder.text(of: "out.json").utf8)) as? [String: Any])
    #expect(root["incomplete"] as? Bool == true && root["screening"] is NSNull)
    #expect(result.output.contains("--seeds 1 --assumptions 0\n"), "\(result.output)")
  }

  @Test("Where nothing can be compared, the reproduce line is what was asked for")
  func reproducesNothing() throws {
    let folder = try TemporaryFolder([
      "bare.json": #"{ "scenario": "bare", "end": "00:01:00", "scale": "1/100000" }"#
    ])
    let result = try HindsightProcess.run(
      ["compare", "bare.json", "--assumptions", "7", "--seeds", "2"], in: folder.url)
    #expect(result.code == 4)
    #expect(
      result.error.contains("reproduce: hindsight compare bare.json --seeds 2 --assumptions 7\n"),
      "\(result.error)")
  }

  @Test("JSON has every arm with its difference and interval")
  func json() throws {
    let result = try compare(["--seeds", "2", "--assumptions", "0", "--json"])
    #expect(result.code == 0, "\(result.error)")
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.compare/1" && root["seeds"] as? Int == 2)
    let arms = try #require(root["arms"] as? [[String: Any]])
    #expect(arms.compactMap { $0["mitigation"] as? String } == ["one-segment"])
    // Nothing is announced anew while nodes stop: the arm is the baseline over again.
    let metrics = try #require(arms[0]["metrics"] as? [String: [String: Any]])
    #expect(metrics["users.unserved.minutes"] != nil && metrics["outage.probability"] != nil)
    for (name, figure) in metrics {
      let values = ["difference", "low", "high"].map { figure[$0] as? Double }
      #expect(values == [0, 0, 0], "\(name)")
    }
  }

  @Test(
    "Interrupted, it reports the seeds that are finished and exits with 130",
    arguments: ["INT", "TERM", "HUP"])
  func interrupts(signal: String) throws {
    let folder = try TemporaryFolder(["small.json": Self.text])
    // A shell without job control starts children with interrupts ignored; env takes that back. A
    // tenth of the seeds is finished when the progress says so.
    let result = try HindsightProcess.shell(
      """
      env --default-signal=\(signal) timeout 120 $hindsight compare small.json --seeds 12 --jobs 1 \
        --hypothesis quick --scale 1/100000 --assumptions 0 --progress always --json \
        > out.json 2> errors & compare=$!
      for i in $(seq 1000); do grep -q 10% errors && break; sleep 0.1; done
      kill -\(signal) $compare; wait $compare; echo $?; cat errors
      """, in: folder.url)
    #expect(result.output.hasPrefix("130\n"), "\(result.output)")
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(folder.text(of: "out.json").utf8)) as? [String: Any])
    let seeds = try #require(root["seeds"] as? Int)
    #expect(seeds >= 1 && seeds < 12 && root["incomplete"] as? Bool == true)
    let line = "reproduce: hindsight compare small.json --seed 7 --seeds \(seeds)"
    #expect(result.output.contains(line), "\(result.output)")
  }

  @Test("A throttle cannot be searched in runs that end before it is set for the last time")
  func endsBeforeTheRamp() throws {
    let text = SmallScenario.text.replacing(
      #""restart": {"#,
      with: """
        "first": { "at": "14:01:20", "action": "setThrottle", "rate": "100/s" },
        "second": { "at": "14:01:40", "action": "setThrottle", "rate": "200/s" },
        "restart": {
        """)
    let folder = try TemporaryFolder(["small.json": text])
    for until in ["14:01:30", "14:01:40"] {
      let result = try HindsightProcess.run(
        ["compare", "small.json", "--optimise", "throttle", "--until", until], in: folder.url)
      #expect(result.code == 2 && result.output.isEmpty)
      #expect(result.error.contains("before the throttle is set for the last time at 14:01:40"))
    }
  }

  @Test(
    "What cannot be compared is refused",
    arguments: [
      (["--mitigations", "one-segmant"], 2, "did you mean 'one-segment'?"),
      (["--until-halfwidth", "0%"], 2, "'--until-halfwidth' takes a share"),
      (["--until-halfwidth", "-5"], 2, "'--until-halfwidth' takes a share"),
      (["--seeds", "0"], 2, "'--seeds' takes"),
      (["--optimise", "throttle"], 4, "operators set no throttle"),
      (["--optimise", "throttle"], 4, "reproduce: hindsight compare small.json --seeds 300"),
      (["--mitigations", "one-segment,x"], 2, "--mitigations:1:13: error: there is no mitigation"),
      (["--mitigations", "all,"], 2, "expected the name of a mitigation"),
      (["--mitigation", "one-segment+one-segment"], 2, "'one-segment' stands here twice"),
      (["--assumptions", "some"], 2, "'--assumptions' takes"),
      (["--causes", "--mitigations", "all"], 2, "'--mitigations' does not go with '--causes'"),
      (["--causes", "--until-halfwidth", "5%"], 2, "does not go with '--causes'"),
      (["--optimise", "throttle", "--assumptions", "0"], 2, "does not go with '--optimise'"),
      (["--optimise", "throttle", "--causes"], 2, "are two questions"),
      (["--set", "operators.restrat=null"], 2, "did you mean 'operators.restart'?"),
      (["--set", "throttle.burst=none"], 2, "--set:1:16: error:"),
    ] as [([String], Int32, String)])
  func refuses(options: [String], code: Int32, message: String) throws {
    let result = try compare(options)
    #expect(result.code == code && result.output.isEmpty, "\(result.output)")
    #expect(result.error.contains(message), "\(result.error)")
  }
}
