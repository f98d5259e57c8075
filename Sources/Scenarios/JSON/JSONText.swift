/// Strings as JSON writes them.
enum JSONText {
  /// `text` between double quotes, with the escapes that RFC 8259 asks for and no others.
  static func quoted(_ text: String) -> String {
    var result: [UInt8] = []
    append(text, to: &result)
    return String(decoding: result, as: UTF8.self)
  }

  static func append(_ text: String, to output: inout [UInt8]) {
    let hexadecimal = Array("0123456789abcdef".utf8)
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case 0x08: output.append(contentsOf: Array("\\b".utf8))
      case 0x09: output.append(contentsOf: Array("\\t".utf8))
      case 0x0A: output.append(contentsOf: Array("\\n".utf8))
      case 0x0C: output.append(contentsOf: Array("\\f".utf8))
      case 0x0D: output.append(contentsOf: Array("\\r".utf8))
      case 0..<0x20, 0x7F:
        output.append(contentsOf: Array("\\u00".utf8))
        output.append(hexadecimal[Int(byte >> 4)])
        output.append(hexadecimal[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
