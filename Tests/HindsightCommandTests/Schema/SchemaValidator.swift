import Scenarios

/// Checks documents against the part of JSON Schema (draft 2020-12) that our schema uses.
///
/// Written from the specification and not from the code that writes the schema, and it refuses
/// keywords that it does not know.
struct SchemaValidator {
  let root: DocumentValue

  /// What speaks against a value, and which of its members some keyword has looked at.
  struct Verdict {
    var errors: [String] = []
    var evaluated: Set<String> = []

    mutating func merge(_ other: Verdict) {
      errors += other.errors
      // A schema that fails says nothing about members.
      if other.errors.isEmpty { evaluated.formUnion(other.evaluated) }
    }
  }

  func errors(in value: DocumentValue) -> [String] { check(value, root, "").errors }

  private func check(_ value: DocumentValue, _ schema: DocumentValue, _ path: String) -> Verdict {
    var verdict = Verdict()
    if case .bool(let isAllowed) = schema.content {
      if !isAllowed { verdict.errors.append("\(path): is not allowed") }
      return verdict
    }
    for member in schema.members ?? [] {
      verdict.merge(keyword(member.key, member.value, value, schema, path))
    }
    for (key, isDone) in [("additionalProperties", false), ("unevaluatedProperties", true)] {
      guard let rest = schema[key] else { continue }
      let known = isDone ? verdict.evaluated : Set(schema["properties"]?.members?.map(\.key) ?? [])
      for member in value.members ?? [] where !known.contains(member.key) {
        verdict.errors += check(member.value, rest, "\(path).\(member.key)").errors
        verdict.evaluated.insert(member.key)
      }
    }
    return verdict
  }

  private func keyword(
    _ key: String, _ form: DocumentValue, _ value: DocumentValue, _ schema: DocumentValue,
    _ path: String
  ) -> Verdict {
    var verdict = Verdict()
    func expect(_ holds: Bool) {
      if !holds { verdict.errors.append("\(path): \(value.summary) fails \(key)") }
    }
    let forms = form.elements ?? []
    switch key {
    case "type": expect((form.elements ?? [form]).contains { isOf(type: $0.string ?? "", value) })
    case "enum": expect(forms.contains(value))
    case "const": expect(form == value)
    case "minimum": expect(bound(form, value) { $0 >= $1 })
    case "maximum": expect(bound(form, value) { $0 <= $1 })
    case "pattern":
      guard let text = value.string else { break }
      let pattern = try? Regex(form.string ?? "(")
      expect(pattern.map { text.contains($0) } ?? false)
    case "required":
      guard value.members != nil else { break }
      for name in forms.compactMap(\.string) where value[name] == nil {
        verdict.errors.append("\(path): '\(name)' is missing")
      }
    case "properties":
      for member in form.members ?? [] {
        guard let found = value[member.key] else { continue }
        verdict.errors += check(found, member.value, "\(path).\(member.key)").errors
        verdict.evaluated.insert(member.key)
      }
    case "items":
      for (index, element) in (value.elements ?? []).enumerated() {
        verdict.errors += check(element, form, "\(path)[\(index)]").errors
      }
    case "anyOf":
      let verdicts = forms.map { check(value, $0, path) }
      for each in verdicts where each.errors.isEmpty { verdict.merge(each) }
      if verdicts.allSatisfy({ !$0.errors.isEmpty }) {
        verdict.errors.append("\(path): no form fits: \(verdicts.flatMap(\.errors))")
      }
    case "allOf": for form in forms { verdict.merge(check(value, form, path)) }
    case "if":
      let condition = check(value, form, path)
      guard condition.errors.isEmpty else { break }
      verdict.merge(condition)
      if let then = schema["then"] { verdict.merge(check(value, then, path)) }
    case "$ref":
      var target: DocumentValue? = root
      for step in (form.string ?? "").split(separator: "/").dropFirst() {
        target = target?[String(step)]
      }
      guard let target else {
        verdict.errors.append("\(path): there is no \(form.string ?? "")")
        break
      }
      verdict.merge(check(value, target, path))
    case "additionalProperties", "unevaluatedProperties", "then", "description", "title", "$schema",
      "$defs":
      break
    default: verdict.errors.append("\(path): the schema's keyword '\(key)' is unknown")
    }
    return verdict
  }

  private func bound(
    _ form: DocumentValue, _ value: DocumentValue, _ holds: (Double, Double) -> Bool
  ) -> Bool {
    guard let number = value.number else { return true }
    guard let found = number.double, let limit = form.number?.double else { return false }
    return holds(found, limit)
  }

  private func isOf(type: String, _ value: DocumentValue) -> Bool {
    switch (type, value.content) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("null", .null), ("number", .number):
      true
    case ("integer", .number(let number)):
      number.int64 != nil || number.double.map { $0 == $0.rounded() } == true
    default: false
    }
  }
}
