import SimulationKernel

extension EtcdCluster {
  // MARK: Announces

  /// A whole announce: both segments have arrived.
  mutating func apply<P: Ports>(
    _ announcement: Announcement, patience: Duration?, _ ports: inout P
  ) {
    let key = key(of: announcement.node)
    guard let delay = serve(for: writeTime, at: ports.now), !isStale(announcement.node.index)
    else {
      if let patience { ports.announceHung(announcement, after: patience) }
      return
    }
    var stored = true
    do throws(Etcd.Failure) {
      let event: Etcd.Event
      // A refresh's fields travel with its TTL: where nobody reads that, it is a PUT of nothing.
      if announcement.isRefresh, configuration.contentType == .form || configuration.ttlIn == .query
      {
        event = try keyspace.update(
          key, to: .empty, expiration: expiration(at: ports.now), isRefresh: true, now: ports.now,
          into: &output)
      } else {
        // Without a form type etcd never reads the body: every announce stores the empty text.
        let value = configuration.contentType == .form ? value(of: announcement.node) : .empty
        event = try keyspace.set(
          key, to: value,
          expiration: configuration.contentType == .form || configuration.ttlIn == .query
            ? expiration(at: ports.now) : nil,
          now: ports.now, into: &output)
      }
      publish(event, &ports)
    } catch {
      stored = false
    }
    output.removeAll()
    if let patience, delay > patience { ports.announceHung(announcement, after: patience) }
    ports.announceApplied(announcement, stored: stored, after: delay)
  }

  /// An announce whose connection ended early: the bytes that came decide.
  mutating func receive<P: Ports>(
    cut announcement: Announcement, segments: UInt8, ending: ConnectionEnding,
    patience: Duration?, from client: Network.Configuration, _ ports: inout P
  ) {
    if Int(segments) >= client.segments {
      // Nothing is missing: the request is carried out, only its answer is lost.
      apply(announcement, patience: patience, &ports)
      return
    }
    guard segments > 0, !isStale(announcement.node.index),
      serve(for: writeTime, at: ports.now) != nil
    else { return }
    let key = key(of: announcement.node)
    let request = TruncatedAnnounce(
      path: keyspace.path(of: key),
      value: announcement.isRefresh ? nil : ServiceMetadata.text(of: announcement.node),
      configuration: configuration, isReframed: ending == .reframedEmpty)
    var connection = Etcd.ServerConnection(handler: .etcd(configuration.formErrorPolicy))
    var traffic = Etcd.Traffic()
    connection.receive(request.head, store: &keyspace, now: ports.now, into: &traffic)
    connection.end(
      ending == .rst ? .reset : .finished, store: &keyspace, now: ports.now, into: &traffic)
    var isWritten = false
    for case .reply(let reply) in traffic.sent {
      guard case .etcd(let response) = reply.body, case .changed(let event) = response.body else {
        continue
      }
      isWritten = true
      publish(event, &ports)
    }
    if !isWritten { totals.cutRejected += 1 }
  }

  mutating func deregister<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    guard !isStale(node.index), serve(for: writeTime, at: ports.now) != nil
    else { return }
    if let event = try? keyspace.delete(key(of: node), now: ports.now, into: &output) {
      publish(event, &ports)
    }
    output.removeAll()
  }

  mutating func sweep<P: Ports>(_ ports: inout P) {
    // Expiry is a write of the leader.
    if leaderBackAt == nil {
      keyspace.expireKeys(at: ports.now, into: &output)
      totals.expired += output.expired.count
      for event in output.expired { publish(event, &ports) }
      output.removeAll()
    }
    ports.sweepDue(after: configuration.sweep)
  }

  // MARK: Watchers

  mutating func list<P: Ports>(for watcher: WatcherID, _ ports: inout P) {
    let source = staleSource(for: watcher) ?? keyspace
    guard let number = snapshot(of: source, at: ports.now) else { return }
    let time = configuration.listTimePerEntry * Int64(listings[number].count)
    guard let delay = serve(for: time, at: ports.now) else { return }
    listings.keep(number, until: ports.now + delay)
    totals.lists += 1
    watches[watcher.node.index].since = source.index + 1
    ports.listed(watcher, listing: number, after: delay)
  }

  mutating func watch<P: Ports>(_ watcher: WatcherID, _ isStream: Bool, _ ports: inout P) {
    let index = watcher.node.index
    watches[index].generation = watcher.generation
    watches[index].isStream = isStream
    guard watches[index].isWaiting || hasFreeConnection else {
      totals.connectionsRefused += 1
      watches[index].isHanging = true
      hanging.append(watcher)
      return
    }
    open(watcher, &ports)
  }

  private mutating func open<P: Ports>(_ watcher: WatcherID, _ ports: inout P) {
    let index = watcher.node.index
    if !watches[index].isWaiting { waiting += 1 }
    watches[index].isWaiting = true
    watches[index].isHanging = false
    totals.watchersPeak = max(totals.watchersPeak, waiting)
    catchUp(watcher, &ports)
  }

  /// Takes up watches that hang, while there are connections free.
  ///
  /// etcd's listener stops accepting at its limit: connections wait in the kernel's queue, without an
  /// answer or an error, until another one closes or the limit is raised.
  mutating func acceptHanging<P: Ports>(_ ports: inout P) {
    while hasFreeConnection, let watcher = hanging.popFirst() {
      let watch = watches[watcher.node.index]
      guard watch.isHanging, watch.generation == watcher.generation else { continue }
      open(watcher, &ports)
    }
  }

  mutating func cancel(_ watcher: WatcherID) {
    let index = watcher.node.index
    guard watches[index].generation == watcher.generation else { return }
    watches[index].isHanging = false
    finishPoll(index)
  }

  /// Replays what the watcher has missed; repeats of a stored value are passed over.
  mutating func catchUp<P: Ports>(_ watcher: WatcherID, _ ports: inout P) {
    let index = watcher.node.index
    while true {
      switch (staleSource(for: watcher) ?? keyspace).replay(
        at: directory, isRecursive: true, since: watches[index].since)
      {
      case .notYet: return
      case .cleared:
        finishPoll(index)
        ports.historyCleared(watcher, after: configuration.fanOutBase)
        return
      case .event(let event):
        watches[index].since = event.index + 1
        // A stream that finds an event in the history delivers it and is deaf from then on.
        guard isNews(event) || watches[index].isStream else { continue }
        finishPoll(index)
        if isNews(event) { deliver(event, to: watcher, after: configuration.fanOutBase, &ports) }
        return
      }
    }
  }

  private mutating func finishPoll(_ index: Int) {
    guard watches[index].isWaiting else { return }
    watches[index].isWaiting = false
    waiting -= 1
  }

  /// Tells the watchers of a change, one after the other.
  private mutating func publish<P: Ports>(_ event: Etcd.Event, _ ports: inout P) {
    noteCorruption(event, at: ports.now)
    guard !event.isRefresh else { return }
    let start = max(ports.now, busyUntil)
    busyUntil = limited(start + configuration.fanOutPerWatcher * Int64(waiting), at: ports.now)
    guard isNews(event) else { return }
    totals.fanOuts += 1
    var delay = (start - ports.now) + configuration.fanOutBase
    for index in watches.indices where watches[index].isWaiting && !isStale(index) {
      guard keyspace.copies(of: event, forWatcherAt: directory, isRecursive: true) > 0 else {
        continue
      }
      watches[index].since = event.index + 1
      delay = delay + configuration.fanOutPerWatcher
      let watcher = WatcherID(
        node: ElixirNodeID(UInt16(index)), generation: watches[index].generation)
      if !watches[index].isStream { finishPoll(index) }
      deliver(event, to: watcher, after: delay, &ports)
    }
  }

  private func deliver<P: Ports>(
    _ event: Etcd.Event, to watcher: WatcherID, after delay: Duration, _ ports: inout P
  ) {
    let value = event.action.isRemoval ? nil : event.node.value
    ports.eventDelivered(watcher, key: event.key, value: value, after: delay)
  }

  /// Whether a watcher learns something: anything but the repetition of the value that stands.
  private func isNews(_ event: Etcd.Event) -> Bool {
    if event.action.isRemoval { return true }
    guard let previous = event.previous else { return true }
    return previous.value != event.node.value
  }

  /// Keeps track of how long a value stands that is not what its node announces.
  private mutating func noteCorruption(_ event: Etcd.Event, at now: Instant) {
    guard let node = nodesByKey[event.key.rawValue] else { return }
    let isCorrupt = !event.action.isRemoval && event.node.value != values[node.index]
    if isCorrupt {
      totals.corruptWritten += 1
      totals.corruptEndedAt = nil
      corruption.began(on: node.index, at: now)
    } else if corruption.ended(on: node.index, at: now), corruption.standing == 0 {
      totals.corruptEndedAt = now
    }
  }

  // MARK: The server

  var writeTime: Duration {
    guard slowDisks > 0 else { return configuration.writeTime }
    return Duration(seconds: configuration.writeTime.seconds * configuration.slowDisk)
  }

  /// Whether one more connection is accepted.
  var hasFreeConnection: Bool { waiting + held.count < configuration.connections }

  /// Takes a place in the server's queue; nil when it has no connection left.
  private mutating func serve(for time: Duration, at now: Instant) -> Duration? {
    guard hasFreeConnection else {
      totals.connectionsRefused += 1
      return nil
    }
    totals.connectionsPeak = max(totals.connectionsPeak, waiting + held.count + 1)
    busyUntil = limited(max(now, busyUntil) + time, at: now)
    let delay = busyUntil - now
    totals.waitPeak = max(totals.waitPeak, delay)
    return delay
  }

  /// A year of work is for ever: extreme parameters must not lead past the end of time.
  private func limited(_ instant: Instant, at now: Instant) -> Instant {
    min(instant, now + .days(365))
  }

  /// The partitioned member's keyspace, for the watchers that talk to that member.
  private func staleSource(for watcher: WatcherID) -> Etcd.Keyspace? {
    isStale(watcher.node.index) ? stale : nil
  }

  /// Whether this Elixir or API node talks to the member that a partition cuts off.
  func isMinority(_ index: Int) -> Bool { index % configuration.members == 0 }
  func isStale(_ index: Int) -> Bool { stale != nil && isMinority(index) }

  // MARK: Keys

  mutating func key(of node: APINodeID) -> Etcd.Key {
    while keys.count <= node.index {
      let next = APINodeID(UInt16(keys.count))
      let key = keyspace.intern("/services/discord_api/api-prd-main-\(next.rawValue)")
      keys.append(key)
      values.append(keyspace.intern(value: ServiceMetadata.text(of: next)))
      nodesByKey[key.rawValue] = next
    }
    return keys[node.index]
  }

  mutating func value(of node: APINodeID) -> Etcd.Value {
    _ = key(of: node)
    return values[node.index]
  }

  func expiration(at now: Instant) -> Instant? {
    keyspace.expiration(ttl: UInt64(configuration.ttl), now: now)
  }

  /// Stores the directory's content under a number that fits a message; nil when there is none left.
  mutating func snapshot(of source: Etcd.Keyspace, at now: Instant) -> UInt16? {
    listings.number(at: source.index, now: now) {
      source.children(of: directory).compactMap { node in
        node.value.map { Entry(key: node.key, value: $0) }
      }
    }
  }
}

extension EtcdCluster: Discovery.Contents {
  public func bytes(of value: Etcd.Value) -> [UInt8] { keyspace.bytes(of: value) }
  public func listing(_ number: UInt16) -> [Entry] { listings[number] }
}
