import SimulationKernel

/// Service discovery on every Elixir node: a watcher of the API's directory under OTP supervision.
///
/// A watcher lists the directory, parses every entry's metadata, then watches from the index and
/// parses each change. A value that it cannot parse crashes it; its supervisors restart it until
/// their restart intensity is exceeded; then the application ends and, if it is permanent, the node.
/// Modelled: the watcher's states, the parsing of the bytes that are stored, the supervision tree
/// (`Supervision.Tree`, held against recordings of OTP 25), each node's clock phase and speed.
/// Left out: watchers of other services.
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

  struct Watcher: Sendable {
    enum State: UInt8, Sendable {
      case down, listing, watching, waitingToRestart
    }

    var tree: Supervision.Tree
    var child = Supervision.Child(worker: 0, incarnation: 0)
    var state = State.down
    var generation: UInt16 = 0
    var hasCrashed = false
    /// Its process lists within `init`: its supervisor waits for the listing.
    var isInitialising = false
    /// How its process waits for changes: as was configured when it started.
    var mode = Mode.longPoll
    /// Where to find the API: one entry per key that parsed.
    var view = EndpointView()
    let cycle: Duration
  }

  public internal(set) var configuration: Configuration
  public internal(set) var totals = Totals()
  var watchers: [Watcher] = []
  var metadata = MetadataCache()
  /// The API node that each key stood for when its value last parsed, by the key's number.
  var nodesByKey: [APINodeID?] = []
  /// The last listing that was parsed, and what came of it.
  var parsedListing: (number: UInt16, view: EndpointView, bad: Int)?
  private let choices: RandomStream

  init(configuration: Configuration, nodes: Int, seed: UInt64) {
    self.configuration = configuration
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

  public var watchingCount: Int {
    // By index: a watcher's tree is not copied to look at its state.
    watchers.indices.reduce(0) { $0 + (watchers[$1].state == .watching ? 1 : 0) }
  }
  public var crashedCount: Int {
    watchers.indices.reduce(0) { $0 + (watchers[$1].hasCrashed ? 1 : 0) }
  }

  /// Puts every watcher where a long quiet day has brought it: all entries known, and watching.
  mutating func start<P: Ports, C: Contents>(
    listing: UInt16, contents: C, through ports: inout P
  ) {
    let view = parsed(listing, previous: EndpointView(), contents).view
    for index in watchers.indices {
      for occurrence in watchers[index].tree.start(at: ports.now) {
        guard case .workerStarting(let child) = occurrence else { continue }
        watchers[index].child = child
        _ = watchers[index].tree.childStarted(child, at: ports.now)
      }
      watchers[index].view = view
      watchers[index].state = .watching
      watchers[index].mode = configuration.mode
      watch(id(of: ElixirNodeID(UInt16(index))), &ports)
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

  func id(of node: ElixirNodeID) -> EtcdCluster.WatcherID {
    EtcdCluster.WatcherID(node: node, generation: watchers[node.index].generation)
  }

  func isCurrent(_ watcher: EtcdCluster.WatcherID) -> Bool {
    watchers[watcher.node.index].generation == watcher.generation
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
        levels: Array(repeating: level, count: levels), workers: [.permanent],
        application: application.otp, restartDelay: restartDelay)
    } catch {
      preconditionFailure("checked parameters make a supervision tree: \(error)")
    }
  }
}
