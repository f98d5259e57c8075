/// How text looks on a terminal.
public enum Visible {
  /// `text` with everything that would move the cursor or turn the line around replaced by U+FFFD.
  ///
  /// A scenario may come from a stranger; its error must not be able to write escape sequences.
  public static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// `text` between single quotes, shortened.
  public static func quoted(_ text: String) -> String { "'\(shortened(text))'" }

  /// `text` up to 60 characters: a message that holds a megabyte hides everything else.
  static func shortened(_ text: String) -> String {
    let limit = 60
    guard text.unicodeScalars.count > limit else { return Visible.text(text) }
    var start = String.UnicodeScalarView()
    start.append(contentsOf: text.unicodeScalars.prefix(limit))
    return Visible.text(String(start)) + "…"
  }

  /// A message with the names in it shortened that are too long to be read: a stranger's name may
  /// have a megabyte.
  ///
  /// What stands between single quotes keeps its first 60 characters when it has more than 120, and
  /// the whole never has more than 8,000.
  static func message(_ text: String) -> String {
    let (quotedMax, kept, whole) = (120, 60, 8_000)
    // Bytes are no fewer than characters.
    guard text.utf8.count > quotedMax else { return text }
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    var previous: Unicode.Scalar = " "
    var count = 0
    while count <= whole, let scalar = scalars.popFirst() {
      result.append(scalar)
      count += 1
      // An apostrophe stands behind a letter.
      if scalar == "'", !previous.properties.isAlphabetic {
        let name = scalars.prefix { $0 != "'" }
        let length = name.count
        result.append(contentsOf: length > quotedMax ? name.prefix(kept) : name)
        if length > quotedMax { result.append("…") }
        count += min(length, quotedMax)
        scalars = scalars[name.endIndex...]
        if let closing = scalars.popFirst() { result.append(closing) }
      }
      previous = scalar
    }
    return String(result) + (scalars.isEmpty ? "" : "…")
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xFEFF:
      true
    default: false
    }
  }

  /// Terminal columns of one grapheme: 0, 1 or 2.
  public static func width(of character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // A variation selector asks for the picture, which is two columns wide.
      if scalar.value == 0xFE0F { return 2 }
      width = max(width, Self.width(of: scalar))
    }
    return width
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East Asian Wide and Fullwidth (Unicode Annex 11), by block.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
