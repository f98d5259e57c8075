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

  /// Reads all systems' parameters; errors stay in the reader until its `finish`.
  public init(scale: Scale, reading reader: inout ParameterReader) {
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
    people = People.Configuration(reading: &reader)
    (faults, connectionFaults) = Faults.plan(reading: &reader, clusters: elixir.nodes)
  }
}
