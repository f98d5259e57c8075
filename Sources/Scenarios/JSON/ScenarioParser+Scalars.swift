extension ScenarioParser {
  // MARK: Strings

  /// The string at the position, which is at its opening quote.
  mutating func parseString() -> String {
    let start = position
    let quote = bytes[position]
    if quote != UInt8(ascii: "\"") {
      report(
        "strings are written in double quotes", start..<(start + 1), help: "use \" instead of '")
    }
    guard position < end else { return "" }
    position += 1
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      switch byte {
      case quote:
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        parseEscape(into: &text)
      case 0x0A, 0x0D:
        report(
          "the string is not closed on its line", start..<position, help: "add a \" at its end")
        return String(decoding: text, as: UTF8.self)
      case 0..<0x20:
        let code = String(byte, radix: 16, uppercase: true)
        let escape = byte == 0x09 ? "\\t" : "\\u00" + (byte < 0x10 ? "0" : "") + code
        report(
          "a string may not hold the control character 0x\(code) itself",
          position..<(position + 1), help: "write \(escape)")
        position += 1
      default:
        text.append(byte)
        position += 1
      }
    }
    if !hasReportedEnd {
      hasReportedEnd = true
      report("the string is not closed", start..<position, help: "add a \" at its end")
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func parseEscape(into text: inout [UInt8]) {
    let start = position
    position += 1
    guard position < end else { return }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = parseUnicodeEscape(from: start)
      text.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      position -= 1
      // The line break is left for the caller, who knows that the string ends there.
      if byte != 0x0A, byte != 0x0D { position = nextScalar(after: position) }
      let shown = Visible.quoted(source.string(in: start..<position))
      report(
        "\(shown) is not an escape", start..<position,
        help: "escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits")
    }
  }

  /// The scalar of `\uXXXX` or of a pair of them; the position is behind the first `u`.
  private mutating func parseUnicodeEscape(from start: Int) -> UnicodeScalar {
    let replacement: UnicodeScalar = "\u{FFFD}"
    guard let first = parseHexadecimal(from: start) else { return replacement }
    if let scalar = UnicodeScalar(first) { return scalar }
    if first < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let next = position
      position += 2
      guard let second = parseHexadecimal(from: next) else { return replacement }
      if (0xDC00...0xDFFF).contains(second),
        let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
      // It may begin a pair of its own.
      position = next
    }
    let shown = source.string(in: start..<position)
    report(
      "\(shown) is half of a surrogate pair", start..<position,
      help: "beyond U+FFFF write two escapes, such as \\uD83D\\uDE00, or the character itself"
    )
    return replacement
  }

  private mutating func parseHexadecimal(from start: Int) -> UInt32? {
    var value: UInt32 = 0
    var count = 0
    while count < 4, position < end,
      let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue
    {
      value = value << 4 | UInt32(digit)
      position += 1
      count += 1
    }
    guard count == 4 else {
      report("\\u needs four hexadecimal digits", start..<position, help: "such as \\u00E9")
      return nil
    }
    return value
  }

  private func nextScalar(after index: Int) -> Int {
    var next = index + 1
    while next < end, bytes[next] & 0xC0 == 0x80 { next += 1 }
    return min(next, end)
  }

  /// Skips the string at the position, up to the end of its line at most, without reporting.
  mutating func skipString() {
    let quote = bytes[position]
    position += 1
    while position < end {
      let byte = bytes[position]
      if byte == 0x0A || byte == 0x0D { return }
      position += byte == UInt8(ascii: "\\") && position + 1 < end ? 2 : 1
      if byte == quote { return }
    }
  }

  // MARK: Numbers and words

  /// The number at the position; takes everything that somebody may have meant as one.
  mutating func parseNumber() -> DocumentValue.Content {
    let start = position
    let length = NumberGrammar.prefixLength(bytes[start..<end])
    position = max(start + length, start + 1)
    while position < end, continuesNumber(at: position) { position += 1 }
    let text = source.string(in: start..<position)
    if length > 0, position == start + length { return .number(DocumentNumber(checked: text)) }
    report(
      "\(Visible.quoted(text)) is not a number", start..<position, help: Self.numberHelp(text))
    return .null
  }

  private func continuesNumber(at index: Int) -> Bool {
    let byte = bytes[index]
    if isWordPart(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "%") { return true }
    // `4000/s`, `1/10` and `14:18:00` without quotes, but not a comment.
    guard byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":"), index + 1 < end else {
      return false
    }
    return NumberGrammar.isDigit(bytes[index + 1]) || isWordStart(bytes[index + 1])
  }

  private static let finiteHelp = "numbers are finite; leave the key out to take its default"

  private static func numberHelp(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let word = text.lowercased()
    if word.hasSuffix("nan") || word.hasSuffix("infinity") || word.hasSuffix("inf") {
      return finiteHelp
    }
    if bytes.first == UInt8(ascii: "+") { return "leave out the '+'" }
    if text.hasPrefix(".") || text.hasPrefix("-.") { return "write 0 before the point" }
    if word.hasPrefix("0x") { return "a hexadecimal seed is written in quotes" }
    if text.contains("_") { return "leave out the '_'" }
    let sign = bytes.first == UInt8(ascii: "-") ? 1 : 0
    if bytes.count > sign + 1, bytes[sign] == UInt8(ascii: "0"),
      NumberGrammar.isDigit(bytes[sign + 1])
    {
      return "leave out the leading zeros"
    }
    if text.hasSuffix(".") { return "write a digit after the point" }
    if bytes.last.map(NumberGrammar.isDigit) == false || text.contains("/") || text.contains(":") {
      return "values with a unit are written in quotes: \"\(Visible.shortened(text))\""
    }
    return "numbers are written like 3, -0.5 or 1e-7"
  }

  /// `true`, `false`, `null`, or the error that a bare word is.
  mutating func parseWord() -> DocumentValue.Content {
    let start = position
    while position < end, isWordPart(bytes[position]) { position += 1 }
    let text = source.string(in: start..<position)
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: break
    }
    let help: String
    switch text.lowercased() {
    case "true", "yes", "on": help = "write true"
    case "false", "no", "off": help = "write false"
    case "null", "none", "nil", "undefined": help = "write null"
    case "nan", "infinity", "inf": help = Self.finiteHelp
    default: help = "text is written in double quotes"
    }
    report("\(Visible.quoted(text)) is not a value", start..<position, help: help)
    return .null
  }
}
