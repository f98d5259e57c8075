/// JSON for output.
public enum JSONValue: Sendable, Equatable {
  /// Members in any order: they are written by their keys, and of equal keys the last counts.
  case object([(key: String, value: JSONValue)])
  case array([JSONValue])
  case string(String)
  case integer(Int64)
  case unsigned(UInt64)
  /// Written with the fewest digits that read back as the same double; `null` when not finite.
  case number(Double)
  case bool(Bool)
  case null
  /// A document inside of an output: its keys in their own order, which may mean something, and its
  /// numbers as they are written.
  case document(DocumentValue)

  /// An object of `members`, without those whose value is `nil`.
  public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { member in member.value.map { (member.key, $0) } })
  }

  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    JSONWriter.compact(left) == JSONWriter.compact(right)
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { (key: $0.0, value: $0.1) })
  }
}
