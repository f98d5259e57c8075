import SimulationKernel

/// What happens in the simulated company: one case per system.
public enum OutageEvent: SimulationEvent {
  public typealias Environment = OutageEnvironment

  case clients(Clients.Event)
  case gateway(Gateway.Event)
  case elixir(Elixir.Event)
  case discovery(Discovery.Event)
  case api(API.Event)
  case autoscaler(Autoscaler.Event)
  case sessionsDatabase(ScyllaDB.Event)
  case guildsDatabase(ScyllaDB.Event)
  case network(Network.Event)
  case etcd(EtcdCluster.Event)
  case people(People.Event)
  case faults(Faults.Event)
  case operations(Operations)
  /// A message that a fault of its link has held up arrives.
  case inTransit(UInt32)

  /// What operators' hands do to the running systems.
  public enum Operations: BitwiseCopyable, Sendable {
    /// The first event of a run: every system sets its clocks going.
    case started
    /// Ordinary traffic is told how many users are served.
    case trafficDue
    /// Connections per second, or below zero for none.
    case throttleSet(Double)
    case repairSet(ScyllaClusterID, running: Bool)
    /// Major compactions go on at a rate that is cut by this share.
    case compactionThrottled(by: Double, ScyllaClusterID)
    case connectionsRaised(UInt32)
    case deployed(step: UInt16)
    /// The deployment that this step made is undone.
    case rolledBack(step: UInt16)
  }
}

/// What does not change during a run.
public struct OutageEnvironment: Sendable {
  public var access: AccessLink
  public var links: Links
  public var backoff: Backoff
  public var clientTimeout: Duration
  /// How long a session without a connection can be resumed.
  public var resumeWindow: Duration
  /// Age of the utilisation that the autoscaler sees.
  public var metricLag: Duration

  init(_ configuration: OutageConfiguration, seed: UInt64) {
    access = AccessLink(configuration.links, seed: seed)
    links = Links(configuration.links, seed: seed)
    backoff = Backoff(configuration.clients, seed: seed)
    clientTimeout = configuration.clients.timeout
    resumeWindow = configuration.clients.resumeWindow
    metricLag = configuration.autoscaler.lag
  }
}
