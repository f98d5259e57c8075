import Scenarios

/// The parts in which a recorded step and the model's differ.
struct Differences {
  private var expected: [(key: String, value: JSONValue)] = []
  private var got: [(key: String, value: JSONValue)] = []

  var isEmpty: Bool { expected.isEmpty }

  mutating func add(_ part: String, expected: JSONValue, got: JSONValue) {
    self.expected.append((part, expected))
    self.got.append((part, got))
  }

  mutating func add(_ others: Differences) {
    expected += others.expected
    got += others.got
  }

  mutating func compare(_ part: String, _ recorded: Int64?, _ modelled: Int64?) {
    guard recorded != modelled else { return }
    add(part, expected: Self.json(recorded), got: Self.json(modelled))
  }

  mutating func compare(_ part: String, _ recorded: String?, _ modelled: String?) {
    // Bytes decide: Swift takes differently composed letters for the same.
    if let recorded, let modelled, recorded.utf8.elementsEqual(modelled.utf8) { return }
    guard recorded != nil || modelled != nil else { return }
    add(
      part, expected: recorded.map { .string($0) } ?? .null,
      got: modelled.map { .string($0) } ?? .null)
  }

  mutating func compare(_ part: String, _ recorded: Bool?, _ modelled: Bool?) {
    guard recorded != modelled else { return }
    add(
      part, expected: recorded.map { .bool($0) } ?? .null, got: modelled.map { .bool($0) } ?? .null)
  }

  mutating func compare(_ part: String, _ recorded: [Int64], _ modelled: [Int64]) {
    guard recorded != modelled else { return }
    add(
      part, expected: .array(recorded.map { .integer($0) }),
      got: .array(modelled.map { .integer($0) }))
  }

  mutating func compare(_ part: String, _ recorded: [String], _ modelled: [String]) {
    guard recorded != modelled else { return }
    add(
      part, expected: .array(recorded.map { .string($0) }),
      got: .array(modelled.map { .string($0) }))
  }

  /// Numbers that agree when they are at most `tolerance` apart.
  mutating func compare(
    _ part: String, _ recorded: Int64?, _ modelled: Int64?, tolerance: UInt64
  ) {
    if let recorded, let modelled {
      let (apart, overflow) = recorded.subtractingReportingOverflow(modelled)
      if !overflow, apart.magnitude <= tolerance { return }
    }
    compare(part, recorded, modelled)
  }

  /// The failure that these make; nil when nothing differs.
  func failure(of id: String, step: Int, _ action: String) -> ConformanceFailure? {
    guard !isEmpty else { return nil }
    return ConformanceFailure(
      id: id, step: step, action: action, expected: .object(expected), got: .object(got))
  }

  private static func json(_ number: Int64?) -> JSONValue {
    number.map { .integer($0) } ?? .null
  }
}
