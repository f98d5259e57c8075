import Scenarios

/// An axis as somebody wrote it, before it is held against a scenario.
public struct SweepAxisRequest: Sendable {
  public enum Values: Sendable {
    case list([DocumentValue])
    /// Both ends; `steps` is the number of values, both ends included, or nil for all between.
    case range(from: DocumentValue, to: DocumentValue, steps: Int?, isLogarithmic: Bool)
  }

  public let path: DocumentPath
  /// Of the name.
  public let place: SourceLocation
  public let values: Values

  /// The dotted path, or `mitigation`, `hypothesis`, `scenario`.
  public var name: String { path.description }
  public var kind: SweepAxis.Kind { SweepAxis.Kind(rawValue: name) ?? .parameter }

  static let stepsRange = 2...100_000

  /// Reads `PATH=a,b,c`, `PATH=lo..hi/steps`, `PATH=lo..hi/steps/log` or, for designs without a grid,
  /// `PATH=lo..hi`.
  ///
  /// Values are those of `--set`: JSON, or else the text as it stands. A comma within brackets or
  /// quotes belongs to the value.
  ///
  /// - Throws: Every error, with its place in the text.
  public init(option text: String) throws(ScenarioErrors) {
    let source = SourceText(name: "--axis", text: text)
    let (keys, end) = try DocumentPath.parse(source)
    guard end < source.bytes.count else {
      throw ScenarioErrors(
        ScenarioError(
          .syntax, "expected '=' and values behind the path", at: source.location(end..<end),
          help: "write PATH=1,2,3 or PATH=1..9/5"))
    }
    path = DocumentPath(keys.map(\.key))
    place = source.location(0..<end)
    let parts = Self.parts(of: source, from: end + 1)
    if parts.count == 1, let range = try Self.range(source, parts[0]) {
      values = range
      return
    }
    var errors: [ScenarioError] = []
    var list: [DocumentValue] = []
    for part in parts {
      do throws(ScenarioErrors) {
        list.append(try SetPatch.value(source, range: part))
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    values = .list(list)
  }

  /// Reads a member of a sweep's `axes`: a list, or an object with `from`, `to`, `steps`, `spacing`.
  ///
  /// - Throws: Every error, with its place in the file.
  init(_ member: DocumentValue.Member) throws(ScenarioErrors) {
    do throws(ScenarioErrors) {
      path = try DocumentPath(parsing: member.key, name: "axes")
    } catch {
      throw ScenarioErrors(
        error.errors.map {
          ScenarioError($0.kind, $0.message, at: member.keyLocation, help: $0.help)
        })
    }
    place = member.keyLocation
    if let elements = member.value.elements {
      values = .list(elements)
      return
    }
    guard member.value.members != nil else {
      throw ScenarioErrors(
        ScenarioError(
          .wrongType, "an axis takes a list or a range, not \(member.value.summary)",
          at: member.value.location,
          help: #"write [1, 2, 3] or { "from": 1, "to": 9, "steps": 5 }"#))
    }
    var reader = ParameterReader(ScenarioDocument(root: member.value))
    let from = Self.end("from", &reader)
    let to = Self.end("to", &reader)
    let steps: Int? = reader.optional(
      "steps", as: .integer, in: .init(Self.stepsRange), unit: "values", .scenario,
      "How many values, both ends included.")
    let spacing = reader.choice(
      "spacing", default: Spacing.linear, .scenario, "Equal steps or equal factors.")
    try reader.finish()
    guard let from, let to else { throw ScenarioErrors([]) }
    values = .range(from: from, to: to, steps: steps, isLogarithmic: spacing == .log)
  }

  private enum Spacing: String, CaseIterable, Sendable { case linear, log }

  private static func end(_ key: String, _ reader: inout ParameterReader) -> DocumentValue? {
    guard let value = reader.claim(key) else {
      reader.fail(key, "'\(key)' is missing: one end of the range", kind: .missing)
      return nil
    }
    return value
  }

  // MARK: Options

  /// The bytes between commas that stand outside of brackets and quotes.
  private static func parts(of source: SourceText, from start: Int) -> [Range<Int>] {
    let bytes = source.bytes
    var parts: [Range<Int>] = []
    var begin = start
    var depth = 0
    var isQuoted = false
    var position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\") where isQuoted: position += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"): if !isQuoted { depth += 1 }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isQuoted { depth -= 1 }
      case UInt8(ascii: ",") where !isQuoted && depth <= 0:
        parts.append(begin..<position)
        begin = position + 1
      default: break
      }
      position += 1
    }
    return parts + [begin..<bytes.count]
  }

  /// The range `lo..hi`, `lo..hi/steps`, `lo..hi/steps/log`; nil when there are no two dots.
  private static func range(
    _ source: SourceText, _ range: Range<Int>
  ) throws(ScenarioErrors) -> Values? {
    let bytes = source.bytes
    // A path of files such as ../other.json is no range.
    guard range.count > 3, !"\"[{./".utf8.contains(bytes[range.lowerBound]),
      let dots = range.dropLast().first(where: {
        bytes[$0] == UInt8(ascii: ".") && bytes[$0 + 1] == UInt8(ascii: ".")
      }), !source.string(in: dots..<range.upperBound).hasPrefix("../")
    else { return nil }
    let lower = range.lowerBound..<dots
    var upper = (dots + 2)..<range.upperBound
    var isLogarithmic = false
    if source.string(in: upper).hasSuffix("/log") {
      isLogarithmic = true
      upper = upper.lowerBound..<(upper.upperBound - 4)
    }
    let parts = source.string(in: upper).split(separator: "/", omittingEmptySubsequences: false)
    let isFraction = source.string(in: lower).split(separator: "/").last.map {
      source.string(in: lower).contains("/") && $0.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }
    var steps: Int?
    if let last = parts.last, parts.count > (isFraction == true ? 2 : 1),
      last.utf8.allSatisfy({ $0 &- 0x30 < 10 })
    {
      let place = source.location((upper.upperBound - last.utf8.count)..<upper.upperBound)
      guard let count = Int(last), stepsRange.contains(count) else {
        throw ScenarioErrors(
          ScenarioError(
            .outOfRange,
            "a range has \(stepsRange.lowerBound) to \(stepsRange.upperBound) values, both ends included",
            at: place))
      }
      steps = count
      upper = upper.lowerBound..<(upper.upperBound - last.utf8.count - 1)
    }
    return .range(
      from: try SetPatch.value(source, range: lower), to: try SetPatch.value(source, range: upper),
      steps: steps, isLogarithmic: isLogarithmic)
  }
}

extension DocumentValue {
  /// As a table shows it: a text without quotes, anything else as JSON on one line.
  var plainText: String { string ?? compactText }

  /// As JSON on one line, numbers as they were written.
  var compactText: String {
    switch content {
    case .string(let text): JSONWriter.compact(.string(text))
    case .number(let number): number.text
    case .bool(let flag): "\(flag)"
    case .null: "null"
    case .array(let elements): "[" + elements.map(\.compactText).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.map { JSONWriter.compact(.string($0.key)) + ":" + $0.value.compactText }
        .joined(separator: ",") + "}"
    }
  }
}
