import SimulationKernel

extension Etcd.Keyspace {
  /// Adds what the store holds to a fingerprint: its index, every key with its state, and who
  /// watches what.
  ///
  /// Numbers of keys and values are part of it, so two stores compare only if they interned the
  /// same names in the same order, as two runs of one scenario do.
  ///
  /// - Complexity: O(interned paths + watchers).
  public func fingerprint(into digest: inout Digest) {
    digest.combine(index)
    digest.combine(history.startIndex)
    for (number, entry) in entries.enumerated() where entry.kind != .absent {
      digest.combine(UInt64(number) << 8 | UInt64(entry.kind.rawValue))
      digest.combine(UInt64(entry.value))
      digest.combine(entry.createdIndex)
      digest.combine(entry.modifiedIndex)
      digest.combine(UInt64(bitPattern: entry.expiration))
    }
    for watcher in hub.watchers where watcher.isWaiting {
      digest.combine(UInt64(watcher.key) << 32 | UInt64(watcher.generation))
      digest.combine(watcher.since)
      let flags: UInt64 =
        (watcher.isRecursive ? 1 : 0) | (watcher.isStream ? 2 : 0) | (watcher.isPaced ? 4 : 0)
      digest.combine(flags << 32 | UInt64(UInt32(bitPattern: watcher.unread)))
    }
  }
}
