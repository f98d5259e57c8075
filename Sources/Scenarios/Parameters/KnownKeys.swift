/// The keys that a reading asked for, as a tree, to find those that nobody asked for.
struct KnownKeys: Sendable {
  private struct Node: Sendable {
    var children: [String: Int] = [:]
    /// Names of the children in the order in which they were asked for.
    var names: [String] = []
    /// Somebody reads all that stands here.
    var isWhole = false
  }

  private var nodes = [Node()]
  /// Names of the parameters on which the keys beside them depend, by the steps of their object.
  private var choices: [[String]: [String]] = [:]

  /// Unknown keys that are reported; a file with more is not a scenario at all.
  private static let reportsMax = 50

  mutating func add(_ steps: [String], isWhole: Bool) {
    var current = 0
    for step in steps {
      if let child = nodes[current].children[step] {
        current = child
      } else {
        nodes[current].children[step] = nodes.count
        nodes[current].names.append(step)
        current = nodes.count
        nodes.append(Node())
      }
    }
    if isWhole { nodes[current].isWhole = true }
  }

  /// Notes that which keys stand in an object depends on one of them, by its steps.
  mutating func addChoice(_ steps: [String]) {
    guard let name = steps.last else { return }
    let object = Array(steps.dropLast())
    if choices[object]?.contains(name) != true { choices[object, default: []].append(name) }
  }

  /// The keys of an object on which its others depend.
  func choices(in steps: [String]) -> [String] { choices[steps] ?? [] }

  /// What unknown keys are judged by.
  private struct Reading {
    /// Full paths of parameters, for keys that stand in the wrong place.
    let declared: [String]
    /// Whether a place lies in a patch.
    let isPatch: (SourceLocation) -> Bool
  }

  /// An error for every key of `root` that is not known, with the nearest that is.
  ///
  /// - Parameters:
  ///   - root: What was read.
  ///   - declared: Full paths of parameters, for keys that stand in the wrong place.
  ///   - isPatch: Whether a place lies in a patch: where one changed the choice on which a key
  ///     depends, the error is the patch's.
  /// - Returns: Errors in the order of the document.
  func unknownKeys(
    in root: DocumentValue, declared: [String],
    isPatch: @escaping (SourceLocation) -> Bool
  ) -> [ScenarioError] {
    var errors: [ScenarioError] = []
    visit(
      root, node: 0, steps: [], Reading(declared: declared, isPatch: isPatch), into: &errors)
    return errors
  }

  private func visit(
    _ value: DocumentValue, node: Int, steps: [String], _ reading: Reading,
    into errors: inout [ScenarioError]
  ) {
    switch value.content {
    case .object(let members):
      for member in members {
        if let child = nodes[node].children[member.key] {
          visit(member.value, node: child, steps: steps + [member.key], reading, into: &errors)
        } else if !nodes[node].isWhole, errors.count <= Self.reportsMax {
          let change = changedChoice(in: value, steps, reading)
          // Whoever changes a choice takes away what it no longer asks for; of one that is missing
          // nobody knows what it asks for.
          if let change, member.value.isNull || change.value.isNull { continue }
          errors.append(
            errors.count < Self.reportsMax
              ? change.flatMap { unchosen(member, after: $0, steps, reading) }
                ?? unknown(member, node: node, steps: steps, declared: reading.declared)
              : ScenarioError(.limit, "more unknown keys begin here", at: member.keyLocation))
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        let step = "[\(index)]"
        if let child = nodes[node].children[step] {
          visit(element, node: child, steps: steps + [step], reading, into: &errors)
        }
      }
    default:
      return
    }
  }

  /// The choice among an object's members that a patch changed in an object of the scenario's own.
  private func changedChoice(
    in object: DocumentValue, _ steps: [String], _ reading: Reading
  ) -> DocumentValue.Member? {
    guard !reading.isPatch(object.location) else { return nil }
    return choices(in: steps).compactMap { object.member($0) }
      .first { reading.isPatch($0.value.location) }
  }

  /// The error of a key that no patch brought and that a changed choice leaves without a meaning; nil
  /// for all others.
  private func unchosen(
    _ member: DocumentValue.Member, after change: DocumentValue.Member, _ steps: [String],
    _ reading: Reading
  ) -> ScenarioError? {
    guard !reading.isPatch(member.keyLocation) else { return nil }
    let path = ParameterReader.pathText(steps + [member.key])
    let choice = ParameterReader.pathText(steps + [change.key])
    let word = change.value.string.map { " \(Visible.quoted($0))" } ?? ""
    return ScenarioError(
      .unknownKey,
      "with \(Visible.quoted(choice))\(word) there is no parameter \(Visible.quoted(path))",
      at: change.value.location,
      help: "\(JSONText.quoted(member.key)): null in the patch takes it away",
      notes: [.init("it stands here", at: member.keyLocation)])
  }

  private func unknown(
    _ member: DocumentValue.Member, node: Int, steps: [String], declared: [String]
  ) -> ScenarioError {
    let path = ParameterReader.pathText(steps + [member.key])
    let parent = ParameterReader.pathText(steps)
    var help: String?
    if let sibling = SimilarNames.nearest(to: member.key, among: nodes[node].names) {
      help = "did you mean '\(ParameterReader.pathText(steps + [sibling]))'?"
    } else if member.key.contains("."),
      declared.contains(DocumentPath.joined(parent, member.key))
    {
      help = "each part of a path is an object of its own: \(Self.nested(member.key))"
    } else if let other = SimilarNames.nearest(to: path, among: declared) {
      help = "did you mean '\(other)'?"
    }
    return ScenarioError(
      .unknownKey, "there is no parameter \(Visible.quoted(path))", at: member.keyLocation,
      help: help)
  }

  /// `{"a": {"b": …}}` for `a.b`.
  private static func nested(_ path: String) -> String {
    let keys = path.split(separator: ".").map { JSONText.quoted(String($0)) }
    return keys.map { "{\($0): " }.joined() + "…" + String(repeating: "}", count: keys.count)
  }
}
