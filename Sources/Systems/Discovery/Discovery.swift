import SimulationKernel

/// Service discovery on every Elixir node: watchers of services' directories under OTP supervision.
///
/// A watcher lists the directory, parses every entry's metadata, then watches from the index and
/// parses each change. A value that it cannot parse crashes it; its supervisors restart it until
/// their restart intensity is exceeded; then the application ends and, if it is permanent, the node.
/// Modelled: the watcher's states, the parsing of the bytes that are stored, the supervision tree
/// (`Supervision.Tree`, held against recordings of OTP 25), each node's clock phase and speed. The
/// watcher of the API decides where calls go; those of other services are its siblings, which list
/// and restart with it as the strategy says. Left out: what the other services are for.
public struct Discovery: Sendable {
  /// What discovery asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func listRequested(_ watcher: EtcdCluster.WatcherID, after delay: Duration)
    mutating func listTimeOutDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration)
    mutating func watchRequested(_ watcher: EtcdCluster.WatcherID, isStream: Bool)
    mutating func watchCancelled(_ watcher: EtcdCluster.WatcherID)
    mutating func restartDelayDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration)
    mutating func nodeReady(_ node: ElixirNodeID)
    mutating func nodeStopping(_ node: ElixirNodeID)
    mutating func callRouted(_ call: RemoteCall, to node: APINodeID)
    mutating func callUnroutable(_ call: RemoteCall)
  }

  /// The bytes behind the numbers that messages carry: a message's content, looked up on arrival.
  public protocol Contents {
    func bytes(of value: Etcd.Value) -> [UInt8]
    func listing(_ number: UInt16) -> [EtcdCluster.Entry]
  }

  public enum Event: BitwiseCopyable, Sendable {
    case nodeStarted(ElixirNodeID)
    case listed(EtcdCluster.WatcherID, listing: UInt16)
    case listTimedOut(EtcdCluster.WatcherID)
    case changed(EtcdCluster.WatcherID, key: Etcd.Key, value: Etcd.Value)
    case removed(EtcdCluster.WatcherID, key: Etcd.Key)
    case historyCleared(EtcdCluster.WatcherID)
    case restartDelayElapsed(EtcdCluster.WatcherID)
    /// A process of the node wants an API node for this call.
    case endpointWanted(RemoteCall)
  }

  /// Counters of the run.
  public struct Totals: Sendable, Equatable {
    public var crashes = 0
    public var giveUps = 0
    public var nodesLost = 0
    public var applicationsEnded = 0
    public var entriesIgnored = 0
    public var firstCrashAt: Instant?
    public var lastCrashAt: Instant?
    public var unroutable = 0
  }

  /// The discovery application of a node.
  struct Watcher: Sendable {
    var tree: Supervision.Tree
    var hasCrashed = false
    /// Where to find the API: one entry per key that parsed.
    var view = EndpointView()
    let cycle: Duration
  }

  /// The watcher of one service on one node.
  struct Process: Sendable {
    enum State: UInt8, Sendable {
      case down, listing, watching, waitingToRestart
    }

    var child = Supervision.Child(worker: 0, incarnation: 0)
    var state = State.down
    var generation: UInt16 = 0
    /// Its process lists within `init`: its supervisor waits for the listing.
    var isInitialising = false
    /// How its process waits for changes: as was configured when it started.
    var mode = Mode.longPoll
  }

  public internal(set) var configuration: Configuration
  public internal(set) var totals = Totals()
  /// By node.
  var watchers: [Watcher] = []
  /// Node by node, service by service.
  var processes: [Process]
  let services: Int
  var metadata = MetadataCache()
  /// The API node that each key stood for when its value last parsed, by the key's number.
  var nodesByKey: [APINodeID?] = []
  /// The last listing of each service that was parsed, and what came of it.
  var parsedListings: [(number: UInt16, view: EndpointView, bad: Int)?]
  private let choices: RandomStream

  init(configuration: Configuration, nodes: Int, seed: UInt64) {
    self.configuration = configuration
    services = configuration.services.count
    processes = Array(repeating: Process(), count: nodes * services)
    parsedListings = Array(repeating: nil, count: services)
    choices = RandomStream(seed: seed, name: "discovery.endpoint")
    let cycles = RandomStream(seed: seed, name: "watcher.cycle")
    let phases = RandomStream(seed: seed, name: "supervision.clockPhase")
    for node in 0..<nodes {
      let phase =
        configuration.clockPhase
        ?? phases.uniform(upTo: .milliseconds(999), for: UInt64(node), draw: 0)
      let drawn = cycles.lognormal(
        median: configuration.cycleMedian, sigma: configuration.cycleSigma, for: UInt64(node),
        draw: 0)
      watchers.append(
        Watcher(
          tree: Supervision.Tree(configuration.tree, clockPhase: phase),
          cycle: min(max(drawn, configuration.cycleMin), configuration.cycleMax)))
    }
  }

  /// Nodes whose watcher of the API watches.
  public var watchingCount: Int {
    stride(from: 0, to: processes.count, by: services).reduce(0) {
      $0 + (processes[$1].state == .watching ? 1 : 0)
    }
  }
  public var crashedCount: Int {
    watchers.indices.reduce(0) { $0 + (watchers[$1].hasCrashed ? 1 : 0) }
  }

  /// Puts every watcher where a long quiet day has brought it: all entries known, and watching.
  mutating func start<P: Ports, C: Contents>(
    listing: UInt16, contents: C, through ports: inout P
  ) {
    let view = parsed(listing, of: 0, previous: EndpointView(), contents).view
    for index in watchers.indices {
      let node = ElixirNodeID(UInt16(index))
      var pending = watchers[index].tree.start(at: ports.now)
      while !pending.isEmpty {
        guard case .workerStarting(let child) = pending.removeFirst() else { continue }
        processes[place(child, node)].child = child
        pending += watchers[index].tree.childStarted(child, at: ports.now)
      }
      watchers[index].view = view
      for service in 0..<services {
        let place = index * services + service
        processes[place].state = .watching
        processes[place].mode = configuration.mode
        watch(id(of: node, service), &ports)
      }
    }
  }

  mutating func handle<P: Ports, C: Contents>(
    _ event: Event, contents: C, through ports: inout P
  ) {
    switch event {
    case .nodeStarted(let node): start(node, &ports)
    case .listed(let watcher, let listing): parse(listing, for: watcher, contents, &ports)
    case .listTimedOut(let watcher): timeOut(watcher, &ports)
    case .changed(let watcher, let key, let value):
      parse(key, value, for: watcher, contents, &ports)
    case .removed(let watcher, let key): remove(key, for: watcher, &ports)
    case .historyCleared(let watcher): listAgain(watcher, &ports)
    case .restartDelayElapsed(let watcher): resume(watcher, &ports)
    case .endpointWanted(let call): route(call, &ports)
    }
  }

  func id(of node: ElixirNodeID, _ service: Int = 0) -> EtcdCluster.WatcherID {
    EtcdCluster.WatcherID(
      node: node, service: UInt8(service),
      generation: processes[node.index * services + service].generation)
  }

  func place(_ watcher: EtcdCluster.WatcherID) -> Int {
    watcher.node.index * services + Int(watcher.service)
  }
  func place(_ child: Supervision.Child, _ node: ElixirNodeID) -> Int {
    node.index * services + Int(child.worker)
  }

  /// Whether a watcher's process is the one that runs, and in this state.
  func isCurrent(_ watcher: EtcdCluster.WatcherID, _ state: Process.State) -> Bool {
    let process = processes[place(watcher)]
    return process.generation == watcher.generation && process.state == state
  }

  private mutating func route<P: Ports>(_ call: RemoteCall, _ ports: inout P) {
    let count = watchers[call.caller.index].view.count
    guard count > 0 else {
      totals.unroutable += 1
      ports.callUnroutable(call)
      return
    }
    let pick = choices.integer(
      below: UInt64(count), for: call.entity, draw: UInt64(call.number))
    ports.callRouted(call, to: watchers[call.caller.index].view[Int(pick)])
  }
}

extension Discovery.Configuration {
  /// The supervision tree that these parameters describe.
  var tree: Supervision.Configuration {
    let level = Supervision.Level(
      strategy: strategy.otp, intensity: Int32(maxRestarts),
      period: Int32(maxSeconds.nanoseconds / 1_000_000_000))
    do {
      return try Supervision.Configuration(
        levels: Array(repeating: level, count: levels),
        workers: Array(repeating: .permanent, count: services.count),
        application: application.otp, restartDelay: restartDelay)
    } catch {
      preconditionFailure("checked parameters make a supervision tree: \(error)")
    }
  }
}
