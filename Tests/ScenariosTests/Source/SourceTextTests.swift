import Scenarios
import Testing

@Suite("SourceText")
struct SourceTextTests {
  @Test("Lines end at LF, CR LF and CR, and a last line break begins an empty line")
  func findsLines() {
    let source = SourceText(name: "s", text: "a\nbc\r\nd\re\n")
    #expect(source.lineCount == 5)
    #expect((1...5).map(source.lineText) == ["a", "bc", "d", "e", ""])
    #expect(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(source.line) == [1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5])
  }

  @Test("A byte order mark is no part of the first line")
  func skipsTheMark() {
    let source = SourceText(name: "s", text: "\u{FEFF}ab")
    #expect(source.lineText(1) == "ab" && source.text == "ab")
    #expect(source.column(at: 3) == 1 && source.column(at: 4) == 2)
  }

  @Test("Columns count scalars, not bytes and not graphemes")
  func countsColumns() {
    let source = SourceText(name: "s", text: "é😀e\u{301}x")
    #expect(source.column(at: source.bytes.count - 1) == 5)
  }

  @Test("Places outside of the text are held at its ends")
  func holdsPlaces() {
    let source = SourceText(name: "s", text: "ab\n")
    #expect(
      source.line(at: 1_000) == 2 && source.lineText(1_000) == "" && source.lineText(-1) == "ab")
    #expect(SourceLocation(source: source, offset: 1, length: 100).text == "b\n")
  }
}
