/// Text that stays within its columns on a terminal.
public enum TerminalText {
  /// `text` with everything that would move the cursor or turn the line around replaced by U+FFFD.
  ///
  /// A scenario may come from a stranger; its title must not be able to write escape sequences.
  public static func safe(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xFEFF:
      true
    default: false
    }
  }

  /// Terminal columns that `text` takes.
  public static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first, scalar.value >= 0x300 else { return 1 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East Asian Wide and Fullwidth (Unicode Annex 11), by block.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
  ]

  public static func withoutTrailingSpaces(_ line: String) -> String {
    var bytes = Array(line.utf8)
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `text` cut to so many columns, with an ellipsis where something is missing.
  public static func shortened(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var result = ""
    for character in text where width(result) + width(of: character) < columns {
      result.append(character)
    }
    return result + "…"
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
      let length = width(of: character)
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
