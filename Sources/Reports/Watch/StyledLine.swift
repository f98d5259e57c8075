/// A line of a screen, piece by piece: painted, and still of a known width.
struct StyledLine {
  private var pieces: [(text: String, role: TextStyle.Role?)] = []
  private(set) var width = 0

  init() {}

  init(_ text: String, _ role: TextStyle.Role? = nil) {
    add(text, role)
  }

  mutating func add(_ text: String, _ role: TextStyle.Role? = nil) {
    pieces.append((text, role))
    width += TerminalText.width(text)
  }

  /// Spaces up to a column, if it has not come there yet.
  mutating func pad(to column: Int) {
    if column > width { add(String(repeating: " ", count: column - width)) }
  }

  /// The line in so many columns; where something is left out, a mark says so: half of a number would be
  /// another number.
  func text(columns: Int, _ style: TextStyle) -> String {
    var result = ""
    let isCut = width > columns && columns > 1
    var room = isCut ? columns - 1 : columns
    for (text, role) in pieces where room > 0 {
      let shown = TerminalText.prefix(of: text, columns: room)
      result += style.paint(shown, role)
      room -= TerminalText.width(shown)
    }
    return result + (isCut ? style.glyph("…", "~") : "")
  }
}
