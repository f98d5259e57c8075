import Foundation
import Observation
import Scenarios
import Systems
import Testing

@Suite("The page on invariants")
struct InvariantPageTests {
  private static func page() throws -> [String] {
    let file = Incident.package.appending(path: "Sources/hindsight/Hindsight.docc/Invariants.md")
    return try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  /// The lines under a heading that begin like a row of a table, without the table's head.
  private static func rows(under heading: String) throws -> [String] {
    let lines = try page()
    let start = try #require(lines.firstIndex(of: heading))
    let end = lines[(start + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.count
    let rows = lines[start..<end].filter { $0.hasPrefix("| ") || $0.hasPrefix("|-") }
    return Array(rows.dropFirst(2))
  }

  @Test("The table of signals is that of this version")
  func signals() throws {
    let wanted = OutageSignals.catalogue.signals.map { signal in
      let unit = signal.form == .distribution ? "distribution of times" : signal.unit.rawValue
      let whole = signal.whole.map { "`\($0)`" } ?? ""
      return "| `\(signal.name)` | \(unit) | \(whole) | \(signal.summary) |"
    }
    let found = try Self.rows(under: "## Signals")
    #expect(found == wanted, "\(wanted.joined(separator: "\n"))")
  }

  @Test("The promises of every run are those of this version")
  func promises() throws {
    var named: [String] = []
    for row in try Self.rows(under: "## Of every run") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let ids = cells[0].split(separator: "`").map(String.init).filter { $0.first != "," }
      for id in ids { #expect(OutageWorld.promise(of: id) == cells[1], "\(id)") }
      named += ids
    }
    let scenario = try OutageScenario(
      ScenarioDocument(
        name: "a.json", text: #"{ "scenario": "a", "end": "01:00", "scale": "1/100000" }"#))
    let world = scenario.simulation(seed: 1).world
    #expect(Set(named) == Set(world.invariants(at: scenario.header.start).map(\.id)))
    #expect(Set(named).count == named.count)
  }

  @Test("What the page says that is told is told")
  func errors() throws {
    let rows = try Self.rows(under: "## Errors")
    #expect(rows.count > 10)
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let expression = cells[0].trimmingCharacters(in: ["`"])
      let complaint = InvariantErrorTests.complaint(expression)
      #expect(complaint.contains("error: \(cells[1])\n"), "\(expression): \(complaint)")
    }
  }
}
