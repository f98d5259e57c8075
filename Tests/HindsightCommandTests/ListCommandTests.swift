import Foundation
import GoldenTexts
import Scenarios
import Systems
import Testing

@testable import hindsight

@Suite("hindsight list, schema and format")
struct ListCommandTests {
  @Test("Scenarios of a folder are listed with their patches")
  func scenarios() throws {
    let folder = try TemporaryFolder([
      "scenarios/small.json": SmallScenario.text, "scenarios/deep/other.json": "{ \"sweep\": 1 }",
      "scenarios/notes.txt": "no scenario",
    ])
    let text = try HindsightProcess.run(["list"], in: folder.url)
    #expect(text.code == 0, "\(text.error)")
    #expect(try GoldenText.difference(text.output, from: "Command/list-scenarios.txt") == nil)
    let json = try HindsightProcess.run(["list", "scenarios", "--json"], in: folder.url)
    #expect(try GoldenText.difference(json.output, from: "Command/list-scenarios.json") == nil)
  }

  @Test("An empty folder has nothing to list, a wrong scenario an error")
  func nothing() throws {
    let folder = try TemporaryFolder(["a/notes.txt": "", "b/wrong.json": "{ \"scenario\": 1 }"])
    let empty = try HindsightProcess.run(["list", "scenarios", "a"], in: folder.url)
    #expect(empty.code == 4)
    let wrong = try HindsightProcess.run(["list", "scenarios", "b"], in: folder.url)
    #expect(wrong.code == 2 && wrong.error.contains("b/wrong.json:1:15: error:"))
  }

  @Test("Every parameter is described with its kind, what depends on a choice with that choice")
  func describes() throws {
    let result = try HindsightProcess.run(["list", "parameters", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let list = try #require((object as? [String: Any])?["parameters"] as? [[String: Any]])
    #expect(list.count == OutageScenario.description.declarations.count && list.count > 150)
    func facts(_ path: String) -> [String] {
      list.filter { $0["path"] as? String == path }.map {
        "\($0["when"] ?? "always") \($0["range"] ?? "")"
      }
    }
    #expect(facts("supervision.clockPhase") == ["always 0s to 999ms"])
    #expect(facts("operators.*.rate") == ["action is setThrottle 0.001/s to 10000000/s"])
    #expect(
      facts("operators.*.cluster")
        == ["action is pauseRepair, resumeRepair or throttleCompaction "])
    #expect(
      facts("faults.*.count") == [
        "kind is scyllaNodeDown 1 to 2000", "kind is elixirNodes 1 to 4000",
        "kind is apiNodes 1 to 20000",
      ])
    #expect(
      facts("faults.*.share") == [
        "kind is scyllaHotPartition 0% to 90%", "kind is connections 0% to 100%",
      ])
    for path in ["probability", "delay", "loss", "node", "nth", "target"] {
      #expect(facts("faults.*.\(path)").count == 1, "\(path)")
    }
    #expect(facts("facts[].min").count == 3)
  }

  @Test("Parameters and metrics are selected by the parts of their names")
  func selects() throws {
    let parameters = try HindsightProcess.run(["list", "parameters", "supervision", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(parameters.output.utf8))
    let list = try #require((object as? [String: Any])?["parameters"] as? [[String: Any]])
    let paths = list.compactMap { $0["path"] as? String }
    #expect(paths.contains("supervision.maxRestarts"))
    #expect(paths.allSatisfy { $0.hasPrefix("supervision.") } && paths.count == list.count)
    #expect(list.allSatisfy { $0["source"] is String && $0["summary"] is String })
    #expect(ListCommand.isSelected("a.bc.d", by: ["a.bc"]))
    #expect(!ListCommand.isSelected("a.bc.d", by: ["a.b"]))
    #expect(ListCommand.isSelected("faults[].at", by: ["faults"]))
    let none = try HindsightProcess.run(["list", "metrics", "elixr"])
    #expect(none.code == 4 && none.error.contains("did you mean 'elixir'?"))
  }

  @Test("Signals are listed with what they are a part of")
  func signals() throws {
    let text = try HindsightProcess.run(["list", "signals"])
    #expect(text.code == 0, "\(text.error)")
    #expect(try GoldenText.difference(text.output, from: "Command/list-signals.txt") == nil)
    let json = try HindsightProcess.run(["list", "signals", "users", "rpc", "--json"])
    #expect(try GoldenText.difference(json.output, from: "Command/list-signals.json") == nil)
    let none = try HindsightProcess.run(["list", "signals", "elixr"])
    #expect(none.code == 4 && none.error.contains("did you mean 'elixir'?"))
  }

  @Test("Formatting rewrites what is not canonical, once")
  func formats() throws {
    let folder = try TemporaryFolder(["a.json": "{\"b\":1, // why\n\"a\":[1,2]}", "b.json": "{}\n"])
    let path = folder.url.appending(path: "a.json").path
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: "link.json").path, withDestinationPath: "a.json")
    func run(_ words: [String], input: String = "") throws -> HindsightProcess.Result {
      try HindsightProcess.run(["format"] + words, in: folder.url, input: input)
    }
    let check = try run(["--check", "a.json", "b.json"])
    #expect(check.code == 1 && check.output == "a.json\n")
    let json = try run(["--check", "--json", "a.json"])
    #expect(json.code == 1 && json.output.contains("\"canonical\": false"))
    #expect(json.output.contains("\"schema\": \"hindsight.format/1\""))
    let first = try run(["link.json", "b.json"])
    #expect(first.code == 0 && first.error == "formatted link.json\n")
    let text = try folder.text(of: "a.json")
    #expect(text == "{\n  \"b\": 1, // why\n  \"a\": [1, 2]\n}\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try folder.names == ["a.json", "b.json", "link.json"])
    #expect(try run(["--check", "a.json", "b.json"]).code == 0)
    #expect(try run(["-"], input: "{\"b\":1, // why\n\"a\":[1,2]}").output == text)
  }

  @Test("A file that is no JSON does not keep the others from being formatted")
  func formatsTheRest() throws {
    let folder = try TemporaryFolder(["a.json": "{,}", "b.json": "{\"x\":1}"])
    let result = try HindsightProcess.run(["format", "a.json", "b.json"], in: folder.url)
    #expect(result.code == 2 && result.error.contains("a.json:1:2: error:"))
    #expect(try folder.text(of: "b.json") == "{ \"x\": 1 }\n")
  }
}
