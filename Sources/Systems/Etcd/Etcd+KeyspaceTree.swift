import SimulationKernel

extension Etcd.Keyspace {
  /// Appends an absent key to its directory's chain of children.
  mutating func link(_ key: UInt32) {
    let parent = Int(entries[Int(key)].parent)
    let last = entries[parent].lastChild
    entries[Int(key)].previous = last
    entries[Int(key)].next = noIndex
    if last == noIndex {
      entries[parent].firstChild = key
    } else {
      entries[Int(last)].next = key
    }
    entries[parent].lastChild = key
  }

  /// Takes a key out of the tree: chain, TTL and state.
  ///
  /// Its children must be gone.
  mutating func unlink(_ key: UInt32) {
    let entry = entries[Int(key)]
    let parent = Int(entry.parent)
    if entry.previous == noIndex {
      entries[parent].firstChild = entry.next
    } else {
      entries[Int(entry.previous)].next = entry.next
    }
    if entry.next == noIndex {
      entries[parent].lastChild = entry.previous
    } else {
      entries[Int(entry.next)].previous = entry.previous
    }
    setExpiration(.max, of: key)
    entries[Int(key)].kind = .absent
    entries[Int(key)].value = 0
    entries[Int(key)].next = noIndex
    entries[Int(key)].previous = noIndex
  }

  /// Makes the missing directories above `key`, each with the index of the change that needs them.
  ///
  /// - Throws: error 104 when a file stands in the way.
  mutating func makeParents(
    of key: Etcd.Key, at nextIndex: UInt64
  ) throws(Etcd.Failure) {
    var missing: [UInt32] = []
    var above = entries[Int(key.rawValue)].parent
    while above != noIndex && entries[Int(above)].kind == .absent {
      missing.append(above)
      above = entries[Int(above)].parent
    }
    if above != noIndex && entries[Int(above)].kind == .file {
      throw Etcd.Failure(.notADirectory, .path(Etcd.Key(rawValue: above)), index: index)
    }
    for directory in missing.reversed() {
      entries[Int(directory)].kind = .directory
      entries[Int(directory)].createdIndex = nextIndex
      entries[Int(directory)].modifiedIndex = nextIndex
      link(directory)
    }
  }

  /// Moves a key's due instant; `Int64.max` takes the TTL away.
  ///
  /// Leaves the heap and enters it anew, as etcd does, even when only the instant changes.
  mutating func setExpiration(_ due: Int64, of key: UInt32) {
    let slot = entries[Int(key)].heapSlot
    if slot != noIndex { expiries.remove(slot: Int(slot), &entries) }
    entries[Int(key)].expiration = due
    if due != .max { expiries.push(key, due: due, &entries) }
  }

  /// Removes a key and everything below it, children before their directory, and tells the
  /// watchers exactly on each removed path of `event`.
  ///
  /// Children go in order of creation (etcd: in no order at all).
  mutating func removeSubtree(
    _ top: Etcd.Key, telling event: Etcd.Event, into output: inout Etcd.Output
  ) {
    let isDirectory = entries[Int(top.rawValue)].kind == .directory
    var current = top.rawValue
    while true {
      while entries[Int(current)].firstChild != noIndex {
        current = entries[Int(current)].firstChild
      }
      let parent = entries[Int(current)].parent
      unlink(current)
      if isDirectory { output.removedKeys.append(Etcd.Key(rawValue: current)) }
      tellWatchers(at: current, of: event, isRemoved: true, into: &output)
      if current == top.rawValue { return }
      current = parent
    }
  }
}
