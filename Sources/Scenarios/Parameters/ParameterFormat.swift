import SimulationKernel

/// Why a value is not what its parameter takes; the reader adds path and place.
public struct ParameterProblem: Error, Sendable {
  public let kind: ScenarioError.Kind
  /// What follows the parameter's name: `takes a duration, not the number 60`.
  public let predicate: String
  public let help: String?

  public init(_ kind: ScenarioError.Kind, _ predicate: String, help: String? = nil) {
    self.kind = kind
    self.predicate = predicate
    self.help = help
  }
}

/// How values of one kind are read from a document and written into one.
public struct ParameterFormat<Value: Sendable>: Sendable {
  public let kind: ParameterDeclaration.Kind
  /// The kind with its article, as it stands in errors: `a duration`.
  public let noun: String
  public let choices: [String]
  /// What a broken reading goes on with; never seen, as the reading fails.
  let placeholder: Value
  let parse: @Sendable (DocumentValue) throws(ParameterProblem) -> Value
  let text: @Sendable (Value) -> String
  /// How the value stands in output.
  let json: @Sendable (Value) -> JSONValue

  public init(
    _ kind: ParameterDeclaration.Kind, noun: String, choices: [String] = [], placeholder: Value,
    parse: @escaping @Sendable (DocumentValue) throws(ParameterProblem) -> Value,
    text: @escaping @Sendable (Value) -> String,
    json: (@Sendable (Value) -> JSONValue)? = nil
  ) {
    self.kind = kind
    self.noun = noun
    self.choices = choices
    self.placeholder = placeholder
    self.parse = parse
    self.text = text
    self.json = json ?? { .string(text($0)) }
  }
}

extension ParameterProblem {
  static func wrongType(
    _ noun: String, _ found: DocumentValue, help: String? = nil
  ) -> ParameterProblem {
    ParameterProblem(.wrongType, "takes \(noun), not \(found.summary)", help: help)
  }

  static func missingUnit(
    _ noun: String, _ found: DocumentValue, help: String
  ) -> ParameterProblem {
    ParameterProblem(.missingUnit, "takes \(noun), not \(found.summary)", help: help)
  }
}

// MARK: Words and switches

extension ParameterFormat where Value == Bool {
  public static var flag: ParameterFormat {
    ParameterFormat(
      .flag, noun: "true or false", placeholder: false,
      parse: { (value) throws(ParameterProblem) in
        guard case .bool(let flag) = value.content else {
          throw .wrongType("true or false", value)
        }
        return flag
      },
      text: { "\($0)" }, json: { .bool($0) })
  }
}

extension ParameterFormat where Value == String {
  public static var text: ParameterFormat {
    ParameterFormat(
      .text, noun: "text", placeholder: "",
      parse: { (value) throws(ParameterProblem) in
        guard let text = value.string else {
          throw .wrongType("text", value, help: "text is written in double quotes")
        }
        return text
      },
      text: { $0 })
  }
}

extension ParameterFormat where Value: RawRepresentable<String> & CaseIterable {
  /// One of the enumeration's words; `placeholder` is any of them, for a required parameter that is
  /// missing.
  public static func choice(placeholder: Value) -> ParameterFormat {
    let words = Value.allCases.map(\.rawValue)
    return ParameterFormat(
      .choice, noun: "one of \(words.joined(separator: ", "))", choices: words,
      placeholder: placeholder,
      parse: { (value) throws(ParameterProblem) in try choice(value, among: words) },
      text: { $0.rawValue })
  }

  fileprivate static func choice(
    _ value: DocumentValue, among words: [String], or other: String = ""
  ) throws(ParameterProblem) -> Value {
    let help = "allowed: \(words.joined(separator: ", "))\(other)"
    guard let word = value.string else {
      throw .wrongType("a word\(other)", value, help: help)
    }
    if let choice = Value(rawValue: word) { return choice }
    let nearest = SimilarNames.nearest(to: word, among: words)
    throw ParameterProblem(
      .unknownName, "cannot be \(Visible.quoted(word))",
      help: nearest.map { "did you mean '\($0)'? \(help)" } ?? help)
  }
}

/// A word or a span of time: `perNode` or `200ms`.
public enum ChoiceOrDuration<Choice: Sendable & Equatable>: Sendable, Equatable {
  case choice(Choice)
  case duration(Duration)
}

extension ParameterFormat {
  /// One of the enumeration's words, or a duration.
  public static func choiceOrDuration<Choice>(
    _ type: Choice.Type, placeholder: Value
  ) -> ParameterFormat
  where
    Choice: RawRepresentable<String> & CaseIterable & Sendable & Equatable,
    Value == ChoiceOrDuration<Choice>
  {
    let words = Choice.allCases.map(\.rawValue)
    return ParameterFormat(
      .choiceOrDuration, noun: "one of \(words.joined(separator: ", ")), or a duration",
      choices: words, placeholder: placeholder,
      parse: { (value) throws(ParameterProblem) in
        // A text that begins like a number is meant as a duration, and its error should say so.
        let first = value.string?.utf8.first
        guard let first, NumberGrammar.isDigit(first) || first == UInt8(ascii: "-") else {
          return .choice(
            try ParameterFormat<Choice>.choice(value, among: words, or: ", or a duration"))
        }
        return .duration(try ParameterFormat<Duration>.duration.parse(value))
      },
      text: { value in
        switch value {
        case .choice(let choice): choice.rawValue
        case .duration(let duration): Units.text(duration)
        }
      })
  }
}
