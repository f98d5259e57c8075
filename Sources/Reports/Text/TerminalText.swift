import Scenarios

/// Text that stays within its columns on a terminal.
public enum TerminalText {
  /// `text` without what would move the cursor: a scenario may come from a stranger.
  public static func safe(_ text: String) -> String { Visible.text(text) }

  /// Terminal columns that `text` takes.
  public static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + Visible.width(of: $1) }
  }

  public static func withoutTrailingSpaces(_ line: String) -> String {
    var bytes = Array(line.utf8)
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The beginning of `text` that fits in so many columns.
  static func prefix(of text: String, columns: Int) -> String {
    var room = columns
    return String(
      text.prefix { character in
        room -= Visible.width(of: character)
        return room >= 0
      })
  }

  public static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  public static func rightAligned(_ text: String, to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - width(text))) + text
  }

  /// `items` in lines of at most `columns`; an item is only cut when it is longer than a line.
  public static func filled(_ items: [String], separator: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for item in items.flatMap({ pieces(of: $0, columns: columns) }) {
      let length = width(item)
      let gap = line.isEmpty ? 0 : width(separator)
      if !line.isEmpty, used + gap + length > columns {
        lines.append(line)
        (line, used) = (item, length)
      } else {
        line += (line.isEmpty ? "" : separator) + item
        used += gap + length
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// `text` broken at its spaces into lines of at most `columns`; at least one line.
  public static func wrapped(_ text: String, columns: Int) -> [String] {
    filled(
      text.split(separator: " ", omittingEmptySubsequences: true).map(String.init),
      separator: " ", columns: max(1, columns))
  }

  private static func pieces(of item: String, columns: Int) -> [String] {
    guard width(item) > columns else { return [item] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for character in item {
      let length = Visible.width(of: character)
      if used + length > columns, !piece.isEmpty {
        pieces.append(piece)
        (piece, used) = ("", 0)
      }
      piece.append(character)
      used += length
    }
    return pieces + [piece]
  }
}
