import Foundation
import GoldenTexts
import Testing

@testable import hindsight

@Suite("hindsight conform")
struct ConformCommandTests {
  private static let recordings = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Recordings")

  private func lines(_ name: String, _ count: Int) throws -> String {
    let text = String(
      decoding: try Data(contentsOf: Self.recordings.appending(path: name)), as: UTF8.self)
    return text.split(separator: "\n").prefix(count).map { $0 + "\n" }.joined()
  }

  @Test("A recording that agrees is told by its counts, and exits with 0")
  func agrees() throws {
    let result = try HindsightProcess.run(
      ["conform", "supervisor", "otp_supervisor.jsonl"], in: Self.recordings)
    #expect(result.code == 0 && result.error.isEmpty)
    #expect(
      result.output == """
        144/144 supervisor cases agree
        reproduce: hindsight conform supervisor otp_supervisor.jsonl

        """)
    let json = try HindsightProcess.run(
      ["conform", "supervisor", "otp_supervisor_siblings.jsonl", "--json"], in: Self.recordings)
    #expect(
      json.output == """
        {
          "cases": 210,
          "failures": [],
          "kind": "supervisor",
          "passed": 210,
          "schema": "hindsight.conform/1",
          "skipped": 10
        }

        """)
    #expect(
      json.error == "reproduce: hindsight conform supervisor otp_supervisor_siblings.jsonl\n")
  }

  @Test("Differences are told with case, step, expected and got, and exit with 1")
  func differs() throws {
    let text = try lines("etcd_v2_sequences.jsonl", 3)
      .replacingOccurrences(of: "\"errorCode\":105", with: "\"errorCode\":101")
      .replacingOccurrences(of: "\"completed\":false", with: "\"completed\":true")
    let folder = try TemporaryFolder(["-odd name.jsonl": text])
    let result = try HindsightProcess.run(
      ["conform", "etcd", "--", "-odd name.jsonl"], in: folder.url)
    #expect(result.code == 1)
    #expect(try GoldenText.difference(result.output, from: "Command/conform-differs.txt") == nil)
    let json = try HindsightProcess.run(
      ["conform", "etcd", "-", "--format", "json"], input: text)
    #expect(json.code == 1 && json.error == "reproduce: hindsight conform etcd -\n")
    #expect(try GoldenText.difference(json.output, from: "Command/conform-differs.json") == nil)
    // The line can be pasted into a shell.
    let again = try #require(result.output.split(separator: "\n").last)
      .replacingOccurrences(of: "reproduce: hindsight", with: "\"$hindsight\"")
    #expect(try HindsightProcess.shell(again, in: folder.url).output == result.output)
  }

  @Test("What is no recording exits with 2 and prints no part of a result")
  func refuses() throws {
    let good = try lines("etcd_v2_sequences.jsonl", 2)
    let folder = try TemporaryFolder([
      "cut.jsonl": String(good.dropLast(200)), "empty.jsonl": "",
      "unknown.jsonl": good.replacingOccurrences(of: "\"op\":\"put\"", with: "\"op\":\"putt\""),
      "none.json": "[]\n",
    ])
    func run(_ words: String...) throws -> HindsightProcess.Result {
      try HindsightProcess.run(["conform"] + words, in: folder.url)
    }
    for (name, place) in [
      ("cut", "cut.jsonl:2:"), ("empty", "empty.jsonl:1:1: error:"),
      ("unknown", "unknown.jsonl:1:"),
    ] {
      let result = try run("etcd", "\(name).jsonl")
      #expect(result.code == 2 && result.output.isEmpty)
      #expect(result.error.hasPrefix(place) && result.error.contains("^"), "\(result.error)")
    }
    let other = try run(
      "etcd", Self.recordings.appending(path: "otp_supervisor.jsonl").path, "--json")
    #expect(other.code == 2 && other.output.isEmpty)
    #expect(other.error.contains("'hindsight conform supervisor' judges it"))
    let none = try run("truncated-put", "none.json")
    #expect(none.code == 4 && none.output.isEmpty && none.error.contains("holds no case to judge"))
    let kind = try run("supervisors", "none.json")
    #expect(kind.code == 2 && kind.error.contains("did you mean 'supervisor'?"))
    #expect(try run("etcd").code == 2)
    #expect(try run("etcd", "missing.jsonl").code == 2)
  }
}
