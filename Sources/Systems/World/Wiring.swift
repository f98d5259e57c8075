import SimulationKernel

// Who talks to whom, and over which link: every port of every system, and whose event it becomes.
// Whoever reads this page knows the architecture of the simulated company.

// MARK: Users

extension Context: Clients.Ports where Event == OutageEvent {
  public mutating func connect(_ attempt: Attempt, after delay: Duration) {
    schedule(.gateway(.connectionArrived(attempt)), after: delay + access(attempt))
  }

  /// One way between a user and the gateway.
  @inline(__always)
  private func access(_ attempt: Attempt) -> Duration {
    environment.access.latency(of: attempt)
  }
}

extension Context: Gateway.Ports where Event == OutageEvent {
  // A refused client calls again after its back-off, which is a pure function of the attempt: its
  // next arrival is scheduled here at once, without an event at the client in between. These are
  // most events of an outage.
  public mutating func refused(_ attempt: Attempt) {
    // Now and then the client is told all the same: its table tells old attempts from new ones by
    // 16 bits of their number.
    guard attempt.number & 0x3FFF != 0 else { return sessionFailed(attempt) }
    let (next, delay) = environment.backoff.next(after: attempt)
    let way = access(attempt)
    schedule(.gateway(.connectionArrived(next)), after: way + delay + way)
  }
  public mutating func accepted(_ attempt: Attempt) {
    schedule(.clients(.attemptTimedOut(attempt)), after: environment.clientTimeout)
  }
  public mutating func sessionRequested(_ attempt: Attempt, deadline: Deadline) {
    schedule(
      .elixir(.sessionRequested(attempt, deadline)),
      after: environment.links.latency(
        .gatewayToSessions, for: UInt64(attempt.client.rawValue), draw: UInt64(attempt.number)))
  }
  public mutating func sessionOpened(_ attempt: Attempt) {
    schedule(.clients(.sessionOpened(attempt)), after: access(attempt))
  }
  public mutating func sessionInvalidated(_ attempt: Attempt) {
    schedule(.clients(.sessionInvalidated(attempt)), after: access(attempt))
  }
  public mutating func sessionFailed(_ attempt: Attempt) {
    schedule(.clients(.attemptFailed(attempt)), after: access(attempt))
  }
}

// MARK: Elixir

extension Context: Elixir.Ports where Event == OutageEvent {
  public mutating func nodeStopped(_ node: ElixirNodeID, after delay: Duration) {
    schedule(.elixir(.nodeStopped(node)), after: delay)
  }
  public mutating func nodeHalted(_ node: ElixirNodeID, after delay: Duration) {
    schedule(.elixir(.nodeHalted(node)), after: delay)
  }
  public mutating func ringLost(_ node: ElixirNodeID, after delay: Duration) {
    schedule(.elixir(.ringLost(node)), after: delay)
  }
  public mutating func ringJoined(_ node: ElixirNodeID, after delay: Duration) {
    schedule(.elixir(.ringJoined(node)), after: delay)
  }
  public mutating func bootFinished(_ node: ElixirNodeID, after delay: Duration) {
    schedule(.elixir(.booted(node)), after: delay)
  }
  public mutating func nodeStarted(_ node: ElixirNodeID) {
    schedule(.discovery(.nodeStarted(node)), after: .zero)
  }
  public mutating func connectionLost(_ client: ClientID) {
    schedule(.clients(.connectionLost(client)), after: .zero)
  }
  public mutating func sessionExpiryDue(_ client: ClientID, detachment: UInt8) {
    schedule(
      .elixir(.sessionExpired(client, detachment: detachment)), after: environment.resumeWindow)
  }
  /// Every call asks the node's discovery where the API is.
  public mutating func call(_ call: RemoteCall, after delay: Duration) {
    schedule(.discovery(.endpointWanted(call)), after: delay)
  }
  public mutating func sessionReady(_ attempt: Attempt, after delay: Duration) {
    schedule(.gateway(.sessionReady(attempt)), after: delay + answered(attempt))
  }
  public mutating func sessionInvalid(_ attempt: Attempt) {
    schedule(.gateway(.sessionInvalid(attempt)), after: answered(attempt))
  }
  public mutating func sessionFailedOnNode(_ attempt: Attempt) {
    schedule(.gateway(.sessionFailed(attempt)), after: answered(attempt))
  }

  /// How long a session node's answer is under way.
  private func answered(_ attempt: Attempt) -> Duration {
    environment.links.latency(
      .gatewayToSessions, for: UInt64(attempt.client.rawValue),
      draw: UInt64(attempt.number) | 1 << 16)
  }
  public mutating func guildUnavailable(_ guild: GuildID) {
    schedule(.clients(.guildUnavailable(guild)), after: .zero)
  }
  public mutating func guildAvailable(_ guild: GuildID) {
    schedule(.clients(.guildAvailable(guild)), after: .zero)
  }
  public mutating func guildLoadTimeOutDue(_ guild: GuildID, load: UInt16, after delay: Duration) {
    schedule(.elixir(.guildLoadTimedOut(guild, load: load)), after: delay)
  }
  public mutating func guildRetryDue(_ guild: GuildID, load: UInt16, after delay: Duration) {
    schedule(.elixir(.guildRetryDue(guild, load: load)), after: delay)
  }
}

extension Context: Discovery.Ports where Event == OutageEvent {
  public mutating func listRequested(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    schedule(.etcd(.listRequested(watcher)), after: delay + toEtcd(watcher))
  }
  public mutating func listTimeOutDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    schedule(.discovery(.listTimedOut(watcher)), after: delay)
  }
  public mutating func watchRequested(_ watcher: EtcdCluster.WatcherID, isStream: Bool) {
    schedule(.etcd(.watchRequested(watcher, isStream: isStream)), after: toEtcd(watcher))
  }
  public mutating func watchCancelled(_ watcher: EtcdCluster.WatcherID) {
    schedule(.etcd(.watchCancelled(watcher)), after: toEtcd(watcher))
  }
  public mutating func restartDelayDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    schedule(.discovery(.restartDelayElapsed(watcher)), after: delay)
  }
  public mutating func nodeReady(_ node: ElixirNodeID) {
    schedule(.elixir(.discoveryReady(node)), after: .zero)
  }
  public mutating func nodeStopping(_ node: ElixirNodeID) {
    schedule(.elixir(.nodeStopping(node)), after: .zero)
  }
  public mutating func callRouted(_ call: RemoteCall, to node: APINodeID) {
    schedule(
      .api(.callArrived(call, at: node)),
      after: environment.links.latency(
        .sessionsToAPI, for: call.entity, draw: UInt64(call.number)))
  }
  public mutating func callUnroutable(_ call: RemoteCall) {
    schedule(.elixir(.callUnroutable(call)), after: .zero)
  }

  private func toEtcd(_ watcher: EtcdCluster.WatcherID) -> Duration {
    environment.links.latency(
      .watchersToEtcd, for: watcher.entity, draw: UInt64(watcher.generation))
  }

  /// How long an answer or an event of etcd is under way; `draw` tells apart what may be lost.
  ///
  /// The latency is the connection's, so that nothing overtakes what was sent before it.
  fileprivate func fromEtcd(_ watcher: EtcdCluster.WatcherID, draw: UInt64) -> Duration {
    let generation = UInt64(watcher.generation)
    return environment.links.undisturbed(
      .watchersToEtcd, for: watcher.entity, draw: generation | 1 << 16)
      + environment.links.resent(
        .watchersToEtcd, for: watcher.entity, draw: generation | draw << 16)
  }
}

// MARK: API and databases

extension Context: API.Ports where Event == OutageEvent {
  public mutating func bootFinished(_ node: APINodeID, after delay: Duration) {
    schedule(.api(.booted(node)), after: delay)
  }
  public mutating func drainFinished(_ node: APINodeID, after delay: Duration) {
    schedule(.api(.drained(node)), after: delay)
  }
  public mutating func announceDue(
    _ node: APINodeID, _ generation: UInt16, after delay: Duration
  ) {
    schedule(.api(.announceDue(node, generation: generation)), after: delay)
  }
  public mutating func announced(_ announcement: Announcement) {
    schedule(.network(.connectionOpened(announcement)), after: .zero)
  }
  public mutating func deregistered(_ node: APINodeID) {
    schedule(.network(.deregistrationSent(node)), after: .zero)
  }
  public mutating func utilisationDue(after delay: Duration) {
    schedule(.api(.utilisationDue), after: delay)
  }
  /// The autoscaler sees a metric that is as old as its lag.
  public mutating func utilisationMeasured(parts: UInt32, settled: Int, fresh: Int, size: Int) {
    schedule(
      .autoscaler(
        .utilisationReported(
          parts: parts, settled: UInt16(clamping: settled), fresh: UInt16(clamping: fresh),
          size: UInt16(clamping: size))),
      after: environment.metricLag)
  }
  public mutating func read(
    _ read: ScyllaDB.Read, from cluster: ScyllaClusterID, after delay: Duration
  ) {
    schedule(
      .database(cluster, .readArrived(read)),
      after: delay
        + environment.links.latency(
          .apiToScylla, for: UInt64(read.key), draw: 0))
  }
  public mutating func readTimeOutDue(slot: UInt32, generation: UInt16, after delay: Duration) {
    schedule(.api(.readTimedOut(slot: slot, generation: generation)), after: delay)
  }
  public mutating func callAnswered(_ call: RemoteCall, ok: Bool) {
    schedule(
      .elixir(.callAnswered(call, ok: ok)),
      after: environment.links.latency(
        .sessionsToAPI, for: call.entity, draw: UInt64(call.number) | 1 << 16))
  }
}

extension Context: Autoscaler.Ports where Event == OutageEvent {
  public mutating func resized(to nodes: Int) {
    schedule(.api(.resized(to: UInt16(clamping: nodes))), after: .zero)
  }
}

extension Context: ScyllaDB.Ports where Event == OutageEvent {
  public mutating func readServed(
    _ read: ScyllaDB.Read, by cluster: ScyllaClusterID, after delay: Duration
  ) {
    schedule(.database(cluster, .readServed(read)), after: delay)
  }
  public mutating func readAnswered(_ read: ScyllaDB.Read, ok: Bool, after delay: Duration) {
    schedule(
      .api(.readAnswered(slot: read.slot, generation: read.generation, ok: ok)),
      after: delay
        + environment.links.latency(.apiToScylla, for: UInt64(read.key), draw: 1))
  }
  public mutating func repairDue(_ cluster: ScyllaClusterID, after delay: Duration) {
    schedule(.database(cluster, .repairDue), after: delay)
  }
  public mutating func repairOverDue(
    _ cluster: ScyllaClusterID, run: UInt16, after delay: Duration
  ) {
    schedule(.database(cluster, .repairOver(run: run)), after: delay)
  }
  public mutating func overloadCheckDue(_ cluster: ScyllaClusterID, after delay: Duration) {
    schedule(.database(cluster, .overloadCheckDue), after: delay)
  }
  public mutating func majorCompactionDue(_ cluster: ScyllaClusterID, after delay: Duration) {
    schedule(.database(cluster, .majorCompactionDue), after: delay)
  }
}

extension OutageEvent {
  static func database(_ cluster: ScyllaClusterID, _ event: ScyllaDB.Event) -> OutageEvent {
    switch cluster {
    case .sessions: .sessionsDatabase(event)
    case .guilds: .guildsDatabase(event)
    }
  }
}

// MARK: Announces and etcd

extension Context: Network.Ports where Event == OutageEvent {
  public mutating func announceArrived(_ announcement: Announcement, after delay: Duration) {
    schedule(.etcd(.announceArrived(announcement)), after: delay)
  }
  public mutating func announceCut(
    _ announcement: Announcement, through box: Etcd.Middlebox, after delay: Duration
  ) {
    schedule(.etcd(.announceCut(announcement, through: box)), after: delay)
  }
  public mutating func announceAnswered(
    _ announcement: Announcement, _ outcome: AnnounceOutcome, after delay: Duration
  ) {
    schedule(.api(.announceAnswered(announcement, outcome)), after: delay)
  }
  public mutating func deregistrationArrived(_ node: APINodeID, after delay: Duration) {
    schedule(.etcd(.deregistered(node)), after: delay)
  }
}

extension Context: EtcdCluster.Ports where Event == OutageEvent {
  public mutating func sweepDue(after delay: Duration) {
    schedule(.etcd(.sweepDue), after: delay)
  }
  public mutating func announceApplied(
    _ announcement: Announcement, status: UInt16, after delay: Duration
  ) {
    schedule(.network(.responseSent(announcement, status: status)), after: delay)
  }
  public mutating func announceHung(_ announcement: Announcement, after delay: Duration) {
    schedule(.api(.announceAnswered(announcement, .timedOut)), after: delay)
  }
  public mutating func listed(
    _ watcher: EtcdCluster.WatcherID, listing: UInt16, after delay: Duration
  ) -> Instant {
    let delay = delay + fromEtcd(watcher, draw: 1)
    schedule(.discovery(.listed(watcher, listing: listing)), after: delay)
    return now + delay
  }
  public mutating func eventDelivered(
    _ watcher: EtcdCluster.WatcherID, key: Etcd.Key, value: Etcd.Value?, after delay: Duration
  ) {
    let delay = delay + fromEtcd(watcher, draw: 3 | UInt64(key.rawValue) << 2)
    if let value {
      schedule(.discovery(.changed(watcher, key: key, value: value)), after: delay)
    } else {
      schedule(.discovery(.removed(watcher, key: key)), after: delay)
    }
  }
  public mutating func historyCleared(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    schedule(.discovery(.historyCleared(watcher)), after: delay + fromEtcd(watcher, draw: 2))
  }
  public mutating func faultEnds(_ fault: EtcdCluster.Fault, after delay: Duration) {
    schedule(.etcd(.faultEnded(fault)), after: delay)
  }
}

// MARK: People and faults

extension Context: People.Ports where Event == OutageEvent {
  public mutating func lookDue(after delay: Duration) {
    schedule(.people(.lookDue), after: delay)
  }
  public mutating func stepDue(_ step: UInt16, after delay: Duration) {
    schedule(.people(.stepDue(step)), after: delay)
  }
  public mutating func escalationDue(_ alert: UInt16, level: UInt8, after delay: Duration) {
    schedule(.people(.escalationDue(alert, level: level)), after: delay)
  }
  public mutating func nodesRestarted(count: Int) {
    schedule(.elixir(.restartRequested(count: UInt16(clamping: count))), after: .zero)
  }
  public mutating func throttleSet(rate: Double?) {
    schedule(.operations(.throttleSet(rate ?? -1)), after: .zero)
  }
  public mutating func repairSet(_ cluster: ScyllaClusterID, running: Bool) {
    schedule(.operations(.repairSet(cluster, running: running)), after: .zero)
  }
  public mutating func compactionThrottled(_ cluster: ScyllaClusterID, by share: Double) {
    schedule(.operations(.compactionThrottled(by: share, cluster)), after: .zero)
  }
  public mutating func connectionsRaised(to count: Int) {
    schedule(.operations(.connectionsRaised(UInt32(clamping: count))), after: .zero)
  }
  public mutating func deployed(_ step: UInt16) {
    schedule(.operations(.deployed(step: step)), after: .zero)
  }
  public mutating func rolledBack(_ step: UInt16) {
    schedule(.operations(.rolledBack(step: step)), after: .zero)
  }
}

extension Context: Faults.Ports where Event == OutageEvent {
  public mutating func faultDue(_ slot: UInt16, after delay: Duration) {
    schedule(.faults(.due(slot)), after: delay)
  }
  public mutating func faultOver(_ slot: UInt16, after delay: Duration) {
    schedule(.faults(.over(slot)), after: delay)
  }
  public mutating func etcdFault(_ fault: EtcdCluster.Fault, isOver: Bool) {
    schedule(.etcd(isOver ? .faultEnded(fault) : .faultBegan(fault)), after: .zero)
  }
  public mutating func databaseFault(
    _ cluster: ScyllaClusterID, _ fault: ScyllaDB.Fault, isOver: Bool
  ) {
    schedule(.database(cluster, isOver ? .faultEnded(fault) : .faultBegan(fault)), after: .zero)
  }
  public mutating func elixirNodesCrashed(first: ElixirNodeID, count: Int) {
    for offset in 0..<count {
      let node = ElixirNodeID(first.rawValue + UInt16(offset))
      schedule(.elixir(.nodeStopping(node)), after: .zero)
    }
  }
  public mutating func connectionsDropped(share: Double) {
    schedule(.elixir(.connectionsDropped(share: share)), after: .zero)
  }
  public mutating func linkChanged(_ link: Link, _ fault: LinkFault, isOver: Bool) {
    schedule(.network(.linkChanged(fault, on: link, isOver: isOver)), after: .zero)
  }
  public mutating func apiNodesKilled(count: Int) {
    schedule(.api(.killed(count: UInt16(clamping: count))), after: .zero)
  }
}

// MARK: Faults of links

/// What the one who waits does when a message vanishes.
enum WhenLost {
  /// It has a time-out of its own under way.
  case hasTimeout
  /// It waits for as long as the link is cut: nothing tells a watcher that its connection, idle most
  /// of the time, leads nowhere; TCP keeps what was sent and delivers it when the link is back. (A
  /// kernel gives up after about 15 minutes; not modelled.)
  case isHeld
  /// Its wait ends with this event, after that time.
  case fails(OutageEvent, after: Duration)
}

extension OutageEvent {
  /// The message that an event is the arrival of, and over which link; nil for what happens within a
  /// system, and for announces, whose connections the network keeps itself.
  var message: Network.Message? {
    switch self {
    case .etcd(.listRequested(let watcher)), .etcd(.watchRequested(let watcher, _)),
      .etcd(.watchCancelled(let watcher)):
      Network.Message(link: .watchersToEtcd, isAnswer: false, word: watcher.word)
    case .discovery(.listed(let watcher, _)), .discovery(.changed(let watcher, _, _)),
      .discovery(.removed(let watcher, _)), .discovery(.historyCleared(let watcher)):
      Network.Message(link: .watchersToEtcd, isAnswer: true, word: watcher.word)
    case .elixir(.sessionRequested(let attempt, _)):
      Network.Message(link: .gatewayToSessions, isAnswer: false, word: attempt.word)
    case .gateway(.sessionReady(let attempt)), .gateway(.sessionInvalid(let attempt)),
      .gateway(.sessionFailed(let attempt)):
      Network.Message(link: .gatewayToSessions, isAnswer: true, word: attempt.word)
    case .api(.callArrived(let call, _)):
      Network.Message(link: .sessionsToAPI, isAnswer: false, word: call.word)
    case .elixir(.callAnswered(let call, _)):
      Network.Message(link: .sessionsToAPI, isAnswer: true, word: call.word)
    case .sessionsDatabase(.readArrived(let read)), .guildsDatabase(.readArrived(let read)):
      Network.Message(link: .apiToScylla, isAnswer: false, word: UInt64(read.key))
    case .api(.readAnswered(let slot, let generation, _)):
      Network.Message(
        link: .apiToScylla, isAnswer: true, word: UInt64(slot) | UInt64(generation) << 32)
    case .clients, .gateway, .elixir, .discovery, .api, .autoscaler, .sessionsDatabase,
      .guildsDatabase, .network, .etcd, .people, .faults, .operations, .inTransit:
      nil
    }
  }

  /// The call that a request makes, where the caller could not tell a second answer from the first.
  ///
  /// Watchers, and API nodes that read, know an answer that they do not wait for.
  var awaited: DoubledCalls.Call? {
    switch self {
    case .elixir(.sessionRequested(let attempt, _)): .session(attempt)
    case .api(.callArrived(let call, _)): .remote(call)
    case .clients, .gateway, .elixir, .discovery, .api, .autoscaler, .sessionsDatabase,
      .guildsDatabase, .network, .etcd, .people, .faults, .operations, .inTransit:
      nil
    }
  }

  /// The call that a message answers, of those that `awaited` names.
  var answered: DoubledCalls.Call? {
    switch self {
    case .gateway(.sessionReady(let attempt)), .gateway(.sessionInvalid(let attempt)),
      .gateway(.sessionFailed(let attempt)):
      .session(attempt)
    case .elixir(.callAnswered(let call, _)): .remote(call)
    case .clients, .gateway, .elixir, .discovery, .api, .autoscaler, .sessionsDatabase,
      .guildsDatabase, .network, .etcd, .people, .faults, .operations, .inTransit:
      nil
    }
  }

  /// What follows when this message vanishes.
  func whenLost(in context: Context<OutageEvent>) -> WhenLost {
    switch self {
    case .etcd(.watchRequested), .etcd(.watchCancelled), .discovery(.changed),
      .discovery(.removed), .discovery(.historyCleared):
      .isHeld
    // Gateway and session nodes stop waiting for a call when its client does.
    case .elixir(.sessionRequested(let attempt, let deadline)):
      .fails(.gateway(.sessionFailed(attempt)), after: deadline.remaining(at: context.now))
    case .gateway(.sessionReady(let attempt)), .gateway(.sessionInvalid(let attempt)),
      .gateway(.sessionFailed(let attempt)):
      .fails(.gateway(.sessionFailed(attempt)), after: context.environment.clientTimeout)
    case .api(.callArrived(let call, _)), .elixir(.callAnswered(let call, _)):
      .fails(
        .elixir(.callAnswered(call, ok: false)), after: call.deadline.remaining(at: context.now))
    // Listings (`watcher.listTimeout`) and reads (`api.readTimeout`).
    case .clients, .gateway, .elixir, .discovery, .api, .autoscaler, .sessionsDatabase,
      .guildsDatabase, .network, .etcd, .people, .faults, .operations, .inTransit:
      .hasTimeout
    }
  }
}
