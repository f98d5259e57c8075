/// What a text report may use: the width of the page, colours, and characters beyond ASCII.
public struct TextStyle: Sendable, Equatable {
  /// Columns; at least 60.
  public let width: Int
  public let hasColor: Bool
  public let hasUnicode: Bool

  public init(width: Int = 100, hasColor: Bool = false, hasUnicode: Bool = true) {
    self.width = max(60, width)
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// A role that a piece of text plays; colours are chosen to be read on light and dark grounds.
  public enum Role: String, Sendable {
    case heading = "1"
    case dim = "2"
    case good = "32"
    case warning = "33"
    case bad = "31"
    case failure = "1;31"
    case action = "1;36"
  }

  public func paint(_ text: String, _ role: Role?) -> String {
    guard hasColor, let role, !text.isEmpty else { return text }
    return "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
  }

  /// `text` in lines as wide as the page, each of them in the role.
  func wrapped(_ text: String, _ role: Role? = nil) -> [String] {
    TerminalText.wrapped(text, columns: width).map { paint($0, role) }
  }

  /// `unicode`, or its stand-in on a terminal that only has ASCII.
  func glyph(_ unicode: String, _ ascii: String) -> String { hasUnicode ? unicode : ascii }

  /// A stranger's words: nothing that would move the cursor, and no character that the terminal does not
  /// have.
  public func shown(_ text: String) -> String {
    let safe = TerminalText.safe(text)
    return hasUnicode ? safe : ASCIIText.text(safe)
  }

  /// A page for people in the characters that the terminal has.
  ///
  /// Lines to paste into a shell stay as they are: other characters would be another command.
  public func page(_ text: String) -> String {
    guard !hasUnicode, text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.drop { $0 == " " }.hasPrefix("reproduce: ") ? String(line) : ASCIIText.text(line)
    }.joined(separator: "\n")
  }

  /// `text` cut to so many columns, with an ellipsis where something is missing.
  func shortened(_ text: String, to columns: Int) -> String {
    let text = hasUnicode ? text : ASCIIText.text(text)
    guard TerminalText.width(text) > columns else { return text }
    let mark = hasUnicode ? "…" : columns > 6 ? "..." : "~"
    return TerminalText.prefix(of: text, columns: max(0, columns - mark.count)) + mark
  }

  /// Stands for a value that there is not.
  var absent: String { glyph("–", "-") }
  /// Between items of one line.
  var separator: String { glyph(" · ", "; ") }
}
