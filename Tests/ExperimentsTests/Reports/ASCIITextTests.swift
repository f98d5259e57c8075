import Testing

@testable import Reports

@Suite("ASCIIText")
struct ASCIITextTests {
  @Test(
    "What looks alike stands in for other characters, else a question mark per column",
    arguments: [
      ("plain", "plain"), ("0x…", "0x..."), ("a – b · c", "a - b * c"),
      ("“so” it’s", "\"so\" it's"),
      ("≥ 3 ± 1", ">= 3 +- 1"), ("Müller", "M?ller"), ("日本", "????"), ("a\r\nb", "a\r\nb"),
      ("e\u{301}", "?"), ("", ""),
    ])
  func text(text: String, ascii: String) {
    #expect(ASCIIText.text(text) == ascii)
    let style = TextStyle(hasUnicode: false)
    #expect(style.page(text) == ascii && TextStyle().page(text) == text)
  }

  @Test("A line to paste stays as it is")
  func keepsCommands() {
    let page = "Müller\n  reproduce: hindsight replay müller.json\nreproduce: é\n"
    #expect(
      TextStyle(hasUnicode: false).page(page)
        == "M?ller\n  reproduce: hindsight replay müller.json\nreproduce: é\n")
  }

  @Test("What is shortened has the width that it may have, with either ellipsis")
  func shortens() {
    #expect(TextStyle().shortened("abcdefghij", to: 8) == "abcdefg…")
    let ascii = TextStyle(hasUnicode: false)
    #expect(ascii.shortened("abcdefghij", to: 8) == "abcde...")
    #expect(ascii.shortened("abcdefghij", to: 10) == "abcdefghij")
    #expect(ascii.shortened("abcdefghij", to: 4) == "abc~")
    #expect(TextStyle().shortened("日本語", to: 4) == "日…")
    for columns in 1...12 {
      for text in ["abcdefghij", "日本語日本語", "a日b本c語d"] {
        #expect(TerminalText.width(TextStyle().shortened(text, to: columns)) <= columns)
        #expect(TerminalText.width(ascii.shortened(text, to: columns)) <= columns)
      }
    }
  }
}
