import Scenarios
import SimulationKernel

/// Random sequences of etcd v2 operations: recordings without the answers.
///
/// Each case has a kind: `plain` operations, `requests` that try the HTTP front end, `ttl` with
/// waits around expiry, and `history` that outgrows the thousand events that etcd keeps. Expiries
/// fall into the waits, since nobody knows when a server's sweep ticks.
public struct EtcdCaseGenerator {
  private let seed: UInt64
  private let stream: RandomStream

  public init(seed: UInt64) {
    self.seed = seed
    stream = RandomStream(seed: seed, name: "conform.etcd")
  }

  /// The case of that number, which does not depend on any other.
  ///
  /// - Precondition: `number` is not negative.
  public func make(_ number: Int) -> JSONValue {
    var draft = EtcdCaseDraft(CaseDice(stream, case: number))
    let kind = draft.fill()
    return .object([
      "id": .string("etcd-\(seed)-\(number)"), "kind": .string(kind),
      "ops": .array(draft.operations),
    ])
  }
}

/// A case in the making.
struct EtcdCaseDraft {
  var dice: CaseDice
  var operations: [JSONValue] = []
  /// Operations so far that may have raised the index: where indices to compare with are drawn.
  var writes = 0
  private var watches = 0

  static let keys = [
    "/s/a", "/s/a", "/s/a", "/s/a", "/s/d/x", "/s/d/x", "/s/d/x", "/s/b", "/s/d/y", "/s/d/e/z",
    "/s/d/e/w", "/s/_h", "/s/d/_h/x", "/s/dx", "/s/dx/y", "/s/a/x",
  ]
  static let directories = [
    "/s", "/s", "/s/d", "/s/d", "/s/d/e", "/s/dx", "/s/_h", "/s/d/_h", "/s/n",
  ]
  static let values = [
    "", "v1", "v1", "v2", "{\"addr\":\"10.0.0.1\"}", "a b+c%d&e=f", "<ä\u{2028}>",
  ]

  init(_ dice: CaseDice) { self.dice = dice }

  /// Makes the operations; tells the kind.
  mutating func fill() -> String {
    switch dice.roll(0..<100) {
    case ..<48:
      if dice.chance(50) { addWatch(at: dice.pick(["/s", "/s/d"]), isRecursive: true) }
      for _ in 0..<dice.roll(6..<22) { addOperation(ttls: []) }
      addGet(at: "/s", isRecursive: true)
      return "plain"
    case ..<78:
      if dice.chance(40) { addWatch(at: "/s", isRecursive: true) }
      for _ in 0..<dice.roll(6..<20) {
        if dice.chance(70) { addRequest() } else { addOperation(ttls: []) }
      }
      addGet(at: "/s", isRecursive: true)
      return "requests"
    case ..<97:
      fillWithExpiries()
      return "ttl"
    default:
      fillHistory()
      return "history"
    }
  }

  mutating func add(_ operation: String, _ fields: KeyValuePairs<String, JSONValue?>) {
    guard case .object(var members) = JSONValue.object(fields) else { return }
    members.append(("op", .string(operation)))
    operations.append(.object(members))
  }

  // MARK: Kinds of cases

  /// Three bursts of operations; what expires does so between them, whenever the sweep ticks.
  private mutating func fillWithExpiries() {
    if dice.chance(60) { addWatch(at: dice.pick(["/s", "/s/d"]), isRecursive: true) }
    for (phase, start) in [0, 2_050, 4_400].enumerated() {
      if phase > 0 { add("sleep_until", ["ms": .integer(Int64(start))]) }
      let isLast = phase == 2
      for _ in 0..<dice.roll(2..<7) { addOperation(ttls: isLast ? [100] : [1, 1, 3, 100]) }
      if phase > 0 { addGet(at: "/s", isRecursive: true) }
      // Due at once, so nothing may come between it and the wait.
      if !isLast && dice.chance(15) {
        writes += 1
        add("put", ["key": .string(dice.pick(Self.keys)), "value": "v", "ttl": 0])
      }
    }
    addGet(at: "/s/a", isRecursive: false)
  }

  /// More changes than the history keeps, then watches on both sides of its edge.
  private mutating func fillHistory() {
    let keys = ["/s/a", "/s/d/x", "/s/d/e/z"]
    add("put", ["key": "/s/quiet", "value": "v"])
    let count = 1_000 + dice.roll(0..<12)
    for number in 0..<count {
      if number > 0 && dice.chance(3) {
        add("refresh", ["key": "/s/a", "ttl": 100])
      } else {
        let key = number == 0 ? "/s/a" : dice.pick(keys)
        add("put", ["key": .string(key), "value": .string("v\(number)")])
      }
    }
    for _ in 0..<4 {
      let index = dice.chance(80) ? dice.roll(1..<16) : dice.roll(1..<count)
      addWatch(at: dice.pick(["/s", "/s/a", "/s/quiet", "/s/d"]), waitIndex: index)
    }
    add("put", ["key": "/s/a", "value": "last"])
    addGet(at: "/s", isRecursive: true)
  }

  // MARK: Operations

  mutating func addGet(at key: String, isRecursive: Bool) {
    add("get", ["key": .string(key), "recursive": .bool(isRecursive)])
  }

  mutating func addWatch(at key: String, isRecursive: Bool? = nil, waitIndex: Int? = nil) {
    let isStream = dice.chance(45)
    let index = waitIndex ?? (dice.chance(40) ? dice.roll(1..<writes + 3) : nil)
    add(
      "watch",
      [
        "id": .integer(Int64(watches)), "key": .string(key),
        "recursive": .bool(isRecursive ?? dice.chance(60)), "stream": .bool(isStream),
        "waitIndex": index.map { .integer(Int64($0)) } ?? .null,
      ])
    watches += 1
  }

  /// `ttls`: seconds to choose from; when empty, keys stay for the whole case.
  mutating func addOperation(ttls: [Int]) {
    let key = dice.pick(Self.keys)
    let choice = writes < 2 && dice.chance(60) ? 0 : dice.roll(0..<100)
    switch choice {
    case ..<30: addPut(at: key, ttls)
    case ..<38: addComparison("put", at: key, chanceOfExist: 100, ttls)
    case ..<47: addComparison("put", at: key, chanceOfExist: 15, ttls)
    case ..<56: addRefresh(of: key, ttls)
    case ..<64: addDirectory(ttls)
    case ..<73: addDelete()
    case ..<79: addComparison("delete", at: key, chanceOfExist: 0, [])
    case ..<90:
      addGet(at: dice.pick(Self.keys + Self.directories), isRecursive: dice.chance(60))
    case ..<92: addPut(at: "/s", ttls)
    default: addWatch(at: dice.pick(Self.keys + Self.directories))
    }
  }

  private mutating func ttl(_ ttls: [Int], percent: UInt64) -> JSONValue? {
    guard !ttls.isEmpty, dice.chance(percent) else {
      return dice.chance(15) ? .integer(100) : nil
    }
    return .integer(Int64(dice.pick(ttls)))
  }

  private mutating func addPut(at key: String, _ ttls: [Int]) {
    let ttl = ttl(ttls, percent: 60)
    add("put", ["key": .string(key), "value": .string(dice.pick(Self.values)), "ttl": ttl])
    writes += 1
  }

  /// A change on conditions: any of `prevExist`, `prevValue` and `prevIndex`.
  private mutating func addComparison(
    _ operation: String, at key: String, chanceOfExist: UInt64, _ ttls: [Int]
  ) {
    let exists = dice.chance(chanceOfExist) ? dice.chance(60) : nil
    // An empty value is refused; that is tried too.
    let value = dice.chance(exists == nil ? 55 : 10) ? dice.pick(Self.values) : nil
    let needsIndex = exists == nil && value == nil
    let index = needsIndex || dice.chance(12) ? dice.roll(1..<writes + 2) : nil
    let isPut = operation == "put"
    add(
      operation,
      [
        "key": .string(key), "value": isPut ? .string(dice.pick(Self.values)) : nil,
        "ttl": isPut ? ttl(ttls, percent: 50) : nil, "prevExist": exists.map { .bool($0) },
        "prevValue": value.map { .string($0) }, "prevIndex": index.map { .integer(Int64($0)) },
        "recursive": !isPut && dice.chance(10) ? true : nil,
        "dir": dice.chance(6) ? true : nil,
      ])
    writes += 1
  }

  private mutating func addRefresh(of key: String, _ ttls: [Int]) {
    let ttl = dice.chance(92) ? dice.pick(ttls.isEmpty ? [100, 200] : ttls) : nil
    add(
      "refresh",
      [
        "key": .string(dice.chance(85) ? key : dice.pick(Self.directories)),
        "ttl": ttl.map { .integer(Int64($0)) },
        "value": dice.chance(8) ? .string(dice.pick(Self.values)) : nil,
        "prevExist": dice.chance(65) ? .bool(dice.chance(85)) : nil,
        "prevIndex": dice.chance(12) ? .integer(Int64(dice.roll(1..<writes + 2))) : nil,
        "prevValue": dice.chance(8) ? .string(dice.pick(Self.values)) : nil,
        "dir": dice.chance(6) ? true : nil,
      ])
    writes += 1
  }

  private mutating func addDirectory(_ ttls: [Int]) {
    add(
      "put",
      [
        "key": .string(dice.pick(Self.directories + ["/s/a"])), "dir": true,
        "ttl": ttl(ttls, percent: 60), "prevExist": dice.chance(35) ? .bool(dice.chance(70)) : nil,
      ])
    writes += 1
  }

  private mutating func addDelete() {
    let shape = dice.roll(0..<10)
    add(
      "delete",
      [
        "key": .string(dice.pick(Self.keys + Self.directories)),
        "recursive": shape < 4 ? true : nil, "dir": shape == 4 || shape == 5 ? true : nil,
      ])
    writes += 1
  }
}
