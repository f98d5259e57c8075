import Foundation
import Scenarios
import SimulationKernel
import Testing

@testable import Observation

@Suite("Reading invariants")
struct InvariantReadingTests {
  @Test("An invariant is an expression, or an object with one")
  func forms() throws {
    let list = try InvariantFixture.list(
      """
      { "short": "always(load < 50%)", "gone": null,
        "long": { "that": "sometimes(load > 1)", "why": "It has to.", "every": "1s" } }
      """)
    #expect(list.map(\.id) == ["short", "long"])
    #expect(list[0].every == Invariant.usualStep && list[0].why.isEmpty && !list[0].isCoverage)
    #expect(list[1].every == .seconds(1) && list[1].why == "It has to." && list[1].isCoverage)
    #expect(list[0].location.description == "i.json:1:28")
  }

  /// The complaint's first line without the file, and its help.
  static let wrong: [(String, String)] = [
    (#"{ "i": 5 }"#, "'invariants.i' takes an object, not the number 5"),
    (#"{ "i": { "why": "w" } }"#, "'invariants.i.that' is missing"),
    (#"{ "i": { "that": 5 } }"#, "'invariants.i.that' takes text"),
    (#"{ "i": { "that": "always(load < 1)", "evry": "1s" } }"#, "'invariants.i.every'?"),
    (#"{ "i": { "that": "always(load < 1)", "every": "1us" } }"#, "allowed: 10ms to 1h"),
    (#"{ "built.in": "always(load < 1)" }"#, "there is a built-in invariant 'built.in'"),
    (#"{ "": "always(load < 1)" }"#, "an invariant has a name"),
    (#"{ "i": "" }"#, "an invariant says when its condition holds"),
    (#"[]"#, "'invariants' takes an object of named entries, not a list"),
  ]

  @Test("What is no invariant is told with its place", arguments: wrong)
  func errors(text: String, message: String) throws {
    let complaint = try InvariantFixture.complaint(text)
    #expect(complaint.contains(message), "\(complaint)")
    #expect(complaint.hasPrefix("i.json:1:"), "\(complaint)")
  }

  @Test("Errors point into the string, past its escapes")
  func places() throws {
    let text = #"{ "i": "at(\"9:3\", \u006cad < 1 and wat\u00e9 < 2 or \ud83d\ude00 lod > 1)" }"#
    let complaint = try InvariantFixture.complaint(text)
    let lines = complaint.split(separator: "\n").map(String.init)
    let line = #" 1 | { "invariants": "# + text + " }"
    // Every caret stands under the first character of what it means.
    for word in [#"\"9:3"#, #"\u006cad"#, "wat", #"\u00e9"#, #"\ud83d\ude00"#] {
      let column = try #require(line.range(of: word)?.lowerBound.utf16Offset(in: line))
      #expect(
        lines.contains {
          $0.hasPrefix("   | ") && $0.firstIndex(of: "^")?.utf16Offset(in: $0) == column
        }, "\(word): \(complaint)")
    }
  }

  @Test("All errors of all expressions are told at once")
  func together() throws {
    let complaint = try InvariantFixture.complaint(
      """
      { "a": "always(users.servd >= 99% and lod < 1 or wait < 5)",
        "b": "nver(load < 1)",
        "c": "stays(load < nodes.up)" }
      """)
    for message in [
      "'users.servd'", "'lod'", "write a unit: 5s or 5ms", "did you mean 'never'?",
      "expected 'for:' and a time", "a share or ratio cannot be compared with nodes",
    ] {
      #expect(complaint.contains(message), "\(message): \(complaint)")
    }
  }
}
