/// A scenario, a sweep or a patch as it was written: a tree of values with their places.
public struct ScenarioDocument: Sendable, Equatable {
  public var root: DocumentValue

  public init(root: DocumentValue) {
    self.root = root
  }

  /// Reads JSON with comments and trailing commas.
  ///
  /// - Throws: All syntax errors, and an error when the text is not an object.
  public init(
    parsing source: SourceText, limits: ScenarioParser.Limits = .init()
  ) throws(ScenarioErrors) {
    root = try ScenarioParser.parse(source, limits: limits)
    guard root.members != nil else {
      throw ScenarioErrors(
        ScenarioError(.wrongType, "expected an object, found \(root.summary)", at: root.location))
    }
  }

  /// What remains of a text with syntax errors when these are passed over; nil when it is no object.
  ///
  /// To look for further errors in, so that all of a file are told at once. What stood beside a syntax
  /// error may be lost: that something is missing, or does not go together, proves nothing.
  public init?(recoveredFrom source: SourceText) {
    guard let value = ScenarioParser.recovered(source), value.members != nil else {
      return nil
    }
    root = value
  }

  /// Reads a text by its name; for tests and examples.
  public init(name: String, text: String) throws(ScenarioErrors) {
    try self.init(parsing: SourceText(name: name, text: text))
  }

  /// The value at a path of keys.
  public subscript(path: DocumentPath) -> DocumentValue? {
    var value: DocumentValue? = root
    for key in path.keys { value = value?[key] }
    return value
  }
}
