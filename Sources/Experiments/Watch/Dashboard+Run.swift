import Observation
import SimulationKernel
import Systems

extension Dashboard {
  /// What a run looks like where it stands.
  public init(of run: OngoingRun, until: Instant) {
    let (simulation, observer, header) = (run.simulation, run.observer, run.scenario.header)
    let (world, now) = (simulation.world, simulation.now)
    let scale = world.scale
    title = header.title
    seed = run.seed
    self.scale = header.scale.description
    start = header.start
    self.until = until
    self.now = now
    events = simulation.eventCount
    digest = simulation.digest
    online = scale.whole(world.clients.count)
    served = TimeSeries(
      name: OutageObserver.Quantity.served.series.name, unit: .users, start: observer.start,
      step: observer.step, values: observer.values(.served))
    servedNow = scale.whole(world.clients.servedCount)
    connected = scale.whole(world.clients.connectedCount)
    clusters = Self.clusters(of: world.elixir)
    databases = [
      Self.database(world.sessionsDatabase, observer.values(.sessionsUtilisation), scale),
      Self.database(world.guildsDatabase, observer.values(.guildsUtilisation), scale),
    ]
    throttle = world.gateway.configuration.throttleRate
    attempts = Self.rate(observer.values(.attempts), observer.step)
    refused = Self.rate(observer.values(.throttled), observer.step)
    etcd = EtcdConnections(
      standing: world.etcd.connectionsStanding, limit: world.etcd.configuration.connections,
      waiting: world.etcd.connectionsWaiting)
    watching = world.discovery.watchingCount
    api = APINodes(
      serving: world.api.serving, booting: world.api.booting,
      utilisation: world.api.utilisation(at: now))
    let guildCount = world.elixir.guildCount
    guilds = guildCount > 0 ? Double(world.elixir.guildsLoaded) / Double(guildCount) : 1
    entries = Self.entries(of: world, until: now)
    let people = world.people
    firing = zip(people.configuration.alerts, people.alerts).filter(\.1.isFiring).map(\.0.id)
  }

  private static func clusters(of elixir: Elixir) -> [Cluster] {
    var clusters = Elixir.Cluster.allCases.map {
      Cluster(name: $0.name, all: 0, up: 0, starting: 0)
    }
    for index in 0..<elixir.nodeCount {
      let node = ElixirNodeID(UInt16(index))
      let cluster = Int(elixir.cluster(of: node).rawValue)
      clusters[cluster].all += 1
      switch elixir.status(of: node) {
      case .up, .stopping: clusters[cluster].up += 1
      case .booting, .starting: clusters[cluster].starting += 1
      case .stopped, .halted: break
      }
    }
    return clusters
  }

  private static func database(
    _ database: ScyllaDB, _ utilisation: [Double], _ scale: Scale
  ) -> Database {
    Database(
      name: database.cluster.name, utilisation: utilisation.last ?? 0,
      queue: scale.whole(database.pool.waiting), repair: database.repairLoad)
  }

  /// Per second over the last step of a counter.
  private static func rate(_ counter: [Double], _ step: Duration) -> Double {
    guard counter.count > 1 else { return 0 }
    return (counter[counter.count - 1] - counter[counter.count - 2]) / step.seconds
  }

  private static func entries(of world: OutageWorld, until now: Instant) -> [Entry] {
    var entries = world.faults.plan.filter { $0.at < now }.map {
      Entry(kind: .fault, at: $0.at, text: Timeline.description(of: $0))
    }
    let people = world.people
    for (step, taken) in zip(people.configuration.steps, people.takenAt) {
      guard let taken else { continue }
      entries.append(Entry(kind: .action, at: taken, text: Timeline.description(of: step.action)))
    }
    for (rule, alert) in zip(people.configuration.alerts, people.alerts) {
      for fired in [alert.firedAt, alert.lastFiredAt].compactMap({ $0 }) {
        let entry = Entry(kind: .alert, at: fired, text: "\(rule.id) fires")
        if !entries.contains(entry) { entries.append(entry) }
      }
      if let cleared = alert.clearedAt {
        entries.append(Entry(kind: .alert, at: cleared, text: "\(rule.id) clears"))
      }
    }
    if let first = world.elixir.totals.firstStopAt {
      entries.append(Entry(kind: .outcome, at: first, text: "the first node stops"))
    }
    return entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
  }

  /// Instants worth jumping to: planned faults, and actions that have a time.
  public static func marks(of scenario: OutageScenario) -> [Instant] {
    scenario.configuration.faults.map(\.at)
      + scenario.configuration.people.steps.compactMap { step in
        if case .at(let instant) = step.occasion { instant } else { nil }
      }
  }
}
