import SimulationKernel

/// One ScyllaDB cluster: a pool of shards behind a bounded queue, with repair and compaction.
///
/// Modelled: shards as servers, ordinary traffic, repair and compaction as shares of every shard's
/// time (so they stretch each read), quorum reads with nodes down, a slow node and a hot partition,
/// and work that outlives its client: a request that has started or queued is served even when
/// nobody waits for it any more, which is what makes an overload last. Left out: rows, tokens,
/// caches, memtables.
public struct ScyllaDB: Sendable {
  /// What a cluster asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func readServed(_ read: Read, by cluster: ScyllaClusterID, after delay: Duration)
    mutating func readAnswered(_ read: Read, ok: Bool, after delay: Duration)
    mutating func overloadCheckDue(_ cluster: ScyllaClusterID, after delay: Duration)
  }

  /// A batch of reads for one request, done one after the other by one shard.
  public struct Read: Hashable, BitwiseCopyable, Sendable {
    /// Slot of the API worker that waits, and its use count.
    let slot: UInt32
    let generation: UInt16
    let reads: UInt16
    /// Writes that come with the reads.
    var writes: UInt8 = 0
    /// When whoever asked in the end stops waiting.
    let deadline: Deadline

    var word: UInt64 {
      UInt64(slot) | UInt64(generation) << 32 | UInt64(reads) << 48 ^ UInt64(deadline.tenths) << 20
        ^ UInt64(writes) << 40
    }
  }

  public enum Event: BitwiseCopyable, Sendable {
    case readArrived(Read)
    case readServed(Read)
    case overloadCheckDue
  }

  public struct Totals: Sendable, Equatable {
    public var arrived = 0
    public var refused = 0
    public var unavailable = 0
    public var served = 0
    /// Served after the one who asked had given up.
    public var wasted = 0
  }

  public let cluster: ScyllaClusterID
  public internal(set) var configuration: Configuration
  public private(set) var pool: Queueing.ServerPool<Read>
  public private(set) var totals = Totals()
  public private(set) var isRepairing: Bool
  private var repairPausedByItself = false
  /// Whether the next look at the load is on its way.
  private var watchesOverload = false
  /// Share of all users who are served: their ordinary traffic loads the cluster.
  private var servedShare = 1.0
  private let serviceTimes: RandomStream
  private let replicas: RandomStream
  private var draws: UInt64 = 0
  /// Exact shards over simulated ones: keeps the capacity where the scale rounds their number.
  private let roundingFactor: Double
  private let scaleFraction: Double
  private var hotFreeAt: Instant

  init(
    _ cluster: ScyllaClusterID, configuration: Configuration, scale: Scale, seed: UInt64,
    at now: Instant
  ) {
    self.cluster = cluster
    self.configuration = configuration
    let up = max(1, configuration.nodes - configuration.nodesDown)
    let servers = scale.count(up * configuration.shards)
    roundingFactor = Double(servers) / (Double(up * configuration.shards) * scale.fraction)
    pool = Queueing.ServerPool(
      servers: servers, bound: scale.count(configuration.queueBound), discipline: .fifo,
      opened: now)
    isRepairing = configuration.repairRunning
    serviceTimes = RandomStream(seed: seed, name: "scylla.\(cluster.name).service")
    replicas = RandomStream(seed: seed, name: "scylla.\(cluster.name).replicas")
    scaleFraction = scale.fraction
    hotFreeAt = now
  }

  mutating func start<P: Ports>(through ports: inout P) { watchOverload(through: &ports) }

  /// Starts to look at the load, where repair is to pause by itself.
  mutating func watchOverload<P: Ports>(through ports: inout P) {
    guard configuration.repairPauseOnOverload, !watchesOverload else { return }
    watchesOverload = true
    ports.overloadCheckDue(cluster, after: .seconds(10))
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .readArrived(let read): arrive(read, &ports)
    case .readServed(let read): serve(read, &ports)
    case .overloadCheckDue: checkOverload(&ports)
    }
  }

  /// An operator stops, or starts again, the repair.
  mutating func setRepair(running: Bool) {
    isRepairing = running
    repairPausedByItself = false
  }

  mutating func trafficChanged(servedShare: Double) {
    self.servedShare = servedShare
  }

  /// Share of every shard's time that is not free for requests, at most 95 %.
  func occupiedShare(at now: Instant) -> Double {
    var share = configuration.load * servedShare + configuration.compactionShare
    if isRepairing { share += configuration.repairShare * repairJobsShare }
    if let start = configuration.majorCompactionAt, now >= start {
      // Nodes compact in waves of `stagger`; each wave takes `majorCompactionTime`.
      let waves = (1 / configuration.majorCompactionStagger)
      let elapsed = (now - start).seconds / configuration.majorCompactionTime.seconds
      if elapsed < waves {
        share += configuration.majorCompactionShare * configuration.majorCompactionStagger
      }
    }
    return min(share, 0.95)
  }

  /// Share of requests' capacity in use: 1 is saturated.
  public func utilisation(at now: Instant) -> Double {
    let busy = Double(min(pool.busy, pool.servers)) / Double(pool.servers)
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
    switch pool.arrive(read, at: ports.now) {
    case .refused:
      totals.refused += 1
      ports.readAnswered(read, ok: false, after: .zero)
    case .queued: break
    case .started: begin(read, &ports)
    }
  }

  private mutating func begin<P: Ports>(_ read: Read, _ ports: inout P) {
    let time = serviceTime(of: read, at: ports.now)
    // A small scale rounds few shards to whole ones: the capacity stays exact by keeping the shard
    // busy longer, or shorter, than the read takes; the answer comes when the read is done.
    ports.readServed(
      read, by: cluster, after: Self.span(time.seconds * roundingFactor))
    ports.readAnswered(read, ok: true, after: time)
    if read.deadline.hasPassed(at: ports.now + time) { totals.wasted += 1 }
  }

  private mutating func serve<P: Ports>(_ read: Read, _ ports: inout P) {
    totals.served += 1
    if let next = pool.release(at: ports.now) { begin(next.job, &ports) }
  }

  /// Reads are exponential each, so a batch of n takes a gamma-distributed time.
  private mutating func serviceTime(of read: Read, at now: Instant) -> Duration {
    draws &+= 1
    let entity = UInt64(read.slot) | UInt64(read.generation) << 32
    var mean = configuration.readTime.seconds * Double(read.reads)
    mean += configuration.writeTime.seconds * Double(read.writes)
    mean /= 1 - occupiedShare(at: now)
    if configuration.slowNodeFactor > 1 {
      // A majority of RF replicas contains the slow node for this share of the reads.
      let quorum = Double(configuration.replicationFactor / 2 + 1)
      let share = quorum / Double(configuration.nodes)
      mean *= 1 + share * (configuration.slowNodeFactor - 1)
    }
    let time = serviceTimes.gamma(
      shape: Int(read.reads), mean: Self.span(mean), for: entity, draw: draws)
    guard configuration.hotPartitionShare > 0 else { return time }
    // The hot partition lives on one shard of each replica: those few serve its reads in turn.
    let hot = mean * configuration.hotPartitionShare
    let hotShards = Double(configuration.replicationFactor) * scaleFraction
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
    guard configuration.nodesDown > 0 else { return true }
    let quorum = configuration.replicationFactor / 2 + 1
    var up = 0
    var nodes = configuration.nodes
    var down = min(configuration.nodesDown, configuration.nodes)
    let entity = UInt64(read.slot) | UInt64(read.generation) << 32
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

  private mutating func checkOverload<P: Ports>(_ ports: inout P) {
    guard configuration.repairPauseOnOverload else {
      // Nobody would resume it any more.
      if repairPausedByItself { setRepair(running: true) }
      watchesOverload = false
      return
    }
    let isOverloaded = utilisation(at: ports.now) > 0.9
    if isRepairing && isOverloaded {
      isRepairing = false
      repairPausedByItself = true
    } else if repairPausedByItself && utilisation(at: ports.now) < 0.5 {
      isRepairing = true
      repairPausedByItself = false
    }
    ports.overloadCheckDue(cluster, after: .seconds(10))
  }
}
