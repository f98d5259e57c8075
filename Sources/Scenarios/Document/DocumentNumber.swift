/// A JSON number by its text, so that nothing is lost before somebody says which type it shall have.
public struct DocumentNumber: Sendable {
  public let text: String

  /// - Returns: `nil` when `text` is not a number of RFC 8259, section 6.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, NumberGrammar.prefixLength(bytes[...]) == bytes.count else { return nil }
    self.text = text
  }

  /// For the parser, which has checked the grammar already.
  init(checked text: String) { self.text = text }

  public init(_ value: Int64) { text = String(value) }

  /// The text, shortened where it is long enough to spoil an error.
  var shortText: String { text.utf8.count <= 40 ? text : "\(text.prefix(40))…" }

  /// The exact value when it is whole and fits; `1e3` and `2.0` are whole.
  public var int64: Int64? { try? ExactDecimal(text)?.int64() }

  /// The exact value when it is whole, not negative and fits.
  public var uint64: UInt64? { try? ExactDecimal(text)?.uint64() }

  /// The nearest double; `nil` beyond the largest one and for what would underflow to zero.
  public var double: Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    // Minus zero is read as zero: it would print differently and means the same.
    guard value == 0 else { return value }
    return ExactDecimal(text)?.isZero == true ? 0 : nil
  }
}

extension DocumentNumber: Equatable {
  public static func == (left: DocumentNumber, right: DocumentNumber) -> Bool {
    left.text == right.text || ExactDecimal(left.text) == ExactDecimal(right.text)
  }
}

/// The grammar of a JSON number.
enum NumberGrammar {
  /// Bytes of the longest start of `bytes` that is a number; 0 when there is none.
  static func prefixLength(_ bytes: ArraySlice<UInt8>) -> Int {
    var index = bytes.startIndex
    func digits(from start: Int) -> Int {
      var index = start
      while index < bytes.endIndex, isDigit(bytes[index]) { index += 1 }
      return index
    }
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: "-") { index += 1 }
    guard index < bytes.endIndex, isDigit(bytes[index]) else { return 0 }
    index = bytes[index] == UInt8(ascii: "0") ? index + 1 : digits(from: index)
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
      let end = digits(from: index + 1)
      guard end > index + 1 else { return index - bytes.startIndex }
      index = end
    }
    if index < bytes.endIndex, bytes[index] | 0x20 == UInt8(ascii: "e") {
      var exponent = index + 1
      if exponent < bytes.endIndex, "+-".utf8.contains(bytes[exponent]) {
        exponent += 1
      }
      let end = digits(from: exponent)
      if end > exponent { index = end }
    }
    return index - bytes.startIndex
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
