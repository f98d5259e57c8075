/// Bytes of a file that is written piece by piece.
struct FormatBytes {
  private(set) var bytes: [UInt8] = []

  /// A writer hands its bytes on when there are so many.
  static let pieceLength = 1 << 16

  var isFull: Bool { bytes.count >= Self.pieceLength }
  var count: Int { bytes.count }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
  mutating func add(_ other: FormatBytes) { bytes.append(contentsOf: other.bytes) }

  mutating func add(_ number: some BinaryInteger) { add(String(number)) }

  /// The shortest text that reads as the same number; a whole one has no point.
  ///
  /// - Precondition: The number is finite.
  mutating func add(_ number: Double) {
    precondition(number.isFinite, "a file holds finite numbers: \(number)")
    if number.magnitude < 1e15, number == number.rounded(.towardZero) {
      add(String(Int64(number)))
    } else {
      add(number.description)
    }
  }

  /// Sixteen hexadecimal digits.
  mutating func add(hex number: UInt64) {
    for place in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(place)) & 15
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  /// A JSON string, its quotes included.
  ///
  /// What could end a script or a line in some reader, or is passed over by it, is escaped, though JSON
  /// would not ask for it.
  mutating func add(json text: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": add("\\\"")
      case "\\": add("\\\\")
      case "\n": add("\\n")
      case "\u{20}"..."\u{7E}" where scalar != "<": bytes.append(UInt8(scalar.value))
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "<", "\u{2028}", "\u{2029}", "\u{FEFF}":
        add(escape: scalar)
      default: bytes.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func add(escape scalar: Unicode.Scalar) {
    let digits = String(scalar.value, radix: 16)
    add("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
  }

  /// Hands all bytes to a sink.
  mutating func flush<Failure: Error>(
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    guard !bytes.isEmpty else { return }
    try sink(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Hands all bytes to a sink when there are enough of them.
  mutating func flushIfFull<Failure: Error>(
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    if isFull { try flush(to: sink) }
  }
}
