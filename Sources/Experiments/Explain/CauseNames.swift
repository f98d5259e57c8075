import Scenarios
import SimulationKernel
import Systems

/// What the parts of a run are called: `sessions-17`, `api-502`, `client 123456`, `throttle`.
///
/// Names that a scenario gives may hold anything; whoever prints them makes them safe.
public struct CauseNames: Sendable, Equatable {
  /// Nodes of each Elixir cluster, in the order of the clusters.
  private let clusters: [Int]
  private let faults: [Entry]
  private let steps: [Entry]
  public let alerts: [String]
  /// Clients and guilds that are simulated.
  public let clients: Int
  public let guilds: Int

  private struct Entry: Sendable, Equatable {
    let slot: UInt32
    let name: String
    let at: Instant?
  }

  public init(_ scenario: OutageScenario) {
    let configuration = scenario.configuration
    clusters = configuration.elixir.nodes
    faults = configuration.faults.map {
      Entry(slot: UInt32($0.slot), name: $0.id, at: $0.at)
    }
    steps = configuration.people.steps.map { step in
      var at: Instant?
      if case .at(let instant) = step.occasion { at = instant }
      return Entry(slot: UInt32(step.slot), name: step.name, at: at)
    }
    alerts = configuration.people.alerts.map(\.id)
    clients = configuration.scale.count(configuration.clients.online)
    guilds = configuration.scale.count(configuration.elixir.guildCount)
  }

  public var faultNames: [String] { faults.map(\.name) }
  public var stepNames: [String] { steps.map(\.name) }

  /// When a fault is armed, or begins.
  public func faultTime(_ slot: UInt32) -> Instant? { faults.first { $0.slot == slot }?.at }

  public func fault(_ name: String) -> Occurrence.Subject? {
    faults.first { $0.name == name }.map { Occurrence.Subject(.fault, $0.slot) }
  }
  public func step(_ name: String) -> Occurrence.Subject? {
    steps.first { $0.name == name }.map { Occurrence.Subject(.step, $0.slot) }
  }

  /// The node of a name such as `sessions-17` or `api-502`; nil when there is none.
  ///
  /// How many API nodes a run will have is not known before it: any number is one.
  public func node(_ name: String) -> Occurrence.Subject? {
    guard let dash = name.lastIndex(of: "-"), case let digits = name[name.index(after: dash)...],
      let number = UInt16(digits), String(number) == digits
    else { return nil }
    let prefix = name[..<dash]
    if prefix == "api" || prefix == "api-prd-main" {
      return Occurrence.Subject(.apiNode, UInt32(number))
    }
    var first = 0
    for (cluster, count) in zip(Elixir.Cluster.allCases, clusters) {
      if cluster.name == prefix, Int(number) < count {
        return Occurrence.Subject(.elixirNode, UInt32(first + Int(number)))
      }
      first += count
    }
    return nil
  }

  /// The last node of each cluster, for hints.
  public var lastNodes: [String] {
    zip(Elixir.Cluster.allCases, clusters).compactMap { cluster, count in
      count > 0 ? "\(cluster.name)-\(count - 1)" : nil
    }
  }

  /// What somebody is called.
  public func name(_ subject: Occurrence.Subject) -> String {
    let number = subject.number
    switch subject.sort {
    case .company: return "the company"
    case .client: return "client \(number)"
    case .guild: return "guild \(number)"
    case .elixirNode: return elixirNode(Int(number))
    case .apiNode: return "api-\(number)"
    case .read: return "a read"
    case .database:
      let cluster = ScyllaClusterID(rawValue: UInt8(truncatingIfNeeded: number))
      return "the \(cluster?.name ?? "\(number)") database"
    case .link:
      let links = Link.allCases
      return Int(number) < links.count ? links[Int(number)].rawValue : "link \(number)"
    case .fault: return faults.first { $0.slot == number }?.name ?? "fault \(number)"
    case .step: return steps.first { $0.slot == number }?.name ?? "step \(number)"
    case .alert: return Int(number) < alerts.count ? alerts[Int(number)] : "alert \(number)"
    case .etcd: return "etcd"
    }
  }

  private func elixirNode(_ number: Int) -> String {
    var first = 0
    for (cluster, count) in zip(Elixir.Cluster.allCases, clusters) {
      if number < first + count { return "\(cluster.name)-\(number - first)" }
      first += count
    }
    return "node \(number)"
  }
}
