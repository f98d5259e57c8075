/// A range of bytes in a text, which knows its line and column.
public struct SourceLocation: Sendable, Equatable {
  public let source: SourceText
  /// First byte, counted from 0.
  public let offset: Int
  /// Bytes; 0 for a place between two characters, such as the end of the file.
  public let length: Int

  public init(source: SourceText, offset: Int, length: Int) {
    self.source = source
    self.offset = offset
    self.length = length
  }

  public var fileName: String { source.name }
  public var end: Int { offset + length }
  /// Counted from 1.
  public var line: Int { source.line(at: offset) }
  /// Counted from 1, in Unicode scalars.
  public var column: Int { source.column(at: offset) }
  /// The text at this place.
  public var text: String { source.string(in: offset..<end) }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, as editors and terminals understand it.
  public var description: String { "\(fileName):\(line):\(column)" }
}
