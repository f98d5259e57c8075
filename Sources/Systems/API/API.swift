import SimulationKernel

/// The API cluster: nodes that boot, announce themselves, serve, drain, and go.
///
/// Modelled: each node's life and announcing, a worker that is held while it waits for the
/// databases, read time-outs and retries, users' HTTP traffic as workers that are busy on average.
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
    mutating func read(_ read: ScyllaDB.Read, from cluster: ScyllaClusterID)
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
  public private(set) var totals = Totals()
  public private(set) var serving = 0
  public private(set) var booting = 0
  public private(set) var servingPeak = 0
  public private(set) var pool: Queueing.ServerPool<RemoteCall>
  private(set) var nodes: [Node] = []
  private var slots: [Slot] = []
  private var freeSlots: [UInt32] = []
  private var servedShare = 1.0
  private let scale: Scale
  var coalesce: Bool
  let identifyReads: Int
  let identifyWrites: Int
  let guildLoadReads: Int
  private let target: Double
  var interval: Duration
  var initialisation: Duration
  private let noise: RandomStream
  private let drains: RandomStream
  private let announcePhases: RandomStream
  private var reports: UInt64 = 0
  /// Retries that the budget allows now: each request to a database earns its share of one.
  private var retryCredit = API.retryCreditMax
  private static let retryCreditMax = 100.0

  init(
    configuration: Configuration, autoscaler: Autoscaler.Configuration, identifyReads: Int,
    identifyWrites: Int, guildLoadReads: Int, coalesce: Bool, scale: Scale, seed: UInt64,
    at now: Instant
  ) {
    self.configuration = configuration
    self.identifyReads = identifyReads
    self.identifyWrites = identifyWrites
    self.guildLoadReads = guildLoadReads
    self.coalesce = coalesce
    self.scale = scale
    target = autoscaler.target
    interval = autoscaler.interval
    initialisation = autoscaler.initialisation
    noise = RandomStream(seed: seed, name: "api.load")
    drains = RandomStream(seed: seed, name: "api.drain")
    announcePhases = RandomStream(seed: seed, name: "api.announce.phase")
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
  // MARK: Nodes

  private mutating func resize<P: Ports>(to size: Int, _ ports: inout P) {
    let change = size - serving - booting
    if change > 0 { grow(change, &ports) } else { shrink(-change, &ports) }
  }

  private mutating func grow<P: Ports>(_ count: Int, _ ports: inout P) {
    for _ in 0..<count where nodes.count < Int(UInt16.max) {
      let node = APINodeID(UInt16(nodes.count))
      nodes.append(Node(status: .booting, joinedAt: ports.now))
      booting += 1
      ports.bootFinished(node, after: configuration.bootTime)
    }
  }

  private mutating func shrink<P: Ports>(_ count: Int, _ ports: inout P) {
    for _ in 0..<count where serving > 1 {
      // Any serving node may go: walk from a drawn place to the next that serves.
      let start = drains.integer(
        below: UInt64(nodes.count), for: UInt64(totals.leaves), draw: 0)
      var index = Int(start)
      while nodes[index].status != .serving { index = (index + 1) % nodes.count }
      let node = APINodeID(UInt16(index))
      nodes[index].status = .draining
      nodes[index].announceGeneration &+= 1
      serving -= 1
      totals.leaves += 1
      ports.deregistered(node)
      ports.drainFinished(node, after: configuration.drainTime)
    }
    resizePool(&ports)
  }

  /// Nodes that vanish: their keys stay until they expire.
  private mutating func kill<P: Ports>(_ count: Int, _ ports: inout P) {
    var left = count
    for index in nodes.indices where left > 0 && nodes[index].status == .serving {
      nodes[index].status = .gone
      nodes[index].announceGeneration &+= 1
      serving -= 1
      left -= 1
    }
    resizePool(&ports)
  }

  private mutating func join<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    nodes[node.index].status = .serving
    nodes[node.index].joinedAt = ports.now
    booting -= 1
    serving += 1
    servingPeak = max(servingPeak, serving)
    totals.joins += 1
    resizePool(&ports)
    announce(node, nodes[node.index].announceGeneration, &ports)
  }

  private mutating func leave(_ node: APINodeID) {
    nodes[node.index].status = .gone
  }

  // MARK: Announcing

  private mutating func announce<P: Ports>(
    _ node: APINodeID, _ generation: UInt16, _ ports: inout P
  ) {
    guard nodes[node.index].status == .serving,
      nodes[node.index].announceGeneration == generation
    else { return }
    nodes[node.index].announces &+= 1
    nodes[node.index].isAwaitingAnswer = true
    let isRefresh = configuration.announceKind == .refresh && nodes[node.index].hasAnnounced
    ports.announced(
      Announcement(
        node: node, number: nodes[node.index].announces, isFirst: !nodes[node.index].hasAnnounced,
        isRefresh: isRefresh))
  }

  private mutating func settle<P: Ports>(
    _ announcement: Announcement, _ outcome: AnnounceOutcome, _ ports: inout P
  ) {
    let index = announcement.node.index
    guard nodes[index].status == .serving, nodes[index].announces == announcement.number,
      nodes[index].isAwaitingAnswer
    else { return }
    nodes[index].isAwaitingAnswer = false
    if outcome == .stored {
      nodes[index].hasAnnounced = true
      ports.announceDue(
        announcement.node, nodes[index].announceGeneration, after: configuration.announceInterval)
    } else {
      totals.announceFailures += 1
      if outcome == .remoteDisconnected { totals.remoteDisconnected += 1 }
      // A refresh of a key that is not there any more must become a whole announce.
      if announcement.isRefresh { nodes[index].hasAnnounced = false }
      ports.announceDue(
        announcement.node, nodes[index].announceGeneration,
        after: configuration.announceRetryDelay)
    }
  }

  // MARK: Utilisation

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

  private mutating func resizePool<P: Ports>(_ ports: inout P) {
    let workers = Double(serving * configuration.workers)
    // Users' traffic shares the workers evenly; at least a twentieth is left for calls.
    let free = max(workers * 0.05, workers - httpWorkers(at: ports.now))
    pool.bound = scale.count(serving * configuration.queueBound)
    let started = pool.resize(to: max(1, scale.count(Int(free))), at: ports.now)
    for entry in started { begin(entry.job, &ports) }
  }

  // MARK: Calls

  private mutating func accept<P: Ports>(
    _ call: RemoteCall, at node: APINodeID, _ ports: inout P
  ) {
    totals.calls += 1
    guard nodes[node.index].status == .serving else {
      totals.wrongNode += 1
      ports.callAnswered(call, ok: false)
      return
    }
    switch pool.arrive(call, at: ports.now) {
    case .refused:
      totals.refused += 1
      ports.callAnswered(call, ok: false)
    case .queued: break
    case .started: begin(call, &ports)
    }
  }

  private mutating func begin<P: Ports>(_ call: RemoteCall, _ ports: inout P) {
    let step: ScyllaClusterID = call.kind == .session ? .sessions : .guilds
    let index: UInt32
    if let free = freeSlots.popLast() {
      index = free
      slots[Int(free)].call = call
      slots[Int(free)].step = step
    } else {
      index = UInt32(slots.count)
      slots.append(Slot(call: call, generation: 0, step: step, retries: 0, left: 0))
    }
    beginStep(index, &ports)
  }

  private mutating func beginStep<P: Ports>(_ index: UInt32, _ ports: inout P) {
    slots[Int(index)].retries = 0
    slots[Int(index)].left = UInt16(readCount(of: slots[Int(index)]))
    read(index, &ports)
  }

  /// Asks for the next batch of the step's reads.
  private mutating func read<P: Ports>(_ index: UInt32, _ ports: inout P) {
    let slot = slots[Int(index)]
    let reads = min(Int(slot.left), configuration.readBatch)
    // A session's row is written once, however small the batches are.
    let isFirstBatch =
      slot.call.kind == .session && slot.step == .sessions && Int(slot.left) == readCount(of: slot)
    retryCredit = min(Self.retryCreditMax, retryCredit + configuration.retryBudget)
    ports.read(
      ScyllaDB.Read(
        slot: index, generation: slot.generation, reads: UInt16(reads),
        writes: isFirstBatch ? UInt8(identifyWrites) : 0,
        deadline: slot.call.deadline),
      from: slot.step)
    ports.readTimeOutDue(
      slot: index, generation: slot.generation, after: configuration.readTimeout)
  }

  private func readCount(of slot: Slot) -> Int {
    if slot.call.kind == .guild { return guildLoadReads }
    let ofSessions = Int(Double(identifyReads) * configuration.sessionReadsShare + 0.5)
    if slot.step == .sessions { return max(1, ofSessions) }
    // Coalesced, all but one of the guild reads are shared with somebody else's in flight.
    return coalesce ? 1 : max(1, identifyReads - ofSessions)
  }

  private mutating func advance<P: Ports>(
    _ index: UInt32, _ generation: UInt16, _ ok: Bool, _ ports: inout P
  ) {
    guard slots[Int(index)].generation == generation else { return }
    slots[Int(index)].generation &+= 1
    guard ok else { return finish(index, ok: false, &ports) }
    slots[Int(index)].left -= min(slots[Int(index)].left, UInt16(configuration.readBatch))
    let isSession = slots[Int(index)].call.kind == .session
    if slots[Int(index)].left > 0 {
      slots[Int(index)].retries = 0
      read(index, &ports)
    } else if isSession && slots[Int(index)].step == .sessions {
      slots[Int(index)].step = .guilds
      beginStep(index, &ports)
    } else {
      finish(index, ok: true, &ports)
    }
  }

  private mutating func timeOut<P: Ports>(
    _ index: UInt32, _ generation: UInt16, _ ports: inout P
  ) {
    guard slots[Int(index)].generation == generation else { return }
    slots[Int(index)].generation &+= 1
    totals.readTimeouts += 1
    if Int(slots[Int(index)].retries) < configuration.readRetries, retryCredit >= 1 {
      retryCredit -= 1
      slots[Int(index)].retries += 1
      read(index, &ports)
    } else {
      finish(index, ok: false, &ports)
    }
  }

  private mutating func finish<P: Ports>(_ index: UInt32, ok: Bool, _ ports: inout P) {
    let call = slots[Int(index)].call
    freeSlots.append(index)
    if ok { totals.succeeded += 1 } else { totals.failed += 1 }
    if let next = pool.release(at: ports.now) { begin(next.job, &ports) }
    ports.callAnswered(call, ok: ok)
  }
}
