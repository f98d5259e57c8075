import Scenarios
import SimulationKernel

/// Every parameter of the simulated company, read from a scenario.
public struct OutageConfiguration: Sendable {
  public var scale: Scale
  public var clients: Clients.Configuration
  public var gateway: Gateway.Configuration
  public var elixir: Elixir.Configuration
  public var discovery: Discovery.Configuration
  public var api: API.Configuration
  public var autoscaler: Autoscaler.Configuration
  public var sessionsDatabase: ScyllaDB.Configuration
  public var guildsDatabase: ScyllaDB.Configuration
  public var network: Network.Configuration
  public var etcd: EtcdCluster.Configuration
  public var people: People.Configuration
  public var faults: [Faults.Injection]
  public var connectionFaults: [ConnectionFault]
  public var links: LinkConfiguration
  /// What the steps of `operators` deploy; `OutageScenario` reads it, which knows the document.
  public internal(set) var deployments: [Deployment] = []

  /// Why a sample of this size cannot mean what the whole would, or nil if it can.
  ///
  /// The largest thing that has to be whole is a guild load: with less than one at a time on average
  /// loads cannot shrink as the users do, and times are no longer those of the whole.
  public var sampleWarning: String? {
    let loads = elixir.nodes[Int(Elixir.Cluster.guilds.rawValue)] * elixir.guildLoadConcurrency
    guard scale.fraction < 1, scale.rate(Double(loads)) < 1 else { return nil }
    return
      "at scale \(scale.numerator)/\(scale.denominator) less than one guild load is in progress at "
      + "a time: what becomes of the nodes is the same, but times and users are not those of the whole; "
      + "take at least 1/\(loads)"
  }

  /// Reads all systems' parameters; errors stay in the reader until its `finish`.
  ///
  /// `span`: from the run's start to its end; what is to happen outside of it is an error.
  public init(
    scale: Scale, span: Range<Instant> = .start..<(.endOfTime),
    reading reader: inout ParameterReader
  ) {
    self.scale = scale
    clients = Clients.Configuration(reading: &reader)
    gateway = Gateway.Configuration(reading: &reader)
    elixir = Elixir.Configuration(reading: &reader)
    discovery = Discovery.Configuration(reading: &reader)
    api = API.Configuration(reading: &reader)
    autoscaler = Autoscaler.Configuration(reading: &reader)
    let repair = ScyllaDB.RepairConfiguration(reading: &reader)
    sessionsDatabase = ScyllaDB.Configuration(.sessions, repair: repair, reading: &reader)
    guildsDatabase = ScyllaDB.Configuration(.guilds, repair: repair, reading: &reader)
    network = Network.Configuration(reading: &reader)
    etcd = EtcdCluster.Configuration(reading: &reader)
    links = LinkConfiguration(reading: &reader, network: network)
    people = People.Configuration(during: span, reading: &reader)
    (faults, connectionFaults) = Faults.plan(
      during: span, reading: &reader, clusters: elixir.nodes)
    for fault in faults {
      guard case .database(let cluster, .nodesDown(let count)) = fault.kind else { continue }
      let nodes = cluster == .sessions ? sessionsDatabase.nodes : guildsDatabase.nodes
      guard Int(count) > nodes else { continue }
      reader.conflict(
        ["faults.\(fault.id).count", "scylla.\(cluster.name).nodes"],
        "the fault '\(fault.id)' takes \(count) nodes down, more than the \(nodes) of the cluster")
    }
    // A majority of two is two: with fewer than three members nobody can be elected, and who is left
    // when one is cut off is no majority.
    if etcd.members < 3 {
      let losses: [EtcdCluster.Fault: String] = [
        .leaderLost: "takes the leader away", .memberPartitioned: "cuts a member off",
      ]
      for fault in faults {
        guard case .etcd(let kind) = fault.kind, let loss = losses[kind] else { continue }
        reader.conflict(
          ["faults.\(fault.id).kind", "etcd.members"],
          "the fault '\(fault.id)' \(loss), and of \(etcd.members) no majority is left",
          help: "set etcd.members to 3 or more")
      }
    }
  }
}
