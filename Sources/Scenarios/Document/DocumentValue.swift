/// A JSON value that knows where it was written.
public struct DocumentValue: Sendable {
  public enum Content: Sendable {
    /// Members in the order in which they were written; no key twice.
    case object([Member])
    case array([DocumentValue])
    case string(String)
    case number(DocumentNumber)
    case bool(Bool)
    case null
  }

  public struct Member: Sendable {
    public let key: String
    public let keyLocation: SourceLocation
    public var value: DocumentValue

    public init(key: String, keyLocation: SourceLocation, value: DocumentValue) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  public var content: Content
  public let location: SourceLocation

  public init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// Members, when this is an object.
  public var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// Elements, when this is an array.
  public var elements: [DocumentValue]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  /// Text, when this is a string.
  public var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  public var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The member's value, when this is an object that has it.
  ///
  /// - Complexity: O(members): objects are small, and their order is what a reader sees.
  public subscript(key: String) -> DocumentValue? { member(key)?.value }

  /// The member with its place, when this is an object that has it.
  public func member(_ key: String) -> Member? {
    members?.first { $0.key == key }
  }

  /// What an error calls this value: `the number 3`, `a list`.
  public var summary: String {
    switch content {
    case .object: "an object"
    case .array: "a list"
    case .string(let text): "the text \(Visible.quoted(text))"
    case .number(let number): "the number \(number.shortText)"
    case .bool(let flag): "\(flag)"
    case .null: "null"
    }
  }
}

extension DocumentValue: Equatable {
  /// Whether both are the same JSON value: places and the order of keys do not matter, and numbers
  /// compare by their exact value.
  public static func == (left: DocumentValue, right: DocumentValue) -> Bool {
    switch (left.content, right.content) {
    case (.null, .null): return true
    case (.bool(let first), .bool(let second)): return first == second
    case (.string(let first), .string(let second)): return first == second
    case (.number(let first), .number(let second)): return first == second
    case (.array(let first), .array(let second)): return first == second
    case (.object(let first), .object(let second)):
      guard first.count == second.count else { return false }
      let index = MemberIndex(second)
      return first.allSatisfy { member in
        index[member.key].map { second[$0].value == member.value } ?? false
      }
    default: return false
    }
  }
}

/// Positions of keys in a list of members: scans short lists, hashes long ones.
struct MemberIndex {
  private var positions: [String: Int] = [:]

  init(_ members: [DocumentValue.Member] = []) {
    positions.reserveCapacity(members.count)
    for (position, member) in members.enumerated() { positions[member.key] = position }
  }

  subscript(key: String) -> Int? {
    get { positions[key] }
    set { positions[key] = newValue }
  }
}
