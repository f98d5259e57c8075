import Foundation
import GoldenTexts
import Testing

@testable import hindsight

@Suite("Errors of the command line")
struct ErrorMessageTests {
  private static let wrong = """
    {
      "scenario": "wrong",
      "end": "14:20:00",
      "start": "14:00:00",
      "clients": { "timeout": "10 parsecs", "guildz": 4, "online": 12.5 },
      "supervision": { "maxRestarts": -1, "maxSeconds": 5 },
      "watcher": { "onBadValue": "explode" },
      "etcd": [1, 2],
      "mitigations": {
        "typo": { "summary": "A patch with a mistake.", "patch": { "announce": { "segmnts": 1 } } }
      },
      "facts": [
        { "id": "a", "claim": "A", "source": "s", "measure": "elixir.nodes.stoped", "min": 1 }
      ]
    }

    """

  /// Files with one mistake each, by the name of the stored message.
  static let cases: [(name: String, text: String)] = [
    ("all-at-once", wrong),
    ("not-json", "scenario: yaml\n"),
    ("no-object", "[1, 2, 3]\n"),
    ("syntax", "{\n  \"scenario\": \"x\"\n  \"end\": 1,\n  \"load\": [1,, 2]\n}\n"),
    (
      "beside-syntax",
      """
      { "scenario": "x", "end": "00:10:00",
        "clients": { "onlin": 5 },
        "api": { "workers": 0
          "bootTime": "1s" },
        "etcd": { "members": 77 } }

      """
    ),
    ("empty", ""),
    ("unknown-key", SmallScenario.scenario(facts: "", extra: "\"supervison\": {},")),
    (
      "wrong-unit",
      SmallScenario.scenario(facts: "", extra: "\"clients\": { \"timeout\": \"10MB\" },")
    ),
    ("no-unit", SmallScenario.scenario(facts: "", extra: "\"clients\": { \"timeout\": 10 },")),
    (
      "out-of-range",
      SmallScenario.scenario(facts: "", extra: "\"clients\": { \"timeout\": \"1h\" },")
    ),
    ("wrong-shape", SmallScenario.scenario(facts: "", extra: "\"clients\": 12,")),
    (
      "duplicate-key",
      SmallScenario.scenario(facts: "", extra: "\"title\": \"again\",")
    ),
  ]

  @Test("A wrong scenario is told with place and help, and exits with 2", arguments: cases.indices)
  func scenarios(index: Int) throws {
    let (name, text) = Self.cases[index]
    let folder = try TemporaryFolder(["wrong.json": text])
    let result = try HindsightProcess.run(["replay", "wrong.json"], in: folder.url)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(result.error.contains("wrong.json:"))
    #expect(try GoldenText.difference(result.error, from: "Command/error-\(name).txt") == nil)
  }

  /// Command lines with one mistake each; `small.json` is there.
  static let lines: [(name: String, words: [String])] = [
    ("missing-file", ["replay", "smal.json"]),
    ("missing-folder", ["replay", "nowhere/small.json"]),
    ("folder", ["replay", "."]),
    (
      "set",
      [
        "replay", "small.json", "--set", "supervision.maxRestart=3", "--set", "clients.timeout=10",
        "--set", "clients.timeout", "--mitigation", "one-segmnt", "--hypothesis", "quik",
      ]
    ),
    ("scale", ["replay", "small.json", "--scale", "2"]),
    ("protected", ["replay", "small.json", "--set", "facts=[]"]),
    ("seed", ["replay", "small.json", "--seed", "seven"]),
    ("until", ["replay", "small.json", "--until", "noon"]),
    ("until-late", ["replay", "small.json", "--until", "15:00"]),
    ("until-days", ["replay", "small.json", "--until", "2d 00:00"]),
    ("conflict", ["replay", "small.json", "--set", "api.nodes.max=50"]),
    ("early-action", ["replay", "small.json", "--set", "operators.restart.at=13:59:59"]),
    ("until-early", ["replay", "small.json", "--until", "14:00"]),
    ("command", ["repaly", "small.json"]),
    ("option", ["replay", "small.json", "--sede", "1"]),
    ("topic", ["list", "paramters"]),
  ]

  @Test("A wrong command line is told with help, and exits with 2", arguments: lines.indices)
  func commandLines(index: Int) throws {
    let (name, words) = Self.lines[index]
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try HindsightProcess.run(words, in: folder.url)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(try GoldenText.difference(result.error, from: "Command/usage-\(name).txt") == nil)
  }

  @Test("What the system refuses exits with 74")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let result = try HindsightProcess.run(["replay", "/proc/self/mem"], in: folder.url)
    #expect(result.code == 74 && result.error.contains("'/proc/self/mem'"))
    #expect(result.error.hasSuffix("\nreproduce: hindsight replay /proc/self/mem\n"))
  }

  @Test(
    "Standard input is called so, and nothing is suggested in its place",
    arguments: [
      ("< .", 2, "standard input is a folder"),
      ("<&-", 74, "'standard input': Bad file descriptor"),
    ])
  func standardInput(redirection: String, code: Int32, message: String) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try HindsightProcess.shell("$hindsight replay - \(redirection)", in: folder.url)
    #expect(result.code == code)
    #expect(result.error == "error: \(message)\nreproduce: hindsight replay -\n")
  }

  @Test("What is not there is not suggested by its own name")
  func suggestsAnother() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: "a.json").path, withDestinationPath: "nowhere")
    let result = try HindsightProcess.run(["replay", "a.json"], in: folder.url)
    #expect(result.code == 2 && !result.error.contains("did you mean"), "\(result.error)")
  }

  @Test("An endless file is refused, not read")
  func isBounded() throws {
    let result = try HindsightProcess.run(["replay", "/dev/zero"])
    #expect(result.code == 2 && result.error.contains("/dev/zero"))
  }
}
