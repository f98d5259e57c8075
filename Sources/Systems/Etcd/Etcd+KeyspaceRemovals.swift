import SimulationKernel

extension Etcd.Keyspace {
  /// Deletes a file, an empty directory, or a directory with all that is in it.
  ///
  /// `allowsDirectory`: an empty directory may go too.
  ///
  /// `isRecursive`: a directory goes with everything below it; implies `allowsDirectory`.
  ///
  /// - Throws: 100 when the key does not exist, 102 for a directory without leave, 108 when it is
  ///   not empty, 104 when a file stands above, 107 for the root.
  @discardableResult
  public mutating func delete(
    _ key: Etcd.Key, allowsDirectory: Bool = false, isRecursive: Bool = false,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    if key == .root { throw rootIsReadOnly }
    let old = entries[Int(key.rawValue)]
    if old.kind == .absent { throw absence(of: key) }
    if old.kind == .directory {
      if !allowsDirectory && !isRecursive {
        throw Etcd.Failure(.notAFile, .path(key), index: index)
      }
      if old.firstChild != noIndex && !isRecursive {
        throw Etcd.Failure(.directoryNotEmpty, .path(key), index: index)
      }
    }
    return remove(key, old, .delete, now, &output)
  }

  /// Deletes a file if its value or its modified index is as expected.
  ///
  /// - Throws: 101 when the expectation fails, 102 for a directory, 100 and 104 as for `delete`.
  @discardableResult
  public mutating func compareAndDelete(
    _ key: Etcd.Key, previousValue: Etcd.Value?, previousIndex: UInt64,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    let old = entries[Int(key.rawValue)]
    try compare(key, old, previousValue, previousIndex)
    return remove(key, old, .compareAndDelete, now, &output)
  }

  /// One sweep: takes away every key that is due, in order of expiration, one index each.
  ///
  /// A directory goes with everything in it in one event. The events are appended to
  /// `output.expired`.
  ///
  /// - Returns: the number of expire events.
  @discardableResult
  public mutating func expireKeys(at now: Instant, into output: inout Etcd.Output) -> Int {
    var count = 0
    while let top = expiries.top, top.due <= now.nanoseconds {
      let key = Etcd.Key(rawValue: top.key)
      let event = remove(key, entries[Int(top.key)], .expire, now, &output)
      output.expired.append(event)
      count += 1
    }
    return count
  }

  /// When the next key is due; nil while no key has a TTL.
  public var nextExpiry: Instant? { expiries.top.map { Instant(nanoseconds: $0.due) } }

  private mutating func remove(
    _ key: Etcd.Key, _ old: Entry, _ action: Etcd.Action, _ now: Instant,
    _ output: inout Etcd.Output
  ) -> Etcd.Event {
    index += 1
    let gone = Etcd.Node(
      key: key, createdIndex: old.createdIndex, modifiedIndex: index,
      isDirectory: old.kind == .directory)
    let event = Etcd.Event(action, node: gone, previous: Etcd.Node(key, old), time: now)
    // The sweep takes the key off the heap before anything below it, a delete takes it last.
    if action == .expire { setExpiration(.max, of: key.rawValue) }
    removeSubtree(key, telling: event, into: &output)
    publish(event, into: &output)
    return event
  }
}
