import Scenarios

/// Cases for a real system to answer, by the kind of recording that they become.
public enum GeneratedCases: String, Sendable, CaseIterable {
  case etcd
  case supervisor

  /// The case of that number: a line of JSON, the same for the same seed and version.
  ///
  /// - Precondition: `number` is not negative.
  public func line(seed: UInt64, number: Int) -> String {
    let made =
      switch self {
      case .etcd: EtcdCaseGenerator(seed: seed).make(number)
      case .supervisor: SupervisorCaseGenerator(seed: seed).make(number)
      }
    return JSONWriter.compact(made)
  }

  /// Smaller versions of a case, boldest first: see `CaseShrinker`.
  ///
  /// - Throws: Every error of syntax in the text.
  public func smaller(than text: SourceText) throws(ScenarioErrors) -> [String] {
    let failing = JSONValue(try ScenarioDocument(parsing: text).root)
    let shrinker =
      switch self {
      case .etcd: CaseShrinker.etcd
      case .supervisor: CaseShrinker.supervisor
      }
    return shrinker.smaller(than: failing).map { JSONWriter.compact($0) }
  }
}

extension JSONValue {
  /// A value that was read, without its places.
  init(_ value: DocumentValue) {
    switch value.content {
    case .object(let members):
      self = .object(members.map { (key: $0.key, value: JSONValue($0.value)) })
    case .array(let elements): self = .array(elements.map { JSONValue($0) })
    case .string(let text): self = .string(text)
    case .number(let number):
      self = number.int64.map { .integer($0) } ?? .number(number.double ?? .nan)
    case .bool(let flag): self = .bool(flag)
    case .null: self = .null
    }
  }
}
