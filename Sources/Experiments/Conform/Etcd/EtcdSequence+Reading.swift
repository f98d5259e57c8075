import Scenarios

extension RecordingReader {
  mutating func sequence(_ value: DocumentValue) -> EtcdSequence {
    close(
      value,
      known: ["id", "kind", "base_index", "ops", "watches", "final_index"] + Self.notes)
    let id = text(value, "id")
    _ = text(value, "kind")
    expectNotes(value)
    let entries = filledList(value, "ops")
    let operations = entries.map { operation($0) }
    let last = checkOrder(entries, operations)
    let watchEntries = list(value, "watches")
    let watches = watchEntries.map { watch($0, operations: operations.count) }
    checkWatches(entries, operations, watchEntries, watches)
    let finalIndex = integer(value, "final_index", in: 0...Self.numberMax)
    if finalIndex < last {
      runsBackwards("final_index", finalIndex, last, field(value, "final_index"))
    }
    var sequence = EtcdSequence(
      id: id, operations: operations, watches: watches, finalIndex: finalIndex)
    sequence.base = sent(value, "base_index").flatMap {
      asInteger($0, "base_index", in: 0...Self.numberMax)
    }
    return sequence
  }

  // MARK: Operations

  private mutating func operation(_ value: DocumentValue) -> EtcdSequence.Operation {
    guard
      let kind = choice(
        value, "op", EtcdSequence.Operation.Kind.self, called: "operation")
    else {
      // Only its place in time counts on.
      let time = optionalInteger(value, "t_ms", in: 0...Self.timeMax)
      return EtcdSequence.Operation(.sleepUntil, time: time ?? 0)
    }
    close(value, known: ["t_ms", "op"] + Self.fields(of: kind))
    var operation = EtcdSequence.Operation(kind, time: integer(value, "t_ms", in: 0...Self.timeMax))
    if kind == .sleepUntil {
      operation.until = integer(value, "ms", in: 0...Self.timeMax)
      return operation
    }
    if kind == .request {
      operation.request = request(value)
      operation.response = required(value, "response").map { answer($0, as: .request) }
      return operation
    }
    operation.key = required(value, "key").map { key($0) } ?? "/"
    let indices = 0...Self.numberMax
    operation.value = sent(value, "value").flatMap { asText($0, "value") }
    operation.ttl = sent(value, "ttl").flatMap { ttl($0) }
    operation.prevValue = sent(value, "prevValue").flatMap { asText($0, "prevValue") }
    operation.prevExist = sent(value, "prevExist").flatMap { asFlag($0, "prevExist") }
    operation.prevIndex = sent(value, "prevIndex").flatMap {
      asInteger($0, "prevIndex", in: indices)
    }
    operation.isDirectory = sent(value, "dir").flatMap { asFlag($0, "dir") } ?? false
    // Recorders tell of every read and watch whether it was recursive, and of deletes that were.
    operation.isRecursive =
      kind == .get || kind == .watch
      ? flag(value, "recursive")
      : sent(value, "recursive").flatMap { asFlag($0, "recursive") } ?? false
    if kind == .watch {
      operation.isStream = flag(value, "stream")
      // Null for a watch from now on.
      expect(value, ["waitIndex"])
      operation.waitIndex = optionalInteger(value, "waitIndex", in: indices)
      operation.watch = integer(value, "id", in: indices)
    }
    if kind.isAnswered {
      operation.response = required(value, "response").map { answer($0, as: .sequence) }
    }
    return operation
  }

  /// What a request of a kind may say; anything else would change it in a way that is not known.
  private static func fields(of kind: EtcdSequence.Operation.Kind) -> [String] {
    let conditions = [
      "key", "value", "ttl", "prevValue", "prevExist", "prevIndex", "dir", "response",
    ]
    return switch kind {
    case .put, .refresh: conditions
    case .delete: conditions + ["recursive"]
    case .get: ["key", "recursive", "response"]
    case .watch: ["key", "recursive", "stream", "waitIndex", "id"]
    case .sleepUntil: ["ms"]
    case .request: ["method", "target", "fields", "response"]
    }
  }

  private mutating func key(_ value: DocumentValue) -> String {
    let limit = 4_000
    guard let key = asText(value, "key") else { return "/" }
    guard key.hasPrefix("/"), key.utf8.count <= limit else {
      report(
        .outOfRange, "a key begins with '/' and has at most \(limit) bytes", at: value.location)
      return "/"
    }
    return key
  }

  /// A TTL as Python would have sent it: digits, however many, or a text.
  private mutating func ttl(_ value: DocumentValue) -> String? {
    switch value.content {
    case .string(let text): return text
    case .number(let number)
    where number.text.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }:
      return number.text
    default:
      wrong(value, "ttl", "a whole number or a text")
      return nil
    }
  }

  // MARK: Watches

  private mutating func watch(_ value: DocumentValue, operations: Int) -> EtcdSequence.Watch {
    close(value, known: ["id", "completed", "events"])
    let entries = list(value, "events")
    var last: Int64 = 0
    for entry in entries {
      let range = 0...Int64(max(0, operations - 1))
      guard let seen = optionalInteger(entry, "seen_after_op_index", in: range) else { continue }
      if seen < last {
        runsBackwards("seen_after_op_index", seen, last, field(entry, "seen_after_op_index"))
      }
      last = seen
    }
    let events = entries.map { answer($0, as: .event) }
    checkOrder(of: entries, events)
    return EtcdSequence.Watch(
      id: integer(value, "id", in: 0...Self.numberMax), isCompleted: flag(value, "completed"),
      events: events)
  }

  /// A watcher is told of changes in their order; one that is told twice is told of the same index.
  private mutating func checkOrder(of entries: [DocumentValue], _ events: [EtcdAnswer]) {
    var index = -Self.numberMax
    for (entry, event) in zip(entries, events) {
      guard let node = field(entry, "node"), let found = event.node?.modifiedIndex else { continue }
      if found < index {
        runsBackwards("modifiedIndex", found, index, field(node, "modifiedIndex"))
      }
      index = max(index, found)
    }
  }

  /// Each watch that was begun must have told what it saw, once, and none else.
  private mutating func checkWatches(
    _ entries: [DocumentValue], _ operations: [EtcdSequence.Operation],
    _ watchEntries: [DocumentValue], _ watches: [EtcdSequence.Watch]
  ) {
    var begun: [Int64: Int] = [:]
    for (entry, operation) in zip(entries, operations) {
      guard let id = operation.watch else { continue }
      if begun.updateValue(0, forKey: id) != nil {
        report(
          .conflict, "the watch \(id) is begun twice",
          at: field(entry, "id")?.location ?? entry.location)
      }
    }
    for (entry, watch) in zip(watchEntries, watches) {
      let place = field(entry, "id")?.location ?? entry.location
      switch begun[watch.id] {
      case nil: report(.conflict, "no operation begins the watch \(watch.id)", at: place)
      case 0: begun[watch.id] = 1
      default: report(.conflict, "the watch \(watch.id) is here twice", at: place)
      }
    }
    for (entry, operation) in zip(entries, operations) {
      guard let id = operation.watch, begun[id] == 0 else { continue }
      report(
        .missing, "nothing was recorded of the watch \(id)",
        at: field(entry, "id")?.location ?? entry.location)
    }
  }

  // MARK: Order

  /// Time and etcd's index only go forward; a recording in which they do not is none.
  ///
  /// Returns the last index that was seen.
  private mutating func checkOrder(
    _ entries: [DocumentValue], _ operations: [EtcdSequence.Operation]
  ) -> Int64 {
    var time: Int64 = 0
    var index: Int64 = 0
    for (entry, operation) in zip(entries, operations) {
      if operation.time < time {
        runsBackwards("t_ms", operation.time, time, field(entry, "t_ms"))
      }
      time = max(time, operation.time)
      guard let response = operation.response, let answer = field(entry, "response") else {
        continue
      }
      // A change has an index above all that was seen before it.
      let isChange = [.put, .refresh, .delete].contains(operation.kind)
      let changed = isChange ? response.node?.modifiedIndex : nil
      if let changed, changed < index {
        let node = field(answer, "node")
        runsBackwards(
          "modifiedIndex", changed, index, node.flatMap { field($0, "modifiedIndex") })
      }
      if let failed = response.index, failed < index {
        runsBackwards("index", failed, index, field(answer, "index"))
      }
      guard let seen = response.etcdIndex else { continue }
      if seen < index { runsBackwards("x_etcd_index", seen, index, field(answer, "x_etcd_index")) }
      // A header above the answer's own index contradicts that answer, not the next one.
      index = max(index, min(seen, changed ?? response.index ?? seen))
    }
    return index
  }

  private mutating func runsBackwards(
    _ name: String, _ found: Int64, _ before: Int64, _ value: DocumentValue?
  ) {
    guard let value else { return }
    report(
      .conflict, "'\(name)' runs backwards: \(found) after \(before)", at: value.location)
  }
}
