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

  /// Stands for a value that there is not.
  var absent: String { glyph("–", "-") }
  /// Between items of one line.
  var separator: String { glyph(" · ", "; ") }
}
