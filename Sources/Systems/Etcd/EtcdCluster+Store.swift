extension EtcdCluster {
  /// What a member keeps: its keyspace, and whose the watches in the keyspace's hub are.
  struct Store: Sendable {
    var keyspace: Etcd.Keyspace
    /// By the slot of the watch.
    private var watchers: [WatcherID] = []

    init(keyspace: Etcd.Keyspace) {
      self.keyspace = keyspace
    }

    /// Starts a watch on a directory; see `Etcd.Keyspace.watch`.
    ///
    /// The service watchers know what they were told: an announce that repeats it would make a long
    /// poll ask again, and a stream wait on.
    mutating func watch(
      _ directory: Etcd.Key, isStream: Bool, since: UInt64, for watcher: WatcherID
    ) throws(Etcd.Failure) -> Etcd.WatchStart {
      let start = try keyspace.watch(
        directory, isRecursive: true, isStream: isStream, since: since, passesRepeats: true)
      if case .waiting(let watch) = start {
        while watchers.count <= Int(watch.slot) { watchers.append(watcher) }
        watchers[Int(watch.slot)] = watcher
      }
      return start
    }

    /// Who is behind a watch.
    func watcher(of watch: Etcd.WatchID) -> WatcherID { watchers[Int(watch.slot)] }
  }
}
