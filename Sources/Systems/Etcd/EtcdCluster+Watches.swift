import SimulationKernel

extension EtcdCluster {
  /// The connection of one service watcher, as the server sees it.
  ///
  /// What the watcher is told, and when a watch ends, is the keyspace's to say: see `Store`.
  struct Connection: Sendable {
    /// The watcher's start that it belongs to.
    var generation: UInt16 = 0
    var isOpen = false
    var isStream = false
    /// The watch behind it; nil for the stream that is deaf, and where nobody watches.
    var watch: Etcd.WatchID?
    /// The `waitIndex` of its next request: one above what the watcher was last told.
    var nextIndex: UInt64 = 0
  }

  /// Where a watcher's connection is kept.
  @inline(__always)
  func place(of watcher: WatcherID) -> Int { watcher.node.index * services + Int(watcher.service) }

  mutating func watch<P: Ports>(_ watcher: WatcherID, _ isStream: Bool, _ ports: inout P) {
    let place = place(of: watcher)
    guard isCurrent(watcher) else { return }
    endWatch(place)
    connections[place].generation = watcher.generation
    connections[place].isStream = isStream
    if !connections[place].isOpen {
      connections[place].isOpen = true
      listener.open()
      watching += 1
    }
    totals.watchersPeak = max(totals.watchersPeak, watching)
    start(watcher, &ports)
  }

  /// Asks the member's keyspace, whose history may have the answer already.
  mutating func start<P: Ports>(_ watcher: WatcherID, _ ports: inout P) {
    let place = place(of: watcher)
    let directory = directories[Int(watcher.service)]
    let (isStream, since) = (connections[place].isStream, connections[place].nextIndex)
    do throws(Etcd.Failure) {
      let start =
        isStale(watcher.node.index)
        ? try stale?.watch(directory, isStream: isStream, since: since, for: watcher)
        : try store.watch(directory, isStream: isStream, since: since, for: watcher)
      switch start {
      case .waiting(let watch): connections[place].watch = watch
      case .replayed(let event):
        // A stream is deaf from then on, and keeps its connection.
        if !isStream { close(place) }
        deliver(event, to: watcher, after: configuration.fanOut.base, &ports)
      case nil: break
      }
    } catch {
      close(place)
      ports.historyCleared(watcher, after: configuration.fanOut.base)
    }
  }

  mutating func cancel(_ watcher: WatcherID) {
    let place = place(of: watcher)
    guard isCurrent(watcher) else { return }
    close(place)
    // A request that it has overtaken comes to nothing.
    connections[place].generation = watcher.generation &+ 1
  }

  /// Whether no later start of the watcher has been heard of: messages may overtake each other.
  @inline(__always)
  func isCurrent(_ watcher: WatcherID) -> Bool {
    Int16(bitPattern: watcher.generation &- connections[place(of: watcher)].generation) >= 0
  }

  private mutating func close(_ place: Int) {
    endWatch(place)
    guard connections[place].isOpen else { return }
    connections[place].isOpen = false
    listener.close()
    watching -= 1
  }

  private mutating func endWatch(_ place: Int) {
    guard let watch = connections[place].watch else { return }
    if isStale(place / services) {
      stale?.keyspace.cancel(watch)
    } else {
      store.keyspace.cancel(watch)
    }
    connections[place].watch = nil
  }

  /// Sends the watchers what the keyspace has to tell them, one after the other, and takes the time
  /// for those that it has passed over.
  mutating func publish<P: Ports>(_ ports: inout P) {
    let told = output.deliveries.count + output.passedOver
    guard told > 0 else { return }
    let start = max(ports.now, busyUntil)
    let fanOut = configuration.fanOut
    busyUntil = limited(start + fanOut.work(telling: told), at: ports.now)
    guard !output.deliveries.isEmpty else { return }
    totals.fanOuts += 1
    let queued = start - ports.now
    for (earlier, delivery) in output.deliveries.enumerated() {
      let delay = queued + fanOut.delay(ofWatcher: earlier + 1)
      let watcher = store.watcher(of: delivery.watch)
      if delivery.isLast {
        let place = place(of: watcher)
        connections[place].watch = nil
        close(place)
      }
      deliver(delivery.event, to: watcher, after: delay, &ports)
    }
  }

  private mutating func deliver<P: Ports>(
    _ event: Etcd.Event, to watcher: WatcherID, after delay: Duration, _ ports: inout P
  ) {
    connections[place(of: watcher)].nextIndex = event.index + 1
    let value = event.action.isRemoval ? nil : event.node.value
    ports.eventDelivered(watcher, key: event.key, value: value, after: delay)
  }

  // MARK: A member that is cut off

  /// The watches of those who talk to the member that is cut off go on in what it knows, the others
  /// in the cluster's keyspace.
  mutating func partWatches() {
    guard stale == nil else { return }
    var cutOff = store
    for place in connections.indices {
      guard let watch = connections[place].watch else { continue }
      if isMinority(place / services) {
        // It has been told of everything so far.
        connections[place].nextIndex = store.keyspace.index + 1
        store.keyspace.cancel(watch)
      } else {
        cutOff.keyspace.cancel(watch)
      }
    }
    stale = cutOff
  }

  /// The member applies what it has missed, and its watchers learn of it.
  mutating func joinWatches<P: Ports>(_ ports: inout P) {
    stale = nil
    for place in connections.indices where connections[place].watch != nil {
      guard isMinority(place / services) else { continue }
      connections[place].watch = nil
      start(
        WatcherID(
          node: ElixirNodeID(UInt16(place / services)), service: UInt8(place % services),
          generation: connections[place].generation), &ports)
    }
  }
}
