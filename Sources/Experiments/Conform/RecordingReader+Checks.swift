import Scenarios

/// What a recorder always writes, whether or not it is judged.
extension RecordingReader {
  /// The field of something that was sent, unless it is absent.
  ///
  /// What was not sent is left out: null says nothing of it, and is reported.
  mutating func sent(_ object: DocumentValue, _ name: String) -> DocumentValue? {
    guard let value = object[name], value.isNull else { return object[name] }
    report(
      .wrongType, "'\(name)' is null, which says nothing of what was sent", at: value.location,
      help: "leave the field out if it was not sent")
    return nil
  }

  /// Checks numbers that are not judged: they are there all the same.
  mutating func expectNumbers(_ object: DocumentValue, _ names: [String]) {
    for name in names {
      guard let value = required(object, name) else { continue }
      _ = asNumber(value, name, in: -1e12...1e12)
    }
  }

  /// Checks a list of texts that is not judged.
  mutating func expectTexts(_ object: DocumentValue, _ name: String) {
    for text in list(object, name) { _ = asText(text, name) }
  }

  /// Checks the notes on a case: words or numbers, which say nothing of what happened.
  mutating func expectNotes(_ object: DocumentValue) {
    for name in Self.notes {
      guard let value = object[name] else { continue }
      if value.elements != nil || value.members != nil { wrong(value, name, "a word or a number") }
    }
  }

  /// Checks a whole number that is not judged and that a recorder may not have learnt.
  mutating func expectCount(_ value: DocumentValue, _ name: String) {
    if !value.isNull { _ = asInteger(value, name, in: 0...Self.numberMax) }
  }

  /// Reports cases that are called as an earlier one: a verdict names them by their ids.
  mutating func checkIDs(of cases: [DocumentValue]) {
    checkNames(
      cases.compactMap { value in
        guard let place = field(value, "id"), let id = place.string else { return nil }
        return (id, id, place.location)
      })
  }

  /// Notes a case without an id; `key` tells it from the others.
  mutating func name(_ value: DocumentValue, _ title: String, key: String? = nil) {
    let place = field(value, "case")?.location ?? Self.start(of: value)
    names.append((key ?? title, title, place))
  }

  /// Reports cases that tell the same of themselves as an earlier one.
  ///
  /// - Parameter cases: What tells a case from others, what a message calls it, and its place.
  mutating func checkNames(
    _ cases: [(key: String, title: String, place: SourceLocation)]
  ) {
    // By bytes: Swift takes differently composed letters for the same.
    var first: [[UInt8]: SourceLocation] = [:]
    for (key, title, place) in cases {
      guard let earlier = first.updateValue(place, forKey: Array(key.utf8)) else { continue }
      first[Array(key.utf8)] = earlier
      let line = earlier.source.line(at: earlier.offset)
      report(
        ScenarioError(
          .conflict, "the case '\(title.prefix(60))' is in line \(line) already", at: place,
          notes: [.init("first written here", at: earlier)]))
    }
  }
}
