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
    (#"{ "built.in": null }"#, "'built.in' is built in and cannot be switched off"),
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

  @Test(
    "A literal rate is one of whatever it is held against",
    arguments: [
      ("always(clients.attempts / 500/s < 10m)", ""),
      ("always(users.served / 500/s < wait)", ""),
      ("always(delta(clients.attempts, 1m) <= 1000 + 4000/s * 60s)", ""),
      ("always(nodes.up >= 60s * 1/s)", ""), ("always(wait < 1000 / 4000/s)", ""),
      ("always(users.served * 0.1/s < 5/s)", ""), ("always(rate(load, 1m) < 0.1/s)", ""),
      ("always(rate(users.served, 1m) < 1000 / 10s)", ""),
      ("always(rate(clients.attempts, 1m) / 500/s < 2)", ""),
      ("always(load < 4000/s / 2000/s)", ""),
      ("always(users.served < 1000 * 2 / 4)", ""), ("always(wait < 2 * 5m)", ""),
      ("always(clients.attempts / 500/s < 600)", "a time cannot be compared with a number"),
      ("always(clients.attempts < 4000/s)", "a count cannot be compared with a rate"),
      ("always(clients.attempts / 500/s < 99%)", "cannot be compared with a share or ratio"),
      ("always(clients.attempts < 4000/s + 5)", "cannot be added to a rate"),
      ("always(clients.attempts < 4000/s * 60)", "a count cannot be compared with a rate"),
      ("always(5 / users.served < 1)", "a number cannot be divided by users"),
    ])
  func rates(expression: String, message: String) throws {
    try expectComplaint(message, of: expression)
  }

  /// Expects a complaint of an invariant that has this in it; none where it is empty.
  private func expectComplaint(
    _ message: String, of expression: String,
    _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let complaint = try InvariantFixture.complaint(#"{ "i": "\#(expression)" }"#)
    #expect(
      message.isEmpty ? complaint.isEmpty : complaint.contains(message), "\(complaint)",
      sourceLocation: location)
  }

  @Test(
    "What can never fail, or never be otherwise, is refused with the reason",
    arguments: [
      ("stays(for: 10s, load < 50%)", "10s is no longer than the 10s between two looks"),
      ("stays(for: 5s, load < 50%)", "5s is shorter than the 10s between two looks"),
      ("stays(for: 11s, load < 50%)", ""), ("eventually(within: 10s, load < 50%)", ""),
      ("always(load < 90)", "90 is more than all of a share"),
      ("always(90 > load)", "a share is written 90%"),
      ("never(max(load, 1m) >= 1.5)", "a share is written 1.5%"),
      ("always(load <= 1)", ""), ("always(load * 100 < 90)", ""), ("always(2 * load < 90)", ""),
      ("always(clients.attempts / users.online < 90)", ""), ("always(load < 120%)", ""),
      ("always(load < 50% or 1 < 2)", "reads no signal"),
      ("always(2 < 1 and load < 50%)", "reads no signal"),
      ("always(not (load < 50% and not 1 == 1))", "reads no signal"),
    ])
  func pointless(expression: String, message: String) throws {
    try expectComplaint(message, of: expression)
  }

  @Test(
    "A window is of whole steps, and one that is not has the nearest ones named",
    arguments: [
      ("10s", "15s", "15s is no multiple of the 10s between two looks"),
      ("10s", "15s", "the nearest are 10s and 20s"), ("7s", "1m", "the nearest are 56s and 63s"),
      ("10s", "20s", ""), ("750ms", "1m", ""), ("10s", "5s", "5s is shorter than the 10s"),
    ])
  func windows(every: String, span: String, message: String) throws {
    let complaint = try InvariantFixture.complaint(
      #"{ "i": { "that": "always(max(load, \#(span)) < 1)", "every": "\#(every)" } }"#)
    #expect(message.isEmpty ? complaint.isEmpty : complaint.contains(message), "\(complaint)")
  }

  @Test("A constant inside of a condition is told once, where it stands")
  func constants() throws {
    let complaint = try InvariantFixture.complaint(
      #"{ "i": "always(load < 50% and (1 < 2 or 2 < 3))" }"#)
    #expect(complaint.split(separator: "\n").count { $0.contains("error:") } == 1, "\(complaint)")
    #expect(
      complaint.hasPrefix("i.json:1:48: error: this condition reads no signal"), "\(complaint)")
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
