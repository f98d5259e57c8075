import SimulationKernel

/// The injected faults of a run, other than on single connections: what breaks, and when it heals.
public struct Faults: Sendable {
  /// What a fault does to the world.
  public protocol Ports {
    var now: Instant { get }
    mutating func faultDue(_ slot: UInt16, after delay: Duration)
    mutating func faultOver(_ slot: UInt16, after delay: Duration)
    mutating func etcdFault(_ fault: EtcdCluster.Fault, isOver: Bool)
    mutating func databaseFault(
      _ cluster: ScyllaClusterID, _ fault: ScyllaDB.Fault, isOver: Bool)
    mutating func elixirNodesCrashed(first: ElixirNodeID, count: Int)
    mutating func apiNodesKilled(count: Int)
    mutating func connectionsDropped(share: Double)
    mutating func linkChanged(_ link: Link, _ fault: LinkFault, isOver: Bool)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case due(UInt16)
    case over(UInt16)
  }

  public enum Kind: Sendable, Hashable {
    /// The connection fault of this slot, which the network looks for by itself: one that finds no
    /// announce to hit leaves no trace in a run.
    case connection(UInt16)
    case etcd(EtcdCluster.Fault)
    case database(ScyllaClusterID, ScyllaDB.Fault)
    /// Nodes of one cluster stop as if their discovery had given up.
    case elixirNodes(first: ElixirNodeID, count: Int)
    /// API nodes vanish without taking their keys with them.
    case apiNodes(count: Int)
    /// Clients' connections close; their sessions wait to be resumed.
    case connections(share: Double)
    case link(Link, LinkFault)
  }

  /// One entry of `faults`.
  public struct Injection: Sendable, Hashable {
    /// Its number among the entries of the scenario, as events call it; see `People.Step.slot`.
    public var slot: UInt16
    public var id: String
    public var at: Instant
    /// nil: it does not heal.
    public var duration: Duration?
    public var kind: Kind

    /// Whether something happens at its time, and not only when there is an occasion.
    public var isDue: Bool {
      if case .connection = kind { return false }
      return true
    }
  }

  public internal(set) var plan: [Injection]
  /// In the order in which they began.
  var strikes: [Strike] = []

  init(plan: [Injection]) {
    self.plan = plan
  }

  /// The first fault of the plan: outage times count from it.
  public var firstAt: Instant? { plan.map(\.at).min() }

  /// Schedules the plan; before anything else, as with the steps of `People`.
  mutating func start<P: Ports>(through ports: inout P) {
    for injection in plan where injection.isDue && injection.at >= ports.now {
      ports.faultDue(injection.slot, after: injection.at - ports.now)
    }
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .due(let slot): if let injection = injection(slot) { inject(injection, &ports) }
    case .over(let slot): if let injection = injection(slot) { heal(injection, &ports) }
    }
  }

  func injection(_ slot: UInt16) -> Injection? { plan.first { $0.slot == slot } }

  private func inject<P: Ports>(_ injection: Injection, _ ports: inout P) {
    switch injection.kind {
    case .connection: break
    case .etcd(let fault): ports.etcdFault(fault, isOver: false)
    case .database(let cluster, let fault):
      ports.databaseFault(cluster, fault, isOver: false)
    case .elixirNodes(let first, let count):
      ports.elixirNodesCrashed(first: first, count: count)
    case .apiNodes(let count): ports.apiNodesKilled(count: count)
    case .connections(let share): ports.connectionsDropped(share: share)
    case .link(let link, let fault): ports.linkChanged(link, fault, isOver: false)
    }
    if let duration = injection.duration { ports.faultOver(injection.slot, after: duration) }
  }

  private func heal<P: Ports>(_ injection: Injection, _ ports: inout P) {
    switch injection.kind {
    case .etcd(let fault): ports.etcdFault(fault, isOver: true)
    case .database(let cluster, let fault): ports.databaseFault(cluster, fault, isOver: true)
    case .link(let link, let fault): ports.linkChanged(link, fault, isOver: true)
    case .connection, .elixirNodes, .apiNodes, .connections: break
    }
  }
}
