/// An object, list or value of a scenario's schema while it grows.
struct SchemaNode {
  /// A choice that decides whether something is read, as a member of the same object.
  struct Condition: Equatable {
    let key: String
    let words: [String]
    /// Whether it holds when nothing is chosen.
    let holdsByDefault: Bool
  }

  /// What belongs to some words of choices.
  private struct Branch {
    let conditions: [Condition]
    var node: SchemaNode
  }

  private var children: [(key: String, node: SchemaNode)] = []
  private var branches: [Branch] = []
  private var value: JSONValue?
  private var isRequired = false
  /// A text may stand for the object.
  private var isTextAllowed = false

  /// Puts a value where `steps` lead; with `conditions`, into a branch of the object that the first
  /// `depth` steps lead to.
  mutating func insert(
    _ value: JSONValue, at steps: ArraySlice<String>, isRequired: Bool = false,
    conditions: [Condition] = [], depth: Int = 0
  ) {
    guard let step = steps.first else {
      self.value = value
      self.isRequired = isRequired
      return
    }
    if !conditions.isEmpty, depth == 0 {
      let place = branches.firstIndex { $0.conditions == conditions } ?? branches.count
      if place == branches.count {
        branches.append(Branch(conditions: conditions, node: SchemaNode()))
      }
      branches[place].node.insert(value, at: steps, isRequired: isRequired)
      return
    }
    let index = children.firstIndex { $0.key == step } ?? children.count
    if index == children.count { children.append((step, SchemaNode())) }
    children[index].node.insert(
      value, at: steps.dropFirst(), isRequired: isRequired, conditions: conditions,
      depth: depth - 1)
  }

  /// Lets a text stand for the object that `steps` lead to.
  mutating func allowText(at steps: ArraySlice<String>) {
    guard let step = steps.first else { return isTextAllowed = true }
    guard let index = children.firstIndex(where: { $0.key == step }) else { return }
    children[index].node.allowText(at: steps.dropFirst())
  }

  mutating func remove(_ key: String) { children.removeAll { $0.key == key } }

  /// The schema of what stands here.
  ///
  /// In a patch nothing is required, and as the choice may stand in the scenario, everything is
  /// allowed that belongs to any word. Lists are whole in a patch too.
  func json(isPatch: Bool = false) -> JSONValue {
    guard !children.isEmpty || !branches.isEmpty else { return value ?? [:] }
    if let element = children.first(where: { $0.key == "[]" }) {
      return ["type": ["array", "null"], "items": element.node.json()]
    }
    if let element = children.first(where: { $0.key == "*" }) {
      return [
        "type": ["object", "null"], "additionalProperties": element.node.json(isPatch: isPatch),
      ]
    }
    let members = isPatch ? allMembers : members()
    let required = isPatch ? [] : requiredKeys
    // Only unevaluatedProperties sees what the branches allow.
    let isBranched = !isPatch && !branches.isEmpty
    return .object([
      "type": isTextAllowed ? ["object", "string", "null"] : ["object", "null"],
      "properties": .object(members),
      (isBranched ? "unevaluatedProperties" : "additionalProperties"): false,
      "required": required.isEmpty ? nil : .array(required),
      "allOf": isBranched ? .array(branches.map(Self.json(of:))) : nil,
    ])
  }

  private var requiredKeys: [JSONValue] {
    children.filter(\.node.isRequired).map { .string($0.key) }
  }

  private func members(isPatch: Bool = false) -> [(key: String, value: JSONValue)] {
    children.map { (key: $0.key, value: $0.node.json(isPatch: isPatch)) }
  }

  /// The members with those of all branches, each in every form that it has.
  private var allMembers: [(key: String, value: JSONValue)] {
    var forms: [(key: String, values: [JSONValue])] = []
    for member in members(isPatch: true)
      + branches.flatMap({ $0.node.members(isPatch: true) })
    {
      let index = forms.firstIndex { $0.key == member.key } ?? forms.count
      if index == forms.count { forms.append((member.key, [])) }
      forms[index].values.append(member.value)
    }
    return forms.map { key, values in
      (key: key, value: values.count == 1 ? values[0] : ["anyOf": .array(values)])
    }
  }

  private static func json(of branch: Branch) -> JSONValue {
    let required = branch.node.requiredKeys
    return .object([
      "if": .object([
        "properties": .object(
          branch.conditions.map { condition in
            let words = condition.words.map { JSONValue.string($0) }
            return (
              key: condition.key,
              value: ["enum": .array(words + (condition.holdsByDefault ? [.null] : []))]
            )
          }),
        "required": .array(
          branch.conditions.filter { !$0.holdsByDefault }.map { .string($0.key) }),
      ]),
      "then": .object([
        "properties": .object(branch.node.members()),
        "required": required.isEmpty ? nil : .array(required),
      ]),
    ])
  }
}
