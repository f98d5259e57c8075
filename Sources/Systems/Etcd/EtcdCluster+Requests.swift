import SimulationKernel

extension EtcdCluster {
  // MARK: Announces

  /// A whole announce: both segments have arrived.
  mutating func apply<P: Ports>(
    _ announcement: Announcement, from client: Network.Configuration, _ ports: inout P
  ) {
    let key = key(of: announcement.node)
    guard let delay = serve(for: writeTime, isWrite: true, at: ports.now), !isCutOff(announcement)
    else {
      ports.announceHung(announcement, after: client.timeout)
      return
    }
    var stored = true
    do throws(Etcd.Failure) {
      let event: Etcd.Event
      if announcement.isRefresh {
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
    if delay > client.timeout { ports.announceHung(announcement, after: client.timeout) }
    ports.announceApplied(announcement, stored: stored, after: delay)
  }

  /// An announce whose connection ended early: the bytes that came decide.
  mutating func receive<P: Ports>(
    cut announcement: Announcement, segments: UInt8, ending: ConnectionEnding,
    from client: Network.Configuration, _ ports: inout P
  ) {
    if Int(segments) >= client.segments {
      // Nothing is missing: the request is carried out, only its answer is lost.
      apply(announcement, from: client, &ports)
      return
    }
    guard segments > 0, !isCutOff(announcement),
      serve(for: writeTime, isWrite: true, at: ports.now) != nil
    else { return }
    let key = key(of: announcement.node)
    let request = TruncatedAnnounce(
      path: keyspace.path(of: key),
      value: ServiceMetadata.text(of: announcement.node), configuration: configuration,
      isReframed: ending == .reframedEmpty)
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
    guard !isStale(node.index), serve(for: writeTime, isWrite: true, at: ports.now) != nil
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
    let number = snapshot(of: source)
    let entries = listings[Int(number) % listings.count].count
    let time = configuration.listTimePerEntry * Int64(entries)
    guard let delay = serve(for: time, isWrite: false, at: ports.now) else { return }
    totals.lists += 1
    watches[watcher.node.index].since = source.index + 1
    ports.listed(watcher, listing: number, after: delay)
  }

  mutating func watch<P: Ports>(_ watcher: WatcherID, _ isStream: Bool, _ ports: inout P) {
    let index = watcher.node.index
    guard waiting < configuration.connections else {
      totals.connectionsRefused += 1
      return
    }
    if !watches[index].isWaiting { waiting += 1 }
    watches[index].isWaiting = true
    watches[index].generation = watcher.generation
    watches[index].isStream = isStream
    totals.watchersPeak = max(totals.watchersPeak, waiting)
    catchUp(watcher, &ports)
  }

  mutating func cancel(_ watcher: WatcherID) {
    let index = watcher.node.index
    guard watches[index].isWaiting, watches[index].generation == watcher.generation else { return }
    watches[index].isWaiting = false
    waiting -= 1
  }

  /// Replays what the watcher has missed; repeats of a stored value are passed over.
  private mutating func catchUp<P: Ports>(_ watcher: WatcherID, _ ports: inout P) {
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
      if totals.corruptSince == nil {
        totals.corruptSince = now
        corruptKey = event.key
      }
    } else if corruptKey == event.key, let since = totals.corruptSince {
      totals.corruptLifetime = max(totals.corruptLifetime, now - since)
      totals.corruptSince = nil
      totals.corruptEndedAt = now
      corruptKey = nil
    }
  }

  // MARK: The server

  var writeTime: Duration {
    guard isDiskSlow else { return configuration.writeTime }
    return Duration(seconds: configuration.writeTime.seconds * configuration.slowDisk)
  }

  /// Takes a place in the server's queue; nil when it has no connection left.
  private mutating func serve(for time: Duration, isWrite: Bool, at now: Instant) -> Duration? {
    guard waiting < configuration.connections else {
      totals.connectionsRefused += 1
      return nil
    }
    totals.connectionsPeak = max(totals.connectionsPeak, waiting + 1)
    var start = max(now, busyUntil)
    if isWrite, let leaderBackAt { start = max(start, leaderBackAt) }
    busyUntil = limited(start + time, at: now)
    let delay = busyUntil - now
    totals.waitPeak = max(totals.waitPeak, delay)
    return delay
  }

  /// A year of work is for ever: extreme parameters must not lead past the end of time.
  private func limited(_ instant: Instant, at now: Instant) -> Instant {
    min(instant, now + .days(365))
  }

  mutating func begin<P: Ports>(_ fault: Fault, _ ports: inout P) {
    switch fault {
    case .leaderLost:
      leaderBackAt = ports.now + configuration.election
      ports.faultEnds(fault, after: configuration.election)
    case .memberPartitioned: stale = keyspace
    case .diskSlow: isDiskSlow = true
    }
  }

  mutating func end<P: Ports>(_ fault: Fault, _ ports: inout P) {
    switch fault {
    case .leaderLost: leaderBackAt = nil
    case .memberPartitioned:
      stale = nil
      // The member applies what it has missed, and its watchers learn of it.
      for index in watches.indices where watches[index].isWaiting && isMinority(index) {
        catchUp(
          WatcherID(
            node: ElixirNodeID(UInt16(index)), generation: watches[index].generation), &ports)
      }
    case .diskSlow: isDiskSlow = false
    }
  }

  /// The partitioned member's keyspace, for the watchers that talk to that member.
  private func staleSource(for watcher: WatcherID) -> Etcd.Keyspace? {
    isStale(watcher.node.index) ? stale : nil
  }

  /// Whether this Elixir or API node talks to the member that a partition cuts off.
  private func isMinority(_ index: Int) -> Bool { index % configuration.members == 0 }
  private func isStale(_ index: Int) -> Bool { stale != nil && isMinority(index) }

  /// Announces through the partitioned member find no quorum.
  private func isCutOff(_ announcement: Announcement) -> Bool {
    isStale(announcement.node.index)
  }

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

  /// Stores the directory's content under a number that fits a message.
  mutating func snapshot(of source: Etcd.Keyspace) -> UInt16 {
    let current = Int(listingNumber) % listings.count
    if listingIndices[current] == source.index { return listingNumber }
    listingNumber &+= 1
    let slot = Int(listingNumber) % listings.count
    listingIndices[slot] = source.index
    var entries: [Entry] = []
    for node in source.children(of: directory) {
      if let value = node.value { entries.append(Entry(key: node.key, value: value)) }
    }
    listings[slot] = entries
    return listingNumber
  }

  func entries(ofListing number: UInt16) -> [Entry] { listings[Int(number) % listings.count] }
}

extension EtcdCluster: Discovery.Contents {
  public func bytes(of value: Etcd.Value) -> [UInt8] { keyspace.bytes(of: value) }
  public func listing(_ number: UInt16) -> [Entry] { entries(ofListing: number) }
}
