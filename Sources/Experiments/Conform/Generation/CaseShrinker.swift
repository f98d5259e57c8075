import Scenarios

/// Smaller versions of a case, to find the least one that still shows a difference.
///
/// Whoever runs them takes the first that fails and asks again, until none does: delta debugging.
/// The boldest come first: half of a list is left out, then quarters, at last single elements and
/// details of elements. Every version has less in it than the case, so the search ends.
public struct CaseShrinker: Sendable {
  private let candidates: @Sendable (JSONValue) -> [JSONValue]

  /// For sequences of etcd operations.
  public static let etcd = CaseShrinker { shrunkCase in
    withoutParts(of: "ops", in: shrunkCase)
      + withEachElement(of: "ops", in: shrunkCase) { smallerOperations($0) }
  }

  /// For supervision trees.
  public static let supervisor = CaseShrinker { shrunkCase in
    var found = withoutParts(of: "crashes", in: shrunkCase)
    found += withoutWorkers(shrunkCase)
    if (shrunkCase["levels"]?.elements.count ?? 0) > 1 {
      found += withoutParts(of: "levels", in: shrunkCase).filter {
        $0["levels"]?.elements.isEmpty == false
      }
    }
    if let poison = shrunkCase["poison"], poison != .null {
      found.append(shrunkCase.setting("poison", .null))
    }
    found += withEachElement(of: "crashes", in: shrunkCase) { $0.replacing("reason", by: "crash") }
    found += withEachElement(of: "workers", in: shrunkCase) {
      $0.replacing("restart", by: "permanent")
    }
    found += withEachElement(of: "levels", in: shrunkCase) { level in
      var smaller = level.replacing("strategy", by: "one_for_one")
      if case .integer(let intensity)? = level["intensity"], intensity > 0 {
        smaller.append(level.setting("intensity", .integer(intensity - 1)))
      }
      return smaller
    }
    return found
  }

  /// Versions of `failing` with less in it, the smallest first within each way to shrink.
  public func smaller(than failing: JSONValue) -> [JSONValue] { candidates(failing) }

  // MARK: Lists

  /// The case without one part of a list: halves, quarters, …, single elements.
  private static func withoutParts(of list: String, in shrunkCase: JSONValue) -> [JSONValue] {
    let elements = shrunkCase[list]?.elements ?? []
    var found: [JSONValue] = []
    var size = (elements.count + 1) / 2
    while size > 0 && !elements.isEmpty {
      // From the end: what came last is what nothing else needs.
      for start in stride(from: 0, to: elements.count, by: size).reversed() {
        let end = min(start + size, elements.count)
        found.append(
          shrunkCase.setting(list, .array(Array(elements[..<start] + elements[end...]))))
      }
      size = size == 1 ? 0 : (size + 1) / 2
    }
    return found
  }

  /// The case with one element of a list changed.
  private static func withEachElement(
    of list: String, in shrunkCase: JSONValue, _ smaller: (JSONValue) -> [JSONValue]
  ) -> [JSONValue] {
    let elements = shrunkCase[list]?.elements ?? []
    return elements.indices.flatMap { index in
      smaller(elements[index]).map { element in
        var changed = elements
        changed[index] = element
        return shrunkCase.setting(list, .array(changed))
      }
    }
  }

  /// One worker fewer, with its crashes; the others move up.
  private static func withoutWorkers(_ shrunkCase: JSONValue) -> [JSONValue] {
    let workers = shrunkCase["workers"]?.elements ?? []
    guard workers.count > 1 else { return [] }
    return workers.indices.reversed().map { gone in
      var rest = workers
      rest.remove(at: gone)
      let crashes = (shrunkCase["crashes"]?.elements ?? []).compactMap { crash -> JSONValue? in
        guard case .integer(let worker)? = crash["worker"], worker != gone else { return nil }
        return worker > gone ? crash.setting("worker", .integer(worker - 1)) : crash
      }
      return shrunkCase.setting("workers", .array(rest)).setting("crashes", .array(crashes))
    }
  }

  // MARK: Operations

  /// An operation without one of the members that it can do without, or with the least that a
  /// recording tells of it.
  private static func smallerOperations(_ operation: JSONValue) -> [JSONValue] {
    let optional = [
      "ttl", "dir", "recursive", "stream", "waitIndex", "prevExist", "prevValue", "prevIndex",
    ]
    let isRead = operation["op"] == "get" || operation["op"] == "watch"
    var found = optional.compactMap { name -> JSONValue? in
      guard let present = operation[name] else { return nil }
      let least: JSONValue?
      switch name {
      case "recursive" where isRead, "stream": least = false
      case "waitIndex": least = .null
      default: least = nil
      }
      // Not a ternary: a literal nil there would be JSON's null.
      guard present != least else { return nil }
      return operation.setting(name, least)
    }
    if let value = operation["value"], value != "", value != "v" {
      found.append(operation.setting("value", "v"))
    }
    if let fields = operation["fields"]?.elements, !fields.isEmpty {
      found += withoutParts(of: "fields", in: operation)
    }
    if case .string(let target)? = operation["target"] {
      found += withoutParameters(target).map { operation.setting("target", .string($0)) }
    }
    return found
  }

  /// A target without one of its query's parameters.
  private static func withoutParameters(_ target: String) -> [String] {
    guard let mark = target.firstIndex(of: "?") else { return [] }
    let path = String(target[..<mark])
    let parameters = target[target.index(after: mark)...].split(
      separator: "&", omittingEmptySubsequences: false)
    return parameters.indices.map { gone in
      let rest = parameters.indices.filter { $0 != gone }.map { parameters[$0] }
      return rest.isEmpty ? path : path + "?" + rest.joined(separator: "&")
    }
  }
}

extension JSONValue {
  fileprivate subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The object with a member changed, or left out for nil.
  fileprivate func setting(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members.removeAll { $0.key == key }
    if let value { members.append((key, value)) }
    return .object(members)
  }

  /// The object with that word for a member, unless it stands there already.
  fileprivate func replacing(_ key: String, by word: JSONValue) -> [JSONValue] {
    self[key] == nil || self[key] == word ? [] : [setting(key, word)]
  }
}
