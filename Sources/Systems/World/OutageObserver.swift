import Observation
import SimulationKernel

/// Watches a run: samples series at a fixed step, from which the figures of the run are made, and looks
/// at each step whether every promise and every invariant of the scenario holds.
public struct OutageObserver: Observer, Sendable {
  public typealias Watched = OutageWorld

  /// A quantity that is sampled.
  public enum Quantity: Int, CaseIterable, Sendable {
    case served, connected, nodesUp, guildsLoaded, apiNodes, apiUtilisation
    case sessionsUtilisation, guildsUtilisation, sessionsQueue, guildsQueue, gatewayQueue
    case attempts, admitted, throttled, opened, databaseServed, nodesStopped, connectionsLost
    case etcdWait, watching, corruptWritten, remoteDisconnected
    case sessionsBacklog

    /// Name of the series, and its unit; counters are summed up from the start of the run.
    public var series: (name: String, unit: MetricUnit) {
      switch self {
      case .served: ("users.served", .users)
      case .connected: ("users.connected", .users)
      case .nodesUp: ("elixir.nodes.up", .nodes)
      case .guildsLoaded: ("guilds.loaded", .count)
      case .apiNodes: ("api.nodes.serving", .nodes)
      case .apiUtilisation: ("api.utilisation", .share)
      case .sessionsUtilisation: ("scylla.sessions.utilisation", .share)
      case .guildsUtilisation: ("scylla.guilds.utilisation", .share)
      case .sessionsQueue: ("scylla.sessions.queue", .count)
      case .guildsQueue: ("scylla.guilds.queue", .count)
      case .gatewayQueue: ("gateway.queue", .count)
      case .attempts: ("clients.attempts", .count)
      case .admitted: ("gateway.admitted", .count)
      case .throttled: ("throttle.refused", .count)
      case .opened: ("clients.sessions.opened", .count)
      case .databaseServed: ("scylla.served", .count)
      case .nodesStopped: ("elixir.nodes.stopped", .nodes)
      case .connectionsLost: ("clients.connections.lost", .count)
      case .etcdWait: ("etcd.wait.peak", .seconds)
      case .watching: ("elixir.nodes.watching", .nodes)
      case .corruptWritten: ("etcd.corrupt.written", .count)
      case .remoteDisconnected: ("announce.remoteDisconnected", .count)
      case .sessionsBacklog: ("elixir.sessions.backlog", .seconds)
      }
    }

    /// Whether it is summed up from the start of the run, and never falls.
    public var isCounter: Bool {
      switch self {
      case .attempts, .admitted, .throttled, .opened, .databaseServed, .nodesStopped,
        .connectionsLost, .corruptWritten, .remoteDisconnected:
        true
      case .served, .connected, .nodesUp, .guildsLoaded, .apiNodes, .apiUtilisation,
        .sessionsUtilisation, .guildsUtilisation, .sessionsQueue, .guildsQueue, .gatewayQueue,
        .etcdWait, .watching, .sessionsBacklog:
        false
      }
    }
  }

  /// How busy the databases were over the last sampling step, 0 to 1.
  struct DatabaseUtilisation {
    var sessions = 0.0
    var guilds = 0.0
  }

  /// Samples since the first fault while repair took a share of a database.
  struct RepairTally: Equatable {
    private(set) var samples = 0
    /// Those in which the database was saturated.
    private(set) var saturated = 0

    mutating func count(repairLoad: Double, utilisation: Double) {
      guard repairLoad > 0 else { return }
      samples += 1
      saturated += OutageMetrics.isSaturated(utilisation) ? 1 : 0
    }
  }

  public static var seesEvents: Bool { false }

  public let step: Duration
  public let start: Instant
  public private(set) var nextSample: Instant?
  private var nextColumn: Instant
  /// One row per quantity; a column per sample.
  private var rows: [[Double]]
  /// What the databases had counted at the last sample: a sample tells the mean since then.
  private var counted = (sessions: Queueing.Statistics(), guilds: Queueing.Statistics())
  private(set) var utilisation = DatabaseUtilisation()
  private(set) var repairs = (sessions: RepairTally(), guilds: RepairTally())
  private var watch = InvariantWatch()
  private var monitors: InvariantMonitors

  public init(
    from start: Instant, every step: Duration = .seconds(10), invariants: [Invariant] = []
  ) {
    precondition(step > .zero, "a sampling step is above zero: \(step)")
    self.start = start
    self.step = step
    nextSample = start
    nextColumn = start
    monitors = InvariantMonitors(invariants, of: OutageSignals.catalogue, from: start)
    rows = Array(repeating: [], count: Quantity.allCases.count)
  }

  /// An observer that has seen these samples, and zero of every other quantity.
  init(
    from start: Instant, every step: Duration, values: [Quantity: [Double]],
    repairs: (sessions: RepairTally, guilds: RepairTally) = (RepairTally(), RepairTally())
  ) {
    self.init(from: start, every: step)
    self.repairs = repairs
    let count = values.map(\.value.count).max() ?? 0
    for quantity in Quantity.allCases {
      rows[quantity.rawValue] = values[quantity] ?? Array(repeating: 0, count: count)
    }
  }

  public mutating func sample(at instant: Instant, of world: OutageWorld) {
    if instant == nextColumn {
      sampleColumn(at: instant, of: world)
      nextColumn = instant + step
    }
    if instant == monitors.nextLook {
      monitors.look(at: instant, of: OutageSignals(world, utilisation))
    }
    nextSample = monitors.nextLook.map { min($0, nextColumn) } ?? nextColumn
  }

  private mutating func sampleColumn(at instant: Instant, of world: OutageWorld) {
    utilisation = DatabaseUtilisation(
      sessions: world.sessionsDatabase.utilisation(since: counted.sessions, at: instant),
      guilds: world.guildsDatabase.utilisation(since: counted.guilds, at: instant))
    if let fault = world.faults.firstAt, instant >= fault {
      repairs.sessions.count(
        repairLoad: world.sessionsDatabase.repairLoad, utilisation: utilisation.sessions)
      repairs.guilds.count(
        repairLoad: world.guildsDatabase.repairLoad, utilisation: utilisation.guilds)
    }
    for quantity in Quantity.allCases {
      rows[quantity.rawValue].append(
        Self.value(of: quantity, in: world, utilisation, at: instant))
    }
    counted = (
      world.sessionsDatabase.pool.statistics(at: instant),
      world.guildsDatabase.pool.statistics(at: instant)
    )
    watch.look(at: instant, world)
  }

  /// How the promises of the modelled systems and the scenario's invariants stand when a run that this
  /// has watched is over.
  ///
  /// - Parameters:
  ///   - world: As the run has left it.
  ///   - end: Where the run ended.
  ///   - isWhole: Whether that is where the scenario ends.
  /// - Returns: One verdict each: the promises, then the invariants in the scenario's order.
  public func invariants(
    of world: OutageWorld, at end: Instant, isWhole: Bool
  ) -> [InvariantVerdict] {
    watch.verdicts(on: world, at: end)
      + monitors.closed(at: end, of: OutageSignals(world, utilisation))
      .verdicts(at: end, isWhole: isWhole)
  }

  public func values(_ quantity: Quantity) -> [Double] { rows[quantity.rawValue] }

  public var series: [TimeSeries] {
    Quantity.allCases.map { quantity in
      let (name, unit) = quantity.series
      return TimeSeries(
        name: name, unit: unit, start: start, step: step, values: rows[quantity.rawValue])
    }
  }

  static func value(
    of quantity: Quantity, in world: OutageWorld, _ utilisation: DatabaseUtilisation,
    at now: Instant
  ) -> Double {
    let scale = world.scale
    switch quantity {
    case .served: return scale.whole(world.clients.servedCount)
    case .connected: return scale.whole(world.clients.connectedCount)
    case .nodesUp: return Double(world.elixir.nodesUp)
    case .guildsLoaded: return scale.whole(world.elixir.guildsLoaded)
    case .apiNodes: return Double(world.api.serving)
    case .apiUtilisation: return world.api.utilisation(at: now)
    case .sessionsUtilisation: return utilisation.sessions
    case .guildsUtilisation: return utilisation.guilds
    case .sessionsQueue: return scale.whole(world.sessionsDatabase.pool.waiting)
    case .guildsQueue: return scale.whole(world.guildsDatabase.pool.waiting)
    case .gatewayQueue: return scale.whole(world.gateway.admission.waiting)
    case .attempts: return scale.whole(world.gateway.totals.arrived)
    case .admitted: return scale.whole(world.gateway.totals.admitted)
    case .throttled: return scale.whole(world.gateway.totals.throttled)
    case .opened: return scale.whole(world.clients.totals.sessionsOpened)
    case .databaseServed:
      return scale.whole(
        world.sessionsDatabase.totals.served + world.guildsDatabase.totals.served)
    case .nodesStopped: return Double(world.elixir.totals.nodesStopped)
    case .connectionsLost: return scale.whole(world.clients.totals.connectionsLost)
    case .etcdWait: return world.etcd.totals.waitPeak.seconds
    case .watching: return Double(world.discovery.watchingCount)
    case .corruptWritten: return Double(world.etcd.totals.corruptWritten)
    case .remoteDisconnected: return Double(world.api.totals.remoteDisconnected)
    case .sessionsBacklog: return world.elixir.sessionsBacklog(at: now)
    }
  }
}
