extension ScenarioParser {
  // MARK: White space and comments

  mutating func skipTrivia() {
    // Every loop of the parser comes through here, so this ends them all.
    if isStopped { position = end }
    while position < end {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D:
        position += 1
      case UInt8(ascii: "/"):
        guard skipComment() else { return }
      case UInt8(ascii: "#"):
        report(
          "a comment begins with '//', not with '#'", position..<(position + 1), help: "write '//'")
        skipLine()
      default:
        return
      }
    }
  }

  /// - Returns: Whether a comment was here.
  private mutating func skipComment() -> Bool {
    guard position + 1 < end else { return false }
    if limits.isStrict, [UInt8(ascii: "/"), UInt8(ascii: "*")].contains(bytes[position + 1]) {
      report(
        "a comment is not allowed here", position..<(position + 2),
        help: "leave it out: this is read as plain JSON")
    }
    switch bytes[position + 1] {
    case UInt8(ascii: "/"):
      skipLine()
      return true
    case UInt8(ascii: "*"):
      let start = position
      position += 2
      while position + 1 < end {
        if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
          position += 2
          return true
        }
        position += 1
      }
      position = end
      report("the comment is never closed", start..<(start + 2), help: "write '*/' at its end")
      hasReportedEnd = true
      return true
    default:
      return false
    }
  }

  private mutating func skipLine() {
    while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
  }

  // MARK: Errors

  mutating func report(
    _ message: String, _ range: Range<Int>, help: String? = nil, kind: ScenarioError.Kind = .syntax,
    notes: [ScenarioError.Note] = []
  ) {
    report(ScenarioError(kind, message, at: source.location(range), help: help, notes: notes))
  }

  /// Keeps an error; ends the reading once nobody would read more of them.
  mutating func report(_ error: ScenarioError) {
    guard !isStopped else { return }
    errors.append(error)
    guard errors.count >= limits.errors else { return }
    let place = source.location(position..<position)
    errors.append(
      ScenarioError(.limit, "too many errors; the rest of the text was not read", at: place))
    isStopped = true
    hasReportedEnd = true
  }

  /// Reports the end of the text, once: everything still open ends there too.
  mutating func reportEnd(_ message: String, note: ScenarioError.Note? = nil) {
    guard !hasReportedEnd else { return }
    hasReportedEnd = true
    report(
      "\(message), found the end of the text", lastTokenEnd..<lastTokenEnd,
      notes: note.map { [$0] } ?? [])
  }

  /// Reports that something else than `expected` is here, without taking it.
  mutating func reportUnexpected(_ expected: String) {
    // Bytes that are not UTF-8 have been reported by themselves.
    if bytes[position] >= 0x80, !isUTF8 { return }
    let scalar = source.string(in: tokenRange()).unicodeScalars.first
    var help: String?
    switch scalar?.value ?? 0 {
    case 0x201C, 0x201D, 0x201E, 0x2018, 0x2019:
      help = "these are typographic quotes; use \""
    case 0xA0, 0x2000...0x200B, 0x202F, 0x3000, 0xFEFF:
      help = "this looks like a space but is not one; type it again"
    case 0x60:
      help = "strings are written in double quotes"
    default:
      break
    }
    report("expected \(expected), found \(found())", tokenRange(), help: help)
  }

  /// What an error calls the character or word at the position.
  func found() -> String {
    guard position < end else { return "the end of the text" }
    let text = source.string(in: tokenRange())
    guard let scalar = text.unicodeScalars.first else { return "nothing" }
    switch bytes[position] {
    case UInt8(ascii: "\""): return "a string"
    case 0x21...0x7E: return Visible.quoted(text)
    default: break
    }
    let code = String(scalar.value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
    let isPrintable = scalar.value > 0xA0 && !scalar.properties.isWhitespace
    return isPrintable && Visible.text(text) == text ? "\(Visible.quoted(text)) (\(name))" : name
  }

  /// The word, or the one character, at the position.
  func tokenRange() -> Range<Int> {
    guard position < end else { return position..<position }
    var index = position + 1
    if isWordPart(bytes[position]) {
      while index < end, isWordPart(bytes[index]) { index += 1 }
    } else if bytes[position] >= 0x80 {
      while index < end, index < position + 4, bytes[index] & 0xC0 == 0x80 { index += 1 }
    }
    return position..<index
  }

  // MARK: Kinds of bytes

  func isWordStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
  }

  func isWordPart(_ byte: UInt8) -> Bool {
    isWordStart(byte) || NumberGrammar.isDigit(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }

  func startsValue(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "-"), UInt8(ascii: "+"):
      true
    default:
      isWordStart(byte) || NumberGrammar.isDigit(byte)
    }
  }

  // MARK: Encoding

  /// Checks for UTF-8 before anything else, so that later stages may decode at will.
  ///
  /// - Returns: Whether it makes sense to go on.
  mutating func checkEncoding() -> Bool {
    if position == 0, end >= 2, [[0xFE, 0xFF], [0xFF, 0xFE]].contains(bytes[0..<2]) {
      report("the file is UTF-16", 0..<2, help: "save it as UTF-8", kind: .encoding)
      return false
    }
    let reportsMax = 10
    var index = position
    while index < end {
      let length = UTF8Grammar.sequenceLength(bytes[index..<end])
      if length > 0 {
        index += length
        continue
      }
      let byte = String(bytes[index], radix: 16, uppercase: true)
      report("the byte 0x\(byte) is not UTF-8", index..<(index + 1), kind: .encoding)
      isUTF8 = false
      if errors.count >= reportsMax { break }
      // One report for a run of bad bytes.
      while index < end, bytes[index] >= 0x80, UTF8Grammar.sequenceLength(bytes[index..<end]) == 0 {
        index += 1
      }
    }
    return true
  }
}

/// The grammar of UTF-8 (RFC 3629).
enum UTF8Grammar {
  /// Bytes of the character at the start of `bytes`; 0 when there is none.
  static func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    let start = bytes.startIndex
    func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      start + offset < bytes.endIndex && range.contains(bytes[start + offset])
    }
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return continues(1) ? 2 : 0
    case 0xE0...0xEF:
      // Neither overlong forms nor surrogates.
      let second: ClosedRange<UInt8> =
        first == 0xE0 ? 0xA0...0xBF : first == 0xED ? 0x80...0x9F : 0x80...0xBF
      return continues(1, second) && continues(2) ? 3 : 0
    case 0xF0...0xF4:
      let second: ClosedRange<UInt8> =
        first == 0xF0 ? 0x90...0xBF : first == 0xF4 ? 0x80...0x8F : 0x80...0xBF
      return continues(1, second) && continues(2) && continues(3) ? 4 : 0
    default: return 0
    }
  }
}
