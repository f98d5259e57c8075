import SimulationKernel

/// One ScyllaDB cluster: a pool of shards behind a bounded queue, with repair and compaction.
///
/// Modelled: shards as servers, ordinary traffic, repair and major compactions, with their schedules,
/// and compaction in the background as shares of every shard's time (so they stretch each read), quorum
/// reads with nodes down, a slow node and a hot partition, for a whole run or as faults that begin and
/// heal, and work that outlives its client: a request that has started or queued is served even when
/// nobody waits for it any more, which is what makes an overload last. Left out: rows, tokens,
/// caches, memtables.
public struct ScyllaDB: Sendable {
  /// What a cluster asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func readServed(_ read: Read, by cluster: ScyllaClusterID, after delay: Duration)
    mutating func readAnswered(_ read: Read, ok: Bool, after delay: Duration)
    mutating func repairDue(_ cluster: ScyllaClusterID, after delay: Duration)
    mutating func repairOverDue(_ cluster: ScyllaClusterID, run: UInt16, after delay: Duration)
    mutating func overloadCheckDue(_ cluster: ScyllaClusterID, after delay: Duration)
    mutating func majorCompactionDue(_ cluster: ScyllaClusterID, after delay: Duration)
  }

  /// A batch of reads for one request, done one after the other by one shard.
  public struct Read: Hashable, BitwiseCopyable, Sendable {
    /// Slot of the API worker that waits, and its use count.
    let slot: UInt32
    /// Numbers the draws of this read: a hash of what it is for, not of who read before.
    let key: UInt32
    let generation: UInt16
    /// When whoever asked in the end stops waiting.
    let deadline: Deadline
    let reads: UInt8
    /// Writes that come with the reads.
    var writes: UInt8 = 0

    var word: UInt64 {
      UInt64(slot) | UInt64(key) << 32 ^ UInt64(generation) << 16 ^ UInt64(deadline.tenths) << 8
        ^ UInt64(reads) << 44 ^ UInt64(writes) << 36
    }
  }

  public enum Event: BitwiseCopyable, Sendable {
    case readArrived(Read)
    case readServed(Read)
    case overloadCheckDue
    /// The schedule's next repair starts.
    case repairDue
    /// A repair has come to its end, if it is still this run.
    case repairOver(run: UInt16)
    case faultBegan(Fault)
    case faultEnded(Fault)
    /// The schedule's next major compaction starts.
    case majorCompactionDue
  }

  public struct Totals: Sendable, Equatable {
    public var arrived = 0
    public var refused = 0
    public var unavailable = 0
    public var served = 0
    /// Served after the one who asked had given up.
    public var wasted = 0
    /// Waited for a node that went down, and were never answered.
    public var lost = 0
  }

  public let cluster: ScyllaClusterID
  public internal(set) var configuration: Configuration
  public private(set) var pool: Queueing.ServerPool<Read>
  public internal(set) var totals = Totals()
  var repair: Repair
  var majorCompaction: MajorCompaction
  var damage = Damage()
  /// Whether the next look at the load is on its way.
  var watchesOverload = false
  /// What had been counted at the last look at the load.
  var countedAtLook = Queueing.Statistics()
  /// Share of all users who are served: their ordinary traffic loads the cluster.
  private var servedShare = 1.0
  private let serviceTimes: RandomStream
  private let replicas: RandomStream
  let outages: RandomStream
  /// Exact shards over simulated ones: keeps the capacity where the scale rounds their number.
  private var roundingFactor: Double
  /// Nodes that serve while nothing is broken, over those that serve now: the same traffic on fewer.
  private var crowding = 1.0
  /// Shard-seconds that a stretched shard was idle, for reads to come: at most the longest read's.
  private var idle = 0.0
  private var longestRead = 0.0
  private var idleCountedAt: Instant
  private let scale: Scale
  private var hotFreeAt: Instant

  init(
    _ cluster: ScyllaClusterID, configuration: Configuration, scale: Scale, seed: UInt64,
    at now: Instant
  ) {
    self.cluster = cluster
    self.configuration = configuration
    self.scale = scale
    let up = max(1, configuration.nodes - configuration.nodesDown)
    let servers: Int
    (servers, roundingFactor) = Self.servers(for: up * configuration.shards, scale)
    pool = Queueing.ServerPool(
      servers: servers, bound: scale.count(configuration.queueBound), discipline: .fifo,
      opened: now)
    repair = Repair(isUnderWay: configuration.repairRunning)
    majorCompaction = MajorCompaction(configuration, at: now)
    serviceTimes = RandomStream(seed: seed, name: "scylla.\(cluster.name).service")
    replicas = RandomStream(seed: seed, name: "scylla.\(cluster.name).replicas")
    outages = RandomStream(seed: seed, name: "scylla.\(cluster.name).outages")
    hotFreeAt = now
    idleCountedAt = now
  }

  public var isRepairing: Bool { repair.isRunning }
  /// Share of every shard's time that repair takes now; zero when none runs.
  public var repairLoad: Double {
    isRepairing ? configuration.repairShare * repairJobsShare : 0
  }

  mutating func start<P: Ports>(through ports: inout P) {
    startRepairs(through: &ports)
    startCompactions(through: &ports)
    watchOverload(through: &ports)
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .readArrived(let read): arrive(read, &ports)
    case .readServed(let read): serve(read, &ports)
    case .overloadCheckDue: checkOverload(&ports)
    case .repairDue: beginScheduledRepair(&ports)
    case .repairOver(let run): repair.end(run: run)
    case .faultBegan(let fault): change(fault, isOver: false, &ports)
    case .faultEnded(let fault): change(fault, isOver: true, &ports)
    case .majorCompactionDue: beginScheduledCompaction(&ports)
    }
  }

  /// Simulated shards, and how many exact ones over those.
  private static func servers(for shards: Int, _ scale: Scale) -> (count: Int, rounding: Double) {
    let count = scale.count(shards)
    return (count, Double(count) / (Double(shards) * scale.fraction))
  }

  /// The nodes that serve have become fewer or more.
  ///
  /// - Returns: The reads that new shards start.
  mutating func resizeShards(at now: Instant) -> [Read] {
    countIdle(at: now)
    let usual = max(1, configuration.nodes - configuration.nodesDown)
    crowding = Double(usual) / Double(nodesServing)
    let servers: Int
    (servers, roundingFactor) = Self.servers(for: nodesServing * configuration.shards, scale)
    return pool.resize(to: servers, at: now).map(\.job)
  }

  /// - Returns: How many reads that wait are lost.
  mutating func loseWaiting(at now: Instant, where isLost: (Read) -> Bool) -> Int {
    pool.lose(at: now, where: isLost)
  }

  mutating func trafficChanged(servedShare: Double) {
    self.servedShare = servedShare
  }

  /// Share of every shard's time that is not free for requests, at most 95 %.
  func occupiedShare(at now: Instant) -> Double {
    var share = configuration.load * servedShare * crowding + configuration.compactionShare
    share += repairLoad
    return min(share + majorCompactionShare(at: now), 0.95)
  }

  /// Share of the shards' time in use since an earlier count, 1 is saturated; where no time has
  /// passed, that of this instant.
  ///
  /// A sample may have a single server, which is busy or idle at an instant and nothing between.
  public func utilisation(since earlier: Queueing.Statistics, at now: Instant) -> Double {
    let busy =
      pool.statistics(at: now).utilisation(since: earlier)
      ?? Double(min(pool.busy, pool.servers)) / Double(pool.servers)
    let occupied = occupiedShare(at: now)
    return occupied + (1 - occupied) * busy
  }

  /// Intensity, rounded down to whole jobs of the floor(nodes / RF) that can run side by side.
  private var repairJobsShare: Double {
    let most = max(1, configuration.nodes / configuration.replicationFactor)
    let jobs = Int(Double(most) * configuration.repairIntensity)
    return configuration.repairIntensity <= 0 ? 0 : Double(max(1, jobs)) / Double(most)
  }

  private mutating func arrive<P: Ports>(_ read: Read, _ ports: inout P) {
    totals.arrived += 1
    if !hasQuorum(read) {
      totals.unavailable += 1
      ports.readAnswered(read, ok: false, after: .zero)
      return
    }
    countIdle(at: ports.now)
    switch pool.arrive(read, at: ports.now) {
    case .refused:
      totals.refused += 1
      ports.readAnswered(read, ok: false, after: .zero)
    case .queued: break
    case .started: begin(read, &ports)
    }
  }

  mutating func begin<P: Ports>(_ read: Read, _ ports: inout P) {
    let time = serviceTime(of: read, at: ports.now)
    // A small scale rounds few shards to whole ones: the capacity stays exact by keeping the shard
    // busy longer, or shorter, than the read takes; the answer comes when the read is done.
    ports.readServed(read, by: cluster, after: occupation(by: time))
    ports.readAnswered(read, ok: true, after: time)
    if read.deadline.hasPassed(at: ports.now + time) { totals.wasted += 1 }
  }

  private mutating func serve<P: Ports>(_ read: Read, _ ports: inout P) {
    totals.served += 1
    countIdle(at: ports.now)
    if let next = pool.release(at: ports.now) { begin(next.job, &ports) }
  }

  /// How long a read that takes this time keeps its shard busy.
  ///
  /// A stretched shard stands for a part of one. With so few requests in a sample it is idle now and
  /// then, between two that wait for each other, while of the many shards that it stands for each
  /// would have had another request. It makes up for that: the next reads stretch so much less.
  private mutating func occupation(by time: Duration) -> Duration {
    let stretched = time.seconds * roundingFactor
    let madeUp = min(idle, max(0, stretched - time.seconds))
    longestRead = max(longestRead, stretched)
    idle -= madeUp
    return Self.span(stretched - madeUp)
  }

  private mutating func countIdle(at now: Instant) {
    let free = Double(max(0, pool.servers - pool.busy))
    idle = min(longestRead, idle + free * (now - idleCountedAt).seconds)
    idleCountedAt = now
  }

  /// Reads are exponential each, so a batch of n takes a gamma-distributed time.
  private mutating func serviceTime(of read: Read, at now: Instant) -> Duration {
    var mean = configuration.readTime.seconds * Double(read.reads)
    mean += configuration.writeTime.seconds * Double(read.writes)
    mean /= 1 - occupiedShare(at: now)
    if slowness > 0 {
      // A majority of RF replicas contains a slow node for this share of the reads.
      let quorum = Double(configuration.replicationFactor / 2 + 1)
      let share = quorum / Double(configuration.nodes)
      mean *= 1 + share * slowness
    }
    let time = serviceTimes.gamma(
      shape: Int(read.reads), mean: Self.span(mean), for: UInt64(read.key), draw: 0)
    guard hotPartitionShare > 0 else { return time }
    // The hot partition lives on one shard of each replica: those few serve its reads in turn.
    let hot = mean * hotPartitionShare
    let hotShards = Double(configuration.replicationFactor) * scale.fraction
    hotFreeAt = min(max(now, hotFreeAt), now + Self.spanMax) + Self.span(hot / hotShards)
    return max(time, hotFreeAt - now)
  }

  /// A year: what extreme parameters come to on a tiny scale, far beyond any run, still adds up.
  private static var spanMax: Duration { .days(365) }

  private static func span(_ seconds: Double) -> Duration {
    min(Duration(seconds: min(seconds, 1e9)), spanMax)
  }

  /// Whether a majority of the replicas of the request's row is up.
  private func hasQuorum(_ read: Read) -> Bool {
    var down = nodesDown
    guard down > 0 else { return true }
    let quorum = configuration.replicationFactor / 2 + 1
    var up = 0
    var nodes = configuration.nodes
    let entity = UInt64(read.key)
    for replica in 0..<configuration.replicationFactor where nodes > 0 {
      // Replicas sit on different nodes: draw without replacement.
      if replicas.integer(below: UInt64(nodes), for: entity, draw: UInt64(replica)) < UInt64(down) {
        down -= 1
      } else {
        up += 1
      }
      nodes -= 1
    }
    return up >= quorum
  }
}
