/// The patch of a command-line option such as `--set supervision.maxRestarts=10`.
///
/// `PATH=VALUE`: the path is dotted, and a key that holds a dot or another special character is
/// written as a JSON string (`a."b.c".d=1`). The value is JSON, or else the text as it stands: `10`,
/// `true`, `null`, `{"a": 1}`, but also `60s`, `50%`, `horizontalPod`. To set a text that would be
/// read as something else, quote it: `title="10"`. Lists are replaced as a whole, as in every patch.
public struct SetPatch: Sendable {
  public let path: DocumentPath
  public let value: DocumentValue
  /// The objects around `value`, ready to be merged.
  public let patch: DocumentValue

  /// Reads `PATH=VALUE`.
  ///
  /// - Parameters:
  ///   - text: What the user wrote behind the option.
  ///   - name: The option, which errors show in place of a file.
  /// - Throws: Errors with their places in `text`.
  public init(parsing text: String, name: String = "--set") throws(ScenarioErrors) {
    let source = SourceText(name: name, text: text)
    let (keys, end) = try DocumentPath.parse(source)
    guard end < source.bytes.count else {
      throw ScenarioErrors(
        ScenarioError(
          .syntax, "expected '=' and a value behind the path", at: source.location(end..<end),
          help: "write PATH=VALUE, such as supervision.maxRestarts=10"))
    }
    let value = try SetPatch.value(source, range: (end + 1)..<source.bytes.count)
    self.init(keys: keys, value: value, place: source.location(0..<source.bytes.count))
  }

  /// An option that always sets the same parameter, such as `--seed 7`.
  ///
  /// - Parameters:
  ///   - text: The value, JSON or bare text.
  ///   - path: Where it goes.
  ///   - name: The option.
  /// - Throws: Errors with their places in `text`.
  public init(
    value text: String, for path: DocumentPath, name: String
  ) throws(ScenarioErrors) {
    let source = SourceText(name: name, text: text)
    let place = source.location(0..<source.bytes.count)
    let value = try SetPatch.value(source, range: 0..<source.bytes.count)
    self.init(keys: path.keys.map { ($0, place) }, value: value, place: place)
  }

  /// A value that was read elsewhere, such as from the file of a sweep.
  ///
  /// - Parameters:
  ///   - path: Where it goes.
  ///   - value: The value, with its place.
  ///   - place: Of the path.
  public init(_ path: DocumentPath, to value: DocumentValue, at place: SourceLocation) {
    self.init(keys: path.keys.map { ($0, place) }, value: value, place: place)
  }

  private init(
    keys: [(key: String, place: SourceLocation)], value: DocumentValue, place: SourceLocation
  ) {
    path = DocumentPath(keys.map(\.key))
    self.value = value
    var patch = value
    for (key, keyPlace) in keys.reversed() {
      patch = DocumentValue(
        .object([.init(key: key, keyLocation: keyPlace, value: patch)]), at: place)
    }
    self.patch = patch
  }

  /// A value that is JSON, or else text as it stands.
  ///
  /// - Parameters:
  ///   - source: Holds the value.
  ///   - range: Its bytes; spaces at both ends are left out.
  /// - Returns: The value, with its place.
  /// - Throws: Errors with their places in `source`.
  public static func value(
    _ source: SourceText, range: Range<Int>
  ) throws(ScenarioErrors) -> DocumentValue {
    var range = range
    while let first = range.first, source.bytes[first] == 0x20 { range.removeFirst() }
    while let last = range.last, source.bytes[last] == 0x20 { range.removeLast() }
    guard let first = range.first else {
      throw ScenarioErrors(
        ScenarioError(
          .syntax, "expected a value", at: source.location(range),
          help: "an empty text is written \"\", and null takes the default"))
    }
    let text = source.string(in: range)
    let place = source.location(range)
    switch source.bytes[first] {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
      return try ScenarioParser.parse(source, range: range)
    default:
      if let number = DocumentNumber(text) { return DocumentValue(.number(number), at: place) }
      switch text {
      case "true": return DocumentValue(.bool(true), at: place)
      case "false": return DocumentValue(.bool(false), at: place)
      case "null": return DocumentValue(.null, at: place)
      default: return DocumentValue(.string(text), at: place)
      }
    }
  }
}

extension DocumentPath {
  /// Reads `a."b.c".d`.
  ///
  /// - Parameters:
  ///   - text: The path.
  ///   - name: What errors call the place that it comes from, such as `--axis`.
  /// - Throws: Errors with their places in `text`.
  public init(parsing text: String, name: String) throws(ScenarioErrors) {
    let source = SourceText(name: name, text: text)
    let (keys, end) = try Self.parse(source)
    guard end == source.bytes.count else {
      throw ScenarioErrors(
        ScenarioError(
          .syntax, "a path ends before '='", at: source.location(end..<(end + 1)),
          help: "a key that holds '=' is written in quotes"))
    }
    self.init(keys.map(\.key))
  }

  /// The keys up to the first `=` outside of quotes, and where that is.
  ///
  /// - Throws: Errors with their places in `source`.
  public static func parse(
    _ source: SourceText
  ) throws(ScenarioErrors) -> (keys: [(key: String, place: SourceLocation)], end: Int) {
    let bytes = source.bytes
    var keys: [(key: String, place: SourceLocation)] = []
    var position = 0
    while true {
      let start = position
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        position = stringEnd(bytes, from: position)
        let value = try ScenarioParser.parse(source, range: start..<position)
        keys.append((value.string ?? "", source.location(start..<position)))
      } else {
        while position < bytes.count, !".=\"[".utf8.contains(bytes[position]) { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
          throw ScenarioErrors(
            ScenarioError(
              .syntax, "an element of a list cannot be set by itself",
              at: source.location(position..<(position + 1)),
              help: "a patch replaces the whole list; a key that holds '[' is written in quotes"))
        }
        let place = source.location(start..<position)
        guard position > start else {
          throw ScenarioErrors(
            ScenarioError(
              .syntax, "expected a key", at: place,
              help: "a path is written like supervision.maxRestarts"))
        }
        keys.append((place.text, place))
      }
      guard position < bytes.count, bytes[position] != UInt8(ascii: "=") else {
        return (keys, position)
      }
      guard bytes[position] == UInt8(ascii: ".") else {
        throw ScenarioErrors(
          ScenarioError(
            .syntax, "expected '.' or '=' behind a key",
            at: source.location(position..<(position + 1))))
      }
      position += 1
    }
  }

  private static func stringEnd(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count {
      let byte = bytes[position]
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { break }
    }
    return min(position, bytes.count)
  }
}
