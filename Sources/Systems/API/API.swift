import SimulationKernel

/// The API cluster: nodes that boot, announce themselves, serve, drain, and go.
///
/// Modelled: each node's life and announcing, a worker that is held while it works on a call, by the
/// call's class, and while it waits for the databases, read time-outs and retries, users' HTTP traffic
/// as workers that are busy on average.
/// Simplified: workers of all serving nodes form one pool, as behind a balancer that knows every
/// queue. Left out: deployments, memory, the HTTP requests one by one.
public struct API: Sendable {
  /// What the API cluster asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func bootFinished(_ node: APINodeID, after delay: Duration)
    mutating func drainFinished(_ node: APINodeID, after delay: Duration)
    mutating func announceDue(_ node: APINodeID, _ generation: UInt16, after delay: Duration)
    mutating func announced(_ announcement: Announcement)
    mutating func deregistered(_ node: APINodeID)
    mutating func utilisationDue(after delay: Duration)
    mutating func utilisationMeasured(parts: UInt32, settled: Int, fresh: Int, size: Int)
    mutating func read(
      _ read: ScyllaDB.Read, from cluster: ScyllaClusterID, after delay: Duration)
    mutating func readTimeOutDue(slot: UInt32, generation: UInt16, after delay: Duration)
    mutating func callAnswered(_ call: RemoteCall, ok: Bool)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case resized(to: UInt16)
    case booted(APINodeID)
    case drained(APINodeID)
    /// Nodes vanish without a word.
    case killed(count: UInt16)
    case announceDue(APINodeID, generation: UInt16)
    case announceAnswered(Announcement, AnnounceOutcome)
    case utilisationDue
    case callArrived(RemoteCall, at: APINodeID)
    case readAnswered(slot: UInt32, generation: UInt16, ok: Bool)
    case readTimedOut(slot: UInt32, generation: UInt16)
  }

  public enum Status: UInt8, Sendable {
    case booting, serving, draining, gone
  }

  struct Node: Sendable {
    var status: Status
    /// Counts the node's announce timers; an older timer is void.
    var announceGeneration: UInt16 = 0
    var announces: UInt16 = 0
    var isAwaitingAnswer = false
    var hasAnnounced = false
    var joinedAt: Instant
    /// Served before the run began.
    var isInitial = false
  }

  /// A worker's request in progress.
  struct Slot: Sendable {
    var call: RemoteCall
    var generation: UInt16
    var step: ScyllaClusterID
    var retries: UInt8
    /// Reads of the step that have not been answered.
    var left: UInt16
    /// The client's guilds whose reads are its own, where reads are coalesced.
    var ownGuilds: UInt32 = 0
  }

  /// Counters of the run, in simulated calls.
  public struct Totals: Sendable, Equatable {
    public var calls = 0
    public var refused = 0
    public var wrongNode = 0
    public var succeeded = 0
    public var failed = 0
    public var readTimeouts = 0
    public var announceFailures = 0
    public var remoteDisconnected = 0
    public var joins = 0
    public var leaves = 0
  }

  public internal(set) var configuration: Configuration
  public internal(set) var totals = Totals()
  public internal(set) var serving = 0
  public internal(set) var booting = 0
  public internal(set) var servingPeak = 0
  public internal(set) var pool: Queueing.ServerPool<RemoteCall>
  var nodes: [Node] = []
  /// Numbers of the nodes that are gone, from `goneFirst` on, the one that went first in front.
  var gone: [UInt16] = []
  var goneFirst = 0
  var slots: [Slot] = []
  var freeSlots: [UInt32] = []
  private var servedShare = 1.0
  private let scale: Scale
  var coalesce: Bool
  var readsInFlight: ReadsInFlight
  let identifyReads: Int
  let identifyWrites: Int
  let guildLoadReads: Int
  let guildLoadWrites: Int
  private let target: Double
  var interval: Duration
  var initialisation: Duration
  private let noise: RandomStream
  let drains: RandomStream
  private let announcePhases: RandomStream
  let readKeys: RandomStream
  let serviceTimes: RandomStream
  /// Reports of the utilisation so far: the number of the autoscaler's look.
  var reports: UInt64 = 0
  /// Retries that the budget allows now: each request to a database earns its share of one.
  var retryCredit: Double
  let retryCreditMax: Double

  init(
    configuration: Configuration, autoscaler: Autoscaler.Configuration, identifyReads: Int,
    identifyWrites: Int, guildLoadReads: Int, guildLoadWrites: Int, coalesce: Bool,
    memberships: Memberships, scale: Scale, seed: UInt64,
    at now: Instant
  ) {
    self.configuration = configuration
    self.identifyReads = identifyReads
    self.identifyWrites = identifyWrites
    self.guildLoadReads = guildLoadReads
    self.guildLoadWrites = guildLoadWrites
    self.coalesce = coalesce
    readsInFlight = ReadsInFlight(memberships)
    self.scale = scale
    // A hundred retries may come at once; the budget shrinks with the sample.
    retryCreditMax = max(1, scale.rate(100))
    retryCredit = retryCreditMax
    target = autoscaler.target
    interval = autoscaler.interval
    initialisation = autoscaler.initialisation
    noise = RandomStream(seed: seed, name: "api.load")
    drains = RandomStream(seed: seed, name: "api.drain")
    announcePhases = RandomStream(seed: seed, name: "api.announce.phase")
    readKeys = RandomStream(seed: seed, name: "api.reads")
    serviceTimes = RandomStream(seed: seed, name: "api.service")
    pool = Queueing.ServerPool(servers: 1, bound: 0, discipline: .fifo, opened: now)
  }

  /// Brings up the nodes that serve when the run starts; they have announced already.
  mutating func start<P: Ports>(through ports: inout P) {
    for index in 0..<configuration.nodesInitial {
      var node = Node(status: .serving, joinedAt: ports.now)
      node.hasAnnounced = true
      node.isInitial = true
      nodes.append(node)
      let phase = announcePhases.uniform(
        upTo: configuration.announceInterval, for: UInt64(index), draw: 0)
      ports.announceDue(APINodeID(UInt16(index)), 0, after: phase)
    }
    serving = configuration.nodesInitial
    servingPeak = serving
    resizePool(&ports)
    ports.utilisationDue(after: interval)
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .resized(let size): resize(to: Int(size), &ports)
    case .booted(let node): join(node, &ports)
    case .drained(let node): leave(node)
    case .killed(let count): kill(Int(count), &ports)
    case .announceDue(let node, let generation): announce(node, generation, &ports)
    case .announceAnswered(let announcement, let outcome): settle(announcement, outcome, &ports)
    case .utilisationDue: report(&ports)
    case .callArrived(let call, let node): accept(call, at: node, &ports)
    case .readAnswered(let slot, let generation, let ok): advance(slot, generation, ok, &ports)
    case .readTimedOut(let slot, let generation): timeOut(slot, generation, &ports)
    }
  }

  /// Ordinary traffic follows the users that are served.
  mutating func trafficChanged<P: Ports>(servedShare: Double, through ports: inout P) {
    self.servedShare = servedShare
    resizePool(&ports)
  }

  /// Workers, of all serving nodes and at full scale, that users' HTTP requests keep busy.
  func httpWorkers(at now: Instant) -> Double {
    let whole = Double(configuration.nodesInitial * configuration.workers) * target
    var load = configuration.loadCurve.load(at: now)
    if configuration.loadNoise > 0 {
      load *= 1 + configuration.loadNoise * (2 * noise.unit(for: 0, draw: reports) - 1)
    }
    return whole * load * servedShare
  }

  public func utilisation(at now: Instant) -> Double {
    let workers = Double(max(1, serving) * configuration.workers)
    let calls = scale.whole(pool.busy)
    return min(1, (httpWorkers(at: now) + calls) / workers)
  }
}

extension API {
  private mutating func report<P: Ports>(_ ports: inout P) {
    reports += 1
    resizePool(&ports)
    var fresh = 0
    for node in nodes
    where node.status == .serving && !node.isInitial && ports.now - node.joinedAt < initialisation {
      fresh += 1
    }
    ports.utilisationMeasured(
      parts: UInt32(utilisation(at: ports.now) * 1_000_000), settled: serving - fresh,
      fresh: fresh, size: serving + booting)
    ports.utilisationDue(after: interval)
  }

  mutating func resizePool<P: Ports>(_ ports: inout P) {
    let workers = Double(serving * configuration.workers)
    // Users' traffic shares the workers evenly; at least a twentieth is left for calls.
    let free = max(workers * 0.05, workers - httpWorkers(at: ports.now))
    pool.bound = scale.count(serving * configuration.queueBound)
    let started = pool.resize(to: max(1, scale.count(Int(free))), at: ports.now)
    for entry in started { begin(entry.job, &ports) }
  }
}
