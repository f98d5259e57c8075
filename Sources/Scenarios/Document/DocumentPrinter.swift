/// Writes documents in their canonical form: two spaces, keys in the order in which they were
/// written, numbers as they were written, short lists on one line.
///
/// The form is stable: formatting what was formatted changes nothing.
public struct DocumentPrinter {
  private var output: [UInt8] = []
  /// The text to take comments and one-line objects from, when it is a file that is formatted.
  private let source: SourceText?
  private static let width = 100

  private init(source: SourceText?) {
    self.source = source
  }

  /// The canonical text of a value, every object over several lines, ending in a line break.
  public static func text(of value: DocumentValue) -> String {
    var printer = DocumentPrinter(source: nil)
    printer.print(value, indent: 0)
    return String(decoding: printer.output, as: UTF8.self) + "\n"
  }

  /// The canonical text of a file, with its comments, ending in a line break.
  ///
  /// An object that stands on one line stays there while it fits in 100 columns, and one empty line
  /// between members stays.
  ///
  /// - Throws: The errors of the file.
  public static func formatting(_ source: SourceText) throws(ScenarioErrors) -> String {
    let value = try ScenarioParser.parse(source)
    var printer = DocumentPrinter(source: source)
    let head = source.markLength..<value.location.offset
    var end = head.lowerBound
    for comment in printer.comments(in: head) {
      if comment.hasBlankBefore, !printer.output.isEmpty { printer.breakLine(0) }
      printer.append(comment.text)
      printer.breakLine(0)
      end = comment.end
    }
    if end > head.lowerBound, lineBreaks(source.bytes[end..<head.upperBound]) > 1 {
      printer.breakLine(0)
    }
    printer.print(value, indent: 0)
    for comment in printer.comments(in: value.location.end..<source.bytes.count) {
      if comment.isBehind {
        printer.append(" ")
      } else {
        if comment.hasBlankBefore { printer.breakLine(0) }
        printer.breakLine(0)
      }
      printer.append(comment.text)
    }
    return String(decoding: printer.output, as: UTF8.self) + "\n"
  }

  // MARK: Values

  private mutating func print(_ value: DocumentValue, indent: Int) {
    switch value.content {
    case .string(let text): JSONText.append(text, to: &output)
    case .number(let number): append(number.text)
    case .bool(let flag): append(flag ? "true" : "false")
    case .null: append("null")
    case .array, .object:
      if let line = oneLine(value), column + line.count + 1 <= Self.width {
        output += line
      } else {
        printLines(value, indent: indent)
      }
    }
  }

  /// The text of a value on one line, or `nil` when it belongs on several.
  private func oneLine(_ value: DocumentValue) -> [UInt8]? {
    let (parts, brackets): ([[UInt8]?], (String, String))
    switch value.content {
    case .array(let elements):
      // Lists of lists and of objects are read line by line, unless somebody wrote them so.
      guard !elements.isEmpty, hasOneLine(value) || elements.allSatisfy({ $0.isScalar }),
        !hasComments(value)
      else { return elements.isEmpty && !hasComments(value) ? Array("[]".utf8) : nil }
      parts = elements.map(oneLine)
      brackets = ("[", "]")
    case .object(let members):
      if members.isEmpty, !hasComments(value) { return Array("{}".utf8) }
      guard hasOneLine(value), !hasComments(value) else { return nil }
      parts = members.map { member in
        oneLine(member.value).map { Array("\(JSONText.quoted(member.key)): ".utf8) + $0 }
      }
      brackets = ("{ ", " }")
    default:
      var printer = DocumentPrinter(source: nil)
      printer.print(value, indent: 0)
      return printer.output
    }
    var line = Array(brackets.0.utf8)
    for (index, part) in parts.enumerated() {
      guard let part else { return nil }
      if index > 0 { line += Array(", ".utf8) }
      line += part
      if line.count > Self.width { return nil }
    }
    return line + Array(brackets.1.utf8)
  }

  private mutating func printLines(_ value: DocumentValue, indent: Int) {
    let isObject = value.members != nil
    append(isObject ? "{" : "[")
    var end = value.location.offset + 1
    let items: [(member: DocumentValue.Member?, value: DocumentValue)] =
      value.members?.map { ($0, $0.value) } ?? value.elements?.map { (nil, $0) } ?? []
    for (index, item) in items.enumerated() {
      let start = item.member?.keyLocation.offset ?? item.value.location.offset
      let hasBlank = printGap(
        end..<max(end, start), comma: index > 0, isFirst: index == 0, indent: indent + 1)
      if hasBlank { append("\n") }
      breakLine(indent + 1)
      if let member = item.member {
        // Comments around the colon have no place of their own.
        for comment in comments(in: member.keyLocation.end..<item.value.location.offset) {
          append(comment.text)
          breakLine(indent + 1)
        }
        JSONText.append(member.key, to: &output)
        append(": ")
      }
      print(item.value, indent: indent + 1)
      end = item.value.location.end
    }
    _ = printGap(
      end..<max(end, value.location.end - 1), comma: false, isFirst: items.isEmpty,
      indent: indent + 1)
    breakLine(indent)
    append(isObject ? "}" : "]")
  }

  /// Prints what stands between two members.
  ///
  /// - Returns: Whether an empty line comes next.
  private mutating func printGap(
    _ range: Range<Int>, comma: Bool, isFirst: Bool, indent: Int
  ) -> Bool {
    if comma { append(",") }
    guard let source else { return false }
    var end = range.lowerBound
    for comment in comments(in: range) {
      if comment.isBehind {
        append(" ")
      } else {
        if comment.hasBlankBefore, !(isFirst && end == range.lowerBound) { append("\n") }
        breakLine(indent)
      }
      append(comment.text)
      end = comment.end
    }
    // No empty line directly behind the opening bracket.
    return (!isFirst || end > range.lowerBound)
      && Self.lineBreaks(source.bytes[end..<range.upperBound]) > 1
  }

  // MARK: Comments

  private struct Comment {
    let text: String
    let end: Int
    /// On the line of what stands before it.
    let isBehind: Bool
    let hasBlankBefore: Bool
  }

  /// The comments in a range that holds nothing else but white space and a comma or colon.
  private func comments(in range: Range<Int>) -> [Comment] {
    guard let source, !range.isEmpty else { return [] }
    let bytes = source.bytes
    var result: [Comment] = []
    var index = range.lowerBound
    var last = range.lowerBound
    while index + 1 < range.upperBound {
      guard bytes[index] == UInt8(ascii: "/") else {
        index += 1
        continue
      }
      let start = index
      let isLine = bytes[index + 1] == UInt8(ascii: "/")
      index += 2
      if isLine {
        while index < range.upperBound, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      } else {
        while index < range.upperBound,
          !(bytes[index - 1] == UInt8(ascii: "/") && bytes[index - 2] == UInt8(ascii: "*")
            && index - start >= 4)
        { index += 1 }
      }
      let breaks = Self.lineBreaks(bytes[last..<start])
      let isFollowed = isLine || Self.startsWithLineBreak(bytes[index..<range.upperBound])
      result.append(
        Comment(
          text: Self.trimmed(source.string(in: start..<index)), end: index,
          isBehind: breaks == 0 && isFollowed,
          hasBlankBefore: breaks > 1))
      last = index
    }
    return result
  }

  private static func lineBreaks(_ bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x0D || (byte == 0x0A && previous != 0x0D) { count += 1 }
      previous = byte
    }
    return count
  }

  private static func startsWithLineBreak(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x2C }) else {
      return true
    }
    return first == 0x0A || first == 0x0D
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  private func hasComments(_ value: DocumentValue) -> Bool {
    guard let source, value.location.source == source else { return false }
    var end = value.location.offset + 1
    let items: [(start: Int, value: DocumentValue)] =
      value.members?.map { ($0.keyLocation.offset, $0.value) }
      ?? value.elements?.map { ($0.location.offset, $0) } ?? []
    for item in items {
      if !comments(in: end..<max(end, item.start)).isEmpty { return true }
      end = item.value.location.end
    }
    if value.members?.contains(where: {
      !comments(in: $0.keyLocation.end..<$0.value.location.offset).isEmpty
    }) == true {
      return true
    }
    return !comments(in: end..<max(end, value.location.end - 1)).isEmpty
  }

  private func hasOneLine(_ value: DocumentValue) -> Bool {
    guard let source else { return false }
    return source.line(at: value.location.offset) == source.line(at: value.location.end)
  }

  // MARK: Output

  private var column: Int {
    output.count - (output.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
  }

  private mutating func append(_ text: String) { output.append(contentsOf: Array(text.utf8)) }

  private mutating func breakLine(_ indent: Int) {
    output.append(0x0A)
    for _ in 0..<(2 * indent) { output.append(0x20) }
  }
}

extension DocumentValue {
  fileprivate var isScalar: Bool { members == nil && elements == nil }
}
