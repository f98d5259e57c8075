/// One parameter as its system asked for it and as the scenario set it.
public struct ParameterDeclaration: Sendable, Equatable {
  /// What sort of value it takes.
  public enum Kind: String, Sendable, CaseIterable {
    case duration, clock, integer, number, share, probability, rate, scale, flag, choice
    case choiceOrDuration, text, seed
  }

  /// From the document's root, elements of lists by their number: `clients.timeout`,
  /// `operators[0].at`.
  public let path: String
  /// The parts of `path`; an element of a list is `[0]`, any element `[]`, any name `*`.
  public let steps: [String]
  public let kind: Kind
  /// What the value counts: `nodes`, `bytes`; empty for kinds that carry their unit with them.
  public let unit: String
  /// `nil` for a parameter that has to be set; `none` for one that may be absent.
  public let defaultText: String?
  /// `5s to 20s`; empty when everything of its kind is allowed.
  public let rangeText: String
  /// Bounds as they would be written, absent where there is none.
  public let lowerText: String?
  public let upperText: String?
  /// Allowed words of a choice.
  public let choices: [String]
  public let source: ParameterSource
  public let summary: String
  /// The value in use, as it would be written.
  public let valueText: String
  /// The value in use, for output: a number or flag as such, everything with a unit as text.
  public let value: JSONValue
  /// Whether the scenario or a patch sets it.
  public let isSet: Bool
  /// Where it is set; its `fileName` tells the scenario from `--set`.
  public let location: SourceLocation?
  /// `true` when the parameter belongs to an element of a list or a dictionary of the scenario.
  public let isElement: Bool
  /// Whether it takes a list of such values.
  public let isList: Bool
  /// The choices that it depends on, all of them, from the outside in; only a describing reader
  /// knows them.
  public private(set) var conditions: [ParameterCondition]

  /// When it is read, in words: `action is pauseRepair or resumeRepair`; empty when it always is.
  public var conditionText: String { conditions.map(\.text).joined(separator: ", ") }

  /// Both as one, when they differ in nothing but the words of the outermost choice.
  func merged(with other: ParameterDeclaration) -> ParameterDeclaration? {
    guard let outer = conditions.first, let otherOuter = other.conditions.first,
      outer.steps == otherOuter.steps
    else { return self == other ? self : nil }
    var (left, right) = (self, other)
    left.conditions.removeFirst()
    right.conditions.removeFirst()
    guard left == right else { return nil }
    let words = outer.words + otherOuter.words.filter { !outer.words.contains($0) }
    left.conditions.insert(ParameterCondition(steps: outer.steps, words: words), at: 0)
    return left
  }
}

/// The words of a choice with which something is read.
public struct ParameterCondition: Sendable, Equatable {
  /// Of the choice's parameter, from the root.
  public let steps: [String]
  public let words: [String]

  public init(steps: [String], words: [String]) {
    self.steps = steps
    self.words = words
  }

  /// Words that a sentence can hold.
  private static let wordsMax = 7

  var text: String {
    let name = steps.last ?? ""
    guard words.count <= Self.wordsMax else {
      return "\(name) is one of \(words.count), such as \(words[0])"
    }
    guard let last = words.last, words.count > 1 else { return "\(name) is \(words.joined())" }
    return "\(name) is \(words.dropLast().joined(separator: ", ")) or \(last)"
  }
}
