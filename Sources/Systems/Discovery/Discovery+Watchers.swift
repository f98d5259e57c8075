import SimulationKernel

extension Discovery {
  mutating func start<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    watchers[node.index].view = EndpointView()
    watchers[node.index].tree = Supervision.Tree(
      configuration.tree, clockPhase: watchers[node.index].tree.clockPhase)
    follow(watchers[node.index].tree.start(at: ports.now), of: node, &ports)
  }

  /// Does what a tree's occurrences call for.
  private mutating func follow<P: Ports>(
    _ occurrences: [Supervision.Occurrence], of node: ElixirNodeID, _ ports: inout P
  ) {
    for occurrence in occurrences {
      switch occurrence {
      case .workerStarting(let child): begin(child, of: node, &ports)
      case .restartDelayed(let child):
        watchers[node.index].child = child
        watchers[node.index].state = .waitingToRestart
        ports.restartDelayDue(
          id(of: node), after: watchers[node.index].tree.configuration.restartDelay)
      case .supervisorGaveUp: totals.giveUps += 1
      case .workerTerminated, .workerRetired: leave(.down, node, &ports)
      case .applicationEnded(let nodeStops):
        leave(.down, node, &ports)
        totals.applicationsEnded += 1
        if nodeStops {
          totals.nodesLost += 1
          ports.nodeStopping(node)
        }
      case .supervisorStarting, .supervisorStarted, .supervisorFailedToStart, .supervisorStopped:
        break
      }
    }
  }

  /// A new process of the watcher: it lists; `init` returns before or after that.
  private mutating func begin<P: Ports>(
    _ child: Supervision.Child, of node: ElixirNodeID, _ ports: inout P
  ) {
    watchers[node.index].generation &+= 1
    watchers[node.index].child = child
    watchers[node.index].state = .listing
    watchers[node.index].mode = configuration.mode
    let watcher = id(of: node)
    let cycle = watchers[node.index].cycle
    ports.listRequested(watcher, after: cycle)
    ports.listTimeOutDue(watcher, after: cycle + configuration.listTimeout)
    // The wrapper of a restart delay starts the real watcher after its own `init`.
    let hasWrapper = watchers[node.index].tree.configuration.restartDelay > .zero
    watchers[node.index].isInitialising =
      configuration.crashIn == .initialisation && !hasWrapper
    if !watchers[node.index].isInitialising {
      follow(watchers[node.index].tree.childStarted(child, at: ports.now), of: node, &ports)
    }
  }

  /// The watcher's process is gone: its connection closes, and messages for it are void.
  private mutating func leave<P: Ports>(
    _ state: Watcher.State, _ node: ElixirNodeID, _ ports: inout P
  ) {
    if watchers[node.index].state == .watching { ports.watchCancelled(id(of: node)) }
    watchers[node.index].state = state
    watchers[node.index].generation &+= 1
  }

  private mutating func crash<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    totals.crashes += 1
    totals.firstCrashAt = totals.firstCrashAt ?? ports.now
    totals.lastCrashAt = ports.now
    watchers[node.index].hasCrashed = true
    leave(.down, node, &ports)
    let child = watchers[node.index].child
    follow(
      watchers[node.index].tree.childExited(child, .crash, at: ports.now), of: node, &ports)
  }

  mutating func resume<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher), watchers[watcher.node.index].state == .waitingToRestart else {
      return
    }
    let child = watchers[watcher.node.index].child
    follow(
      watchers[watcher.node.index].tree.delayElapsed(child, at: ports.now), of: watcher.node,
      &ports)
  }

  mutating func timeOut<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher), watchers[watcher.node.index].state == .listing else { return }
    crash(watcher.node, &ports)
  }

  mutating func listAgain<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher), watchers[watcher.node.index].state == .watching else { return }
    watchers[watcher.node.index].generation &+= 1
    watchers[watcher.node.index].state = .listing
    let again = id(of: watcher.node)
    ports.listRequested(again, after: watchers[watcher.node.index].cycle)
    ports.listTimeOutDue(
      again, after: watchers[watcher.node.index].cycle + configuration.listTimeout)
  }

  mutating func parse<P: Ports, C: Contents>(
    _ listing: UInt16, for watcher: EtcdCluster.WatcherID, _ contents: C, _ ports: inout P
  ) {
    let node = watcher.node
    guard isCurrent(watcher), watchers[node.index].state == .listing else { return }
    let parsed = parsed(listing, previous: watchers[node.index].view, contents)
    if parsed.bad > 0 {
      if configuration.onBadValue == .crash { return crash(node, &ports) }
      totals.entriesIgnored += parsed.bad
    }
    watchers[node.index].view = parsed.view
    watchers[node.index].state = .watching
    if watchers[node.index].isInitialising {
      watchers[node.index].isInitialising = false
      let child = watchers[node.index].child
      follow(watchers[node.index].tree.childStarted(child, at: ports.now), of: node, &ports)
    }
    watch(watcher, &ports)
    ports.nodeReady(node)
  }

  func watch<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    ports.watchRequested(watcher, isStream: watchers[watcher.node.index].mode == .stream)
  }

  mutating func parse<P: Ports, C: Contents>(
    _ key: Etcd.Key, _ value: Etcd.Value, for watcher: EtcdCluster.WatcherID, _ contents: C,
    _ ports: inout P
  ) {
    let node = watcher.node
    guard isCurrent(watcher), watchers[node.index].state == .watching else { return }
    if let endpoint = metadata.endpoint(of: value, contents) {
      set(key, to: endpoint, on: node)
    } else {
      switch configuration.onBadValue {
      case .crash: return crash(node, &ports)
      case .ignoreEntry:
        totals.entriesIgnored += 1
        set(key, to: nil, on: node)
      case .keepLastGood: totals.entriesIgnored += 1
      }
    }
    if watchers[watcher.node.index].mode == .longPoll { watch(watcher, &ports) }
  }

  mutating func remove<P: Ports>(
    _ key: Etcd.Key, for watcher: EtcdCluster.WatcherID, _ ports: inout P
  ) {
    guard isCurrent(watcher), watchers[watcher.node.index].state == .watching else { return }
    set(key, to: nil, on: watcher.node)
    if watchers[watcher.node.index].mode == .longPoll { watch(watcher, &ports) }
  }

  private mutating func set(_ key: Etcd.Key, to endpoint: APINodeID?, on node: ElixirNodeID) {
    if let old = learn(key, endpoint), old != endpoint { watchers[node.index].view.remove(old) }
    if let endpoint { watchers[node.index].view.insert(endpoint) }
  }

  /// Remembers which node a key stands for; returns which one it stood for.
  @discardableResult
  private mutating func learn(_ key: Etcd.Key, _ endpoint: APINodeID?) -> APINodeID? {
    let index = Int(key.rawValue)
    while nodesByKey.count <= index { nodesByKey.append(nil) }
    let old = nodesByKey[index]
    if let endpoint { nodesByKey[index] = endpoint }
    return old
  }

  /// The entries of a listing that parse, with the last good ones for those that do not where that
  /// is the policy.
  mutating func parsed<C: Contents>(
    _ listing: UInt16, previous: EndpointView, _ contents: C
  ) -> (view: EndpointView, bad: Int) {
    let keepsLast = configuration.onBadValue == .keepLastGood
    if let known = parsedListing, known.number == listing, !keepsLast || known.bad == 0 {
      return (known.view, known.bad)
    }
    var view = EndpointView()
    var bad = 0
    for entry in contents.listing(listing) {
      if let node = metadata.endpoint(of: entry.value, contents) {
        learn(entry.key, node)
        view.insert(node)
      } else {
        bad += 1
        if keepsLast, let last = learn(entry.key, nil), previous.contains(last) {
          view.insert(last)
        }
      }
    }
    parsedListing = (listing, view, bad)
    return (view, bad)
  }
}
