/// A named text with the places of its lines.
///
/// Holds bytes rather than a string because a file may not be valid UTF-8 and its errors still need
/// places. Copies share one immutable store, so a location costs one reference.
public struct SourceText: Sendable {
  private final class Storage: Sendable {
    let name: String
    let bytes: [UInt8]
    let lineStarts: [Int]

    init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
      self.lineStarts = SourceText.lineStarts(of: bytes)
    }
  }

  private let storage: Storage

  /// A text by its bytes, UTF-8 with or without a byte order mark.
  ///
  /// Errors call it by its name: a path as the user wrote it, or an option such as `--set`.
  public init(name: String, bytes: [UInt8]) {
    storage = Storage(name: name, bytes: bytes)
  }

  /// A text that is a string already.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  public var name: String { storage.name }
  public var bytes: [UInt8] { storage.bytes }

  /// The whole text, invalid bytes replaced by U+FFFD, without a byte order mark.
  public var text: String { string(in: markLength..<bytes.count) }

  /// Bytes of the byte order mark at the start: three or none.
  var markLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// Number of lines; a text that ends with a line break has an empty line after it.
  public var lineCount: Int { storage.lineStarts.count }

  /// The line, counted from 1, that holds the byte at `offset`.
  ///
  /// - Complexity: O(log lines).
  public func line(at offset: Int) -> Int {
    let starts = storage.lineStarts
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The column, counted from 1 in Unicode scalars as compilers do, of the byte at `offset`.
  ///
  /// - Complexity: O(length of the line).
  public func column(at offset: Int) -> Int {
    let start = lineRange(line(at: offset)).lowerBound
    guard offset > start else { return 1 }
    return string(in: start..<min(offset, bytes.count)).unicodeScalars.count + 1
  }

  /// The bytes of a line, counted from 1, without its line break and without a byte order mark.
  public func lineRange(_ line: Int) -> Range<Int> {
    let starts = storage.lineStarts
    let index = max(0, min(line - 1, starts.count - 1))
    let start = index == 0 ? markLength : starts[index]
    guard index + 1 < starts.count else { return start..<max(start, bytes.count) }
    var end = starts[index + 1] - 1
    if end > start, bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
    return start..<max(start, end)
  }

  /// A line, counted from 1, without its line break.
  public func lineText(_ line: Int) -> String { string(in: lineRange(line)) }

  /// The text of a range of bytes, invalid bytes replaced by U+FFFD.
  public func string(in range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// A location in this text.
  public func location(_ range: Range<Int>) -> SourceLocation {
    SourceLocation(source: self, offset: range.lowerBound, length: range.count)
  }

  /// Lines end at LF, CR LF or a lone CR.
  private static func lineStarts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0D {
        if index < bytes.count, bytes[index] == 0x0A { index += 1 }
        starts.append(index)
      } else if byte == 0x0A {
        starts.append(index)
      }
    }
    return starts
  }
}

extension SourceText: Equatable {
  public static func == (left: SourceText, right: SourceText) -> Bool {
    left.storage === right.storage || (left.name == right.name && left.bytes == right.bytes)
  }
}
