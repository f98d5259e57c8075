/// Words of ours in the language of manual pages, mdoc, where no word of a text is a command.
enum Roff {
  /// Bytes of a line that mandoc finds long enough.
  private static let lineMax = 78

  /// A text, each sentence beginning on a line of its own, as mdoc asks for.
  static func text(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let escaped = escaped(word)
      if !line.isEmpty, line.utf8.count + 1 + escaped.utf8.count > lineMax {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + escaped
      // What ends a sentence; numbers and abbreviations do not end like this in our texts.
      if word.hasSuffix(".") {
        lines.append(line)
        line = ""
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map(protected)
  }

  /// Characters beyond ASCII by their number, and those that mean something.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      // No terminal of groff's without Unicode has this one.
      case "…": result += "..."
      case "\n": result += " "
      case "\u{20}"..."\u{7E}": result.unicodeScalars.append(scalar)
      case "\u{A1}"...:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)]"
      // Control characters.
      default: result += "?"
      }
    }
    return result
  }

  /// An argument of a macro: one word, however many it has, and none of them a macro.
  static func argument(_ text: some StringProtocol) -> String {
    "\"\\&\(escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq"))\""
  }

  /// A line of text that begins like a request is none.
  private static func protected(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("\\(aq") ? "\\&" + line : line
  }
}
