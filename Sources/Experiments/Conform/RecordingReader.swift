import Scenarios

/// Reads the fields of a recording, and keeps every error with its place.
///
/// A recording is a measurement: a field that is missing, of another type or unknown means that it
/// is not of the form that the judges know, and then nothing of it is judged.
struct RecordingReader {
  private(set) var errors: [ScenarioError] = []
  /// Errors after which the rest is not told.
  private let errorsMax = 50
  /// Cases without an id: what tells each from the others, what it is called, and its place.
  var names: [(key: String, title: String, place: SourceLocation)] = []

  /// Largest index, count or size that is taken: far beyond any recording, and sums of a few stay
  /// within 64 bits.
  static let numberMax: Int64 = 1_000_000_000_000_000
  /// Milliseconds in about four months, the longest that a case may last.
  static let timeMax: Int64 = 10_000_000_000

  mutating func report(_ error: ScenarioError) {
    if errors.count < errorsMax {
      errors.append(error)
    } else if errors.count == errorsMax {
      errors.append(ScenarioError(.limit, "more errors begin here", at: error.location))
    }
  }

  mutating func report(
    _ kind: ScenarioError.Kind, _ message: String, at location: SourceLocation,
    help: String? = nil
  ) {
    report(ScenarioError(kind, message, at: location, help: help))
  }

  // MARK: Fields

  /// The field, unless it is absent or null.
  func field(_ object: DocumentValue, _ name: String) -> DocumentValue? {
    object[name].flatMap { $0.isNull ? nil : $0 }
  }

  /// The field, reported when it is absent or null.
  mutating func required(_ object: DocumentValue, _ name: String) -> DocumentValue? {
    if let value = field(object, name) { return value }
    guard object.members != nil else {
      report(.wrongType, "expected an object, found \(object.summary)", at: object.location)
      return nil
    }
    let place = object[name]?.location ?? Self.start(of: object)
    report(.missing, "the field '\(name)' is missing", at: place)
    return nil
  }

  mutating func text(_ object: DocumentValue, _ name: String) -> String {
    required(object, name).flatMap { asText($0, name) } ?? ""
  }

  mutating func optionalText(_ object: DocumentValue, _ name: String) -> String? {
    field(object, name).flatMap { asText($0, name) }
  }

  mutating func integer(
    _ object: DocumentValue, _ name: String, in range: ClosedRange<Int64>
  ) -> Int64 {
    required(object, name).flatMap { asInteger($0, name, in: range) } ?? range.lowerBound
  }

  mutating func optionalInteger(
    _ object: DocumentValue, _ name: String, in range: ClosedRange<Int64>
  ) -> Int64? {
    field(object, name).flatMap { asInteger($0, name, in: range) }
  }

  mutating func flag(_ object: DocumentValue, _ name: String) -> Bool {
    required(object, name).flatMap { asFlag($0, name) } ?? false
  }

  mutating func optionalFlag(_ object: DocumentValue, _ name: String) -> Bool? {
    field(object, name).flatMap { asFlag($0, name) }
  }

  mutating func list(_ object: DocumentValue, _ name: String) -> [DocumentValue] {
    guard let value = required(object, name) else { return [] }
    if let elements = value.elements { return elements }
    wrong(value, name, "a list")
    return []
  }

  /// A list that holds something whenever it was recorded.
  mutating func filledList(_ object: DocumentValue, _ name: String) -> [DocumentValue] {
    let entries = list(object, name)
    if entries.isEmpty, let value = field(object, name), value.elements != nil {
      report(.missing, "'\(name)' is empty: nothing was recorded", at: Self.start(of: value))
    }
    return entries
  }

  /// Reports members of a whole recording that are null: a part that was recorded is not.
  mutating func expectNoNulls(_ object: DocumentValue) {
    for member in object.members ?? [] where member.value.isNull {
      report(
        .missing, "'\(member.key.prefix(60))' is null: nothing was recorded",
        at: member.value.location)
    }
  }

  mutating func integers(
    _ object: DocumentValue, _ name: String, in range: ClosedRange<Int64>
  ) -> [Int64] {
    list(object, name).compactMap { asInteger($0, name, in: range) }
  }

  /// One of the words that `Choice` knows.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ object: DocumentValue, _ name: String, _ type: Choice.Type, called what: String
  ) -> Choice? where Choice.RawValue == String {
    guard let value = required(object, name), let word = asText(value, name) else { return nil }
    if let choice = Choice(rawValue: word) { return choice }
    unknown(word, at: value.location, among: Choice.allCases.map(\.rawValue), called: what)
    return nil
  }

  /// Reports a field that the recorders always write, even as null, when it is not there.
  mutating func expect(_ object: DocumentValue, _ names: [String]) {
    for name in names where object.members != nil && object[name] == nil {
      report(.missing, "the field '\(name)' is missing", at: Self.start(of: object))
    }
  }

  // MARK: Values

  mutating func asText(_ value: DocumentValue, _ name: String) -> String? {
    if let text = value.string { return text }
    wrong(value, name, "a text")
    return nil
  }

  mutating func asFlag(_ value: DocumentValue, _ name: String) -> Bool? {
    if case .bool(let flag) = value.content { return flag }
    wrong(value, name, "true or false")
    return nil
  }

  mutating func asInteger(
    _ value: DocumentValue, _ name: String, in range: ClosedRange<Int64>
  ) -> Int64? {
    guard case .number(let number) = value.content else {
      wrong(value, name, "a whole number")
      return nil
    }
    guard let integer = number.int64, range.contains(integer) else {
      report(
        .outOfRange,
        "'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(value.summary)", at: value.location)
      return nil
    }
    return integer
  }

  mutating func asNumber(
    _ value: DocumentValue, _ name: String, in range: ClosedRange<Double>
  ) -> Double? {
    guard case .number(let number) = value.content else {
      wrong(value, name, "a number")
      return nil
    }
    guard let double = number.double, range.contains(double) else {
      report(
        .outOfRange,
        "'\(name)' is a number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(value.summary)", at: value.location)
      return nil
    }
    return double
  }

  mutating func wrong(_ value: DocumentValue, _ name: String, _ expected: String) {
    report(
      .wrongType, "'\(name)' is \(expected), not \(value.summary)", at: value.location)
  }

  mutating func unknown(
    _ word: String, at location: SourceLocation, among words: [String], called what: String
  ) {
    let nearest = SimilarNames.nearest(to: word, among: words)
    report(
      .unknownName, "there is no \(what) '\(word.prefix(60))'", at: location,
      help: nearest.map { "did you mean '\($0)'?" } ?? "known are \(words.joined(separator: ", "))")
  }

  // MARK: Shape

  /// What recorders note of a case that says nothing of what happened: how often it was repeated and
  /// from which seed it was made.
  static let notes = ["repeat", "seed"]

  /// Reports fields of which nothing is known: what is not read is not judged.
  mutating func close(_ object: DocumentValue, known: [String]) {
    for member in object.members ?? [] where !known.contains(member.key) {
      let nearest = SimilarNames.nearest(to: member.key, among: known)
      report(
        .unknownKey, "nothing is known of the field '\(member.key.prefix(60))'",
        at: member.keyLocation,
        help: nearest.map { "did you mean '\($0)'?" }
          ?? "a recording of a newer form needs a newer version")
    }
  }

  /// The first character of a value: a caret under a whole line says nothing.
  static func start(of value: DocumentValue) -> SourceLocation {
    let location = value.location
    return SourceLocation(
      source: location.source, offset: location.offset, length: min(1, location.length))
  }
}
