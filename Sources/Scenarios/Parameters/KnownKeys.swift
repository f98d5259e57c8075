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

  /// An error for every key of `root` that is not known, with the nearest that is.
  ///
  /// `declared` are full paths of parameters, for keys that stand in the wrong place.
  func unknownKeys(in root: DocumentValue, declared: [String]) -> [ScenarioError] {
    var errors: [ScenarioError] = []
    visit(root, node: 0, steps: [], declared: declared, into: &errors)
    return errors
  }

  private func visit(
    _ value: DocumentValue, node: Int, steps: [String], declared: [String],
    into errors: inout [ScenarioError]
  ) {
    switch value.content {
    case .object(let members):
      for member in members {
        if let child = nodes[node].children[member.key] {
          visit(
            member.value, node: child, steps: steps + [member.key], declared: declared,
            into: &errors)
        } else if !nodes[node].isWhole, errors.count <= Self.reportsMax {
          errors.append(
            errors.count < Self.reportsMax
              ? unknown(member, node: node, steps: steps, declared: declared)
              : ScenarioError(.limit, "more unknown keys begin here", at: member.keyLocation))
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        let step = "[\(index)]"
        if let child = nodes[node].children[step] {
          visit(element, node: child, steps: steps + [step], declared: declared, into: &errors)
        }
      }
    default:
      return
    }
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
