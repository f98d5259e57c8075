/// Reads JSON with `//` and `/* */` comments and trailing commas, keeping every place.
///
/// Goes on after an error at the next comma or bracket, so one reading reports all that is wrong.
/// Work is linear in the text, whatever it holds: the position never moves back.
public struct ScenarioParser {
  /// What is refused, because a file may come from anywhere.
  public struct Limits: Sendable {
    /// Objects and arrays inside of each other.
    public var depth = 128
    public var bytes = 16 << 20
    /// Errors after which the rest is not read.
    public var errors = 100
    /// Comments and trailing commas, so that only JSON by RFC 8259 is left.
    public var isStrict = false

    public init() {}
  }

  let source: SourceText
  let bytes: [UInt8]
  let limits: Limits
  var position: Int
  let end: Int
  var errors: [ScenarioError] = []
  /// Where the last token ended: a missing comma belongs there, not before the next line.
  var lastTokenEnd: Int
  private var openObjects = 0
  private var openArrays = 0
  var hasReportedEnd = false
  var isUTF8 = true
  var isStopped = false

  private init(_ source: SourceText, range: Range<Int>, limits: Limits) {
    self.source = source
    self.bytes = source.bytes
    self.limits = limits
    self.position = max(range.lowerBound, source.markLength)
    self.end = min(range.upperBound, source.bytes.count)
    self.lastTokenEnd = position
  }

  /// The value of a whole text.
  ///
  /// - Throws: Every syntax error that could be told from the ones before it.
  public static func parse(
    _ source: SourceText, limits: Limits = Limits()
  ) throws(ScenarioErrors) -> DocumentValue {
    try parse(source, range: 0..<source.bytes.count, limits: limits)
  }

  /// The value of a part of a text, such as what follows `=` in `--set a.b=3`, or one line of many.
  public static func parse(
    _ source: SourceText, range: Range<Int>, limits: Limits = Limits()
  ) throws(ScenarioErrors) -> DocumentValue {
    let (value, errors) = read(source, range: range, limits: limits)
    guard let value, errors.isEmpty else { throw ScenarioErrors(errors) }
    return value
  }

  /// What of a whole text could be read, for whoever goes on to check it; nil if nothing.
  static func recovered(_ source: SourceText) -> DocumentValue? {
    read(source, range: 0..<source.bytes.count, limits: Limits()).value
  }

  private static func read(
    _ source: SourceText, range: Range<Int>, limits: Limits
  ) -> (value: DocumentValue?, errors: [ScenarioError]) {
    guard range.count <= limits.bytes else {
      let error = ScenarioError(
        .limit, "the text has \(range.count) bytes; at most \(limits.bytes) are read",
        at: source.location(range.lowerBound..<range.lowerBound))
      return (nil, [error])
    }
    var parser = ScenarioParser(source, range: range, limits: limits)
    guard parser.checkEncoding() else { return (nil, parser.errors) }
    let value = parser.parseDocument()
    return (value, parser.errors)
  }

  private mutating func parseDocument() -> DocumentValue? {
    skipTrivia()
    guard position < end else {
      if errors.isEmpty { report("the document is empty", position..<position) }
      return nil
    }
    let value = parseValue(depth: 0)
    skipTrivia()
    if value != nil, position < end {
      report(
        "expected the end of the document, found \(found())", tokenRange(),
        help: "a document is one value; several belong in a list or an object")
    }
    return value
  }

  // MARK: Values

  /// - Returns: `nil` after reporting that no value is here; the caller recovers.
  private mutating func parseValue(depth: Int) -> DocumentValue? {
    skipTrivia()
    guard position < end else {
      reportEnd("expected a value")
      return nil
    }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < limits.depth else {
        report(
          "objects and lists are nested deeper than \(limits.depth)", start..<(start + 1),
          kind: .limit)
        skipBalanced()
        return value(.null, from: start)
      }
      return bytes[start] == UInt8(ascii: "{")
        ? parseObject(depth: depth) : parseArray(depth: depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return value(.string(parseString()), from: start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."):
      return value(parseNumber(), from: start)
    case let byte where isWordStart(byte):
      return value(parseWord(), from: start)
    default:
      reportUnexpected("a value")
      return nil
    }
  }

  private mutating func value(_ content: DocumentValue.Content, from start: Int) -> DocumentValue {
    lastTokenEnd = position
    return DocumentValue(content, at: source.location(start..<position))
  }

  private mutating func parseArray(depth: Int) -> DocumentValue {
    let open = position
    position += 1
    lastTokenEnd = position
    openArrays += 1
    defer { openArrays -= 1 }
    var elements: [DocumentValue] = []
    while !atClose(of: open) {
      if bytes[position] == UInt8(ascii: ",") {
        reportUnexpected("a value")
        position += 1
        continue
      }
      guard let element = parseValue(depth: depth + 1) else {
        recover()
        continue
      }
      elements.append(element)
      readSeparator(of: open)
    }
    return value(.array(elements), from: open)
  }

  private mutating func parseObject(depth: Int) -> DocumentValue {
    let open = position
    position += 1
    lastTokenEnd = position
    openObjects += 1
    defer { openObjects -= 1 }
    var members: [DocumentValue.Member] = []
    var index = MemberIndex()
    while !atClose(of: open) {
      guard let (key, place) = parseKey(), let value = parseMember(depth: depth) else {
        recover()
        continue
      }
      if let first = index[key] {
        report(
          ScenarioError(
            .duplicateKey, "the key \(Visible.quoted(key)) is here twice", at: place,
            notes: [.init("first written here", at: members[first].keyLocation)]))
      } else {
        index[key] = members.count
        members.append(.init(key: key, keyLocation: place, value: value))
      }
      readSeparator(of: open)
    }
    return value(.object(members), from: open)
  }

  private mutating func parseKey() -> (String, SourceLocation)? {
    let start = position
    let key: String
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      key = parseString()
    case let byte where isWordStart(byte) || NumberGrammar.isDigit(byte):
      while position < end, isWordPart(bytes[position]) { position += 1 }
      key = source.string(in: start..<position)
      report(
        "the key \(Visible.quoted(key)) is not in double quotes", start..<position,
        help: "write \"\(Visible.shortened(key))\"")
    default:
      reportUnexpected("a key in double quotes")
      return nil
    }
    lastTokenEnd = position
    return (key, source.location(start..<position))
  }

  /// What follows a key: a colon and a value.
  private mutating func parseMember(depth: Int) -> DocumentValue? {
    skipTrivia()
    guard position < end else {
      reportEnd("expected ':' after the key")
      return nil
    }
    switch bytes[position] {
    case UInt8(ascii: ":"):
      position += 1
    case UInt8(ascii: "="):
      report("expected ':' after the key, found '='", position..<(position + 1))
      position += 1
    default:
      report(
        "expected ':' after the key, found \(found())", lastTokenEnd..<lastTokenEnd)
      guard startsValue(bytes[position]) else { return nil }
    }
    lastTokenEnd = position
    return parseValue(depth: depth + 1)
  }

  // MARK: Between values

  /// Whether the object or array opened at `open` ends here; takes its closing bracket.
  private mutating func atClose(of open: Int) -> Bool {
    let comma = position - 1
    skipTrivia()
    let isObject = bytes[open] == UInt8(ascii: "{")
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let other = isObject ? UInt8(ascii: "]") : UInt8(ascii: "}")
    guard position < end else {
      reportEnd(
        "expected '\(Character(UnicodeScalar(close)))'",
        note: .init("opened here", at: source.location(open..<(open + 1))))
      return true
    }
    if bytes[position] == close {
      // Behind a value's comma; behind an error it is another one's.
      if limits.isStrict, bytes[comma] == UInt8(ascii: ","), comma == lastTokenEnd - 1 {
        report(
          "a ',' stands before '\(Character(UnicodeScalar(close)))'", comma..<(comma + 1),
          help: "leave it out: this is read as plain JSON")
      }
      position += 1
      return true
    }
    guard bytes[position] == other else { return false }
    report(
      "expected '\(Character(UnicodeScalar(close)))', found \(found())",
      position..<(position + 1),
      notes: [.init("opened here", at: source.location(open..<(open + 1)))])
    // The bracket may close something further out.
    if (isObject ? openArrays : openObjects) > 0 { return true }
    position += 1
    // It is one too many when the right one follows; otherwise it was meant to be that.
    skipTrivia()
    if position < end, bytes[position] == close { position += 1 }
    return true
  }

  /// Takes the comma after a value, or reports that it is missing.
  private mutating func readSeparator(of open: Int) {
    skipTrivia()
    guard position < end else { return }
    switch bytes[position] {
    case UInt8(ascii: ","):
      position += 1
      lastTokenEnd = position
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      return
    case UInt8(ascii: ";"):
      report("expected ',', found ';'", position..<(position + 1))
      position += 1
    case let byte where startsValue(byte):
      report("expected ',' before \(found())", lastTokenEnd..<lastTokenEnd)
    default:
      let close = bytes[open] == UInt8(ascii: "{") ? "}" : "]"
      reportUnexpected("',' or '\(close)'")
      recover()
    }
  }

  /// Skips to behind the next comma of this level, or to the bracket that ends it.
  private mutating func recover() {
    var depth = 0
    while true {
      skipTrivia()
      guard position < end else { return }
      switch bytes[position] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        position += 1
        lastTokenEnd = position
        return
      default:
        break
      }
      position += 1
    }
  }

  /// Skips an object or array without looking into it and without recursion.
  private mutating func skipBalanced() {
    var depth = 0
    repeat {
      skipTrivia()
      guard position < end else { return }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position += 1
    } while depth > 0
  }
}
