/// Where each byte of a string's text stands in the file that the string was read from.
///
/// For texts that have a grammar of their own, whose errors point into the string: escapes make the
/// text shorter than what is written.
public struct StringPlaces: Sendable {
  private let source: SourceText
  /// The offset in the source of each byte of the text, and of its end.
  private let offsets: [Int]

  /// The places of `text`, which was read from `location`: a JSON string, or the bare text of an
  /// option.
  ///
  /// - Returns: nil when something else stands there.
  public init?(of text: String, at location: SourceLocation) {
    source = location.source
    let range = (location.offset..<location.end).clamped(to: 0..<source.bytes.count)
    let bytes = Array(text.utf8)
    if source.bytes[range].elementsEqual(bytes) {
      offsets = Array(range.lowerBound...range.upperBound)
      return
    }
    guard range.count > 1, source.bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    offsets = Self.offsets(in: source.bytes, from: range.lowerBound + 1, to: range.upperBound - 1)
    guard offsets.count == bytes.count + 1 else { return nil }
  }

  /// The place of a part of the text, counted in bytes of UTF-8.
  public func location(of part: Range<Int>) -> SourceLocation {
    let last = offsets.count - 1
    let start = offsets[min(max(part.lowerBound, 0), last)]
    let end = offsets[min(max(part.upperBound, 0), last)]
    return source.location(start..<max(start, end))
  }

  private static func offsets(in bytes: [UInt8], from start: Int, to end: Int) -> [Int] {
    var offsets: [Int] = []
    var index = start
    while index < end {
      let (length, count) = unit(in: bytes, at: index, end: end)
      offsets += Array(repeating: index, count: count)
      index += length
    }
    return offsets + [min(index, end)]
  }

  /// Bytes of one character or escape as it is written, and bytes of the text that it stands for.
  private static func unit(
    in bytes: [UInt8], at index: Int, end: Int
  ) -> (length: Int, count: Int) {
    guard bytes[index] == UInt8(ascii: "\\"), index + 1 < end else { return (1, 1) }
    guard bytes[index + 1] == UInt8(ascii: "u") else { return (2, 1) }
    func code(at place: Int) -> UInt32? {
      guard place + 6 <= end, bytes[place] == UInt8(ascii: "\\"),
        bytes[place + 1] == UInt8(ascii: "u")
      else { return nil }
      return UInt32(String(decoding: bytes[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
    }
    guard let first = code(at: index) else { return (1, 1) }
    switch first {
    case 0xD800..<0xDC00: return (12, 4)
    case ..<0x80: return (6, 1)
    case ..<0x800: return (6, 2)
    default: return (6, 3)
    }
  }
}
