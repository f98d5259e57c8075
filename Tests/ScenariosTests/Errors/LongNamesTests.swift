import Scenarios
import Testing

@Suite("Names that are too long to be read")
struct LongNamesTests {
  private static let name = String(repeating: "x", count: 1_000_000)
  private static let short = String(repeating: "x", count: 60) + "…"

  /// Whether headline, excerpt and help are short, the excerpt begins at the name, and the caret
  /// stands under its first letter.
  private func expectShort(_ error: ScenarioError, begins: String) throws {
    let text = ErrorRenderer().text(of: error)
    #expect(text.utf8.count < 1_000, "\(text.prefix(500))")
    #expect(error.message.contains("\(Self.short)'"), "\(error.message.prefix(500))")
    let lines = text.split(separator: "\n").map(Array.init)
    try #require(lines.count > 2)
    let caret = try #require(lines[2].firstIndex(of: "^"))
    #expect(String(lines[1][caret...]).hasPrefix(begins), "\(text)")
    #expect(lines[1].last == "…" && lines[1].count < 120)
  }

  @Test("An unknown parameter")
  func parameter() throws {
    for key in [Self.name, "a \(Self.name)"] {
      var reader = ParameterReader(
        try ScenarioDocument(name: "s.json", text: "{ \"b\": 1, \"\(key)\": 2 }"))
      _ = reader.integer("b", default: 1, in: 0...9, .scenario, "A number")
      do throws(ScenarioErrors) {
        try reader.finish()
        Issue.record("there is no such parameter")
      } catch {
        let first = try #require(error.errors.first)
        let text = ErrorRenderer().text(of: first)
        #expect(text.utf8.count < 1_000 && text.contains("…'"), "\(text.prefix(500))")
        if key == Self.name { try expectShort(first, begins: "\"xxx") }
      }
    }
  }

  @Test("An unknown mitigation, and long names of those that there are")
  func mitigation() throws {
    let file = try ScenarioFile(
      ScenarioDocument(
        name: "s.json",
        text: """
          { "mitigations": { "y\(Self.name)": { "summary": "S", "patch": {} } } }
          """))
    do throws(ScenarioErrors) {
      _ = try file.resolve([.mitigation(Self.name)])
      Issue.record("there is no such mitigation")
    } catch {
      try expectShort(try #require(error.errors.first), begins: "xxx")
    }
  }

  @Test(
    "Only what is quoted and too long is shortened",
    arguments: [
      ("'\(String(repeating: "a", count: 120))' is", nil),
      (
        "on users' machines, \(String(repeating: "long ", count: 50)) and users' names",
        nil
      ),
      (
        "'\(String(repeating: "é", count: 200))' and '\(String(repeating: "b", count: 121))'.",
        "'\(String(repeating: "é", count: 60))…' and '\(String(repeating: "b", count: 60))…'."
      ),
      ("'\(String(repeating: "c", count: 200))", "'\(String(repeating: "c", count: 60))…"),
    ] as [(String, String?)])
  func message(text: String, shortened: String?) {
    let error = ScenarioError(
      .conflict, text, at: nil, help: text, notes: [ScenarioError.Note(text)])
    #expect(error.message == shortened ?? text)
    #expect(error.help == error.message && error.notes[0].message == error.message)
  }

  @Test("A name that is full of quotes is cut, too")
  func quotes() {
    let name = String(repeating: "x'", count: 500_000)
    let error = ScenarioError(.conflict, "there is no '\(name)'", at: nil)
    #expect(error.message.count <= 8_200 && error.message.hasSuffix("…"))
  }
}
