import SimulationKernel

/// The simulated company: every system, and nothing that they share but events.
public struct OutageWorld: World {
  public typealias Event = OutageEvent

  public let scale: Scale
  public internal(set) var clients: Clients
  public internal(set) var gateway: Gateway
  public internal(set) var elixir: Elixir
  public internal(set) var discovery: Discovery
  public internal(set) var api: API
  public internal(set) var autoscaler: Autoscaler
  public internal(set) var sessionsDatabase: ScyllaDB
  public internal(set) var guildsDatabase: ScyllaDB
  public internal(set) var network: Network
  public internal(set) var etcd: EtcdCluster
  public internal(set) var people: People
  public internal(set) var faults: Faults
  public internal(set) var releases: Releases
  var inTransit = MessagesInTransit()
  var eventOrder: EventOrder
  /// What had been counted at the last look of the monitoring.
  private var lastCounts = TelemetryCounts()
  var doubled = DoubledCalls() {
    didSet { looksAtMessages = !network.areOtherLinksSound || !doubled.isEmpty }
  }
  /// Whether faults of links do something to messages now, or did and their traces are still there.
  var looksAtMessages = false

  /// A world at rest; `start` sets its clocks going.
  public init(_ configuration: OutageConfiguration, seed: UInt64, at now: Instant) {
    scale = configuration.scale
    let count = scale.count(configuration.clients.online)
    let memberships = Memberships(
      clients: count, guildsPerClient: configuration.clients.guildsPerClient,
      guilds: scale.count(configuration.elixir.guildCount), skew: configuration.elixir.guildSkew,
      seed: seed)
    clients = Clients(
      configuration: configuration.clients, clients: count, memberships: memberships, seed: seed)
    gateway = Gateway(
      configuration: configuration.gateway, clientTimeout: configuration.clients.timeout,
      scale: scale, seed: seed, at: now)
    elixir = Elixir(
      configuration: configuration.elixir, clients: count,
      resumeCostShare: configuration.clients.resumeCostShare,
      guildsPerClient: configuration.clients.guildsPerClient, scale: scale, seed: seed, at: now)
    discovery = Discovery(
      configuration: configuration.discovery, nodes: configuration.elixir.nodes.reduce(0, +),
      seed: seed)
    api = API(
      configuration: configuration.api, autoscaler: configuration.autoscaler,
      identifyReads: configuration.clients.identifyReads,
      identifyWrites: configuration.clients.identifyWrites,
      guildLoadReads: configuration.elixir.guildLoadReads,
      guildLoadWrites: configuration.elixir.guildLoadWrites,
      coalesce: configuration.gateway.coalesce, memberships: memberships, scale: scale, seed: seed,
      at: now)
    autoscaler = Autoscaler(configuration: configuration.autoscaler)
    sessionsDatabase = ScyllaDB(
      .sessions, configuration: configuration.sessionsDatabase, scale: scale, seed: seed, at: now)
    guildsDatabase = ScyllaDB(
      .guilds, configuration: configuration.guildsDatabase, scale: scale, seed: seed, at: now)
    network = Network(
      configuration: configuration.network, faults: configuration.connectionFaults, seed: seed)
    etcd = EtcdCluster(
      configuration: configuration.etcd, watchers: configuration.elixir.nodes.reduce(0, +),
      services: configuration.discovery.services, at: now)
    people = People(configuration: configuration.people)
    faults = Faults(plan: configuration.faults)
    releases = Releases(planned: configuration.deployments)
    eventOrder = EventOrder(from: now)
  }

  /// A simulation of this configuration whose systems have begun.
  public static func simulation(
    of configuration: OutageConfiguration, seed: UInt64, startingAt start: Instant,
    budget: RunBudget = RunBudget()
  ) -> Simulation<OutageWorld> {
    let environment = OutageEnvironment(configuration, seed: seed)
    var simulation = Simulation(
      world: OutageWorld(configuration, seed: seed, at: start), environment: environment,
      seed: seed, startingAt: start, budget: budget)
    simulation.schedule(.operations(.started), at: start)
    return simulation
  }

  private mutating func start(in context: inout Context<OutageEvent>) {
    // Plans go first: a fork that changes them puts its events in front of their instants too, and
    // then leads to the same run as the changed plan does from the start.
    people.scheduleSteps(through: &context)
    faults.start(through: &context)
    etcd.start(registering: api.configuration.nodesInitial, through: &context)
    let listing = etcd.snapshotNow(at: context.now)
    discovery.start(listing: listing, contents: etcd, through: &context)
    api.start(through: &context)
    sessionsDatabase.start(through: &context)
    guildsDatabase.start(through: &context)
    people.start(through: &context)
    context.schedule(.operations(.trafficDue), after: .seconds(10))
  }

  public mutating func handle(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
    eventOrder.take(context.now)
    guard !looksAtMessages else { return carry(event, in: &context) }
    dispatch(event, in: &context)
  }

  mutating func dispatch(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
    switch event {
    case .clients(let event): clients.handle(event, through: &context)
    case .gateway(let event):
      let admitted = gateway.totals.admitted
      gateway.handle(event, through: &context)
      if case .connectionArrived(let attempt) = event, gateway.totals.admitted > admitted {
        clients.admitted(attempt, at: context.now)
      }
    case .elixir(let event): elixir.handle(event, through: &context)
    case .discovery(let event): discovery.handle(event, contents: etcd, through: &context)
    case .api(let event): api.handle(event, through: &context)
    case .autoscaler(let event): autoscaler.handle(event, through: &context)
    case .sessionsDatabase(let event): sessionsDatabase.handle(event, through: &context)
    case .guildsDatabase(let event): guildsDatabase.handle(event, through: &context)
    case .network(let event):
      network.handle(event, through: &context)
      if case .linkChanged = event { linksChanged(in: &context) }
    case .etcd(let event):
      etcd.handle(event, from: network.announcer, through: &context)
    case .people(let event): look(event, in: &context)
    case .faults(let event):
      note(event)
      faults.handle(event, through: &context)
    case .operations(let event): operate(event, in: &context)
    case .inTransit(let number): deliver(inTransit.remove(number), in: &context)
    }
  }

  private mutating func look(_ event: People.Event, in context: inout Context<OutageEvent>) {
    let telemetry = telemetry(since: lastCounts, at: context.now)
    people.handle(event, telemetry: telemetry, through: &context)
    guard case .lookDue = event else { return }
    lastCounts = telemetryCounts(at: context.now)
  }

  /// What the monitoring counts up; two of them give a rate or a mean of the time between.
  public struct TelemetryCounts: Sendable {
    fileprivate var arrived = 0
    fileprivate var refused = 0
    fileprivate var sessions = Queueing.Statistics()
    fileprivate var guilds = Queueing.Statistics()
  }

  public func telemetryCounts(at now: Instant) -> TelemetryCounts {
    TelemetryCounts(
      arrived: gateway.totals.arrived,
      refused: gateway.totals.throttled + gateway.totals.overflowed,
      sessions: sessionsDatabase.pool.statistics(at: now),
      guilds: guildsDatabase.pool.statistics(at: now))
  }

  /// What the monitoring sees now: what is a rate or a mean is one of the time since `earlier`.
  public func telemetry(since earlier: TelemetryCounts, at now: Instant) -> Telemetry {
    let arrived = gateway.totals.arrived - earlier.arrived
    let refused = gateway.totals.throttled + gateway.totals.overflowed - earlier.refused
    return Telemetry(
      values: Telemetry.Measure.allCases.map { measure in
        switch measure {
        case .usersServed: Double(clients.servedCount) / Double(clients.count)
        case .usersConnected: Double(clients.connectedCount) / Double(clients.count)
        case .nodesUp: Double(elixir.nodesUp) / Double(elixir.nodeCount)
        case .apiUtilisation: api.utilisation(at: now)
        case .sessionsUtilisation: sessionsDatabase.utilisation(since: earlier.sessions, at: now)
        case .guildsUtilisation: guildsDatabase.utilisation(since: earlier.guilds, at: now)
        case .gatewayRefused: arrived > 0 ? Double(refused) / Double(arrived) : 0
        }
      })
  }

  private mutating func operate(
    _ event: OutageEvent.Operations, in context: inout Context<OutageEvent>
  ) {
    switch event {
    case .started: start(in: &context)
    case .trafficDue:
      let served = Double(clients.servedCount) / Double(clients.count)
      api.trafficChanged(servedShare: served, through: &context)
      sessionsDatabase.trafficChanged(servedShare: served)
      guildsDatabase.trafficChanged(servedShare: served)
      elixir.countWork(at: context.now)
      context.schedule(.operations(.trafficDue), after: .seconds(10))
    case .throttleSet(let rate):
      gateway.setThrottle(rate: rate < 0 ? nil : rate, at: context.now)
    case .repairSet(let cluster, let running):
      switch cluster {
      case .sessions: sessionsDatabase.setRepair(running: running)
      case .guilds: guildsDatabase.setRepair(running: running)
      }
    case .compactionThrottled(let share, let cluster):
      switch cluster {
      case .sessions: sessionsDatabase.throttleCompaction(by: share, at: context.now)
      case .guilds: guildsDatabase.throttleCompaction(by: share, at: context.now)
      }
    case .connectionsRaised(let count):
      etcd.configuration.connections = Int(count)
      etcd.acceptHanging(from: network.announcer, &context)
    case .deployed(let step): deploy(step, in: &context)
    case .rolledBack(let step): rollBack(step, in: &context)
    }
  }
}
