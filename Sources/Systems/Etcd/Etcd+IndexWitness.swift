extension Etcd {
  /// Watches whether the indices of a keyspace only grow: every change has the next one.
  ///
  /// Looks at what has changed since the last look, as far as the history still has it, and at whether
  /// the change that was the last one then is still in its place: an index that went back and on again
  /// is seen too.
  ///
  /// - Complexity: O(keys, and changes since the last look) per look.
  struct IndexWitness: Sendable {
    /// The index at the last look.
    private var seen: UInt64 = 0
    private var lastChange: Event?

    /// - Returns: What has gone wrong since the last look; nil when nothing has.
    mutating func look(at keyspace: Keyspace) -> String? {
      let (earlier, change, index) = (seen, lastChange, keyspace.index)
      let history = keyspace.history
      seen = index
      lastChange = history.event(at: index)
      guard index >= earlier else { return "the index is \(index), and was \(earlier)" }
      if let change, let now = history.event(at: earlier), now != change {
        return "there are two changes \(earlier)"
      }
      return history.gap(after: earlier, upTo: index) ?? keyspace.strayIndex
    }
  }
}

extension Etcd.EventHistory {
  /// What is wrong with the changes after one index up to another, of which each has to have its own.
  fileprivate func gap(after earlier: UInt64, upTo index: UInt64) -> String? {
    guard index > earlier else { return nil }
    guard lastIndex == index else { return "the index is \(index), the last change \(lastIndex)" }
    var next = max(startIndex, earlier + 1)
    while next <= index {
      guard let event = event(at: next), event.index == next else {
        let found = event(at: next).map { "\($0.index)" } ?? "none"
        return "change \(found) stands in the place of \(next)"
      }
      next += 1
    }
    return nil
  }
}

extension Etcd.Keyspace {
  /// A key whose indices cannot be: changed before it was made, or later than anything was.
  fileprivate var strayIndex: String? {
    for (number, entry) in entries.enumerated() where entry.kind != .absent {
      guard entry.createdIndex <= entry.modifiedIndex, entry.modifiedIndex <= index else {
        let path = path(of: Etcd.Key(rawValue: UInt32(number)))
        return "\(path) was made at \(entry.createdIndex) and changed at \(entry.modifiedIndex), "
          + "the index is \(index)"
      }
    }
    return nil
  }

  /// The key that is there and was due first; nil while nothing that is there has a TTL.
  ///
  /// Asks the keys themselves, and not the heap that the sweep goes by.
  ///
  /// - Complexity: O(keys).
  var firstDue: (key: Etcd.Key, due: Int64)? {
    var first: (key: Etcd.Key, due: Int64)?
    for (number, entry) in entries.enumerated()
    where entry.kind != .absent && entry.expiration < first?.due ?? .max {
      first = (Etcd.Key(rawValue: UInt32(number)), entry.expiration)
    }
    return first
  }
}
