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
        processes[place(child, node)].child = child
        processes[place(child, node)].state = .waitingToRestart
        ports.restartDelayDue(
          id(of: node, Int(child.worker)),
          after: watchers[node.index].tree.configuration.restartDelay)
      case .supervisorGaveUp: totals.giveUps += 1
      case .workerTerminated(let child), .workerRetired(let child):
        leave(.down, node, Int(child.worker), &ports)
      case .applicationEnded(let nodeStops):
        for service in 0..<services { leave(.down, node, service, &ports) }
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

  /// A new process of a watcher: it lists; `init` returns before or after that.
  private mutating func begin<P: Ports>(
    _ child: Supervision.Child, of node: ElixirNodeID, _ ports: inout P
  ) {
    let place = place(child, node)
    processes[place].generation &+= 1
    processes[place].child = child
    processes[place].state = .listing
    processes[place].mode = configuration.mode
    let watcher = id(of: node, Int(child.worker))
    let cycle = watchers[node.index].cycle
    ports.listRequested(watcher, after: cycle)
    ports.listTimeOutDue(watcher, after: cycle + configuration.listTimeout)
    // The wrapper of a restart delay starts the real watcher after its own `init`.
    let hasWrapper = watchers[node.index].tree.configuration.restartDelay > .zero
    processes[place].isInitialising = configuration.crashIn == .initialisation && !hasWrapper
    if !processes[place].isInitialising {
      follow(watchers[node.index].tree.childStarted(child, at: ports.now), of: node, &ports)
    }
  }

  /// A watcher's process is gone: its connection closes, and messages for it are void.
  private mutating func leave<P: Ports>(
    _ state: Process.State, _ node: ElixirNodeID, _ service: Int, _ ports: inout P
  ) {
    let place = node.index * services + service
    if processes[place].state == .watching { ports.watchCancelled(id(of: node, service)) }
    processes[place].state = state
    processes[place].generation &+= 1
  }

  private mutating func crash<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    let node = watcher.node
    totals.crashes += 1
    totals.firstCrashAt = totals.firstCrashAt ?? ports.now
    totals.lastCrashAt = ports.now
    watchers[node.index].hasCrashed = true
    leave(.down, node, Int(watcher.service), &ports)
    let child = processes[place(watcher)].child
    follow(
      watchers[node.index].tree.childExited(child, .crash, at: ports.now), of: node, &ports)
  }

  mutating func resume<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher, .waitingToRestart) else { return }
    let child = processes[place(watcher)].child
    follow(
      watchers[watcher.node.index].tree.delayElapsed(child, at: ports.now), of: watcher.node,
      &ports)
  }

  mutating func timeOut<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher, .listing) else { return }
    crash(watcher, &ports)
  }

  mutating func listAgain<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    guard isCurrent(watcher, .watching) else { return }
    let place = place(watcher)
    processes[place].generation &+= 1
    processes[place].state = .listing
    let again = id(of: watcher.node, Int(watcher.service))
    let cycle = watchers[watcher.node.index].cycle
    ports.listRequested(again, after: cycle)
    ports.listTimeOutDue(again, after: cycle + configuration.listTimeout)
  }

  mutating func parse<P: Ports, C: Contents>(
    _ listing: UInt16, for watcher: EtcdCluster.WatcherID, _ contents: C, _ ports: inout P
  ) {
    guard isCurrent(watcher, .listing) else { return }
    let (node, place) = (watcher.node, place(watcher))
    let isAPI = watcher.service == 0
    let parsed = parsed(
      listing, of: Int(watcher.service),
      previous: isAPI ? watchers[node.index].view : EndpointView(), contents)
    if parsed.bad > 0 {
      if configuration.onBadValue == .crash { return crash(watcher, &ports) }
      totals.entriesIgnored += parsed.bad
    }
    if isAPI { watchers[node.index].view = parsed.view }
    processes[place].state = .watching
    if processes[place].isInitialising {
      processes[place].isInitialising = false
      let child = processes[place].child
      follow(watchers[node.index].tree.childStarted(child, at: ports.now), of: node, &ports)
    }
    watch(watcher, &ports)
    // The node needs the API, and every other service that it watches.
    let own = node.index * services..<(node.index + 1) * services
    if processes[own].allSatisfy({ $0.state == .watching }) { ports.nodeReady(node) }
  }

  func watch<P: Ports>(_ watcher: EtcdCluster.WatcherID, _ ports: inout P) {
    ports.watchRequested(watcher, isStream: processes[place(watcher)].mode == .stream)
  }

  mutating func parse<P: Ports, C: Contents>(
    _ key: Etcd.Key, _ value: Etcd.Value, for watcher: EtcdCluster.WatcherID, _ contents: C,
    _ ports: inout P
  ) {
    guard isCurrent(watcher, .watching) else { return }
    if let endpoint = metadata.endpoint(of: value, contents) {
      set(key, to: endpoint, for: watcher)
    } else {
      switch configuration.onBadValue {
      case .crash: return crash(watcher, &ports)
      case .ignoreEntry:
        totals.entriesIgnored += 1
        set(key, to: nil, for: watcher)
      case .keepLastGood: totals.entriesIgnored += 1
      }
    }
    if processes[place(watcher)].mode == .longPoll { watch(watcher, &ports) }
  }

  mutating func remove<P: Ports>(
    _ key: Etcd.Key, for watcher: EtcdCluster.WatcherID, _ ports: inout P
  ) {
    guard isCurrent(watcher, .watching) else { return }
    set(key, to: nil, for: watcher)
    if processes[place(watcher)].mode == .longPoll { watch(watcher, &ports) }
  }

  private mutating func set(
    _ key: Etcd.Key, to endpoint: APINodeID?, for watcher: EtcdCluster.WatcherID
  ) {
    guard watcher.service == 0 else { return }
    let node = watcher.node.index
    if let old = learn(key, endpoint), old != endpoint { watchers[node].view.remove(old) }
    if let endpoint { watchers[node].view.insert(endpoint) }
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

  /// The entries of a service's listing that parse, with the last good ones for those that do not
  /// where that is the policy.
  mutating func parsed<C: Contents>(
    _ listing: UInt16, of service: Int, previous: EndpointView, _ contents: C
  ) -> (view: EndpointView, bad: Int) {
    let keepsLast = configuration.onBadValue == .keepLastGood
    if let known = parsedListings[service], known.number == listing,
      !keepsLast || known.bad == 0
    {
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
    parsedListings[service] = (listing, view, bad)
    return (view, bad)
  }
}
