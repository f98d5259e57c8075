/// ASCII work on bytes as they come from the network.
enum ByteText {
  static let carriageReturn = UInt8(ascii: "\r")
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")

  static func string(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes without spaces and tabs at both ends.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == space || $0 == tab }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return bytes.prefix(0) }
    return bytes[first...last]
  }

  static func lowercased(_ bytes: some Collection<UInt8>) -> [UInt8] {
    bytes.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 + 32 : $0 }
  }

  /// Splits at the first `separator`; nil when there is none.
  static func cut(
    _ bytes: ArraySlice<UInt8>, at separator: UInt8
  ) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>)? {
    guard let place = bytes.firstIndex(of: separator) else { return nil }
    return (bytes[..<place], bytes[(place + 1)...])
  }

  /// A whole number in decimal digits only: no sign, no blanks; nil when it does not fit 64 bits.
  static func decimal(_ bytes: some Collection<UInt8>) -> UInt64? {
    guard !bytes.isEmpty else { return nil }
    var number: UInt64 = 0
    for byte in bytes {
      guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else { return nil }
      let (product, tooBig) = number.multipliedReportingOverflow(by: 10)
      let (sum, tooBigAgain) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if tooBig || tooBigAgain { return nil }
      number = sum
    }
    return number
  }

  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether the byte may stand in an HTTP token, such as a method or a header's name.
  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(isTokenByte)
  }

  /// Text between double quotes with everything unprintable escaped, as Go's `strconv.Quote`
  /// writes ASCII.
  static func quoted(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x20...0x7E: text.append(byte)
      case newline: text += Array("\\n".utf8)
      case carriageReturn: text += Array("\\r".utf8)
      case tab: text += Array("\\t".utf8)
      default: text += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    text.append(UInt8(ascii: "\""))
    return string(text)
  }
}
