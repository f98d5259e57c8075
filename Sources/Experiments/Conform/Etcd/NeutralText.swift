/// Texts of etcd without what changes from one recording to the next.
enum NeutralText {
  private static let expiration = Array("\"expiration\":\"".utf8)
  private static let index = Array("Index\":".utf8)
  private static let key = Array("\"key\":\"".utf8)

  /// Without dates and line ends.
  static func withoutDates(_ text: String) -> String {
    replacing(text) { rest in
      guard rest.starts(with: expiration) else { return nil }
      return (expiration.count, isQuoted: true)
    }
  }

  /// Without dates, line ends, indices and keys.
  static func ofOneNode(_ text: String) -> String {
    replacing(text) { rest in
      if rest.starts(with: index) { return (index.count, isQuoted: false) }
      for name in [expiration, key] where rest.starts(with: name) {
        return (name.count, isQuoted: true)
      }
      return nil
    }
  }

  /// The number behind the first `"name":`; nil when there is none.
  static func number(_ name: String, in text: String) -> Int64? {
    number(after: "\"\(name)\":", in: text)
  }

  /// The number behind the first `mark`; nil when there is none.
  static func number(after mark: String, in text: String) -> Int64? {
    let (bytes, mark) = (Array(text.utf8), Array(mark.utf8))
    guard
      let place = bytes.indices.first(where: { bytes[$0...].starts(with: mark) })
    else { return nil }
    let digits = bytes[(place + mark.count)...].prefix { $0 &- 0x30 < 10 }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  /// Drops what follows each name that `found` sees: up to a quotation mark, or digits.
  private static func replacing(
    _ text: String, _ found: (ArraySlice<UInt8>) -> (length: Int, isQuoted: Bool)?
  ) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let (length, isQuoted) = found(bytes[index...]) {
        result += bytes[index..<(index + length)]
        index += length
        while index < bytes.count,
          isQuoted ? bytes[index] != UInt8(ascii: "\"") : bytes[index] &- 0x30 < 10
        { index += 1 }
      } else {
        if bytes[index] != 0x0A { result.append(bytes[index]) }
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
