import Observation
import Scenarios
import SimulationKernel

/// What invariants may look at: every series, what series are parts of, queues, counters, and how long
/// calls and session starts take.
public struct OutageSignals: SignalSource {
  let world: OutageWorld
  private let utilisation: OutageObserver.DatabaseUtilisation

  init(_ world: OutageWorld, _ utilisation: OutageObserver.DatabaseUtilisation) {
    self.world = world
    self.utilisation = utilisation
  }

  /// All signals; a signal's number is its place.
  public static let catalogue: SignalCatalogue = {
    let quantities = OutageObserver.Quantity.allCases.map { quantity in
      Signal(
        quantity.series.name, quantity.series.unit, whole: whole(of: quantity),
        summary(of: quantity))
    }
    let readings = Reading.allCases.map { reading in
      let (name, unit, summary) = reading.signal
      let whole = reading == .watchersCrashed ? Reading.nodes.signal.name : nil
      return Signal(name, unit, whole: whole, summary)
    }
    let distributions = Distribution.allCases.map { distribution in
      Signal(
        distribution.rawValue, .seconds, form: .distribution, distribution.summary)
    }
    let signals = quantities + readings + distributions
    return SignalCatalogue(
      signals,
      figures: OutageMetrics.units.map(\.name).filter { name in
        !signals.contains { $0.name == name }
      })
  }()

  /// Durations that are counted when an invariant asks for them.
  enum Distribution: String, CaseIterable {
    case rpc = "rpc.latency"
    case identify = "identify.latency"

    var summary: String {
      switch self {
      case .rpc: "Calls of the real-time nodes to the API, from ask to answer, however they end"
      case .identify:
        "New sessions, from the gateway's admission of the connection until the client is served"
      }
    }

    var number: Int {
      OutageObserver.Quantity.allCases.count + Reading.allCases.count
        + (Self.allCases.firstIndex(of: self) ?? 0)
    }
  }

  public func value(of signal: Int, at instant: Instant) -> Double? {
    let quantities = OutageObserver.Quantity.allCases.count
    if let quantity = OutageObserver.Quantity(rawValue: signal) {
      return OutageObserver.value(of: quantity, in: world, utilisation, at: instant)
    }
    guard let reading = Reading(rawValue: signal - quantities) else { return nil }
    return value(of: reading, at: instant)
  }

  public func distribution(of signal: Int) -> LatencyHistogram {
    if signal == Distribution.rpc.number { return world.elixir.calls?.latencies ?? .init() }
    return world.clients.identifies?.latencies ?? .init()
  }

  private static func whole(of quantity: OutageObserver.Quantity) -> String? {
    switch quantity {
    case .served, .connected: Reading.users.signal.name
    case .nodesUp, .nodesStopped, .watching: Reading.nodes.signal.name
    case .guildsLoaded: Reading.guilds.signal.name
    case .apiNodes, .apiUtilisation, .sessionsUtilisation, .guildsUtilisation, .sessionsQueue,
      .guildsQueue, .gatewayQueue, .attempts, .admitted, .throttled, .opened, .databaseServed,
      .connectionsLost, .etcdWait, .corruptWritten, .remoteDisconnected, .sessionsBacklog:
      nil
    }
  }

  private static func summary(of quantity: OutageObserver.Quantity) -> String {
    switch quantity {
    case .served: "Users with a session and all of their guilds"
    case .connected: "Users with a session"
    case .nodesUp: "Elixir nodes that run"
    case .guildsLoaded: "Guilds that are loaded"
    case .apiNodes: "API nodes that serve"
    case .apiUtilisation: "Share of the API's workers that are busy"
    case .sessionsUtilisation:
      "Share of the sessions database's capacity in use, mean of the last sampling step of the series"
    case .guildsUtilisation:
      "Share of the guilds database's capacity in use, mean of the last sampling step of the series"
    case .sessionsQueue: "Requests that wait at the sessions database"
    case .guildsQueue: "Requests that wait at the guilds database"
    case .gatewayQueue: "Connections that wait for their session's start"
    case .attempts: "Connections that have reached the gateway"
    case .admitted: "Connections that the gateway has admitted"
    case .throttled: "Connections that a throttle has refused"
    case .opened: "Sessions that clients have got"
    case .databaseServed: "Requests that both databases have served"
    case .nodesStopped: "Times that an Elixir node has stopped"
    case .connectionsLost: "Connections that clients have lost"
    case .etcdWait: "Longest wait of a request at etcd so far"
    case .watching: "Elixir nodes whose watcher of the API watches"
    case .corruptWritten: "Corrupt values that etcd has stored"
    case .remoteDisconnected: "Announces that ended without an answer"
    case .sessionsBacklog: "Work that waits at the session nodes, per node"
    }
  }
}

extension OutageWorld {
  /// Has the systems count the durations that invariants ask for; before the first event.
  mutating func countLatencies(for invariants: [Invariant]) {
    let wanted = invariants.flatMap(\.distributions)
    if wanted.contains(OutageSignals.Distribution.rpc.number) { elixir.calls = CallLatencies() }
    if wanted.contains(OutageSignals.Distribution.identify.number) { clients.countIdentifies() }
  }

  /// What a promise is that every run has to keep; nil where there is none of this id.
  public static func promise(of id: String) -> String? {
    OutageInvariant.allCases.first { $0.id == id }?.promise
  }

  /// Ids of the promises that every run has to keep, which no invariant of a scenario may have.
  public static let promises = OutageInvariant.allCases.map(\.id)
}
