import Scenarios
import Testing

@testable import hindsight

@Suite("ParsedArguments+Patches")
struct PatchOptionsTests {
  private let arguments = ParsedArguments(
    values: ["a.json"],
    occurrences: [
      ("scale", "1/10"), ("set", "a=1"), ("seed", "3"), ("mitigation", "x+y"), ("given", "b=2"),
      ("hypothesis", "h"), ("set", "a=3"), ("without", "c"),
    ].map { ParsedArguments.Occurrence(name: $0.0, value: $0.1) })

  @Test("Patches come in the order of the options; other options are none")
  func keepsOrder() {
    let found = arguments.selections { [.mitigation("first of \($0)"), .mitigation("second")] }
    #expect(
      found.map(\.description) == [
        "--scale 1/10", "--set a=1", "--mitigation first of x+y", "--mitigation second",
        "--hypothesis h", "--set a=3", "--without c",
      ])
  }

  @Test("Another option can set parameters")
  func readsOtherOption() {
    let found = arguments.selections(set: "given") { _ in [] }
    #expect(
      found.map(\.description) == ["--scale 1/10", "--set b=2", "--hypothesis h", "--without c"])
  }

  @Test("Mitigations that stand together are looked up, and the first unknown one is an error")
  func looksUpMitigations() throws {
    let names = ["x", "y"].map { "\"\($0)\": { \"summary\": \"S.\", \"patch\": { \"a\": 1 } }" }
    let text = "{ \"scenario\": \"s\", \"mitigations\": { \(names.joined(separator: ", ")) } }"
    let file = try ScenarioFile(ScenarioDocument(name: "s.json", text: text))
    let found = try arguments.selections(of: file).map(\.description)
    #expect(found[2...3] == ["--mitigation x", "--mitigation y"])
    let wrong = ParsedArguments(
      occurrences: ["x+z", "q"].map { ParsedArguments.Occurrence(name: "mitigation", value: $0) })
    let error = #expect(throws: ScenarioErrors.self) { try wrong.selections(of: file) }
    #expect(error?.errors.count == 1 && error?.description.contains("'z'") == true)
  }
}
