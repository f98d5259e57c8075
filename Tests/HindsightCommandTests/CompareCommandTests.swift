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

  @Test("A rule for the number of seeds stands in the reproduce line")
  func reproducesRule() throws {
    let result = try compare(
      ["--until-halfwidth", "100%", "--seeds", "5", "--assumptions", "0", "--jobs", "2"])
    #expect(result.code == 0 || result.code == 3, "\(result.error)")
    #expect(result.output.contains(" --seeds 5 --until-halfwidth 100%"), "\(result.output)")
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

  @Test("Interrupted, it reports the seeds that are finished and exits with 130")
  func interrupts() throws {
    let folder = try TemporaryFolder(["small.json": Self.text])
    // A shell without job control starts children with interrupts ignored; env takes that back.
    let result = try HindsightProcess.shell(
      """
      env --default-signal=INT timeout 60 $hindsight compare small.json --seeds 100000 --jobs 1 \
        --assumptions 0 --json > out.json 2> errors & compare=$!
      sleep 4; kill -INT $compare; wait $compare; echo $?; cat errors
      """, in: folder.url)
    #expect(result.output.hasPrefix("130\n"), "\(result.output)")
    let text = try folder.text(of: "out.json")
    if text.isEmpty {
      #expect(result.output.contains("interrupted before the first seed was finished"))
    } else {
      let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      let seeds = try #require(root?["seeds"] as? Int)
      #expect(seeds > 0 && seeds < 100_000)
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
      (["--set", "throttle.burst=none"], 2, "--set:1:16: error:"),
    ] as [([String], Int32, String)])
  func refuses(options: [String], code: Int32, message: String) throws {
    let result = try compare(options)
    #expect(result.code == code && result.output.isEmpty, "\(result.output)")
    #expect(result.error.contains(message), "\(result.error)")
  }
}
