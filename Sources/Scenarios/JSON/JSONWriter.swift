/// Writes JSON that is the same bytes for the same value, whatever the machine.
public enum JSONWriter {
  /// Two spaces, one member per line, lists of numbers and words filled to 100 columns; no line
  /// break at the end.
  public static func pretty(_ value: JSONValue) -> String {
    var writer = Writer(isPretty: true)
    writer.write(value, indent: 0)
    return String(decoding: writer.output, as: UTF8.self)
  }

  /// Without white space, on one line.
  public static func compact(_ value: JSONValue) -> String {
    var writer = Writer(isPretty: false)
    writer.write(value, indent: 0)
    return String(decoding: writer.output, as: UTF8.self)
  }

  private struct Writer {
    let isPretty: Bool
    var output: [UInt8] = []
    private let width = 100

    mutating func write(_ value: JSONValue, indent: Int) {
      switch value {
      case .object(let members): write(members: sorted(members), indent: indent)
      case .array(let elements): write(elements, indent: indent)
      case .string(let text): JSONText.append(text, to: &output)
      case .integer(let number): append(String(number))
      case .unsigned(let number): append(String(number))
      case .number(let number): append(number.isFinite ? number.description : "null")
      case .bool(let flag): append(flag ? "true" : "false")
      case .null: append("null")
      case .document(let value): write(value, indent: indent)
      }
    }

    private mutating func write(_ value: DocumentValue, indent: Int) {
      switch value.content {
      case .object(let members):
        write(members: members.map { (key: $0.key, value: .document($0.value)) }, indent: indent)
      case .array(let elements): write(elements.map { .document($0) }, indent: indent)
      case .string(let text): JSONText.append(text, to: &output)
      case .number(let number): append(number.text)
      case .bool(let flag): append(flag ? "true" : "false")
      case .null: append("null")
      }
    }

    /// By the bytes of their keys, each once.
    private func sorted(
      _ members: [(key: String, value: JSONValue)]
    ) -> [(key: String, value: JSONValue)] {
      let order = members.indices.sorted { left, right in
        let (first, second) = (members[left].key.utf8, members[right].key.utf8)
        if first.elementsEqual(second) { return left < right }
        return first.lexicographicallyPrecedes(second)
      }
      var result: [(key: String, value: JSONValue)] = []
      for index in order {
        if let last = result.last, last.key.utf8.elementsEqual(members[index].key.utf8) {
          result.removeLast()
        }
        result.append(members[index])
      }
      return result
    }

    private mutating func write(members: [(key: String, value: JSONValue)], indent: Int) {
      guard !members.isEmpty else { return append("{}") }
      append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { append(",") }
        breakLine(indent + 1)
        JSONText.append(member.key, to: &output)
        append(isPretty ? ": " : ":")
        write(member.value, indent: indent + 1)
      }
      breakLine(indent)
      append("}")
    }

    private mutating func write(_ elements: [JSONValue], indent: Int) {
      guard !elements.isEmpty else { return append("[]") }
      append("[")
      if isPretty, elements.allSatisfy(\.isScalar) {
        fill(elements, indent: indent)
      } else {
        for (index, element) in elements.enumerated() {
          if index > 0 { append(",") }
          breakLine(indent + 1)
          write(element, indent: indent + 1)
        }
        breakLine(indent)
      }
      append("]")
    }

    /// Scalars one after the other, with a new line where 100 columns are full.
    ///
    /// A series has thousands of values; one per line would bury everything else.
    private mutating func fill(_ elements: [JSONValue], indent: Int) {
      let texts = elements.map { element in
        var writer = Writer(isPretty: false)
        writer.write(element, indent: 0)
        return writer.output
      }
      let lineStart = output.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let total = texts.reduce(0) { $0 + $1.count + 2 }
      if output.count - lineStart + total <= width {
        for (index, text) in texts.enumerated() {
          if index > 0 { append(", ") }
          output += text
        }
        return
      }
      var column = width
      for (index, text) in texts.enumerated() {
        if index > 0 { append(",") }
        if column + text.count + 2 > width {
          breakLine(indent + 1)
          column = 2 * (indent + 1)
        } else {
          append(" ")
          column += 1
        }
        output += text
        column += text.count + 1
      }
      breakLine(indent)
    }

    private mutating func breakLine(_ indent: Int) {
      guard isPretty else { return }
      output.append(0x0A)
      for _ in 0..<(2 * indent) { output.append(0x20) }
    }

    private mutating func append(_ text: String) { output.append(contentsOf: Array(text.utf8)) }
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    case .document(let value): value.members == nil && value.elements == nil
    default: true
    }
  }
}
