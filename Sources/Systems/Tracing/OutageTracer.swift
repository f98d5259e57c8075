import Observation
import SimulationKernel

/// Watches a run and tells what took time, on which node, and because of what.
///
/// What is caused is found by the identities that events carry: an announce by its node and number, a
/// watcher's notification by key and value, a session start by client and attempt, a load by guild and
/// number, a read by the worker's slot. Spans come out when they end; `take` hands them over, so that
/// what is kept here is what is under way.
///
/// Traced: faults, operators' steps, alerts, limits of the throttle, repairs, announces and what etcd
/// makes of them, watchers' crashes, the lives of nodes, clients without a session, guilds that are not
/// loaded, session starts and loads with their calls and reads. Left out: heartbeats, connections that
/// are refused, which are counted at their client.
public struct OutageTracer: Observer, Sendable {
  public typealias Watched = OutageWorld

  let keys: TraceKeys
  /// What the sampling has left out, each with all that would have come of it.
  public internal(set) var leftOut = 0
  private var finished: [TraceSpan] = []
  private var count: UInt32 = 0
  /// The event that is handled now; nil for a message that a fault of its link holds up.
  private var current: OutageEvent?
  /// What was counted before it.
  var before = Counts()
  /// What was done or broken at the last instant at which something was: the causes of what happens at
  /// the same one.
  private var occasions: [(at: Instant, what: Occasion, context: TraceSpan.Context)] = []

  var faults: [UInt16: TraceSpan] = [:]
  var heldStep: TraceSpan?
  var alerts: [Int: TraceSpan] = [:]
  var throttle: (rate: Double, span: TraceSpan)?
  var repairs: [TraceSystem: TraceSpan] = [:]
  var announces: [UInt64: OpenAnnounce] = [:]
  var writes = KeyWrites()
  /// Watchers that have crashed and do not watch again yet, by node and service.
  var watchers: [Int: TraceSpan] = [:]
  /// When a watcher of each Elixir node crashed last.
  var crashes: [Int: (at: Instant, context: TraceSpan.Context)] = [:]
  var nodes: [Int: OpenNode] = [:]
  var boots: [Int: TraceSpan] = [:]
  var sessions = TracedSessions()

  /// What operators and faults do at once, so that its effect has the same instant.
  enum Occasion: Hashable, Sendable {
    case restart, throttle, deployment, nodesStopped, connectionsDropped
    case repair(ScyllaClusterID)
  }

  /// What is compared after an event with what it was before.
  struct Counts: Sendable {
    var admitted = 0
    var crashes = 0
    var fanOuts = 0
    var recipients = 0
    var hits = 0
    var apiNodes = 0
    var restarted = 0
    var drops = 0
    var lost = 0
    var isWaiting = false
    var call: RemoteCall?
  }

  /// - Parameters:
  ///   - seed: Of the run.
  ///   - sampling: Which of many recipients of a message are traced.
  public init(seed: UInt64, sampling: TraceSampling = .fanOut) {
    keys = TraceKeys(seed: seed, sampling: sampling)
  }

  /// The spans that have ended since the last time, in no particular order.
  public mutating func take() -> [TraceSpan] {
    defer { finished.removeAll(keepingCapacity: true) }
    return finished
  }

  // MARK: Events

  public mutating func willHandle(
    _ event: OutageEvent, at now: Instant, in world: OutageWorld
  ) {
    current = world.handled(event, at: now)
    switch current {
    case .gateway(.connectionArrived): before.admitted = world.gateway.totals.admitted
    case .discovery: before.crashes = world.discovery.totals.crashes
    case .etcd:
      before.fanOuts = world.etcd.totals.fanOuts
      before.recipients = world.etcd.apiWatchers
    case .network: before.hits = world.network.hits.count
    case .elixir(.nodeStopping(let node)): endWatchers(of: node, at: now, world)
    case .elixir(.nodeStopped(let node)): chooseLosses(with: node, world)
    case .elixir(.restartRequested): before.restarted = world.elixir.totals.nodesRestarted
    case .elixir(.connectionsDropped): before.drops = world.elixir.dropped.count
    case .clients(.connectionLost): before.lost = world.clients.totals.connectionsLost
    case .clients(.sessionOpened(let attempt)):
      before.isWaiting = world.clients.isWaiting(for: attempt)
    case .api(.resized): before.apiNodes = world.api.nodes.count
    case .api(.readAnswered(let slot, let generation, _)),
      .api(.readTimedOut(let slot, let generation)):
      before.call = world.api.call(inSlot: slot, generation)
    default: break
    }
  }

  public mutating func didHandle(
    _ event: OutageEvent, at now: Instant, in world: OutageWorld
  ) {
    switch current {
    case .clients(let event): follow(event, at: now, world)
    case .gateway(let event): follow(event, at: now, world)
    case .elixir(let event): follow(event, at: now, world)
    case .discovery(let event): follow(event, at: now, world)
    case .api(let event): follow(event, at: now, world)
    case .sessionsDatabase(let event): follow(event, of: .sessions, at: now, world)
    case .guildsDatabase(let event): follow(event, of: .guilds, at: now, world)
    case .network(let event): follow(event, at: now, world)
    case .etcd(let event): follow(event, at: now, world)
    case .people(let event): follow(event, at: now, world)
    case .faults(let event): follow(event, at: now, world)
    case .operations(let event): follow(event, at: now, world)
    case .autoscaler, .inTransit, nil: break
    }
  }

  // MARK: Spans

  /// Whether one of so many recipients of a message is traced.
  mutating func keeps(
    _ subject: TraceSubject, _ entity: UInt64, _ number: UInt64, of recipients: Int
  ) -> Bool {
    if keys.keeps(subject, entity, number, of: recipients) { return true }
    leftOut += 1
    return false
  }

  /// A span that begins.
  mutating func begin(
    _ name: String, _ context: TraceSpan.Context, by cause: TraceSpan.Context? = nil,
    kind: TraceSpan.Kind = .internal, on system: TraceSystem, _ node: String, at now: Instant,
    rank: UInt8
  ) -> TraceSpan {
    var span = TraceSpan(
      name, context, kind: kind, on: system, node, from: now, rank: rank)
    if let cause, cause.trace == context.trace {
      span.parent = cause.span
    } else {
      span.link = cause
    }
    span.order = count
    count &+= 1
    return span
  }

  mutating func end(
    _ span: TraceSpan?, at now: Instant, _ outcome: TraceSpan.Outcome = .unset
  ) {
    guard var span else { return }
    span.end = now
    if span.outcome == .unset { span.outcome = outcome }
    finished.append(span)
  }

  /// Something is done or breaks.
  mutating func note(_ what: Occasion, _ context: TraceSpan.Context, at now: Instant) {
    if occasions.first?.at != now { occasions.removeAll() }
    occasions.append((now, what, context))
  }

  /// The cause of something that happens now: what was done of one of these kinds at this instant.
  func occasion(of kinds: Occasion..., at now: Instant) -> TraceSpan.Context? {
    occasions.last { $0.at == now && kinds.contains($0.what) }?.context
  }

  /// Ends what is still under way when the run is over.
  public mutating func finish(at now: Instant) {
    var open = Array(faults.values) + Array(alerts.values) + Array(repairs.values)
    open += [throttle?.span].compactMap { $0 }
    open += announces.values.flatMap { [$0.span] + ($0.write.map { [$0] } ?? []) }
    open += Array(watchers.values) + nodes.values.flatMap { [$0.down, $0.phase] }
    open += Array(boots.values) + sessions.open
    for var span in open {
      span.isUnfinished = true
      end(span, at: now)
    }
  }
}
