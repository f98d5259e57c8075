import Scenarios

/// Text for a terminal that has no characters but those of ASCII.
enum ASCIIText {
  /// `text` with a stand-in for every other character: what looks alike where there is such a thing,
  /// else a question mark per column.
  static func text(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return String(text) }
    var result = ""
    for character in text {
      if character.isASCII {
        // As one character, a carriage return with a line feed is ASCII too.
        result.append(character)
      } else {
        result += standIn(for: character)
      }
    }
    return result
  }

  private static func standIn(for character: Character) -> String {
    switch character {
    case "…": "..."
    case "–", "—", "−", "‐", "‑", "─", "━": "-"
    case "·", "•", "●": "*"
    case "‘", "’": "'"
    case "“", "”", "«", "»": "\""
    case "→": "->"
    case "←": "<-"
    case "≥": ">="
    case "≤": "<="
    case "±": "+-"
    case "×": "x"
    case "│", "┤", "├": "|"
    case "µ", "μ": "u"
    case "\u{A0}", "\u{202F}": " "
    default: String(repeating: "?", count: max(1, Visible.width(of: character)))
    }
  }
}
