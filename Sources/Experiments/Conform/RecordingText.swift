import Scenarios

/// A recording's text as JSON values: one per line, or one value that takes the whole text.
///
/// The JSON is that of RFC 8259, without the comments and commas that scenarios may have; lines end
/// with a line feed, or with a carriage return and a line feed.
enum RecordingText {
  /// Largest recording that is read, in bytes.
  static let bytesMax = 64 << 20

  enum Form {
    /// JSON Lines.
    case lines([DocumentValue])
    case whole(DocumentValue)
  }

  static func read(_ source: SourceText) throws(ScenarioErrors) -> Form {
    var limits = ScenarioParser.Limits()
    limits.bytes = bytesMax
    limits.isStrict = true
    let lines = (1...source.lineCount).map { source.lineRange($0) }.filter { line in
      source.bytes[line].contains { $0 != 0x20 && $0 != 0x09 }
    }
    guard source.bytes.count <= bytesMax, let first = lines.first else {
      if source.bytes.count > bytesMax { _ = try ScenarioParser.parse(source, limits: limits) }
      throw ScenarioErrors(
        ScenarioError(.syntax, "the recording is empty", at: source.location(0..<0)))
    }
    try checkLineEnds(of: source)
    // What stands on the first line decides, unless it is only the beginning of something.
    let isLines = lines.count == 1 || isWhole(source, first, limits)
    guard isLines else { return .whole(try ScenarioParser.parse(source, limits: limits)) }
    if lines.count == 1 {
      let value = try ScenarioParser.parse(source, limits: limits)
      return value.elements == nil ? .lines([value]) : .whole(value)
    }
    var values: [DocumentValue] = []
    var errors: [ScenarioError] = []
    for line in lines where errors.count < limits.errors {
      do throws(ScenarioErrors) {
        values.append(try ScenarioParser.parse(source, range: line, limits: limits))
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return .lines(values)
  }

  /// - Throws: An error at the first carriage return that no line feed follows.
  private static func checkLineEnds(of source: SourceText) throws(ScenarioErrors) {
    let (bytes, carriageReturn) = (source.bytes, UInt8(ascii: "\r"))
    guard
      let place = bytes.indices.first(where: { index in
        bytes[index] == carriageReturn && bytes.dropFirst(index + 1).first != UInt8(ascii: "\n")
      })
    else { return }
    throw ScenarioErrors(
      ScenarioError(
        .syntax, "a carriage return stands here without a line feed",
        at: source.location(place..<place), help: "end the lines of a recording with a line feed"))
  }

  private static func isWhole(
    _ source: SourceText, _ line: Range<Int>, _ limits: ScenarioParser.Limits
  ) -> Bool {
    do throws(ScenarioErrors) {
      _ = try ScenarioParser.parse(source, range: line, limits: limits)
      return true
    } catch {
      // A long line that begins like a case is a damaged one of many; one value that takes many
      // lines begins with a bracket, or with a short line.
      return source.bytes[line].first == UInt8(ascii: "{") && line.count > 200
    }
  }
}
