import SimulationKernel

extension EtcdCluster {
  /// A whole announce: both segments have arrived.
  mutating func apply<P: Ports>(
    _ announcement: Announcement, patience: Duration?, from client: Network.Announcer,
    _ ports: inout P
  ) {
    let delay = serveWrite(at: ports.now)
    guard !isStale(announcement.node.index) else {
      totals.staleRequests += 1
      if let patience { ports.announceHung(announcement, after: patience) }
      return
    }
    let status = perform(announcement, from: client, at: ports.now)
    publish(&ports)
    output.removeAll()
    if let patience, delay > patience { ports.announceHung(announcement, after: patience) }
    ports.announceApplied(announcement, status: status, after: delay)
  }

  /// Does what a whole announce asks for; the HTTP status of its answer.
  ///
  /// The bytes of a node's announces do not change from one to the next, nor what etcd's parser makes
  /// of them: the operation is kept, and carried out again. A new configuration is parsed anew.
  mutating func perform(
    _ announcement: Announcement, from client: Network.Announcer, at now: Instant
  ) -> UInt16 {
    guard let operation = operations[announcement] else {
      _ = key(of: announcement.node)
      var traffic = Etcd.Traffic()
      receive(
        request(of: announcement, from: client).sends, end: .open, at: now, into: &traffic)
      if traffic.operations.count == 1 { operations[announcement] = traffic.operations[0] }
      return traffic.status
    }
    do throws(Etcd.Failure) {
      let event = try store.keyspace.write(operation, now: now, into: &output)
      note(event, at: now)
      return UInt16(event.status)
    } catch {
      return UInt16(error.status)
    }
  }

  func request(
    of announcement: Announcement, from client: Network.Announcer
  ) -> AnnounceRequest {
    AnnounceRequest(
      path: Self.path(of: announcement.node),
      value: announcement.isRefresh ? nil : ServiceMetadata.text(of: announcement.node),
      configuration: configuration, segments: client.segments)
  }

  /// Lets the server read what comes on a new connection.
  ///
  /// - Returns: Whether it waits for more at the end.
  @discardableResult
  private mutating func receive(
    _ pieces: [[UInt8]], end: Etcd.StreamState, at now: Instant, into traffic: inout Etcd.Traffic
  ) -> Bool {
    var connection = Etcd.ServerConnection(handler: .etcd(configuration.formErrorPolicy))
    swap(&traffic.output, &output)
    for piece in pieces {
      connection.receive(piece, store: &store.keyspace, now: now, into: &traffic)
    }
    if end != .open { connection.end(end, store: &store.keyspace, now: now, into: &traffic) }
    swap(&traffic.output, &output)
    for case .reply(let reply) in traffic.sent {
      guard case .etcd(let response) = reply.body, case .changed(let event) = response.body else {
        continue
      }
      note(event, at: now)
    }
    return connection.isBusy
  }

  /// An announce that a box in the path has had in its hands: the bytes that it handed on decide.
  mutating func receive<P: Ports>(
    cut announcement: Announcement, through box: Etcd.Middlebox, patience: Duration?,
    from client: Network.Announcer, _ ports: inout P
  ) {
    let delay = serveWrite(at: ports.now)
    guard !isStale(announcement.node.index) else {
      totals.staleRequests += 1
      if box.passesAnswer, let patience { ports.announceHung(announcement, after: patience) }
      return
    }
    _ = key(of: announcement.node)
    let before = store.keyspace.index
    var traffic = Etcd.Traffic()
    let isWaiting = receive(
      [request(of: announcement, from: client).bytes(through: box)], end: box.endTowardsServer,
      at: ports.now, into: &traffic)
    // Nobody will ever send the rest, and the server has no time-out for it.
    if isWaiting { listener.open() }
    if store.keyspace.index == before { totals.cutRejected += 1 }
    publish(&ports)
    output.removeAll()
    guard box.passesAnswer else { return }
    if let patience, delay > patience { ports.announceHung(announcement, after: patience) }
    ports.announceApplied(announcement, status: traffic.status, after: delay)
  }

  mutating func deregister<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    guard !isStale(node.index) else {
      totals.staleRequests += 1
      return
    }
    _ = serveWrite(at: ports.now)
    var traffic = Etcd.Traffic()
    receive(
      AnnounceRequest(deleting: Self.path(of: node)).sends, end: .open, at: ports.now,
      into: &traffic)
    publish(&ports)
    output.removeAll()
  }

  mutating func list<P: Ports>(for watcher: WatcherID, _ ports: inout P) {
    let isStale = isStale(watcher.node.index)
    if isStale { totals.staleRequests += 1 }
    let index = isStale ? stale?.keyspace.index : store.keyspace.index
    guard let index, let number = snapshot(for: watcher.service, isStale: isStale, at: ports.now)
    else { return }
    let time = configuration.listTimePerEntry * Int64(listings[number].count)
    let delay = serve(for: time, at: ports.now)
    totals.lists += 1
    connections[place(of: watcher)].nextIndex = index + 1
    listings.keep(number, until: ports.listed(watcher, listing: number, after: delay))
  }

  // MARK: The server

  // Asked about every request. As calls, each would be given a copy of the whole cluster.

  @inline(__always)
  var writeTime: Duration {
    slowDisks > 0 ? configuration.slowedWriteTime : configuration.writeTime
  }

  private mutating func serveWrite(at now: Instant) -> Duration {
    if slowDisks > 0 { totals.slowWrites += 1 }
    return serve(for: writeTime, at: now)
  }

  /// Takes a place in the server's queue, on a connection that lasts as long as its request.
  private mutating func serve(for time: Duration, at now: Instant) -> Duration {
    listener.openBriefly()
    busyUntil = limited(max(now, busyUntil) + time, at: now)
    let delay = busyUntil - now
    totals.waitPeak = max(totals.waitPeak, delay)
    return delay
  }

  /// A year of work is for ever: extreme parameters must not lead past the end of time.
  @inline(__always)
  func limited(_ instant: Instant, at now: Instant) -> Instant {
    min(instant, now + .days(365))
  }

  /// Whether this Elixir or API node talks to the member that a partition cuts off.
  @inline(__always)
  func isMinority(_ index: Int) -> Bool { index % configuration.members == 0 }
  @inline(__always)
  func isStale(_ index: Int) -> Bool {
    if case nil = stale { return false }
    return isMinority(index)
  }
}

extension Etcd.Traffic {
  /// The status of the answer that reaches the client; 0 when the server closes without a word.
  fileprivate var status: UInt16 {
    for case .reply(let reply) in sent where reply.reachesClient { return UInt16(reply.status) }
    return 0
  }
}
