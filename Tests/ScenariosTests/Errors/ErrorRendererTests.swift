import Scenarios
import Testing

@Suite("ErrorRenderer")
struct ErrorRendererTests {
  /// An error at the first place of `marked` in `text`, as printed.
  private func printed(
    _ text: String, at marked: String, renderer: ErrorRenderer = ErrorRenderer()
  ) throws -> String {
    let (bytes, part) = (Array(text.utf8), Array(marked.utf8))
    let offset = try #require(
      bytes.indices.first { bytes[$0...].starts(with: part) }, "the text holds \(marked)")
    let location = SourceText(name: "s.json", text: text).location(offset..<(offset + part.count))
    return renderer.text(of: ScenarioError(.wrongType, "wrong", at: location))
  }

  @Test("The house style: place, line, caret and help")
  func followsHouseStyle() {
    let lines = String(repeating: "\n", count: 11)
    let source = SourceText(name: "scenarios/mine.json", text: lines + "  \"nodes\": \"three\",\n")
    let error = ScenarioError(
      .wrongType, "'three' is not a whole number above zero",
      at: source.location(22..<29), help: "write 3")
    #expect(
      error.description == """
        scenarios/mine.json:12:12: error: 'three' is not a whole number above zero
         12 |   "nodes": "three",
            |            ^~~~~~~
            help: write 3

        """)
  }

  @Test("A second place is a note with its own line")
  func printsNotes() throws {
    do throws(ScenarioErrors) {
      _ = try ScenarioDocument(name: "s.json", text: "{\n  \"a\": 1,\n  \"a\": 2\n}")
      Issue.record("the key twice was read")
    } catch {
      #expect(
        error.description == """
          s.json:3:3: error: the key 'a' is here twice
           3 |   "a": 2
             |   ^~~
          s.json:2:3: note: first written here
           2 |   "a": 1,
             |   ^~~

          """)
    }
  }

  @Test(
    "The caret stands under its place whatever stands before it",
    arguments: [
      ("\t\t\"a\": x", "x", "             ^"), ("a\tx", "x", "    ^"), ("日本 x", "x", "     ^"),
      ("e\u{301} x", "x", "  ^"), ("😀 x", "x", "   ^"), ("👩‍👩‍👧 x", "x", "   ^"), ("한 x", "x", "   ^"),
      ("❤️ x", "x", "   ^"), ("日本", "日本", "^~~~"), ("\u{1B}[31m x", "x", "      ^"),
      ("\u{FEFF}x", "x", " ^"), ("ａ x", "x", "   ^"),
    ])
  func alignsCaret(line: String, marked: String, caret: String) throws {
    let lines = try printed("1\n" + line, at: marked).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.last == "   | \(caret)")
  }

  @Test("Columns count scalars, as compilers do", arguments: [("日本 x", 4), ("\tx", 2), ("😀x", 2)])
  func countsScalars(line: String, column: Int) throws {
    #expect(try printed(line, at: "x").hasPrefix("s.json:1:\(column): "))
  }

  @Test("A long line is cut around the caret")
  func cutsLongLines() throws {
    let renderer = ErrorRenderer(width: 40)
    let long = String(repeating: "abcdefghij", count: 100_000)
    let middle = try printed(long + "X" + long, at: "X", renderer: renderer)
    #expect(
      middle == """
        s.json:1:1000001: error: wrong
         1 | …hijabcdefghijXabcdefghijabcdefghijabcde…
           |               ^

        """)
    let start = try printed("X" + long, at: "X", renderer: renderer)
    #expect(start.contains("\n 1 | Xabcdefghij") && start.contains("…\n   | ^\n"))
    let whole = try printed(long, at: long, renderer: renderer)
    #expect(whole.hasSuffix("   | " + "^" + String(repeating: "~", count: 39) + "\n"))
  }

  @Test("A place at the end of the text, of an empty text and of an empty line has a caret")
  func pointsAtTheEnd() {
    for text in ["", "\n", "a", "a\n", "a\r\n\r\n"] {
      let source = SourceText(name: "s", text: text)
      let end = text.utf8.count
      let output = ScenarioError(.syntax, "x", at: source.location(end..<end)).description
      #expect(output.split(separator: "\n").last?.contains("^") == true, "\(output)")
    }
  }

  @Test("Control characters in names and messages cannot reach the terminal")
  func replacesControlCharacters() {
    let source = SourceText(name: "a\u{1B}]0;x\u{7}", text: "\"\u{202E}\u{9B}31m\"")
    let error = ScenarioError(
      .syntax, "m\u{1B}[2J\nfake", at: source.location(0..<2), help: "\u{8}")
    let output = error.description
    #expect(!output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!output.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
    #expect(!output.unicodeScalars.contains("\u{202E}"))
    #expect(output.contains("m\u{FFFD}[2J\u{FFFD}fake"))
  }

  @Test("Colour is there when asked for, and the text is the same without it")
  func colors() throws {
    let plain = try printed("x", at: "x")
    let colored = try printed("x", at: "x", renderer: ErrorRenderer(hasColor: true))
    #expect(colored.contains("\u{1B}[1;31merror: \u{1B}[0m"))
    var stripped = colored
    for code in ["1;31", "1;36", "1", "0"] {
      stripped = stripped.split(separator: "\u{1B}[\(code)m", omittingEmptySubsequences: true)
        .joined()
    }
    #expect(stripped == plain)
  }

  @Test("Errors come in the order of their places, each once")
  func sortsErrors() {
    let (first, second) = (SourceText(name: "b", text: "xyz"), SourceText(name: "a", text: "x"))
    let errors = ScenarioErrors([
      ScenarioError(.syntax, "late", at: first.location(2..<3)),
      ScenarioError(.syntax, "other file", at: second.location(0..<1)),
      ScenarioError(.syntax, "early", at: first.location(0..<1)),
      ScenarioError(.syntax, "late", at: first.location(2..<3)),
      ScenarioError(.syntax, "also early", at: first.location(0..<1)),
      ScenarioError(.missing, "nowhere", at: nil),
    ])
    #expect(
      errors.errors.map(\.message) == ["nowhere", "early", "also early", "late", "other file"])
  }
}
