import SimulationKernel

/// The Elixir fleet: nodes in clusters, the sessions and guilds that live on them, and their ring.
///
/// Modelled: node life (stop, crash dump, reboot by an operator or by itself, rejoin), placement by consistent
/// hashing with a ring that learns of deaths late, processor time that what lives on a node takes all
/// the time, that session and guild starts take, wanted or not, and that is taken by telling guilds
/// and presences of sessions that come and go; loss and reload of guilds with a limit of loads in
/// progress. Simplified: a node's schedulers are one backlog of work in order of arrival, and each
/// node gets its share of the ring of its cluster's work; the nodes of the guild cluster share one
/// queue of guilds to load, and their limits add up. Left out: messages one by one, presence content,
/// net splits, memory.
public struct Elixir: Sendable {
  /// What the fleet asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func nodeStopped(_ node: ElixirNodeID, after delay: Duration)
    mutating func nodeHalted(_ node: ElixirNodeID, after delay: Duration)
    mutating func ringLost(_ node: ElixirNodeID, after delay: Duration)
    mutating func ringJoined(_ node: ElixirNodeID, after delay: Duration)
    mutating func bootFinished(_ node: ElixirNodeID, after delay: Duration)
    /// The node's applications start: its discovery too.
    mutating func nodeStarted(_ node: ElixirNodeID)
    mutating func connectionLost(_ client: ClientID)
    mutating func sessionExpiryDue(_ client: ClientID, detachment: UInt8)
    mutating func call(_ call: RemoteCall, after delay: Duration)
    mutating func sessionReady(_ attempt: Attempt, after delay: Duration)
    mutating func sessionInvalid(_ attempt: Attempt)
    mutating func sessionFailedOnNode(_ attempt: Attempt)
    mutating func guildUnavailable(_ guild: GuildID)
    mutating func guildAvailable(_ guild: GuildID)
    mutating func guildLoadTimeOutDue(_ guild: GuildID, load: UInt16, after delay: Duration)
    mutating func guildRetryDue(_ guild: GuildID, load: UInt16, after delay: Duration)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case sessionRequested(Attempt, Deadline)
    case callAnswered(RemoteCall, ok: Bool)
    /// The node knows no API node that it could ask.
    case callUnroutable(RemoteCall)
    /// The node's permanent application ended: the runtime shuts down.
    case nodeStopping(ElixirNodeID)
    case nodeStopped(ElixirNodeID)
    /// The crash dump is written; the node can be restarted.
    case nodeHalted(ElixirNodeID)
    case ringLost(ElixirNodeID)
    case ringJoined(ElixirNodeID)
    /// Operators restart up to this many halted nodes.
    case restartRequested(count: UInt16)
    case booted(ElixirNodeID)
    /// The node's discovery has listed what it watches.
    case discoveryReady(ElixirNodeID)
    case guildLoadTimedOut(GuildID, load: UInt16)
    case guildRetryDue(GuildID, load: UInt16)
    /// Clients' connections close under sessions that live on.
    case connectionsDropped(share: Double)
    /// The resume window of a session without a connection is over.
    case sessionExpired(ClientID, detachment: UInt8)
  }

  public enum Status: UInt8, Sendable {
    case up, stopping, stopped, halted, booting, starting
  }

  struct Node: Sendable {
    let cluster: Cluster
    var status: Status = .up
    var hasStopped = false
    /// Part of its cluster's ring that the node owns.
    var share = 0.0
    /// Sessions or loaded guilds that live on the node.
    var residents = 0
    /// Processor time that has come and has not been spent, in seconds.
    var backlog = 0.0
    /// How much of what has come to the cluster is in the backlog, or was.
    var counted = 0.0
    var countedAt: Instant
  }

  enum GuildStatus: UInt8, Sendable {
    case loaded
    /// In the queue for a load.
    case pending
    case loading
    /// A load failed; the next is due later.
    case retrying
    /// Its node died and the ring does not know yet.
    case orphaned
  }

  /// Counters of the run; sessions, guilds and loads are simulated ones.
  public struct Totals: Sendable, Equatable {
    /// A node that stops twice counts twice.
    public var nodesStopped = 0
    /// Nodes that have stopped at least once.
    public var nodesLost = 0
    public var nodesRestarted = 0
    public var firstStopAt: Instant?
    public var lastStopAt: Instant?
    public var sessionsLost = 0
    public var sessionsStarted = 0
    public var sessionsTurnedAway = 0
    /// New sessions that nodes have begun.
    public var sessionsBegun = 0
    /// Those of them whose client has given up before the node comes to them.
    public var sessionsOverdue = 0
    public var guildsLost = 0
    public var guildLoads = 0
    public var guildLoadFailures = 0
    public var downPeak = 0
  }

  public internal(set) var configuration: Configuration
  public internal(set) var totals = Totals()
  var nodes: [Node] = []
  /// Nodes of each cluster that have ever stopped, by cluster.
  public internal(set) var stoppedByCluster = [0, 0, 0, 0]
  var rings: [HashRing] = []
  /// Numbers of each cluster's nodes, by cluster.
  var members: [Range<Int>] = []
  /// Processor time that has come to each cluster, in seconds of all users' (not of the sample's).
  var arrivedWork = [0.0, 0.0, 0.0, 0.0]
  /// Node on which each client's session lives, or `nowhere`.
  private(set) var homes: [UInt16]
  /// Clients that have a session.
  private(set) var sessionsAlive = 0
  /// Counts how often each session has lost its connection; its top bit says that it has none now.
  var detachments: [UInt8]
  var guildNodes: [UInt16]
  var guildStatus: [GuildStatus]
  var guildLoads: [UInt16]
  public internal(set) var guildsLoaded: Int
  /// Guilds that wait for a load.
  var pending = GuildQueue()
  /// Loads in progress; the limits of the guild nodes that are up added up.
  var loadPlaces: LoadPlaces
  public var loadsInProgress: Int { loadPlaces.taken }
  var loadLedger: Queueing.Ledger
  /// nil unless somebody wants to know how long calls take.
  var calls: CallLatencies?
  /// Nodes of each cluster that are up, by cluster.
  private(set) var upByCluster = [0, 0, 0, 0]
  /// Faults that dropped connections so far: numbers the draws.
  var drops: UInt64 = 0
  /// How many connections each of these closed.
  var dropped: [Int] = []
  static let nowhere = UInt16.max
  let scale: Scale
  let resumeCostShare: Double
  let guildsPerClient: Int
  let placements: RandomStream
  let guildPlacement: GuildPlacement
  let retries: RandomStream
  let guildOrder: RandomStream

  init(
    configuration: Configuration, clients: Int, resumeCostShare: Double, guildsPerClient: Int,
    scale: Scale, seed: UInt64, at now: Instant
  ) {
    self.configuration = configuration
    self.scale = scale
    self.resumeCostShare = resumeCostShare
    self.guildsPerClient = guildsPerClient
    placements = RandomStream(seed: seed, name: "elixir.placement")
    retries = RandomStream(seed: seed, name: "elixir.guildRetry")
    guildOrder = RandomStream(seed: seed, name: "elixir.guildOrder")
    loadPlaces = LoadPlaces(longestLoad: configuration.guildLoadTimeout, at: now)
    loadLedger = Queueing.Ledger(at: now)
    let hashes = RandomStream(seed: seed, name: "elixir.ring")
    for (cluster, count) in zip(Cluster.allCases, configuration.nodes) {
      let first = nodes.count
      for _ in 0..<count { nodes.append(Node(cluster: cluster, countedAt: now)) }
      members.append(first..<nodes.count)
      let ids = (first..<nodes.count).map { ElixirNodeID(UInt16($0)) }
      rings.append(HashRing(members: ids, hashes: hashes))
      upByCluster[Int(cluster.rawValue)] = count
    }
    guildPlacement = GuildPlacement(
      on: rings[Int(Cluster.guilds.rawValue)], offset: placements.bits(for: 0, draw: 1))
    let guilds = scale.count(configuration.guildCount)
    homes = Array(repeating: Self.nowhere, count: clients)
    detachments = Array(repeating: 0, count: clients)
    guildNodes = Array(repeating: Self.nowhere, count: guilds)
    guildStatus = Array(repeating: .loaded, count: guilds)
    guildLoads = Array(repeating: 0, count: guilds)
    guildsLoaded = guilds
    for client in homes.indices {
      let hash = placements.bits(for: UInt64(client), draw: 0)
      if let owner = rings[0].owner(of: hash) {
        setHome(of: ClientID(UInt32(client)), to: owner.rawValue)
      }
    }
    for guild in guildNodes.indices {
      let hash = guildPlacement.hash(of: GuildID(UInt32(guild)))
      if let owner = rings[1].owner(of: hash) {
        guildNodes[guild] = owner.rawValue
        nodes[owner.index].residents += 1
      }
    }
    for cluster in Cluster.allCases { shareOut(cluster, at: now) }
    resizeLoadPlaces(at: now)
  }

  public var nodeCount: Int { nodes.count }
  public var guildCount: Int { guildStatus.count }
  /// Nodes that run, whether they are stopping or not yet in the ring.
  public var nodesUp: Int {
    nodes.reduce(0) { $0 + ($1.status == .up || $1.status == .stopping ? 1 : 0) }
  }
  /// Changes a node's status; the only place that does.
  mutating func setStatus(of node: ElixirNodeID, _ status: Status, at now: Instant) {
    let cluster = nodes[node.index].cluster
    if nodes[node.index].status == .up { upByCluster[Int(cluster.rawValue)] -= 1 }
    if status == .up { upByCluster[Int(cluster.rawValue)] += 1 }
    nodes[node.index].status = status
    if cluster == .guilds { resizeLoadPlaces(at: now) }
  }

  /// Changes where a client's session lives; the only place that does.
  mutating func setHome(of client: ClientID, to home: UInt16) {
    let old = homes[client.index]
    if old != Self.nowhere {
      nodes[Int(old)].residents -= 1
      sessionsAlive -= 1
    }
    if home != Self.nowhere {
      nodes[Int(home)].residents += 1
      sessionsAlive += 1
    }
    homes[client.index] = home
  }

  /// Asks the API, once the node has come to it.
  mutating func ask<P: Ports>(_ call: RemoteCall, after delay: Duration, _ ports: inout P) {
    calls?.ask(call, at: ports.now + delay)
    ports.call(call, after: delay)
  }

  private mutating func finish<P: Ports>(_ call: RemoteCall, _ ok: Bool, _ ports: inout P) {
    call.kind == .session ? finishSession(call, ok, &ports) : finishLoad(call, ok, &ports)
  }

  public func status(of node: ElixirNodeID) -> Status { nodes[node.index].status }
  public func cluster(of node: ElixirNodeID) -> Cluster { nodes[node.index].cluster }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .sessionRequested(let attempt, let deadline): startSession(attempt, deadline, &ports)
    case .callAnswered(let call, let ok):
      calls?.answer(call, at: ports.now)
      finish(call, ok, &ports)
    case .callUnroutable(let call):
      calls?.forget(call)
      finish(call, false, &ports)
    case .nodeStopping(let node): beginStop(node, &ports)
    case .nodeStopped(let node): stop(node, &ports)
    case .nodeHalted(let node): halt(node, &ports)
    case .ringLost(let node): forget(node, &ports)
    case .ringJoined(let node): welcome(node, &ports)
    case .restartRequested(let count): restart(Int(count), &ports)
    case .booted(let node): start(node, &ports)
    case .discoveryReady(let node): becomeReady(node, &ports)
    case .guildLoadTimedOut(let guild, let load): failLoad(of: guild, load: load, &ports)
    case .guildRetryDue(let guild, let load): retry(guild, load: load, &ports)
    case .connectionsDropped(let share): dropConnections(share, &ports)
    case .sessionExpired(let client, let detachment): expire(client, detachment)
    }
  }

  /// What has been counted of the guilds that wait for a load or have one in progress.
  func loadStatistics(at now: Instant) -> Queueing.Statistics {
    loadLedger.statistics(at: now, waiting: pending.count, busy: loadsInProgress)
  }

  /// How many guilds are loaded, being loaded, and waiting for that.
  struct GuildTally: Equatable, Sendable, CustomStringConvertible {
    var loaded = 0
    var loading = 0
    var waiting = 0

    var description: String { "\(loaded) loaded, \(loading) loading and \(waiting) waiting" }
  }

  /// What the counters say.
  var guildTally: GuildTally {
    GuildTally(loaded: guildsLoaded, loading: loadsInProgress, waiting: pending.count)
  }

  /// What the guilds say, one by one.
  var guildCensus: GuildTally {
    guildStatus.withUnsafeBufferPointer { guilds in
      func count(_ status: GuildStatus) -> Int {
        ByteSum.of(guilds.count) { guilds[$0] == status ? 1 : 0 }
      }
      return GuildTally(
        loaded: count(.loaded), loading: count(.loading), waiting: count(.pending))
    }
  }

  /// Whether the counters agree with the guilds one by one.
  var areGuildsConserved: Bool { guildTally == guildCensus }
}
