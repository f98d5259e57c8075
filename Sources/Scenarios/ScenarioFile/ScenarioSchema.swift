/// The JSON Schema (draft 2020-12) of scenarios, for editors.
///
/// Made from what the systems declare, so it cannot differ from what they read. It is a little
/// looser: a text with a unit is checked by a pattern, and its range only stands in the description.
/// What depends on a choice, such as an operator's action, is asked for and allowed with the words
/// that it belongs to.
public enum ScenarioSchema {
  /// A patch inside of a scenario: which parameters it may set, where, and with which choice.
  public struct InnerPatch: Sendable {
    let paths: [String]
    let steps: [String]
    let condition: ParameterCondition

    public init(of paths: [String], at steps: [String], when condition: ParameterCondition) {
      self.paths = paths
      self.steps = steps
      self.condition = condition
    }
  }

  /// The schema of all that a describing reader was asked for.
  ///
  /// - Parameters:
  ///   - reader: A `ParameterReader.describing()` that header and systems have read from.
  ///   - inner: Patches that stand inside of a scenario.
  /// - Returns: The schema, with keys in a fixed order.
  public static func json(of reader: ParameterReader, inner: [InnerPatch] = []) -> JSONValue {
    var root = SchemaNode()
    for steps in reader.claims { root.insert([:], at: steps[...]) }
    for declaration in reader.declarations {
      root.insert(
        property(declaration), at: declaration.steps[...],
        isRequired: declaration.defaultText == nil,
        conditions: declaration.conditions.map { condition(of: $0, reader) },
        depth: declaration.conditions.first.map { $0.steps.count - 1 } ?? 0)
    }
    for steps in reader.shortForms { root.allowText(at: steps[...]) }
    for part in inner {
      for declaration in reader.declarations where part.paths.contains(declaration.path) {
        root.insert(
          property(declaration), at: (part.steps + declaration.steps)[...],
          conditions: [condition(of: part.condition, reader)],
          depth: part.condition.steps.count - 1)
      }
    }
    var patch = root
    for key in ScenarioFile.protectedKeys + ["$schema"] { patch.remove(key) }
    // The header claims these; their form is fixed.
    for key in ["mitigations", "hypotheses", "causes"] { root.insert(namedPatches, at: [key]) }
    root.insert(["type": ["string", "null"]], at: ["hypothesis"])
    root.insert(["type": "string"], at: ["$schema"])
    guard case .object(let members) = root.json() else { return root.json() }
    return .object(
      members + [
        ("$schema", "https://json-schema.org/draft/2020-12/schema"),
        ("$defs", ["patch": patch.json(isPatch: true)]),
        ("title", "Hindsight scenario"),
        ("type", "object"),
      ])
  }

  private static func condition(
    of condition: ParameterCondition, _ reader: ParameterReader
  ) -> SchemaNode.Condition {
    let choice = reader.declarations.first { $0.steps == condition.steps }
    return SchemaNode.Condition(
      key: condition.steps.last ?? "", words: condition.words,
      holdsByDefault: choice?.defaultText.map(condition.words.contains) ?? false)
  }

  private static var namedPatches: JSONValue {
    [
      "type": ["object", "null"],
      "additionalProperties": [
        "type": ["object", "null"], "additionalProperties": false,
        "required": ["patch", "summary"],
        "properties": ["summary": ["type": "string"], "patch": ["$ref": "#/$defs/patch"]],
      ],
    ]
  }

  private static func property(_ declaration: ParameterDeclaration) -> JSONValue {
    let value = type(of: declaration)
    var description = declaration.summary
    if !description.hasSuffix(".") { description += "." }
    if !declaration.unit.isEmpty { description += " Unit: \(declaration.unit)." }
    if let text = declaration.defaultText { description += " Default: \(text)." }
    if !declaration.rangeText.isEmpty { description += " Range: \(declaration.rangeText)." }
    description += " Source: \(declaration.source.name)"
    description += declaration.source.remark.isEmpty ? "." : ", \(declaration.source.remark)."
    // Null stands for the default, as in a patch.
    let form: JSONValue =
      declaration.isList
      ? ["anyOf": [["type": "array", "items": value], ["type": "null"]]]
      : ["anyOf": [value, ["type": "null"]]]
    guard case .object(let members) = form else { return form }
    return .object(members + [("description", .string(description))])
  }

  private static func type(of declaration: ParameterDeclaration) -> JSONValue {
    let number = #"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"#
    func text(_ pattern: String) -> JSONValue {
      ["type": "string", "pattern": .string("^\(pattern)$")]
    }
    let duration = text(number + "(ns|us|µs|ms|s|m|h|d)")
    let choice: JSONValue = ["enum": .array(declaration.choices.map { .string($0) })]
    switch declaration.kind {
    case .duration: return duration
    case .clock: return text(#"([0-9]+d )?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"#)
    case .integer: return bounded("integer", declaration)
    case .number: return bounded("number", declaration)
    case .rate: return text(number + "/[smhd]")
    case .share: return ["anyOf": [["type": "number"], text(number + "%?")]]
    case .probability, .scale:
      return ["anyOf": [["type": "number"], text("(\(number)%?|[0-9]+/[0-9]+)")]]
    case .flag: return ["type": "boolean"]
    case .choice: return choice
    case .choiceOrDuration: return ["anyOf": [choice, duration]]
    case .text: return ["type": "string"]
    case .seed: return ["anyOf": [["type": "integer", "minimum": 0], text("0x[0-9a-fA-F]{1,16}")]]
    }
  }

  /// A number with its bounds, which are written as JSON numbers in these two kinds.
  private static func bounded(_ type: String, _ declaration: ParameterDeclaration) -> JSONValue {
    func bound(_ text: String?) -> JSONValue? {
      guard let number = text.flatMap({ DocumentNumber($0) }) else { return nil }
      return number.int64.map { .integer($0) } ?? number.double.map { .number($0) }
    }
    return .object([
      "type": .string(type), "minimum": bound(declaration.lowerText),
      "maximum": bound(declaration.upperText),
    ])
  }
}
