import Scenarios
import SimulationKernel

/// Parameters of the latencies between systems (`network.access.*`, `network.latency.*`).
public struct LinkConfiguration: Sendable {
  public var accessMedian: Duration
  public var accessSigma: Double
  public var median: Duration
  public var sigma: Double

  init(reading reader: inout ParameterReader, network: Network.Configuration) {
    accessMedian = reader.duration(
      "network.access.median", default: .milliseconds(40),
      in: .milliseconds(1) ... .seconds(5), .assumption(),
      "Median one-way latency between a user and the data centre")
    accessSigma = reader.number(
      "network.access.sigma", default: 0.5, in: 0...3, .assumption(),
      "Sigma of the lognormal latency between a user and the data centre")
    median = network.latencyMedian
    sigma = network.latencySigma
  }
}

/// One-way latencies between systems: a keyed lognormal stream per pair.
public struct Links: Sendable {
  public enum Link: Int, CaseIterable, Sendable {
    case clientToGateway, gatewayToSessions, sessionsToAPI, apiToScylla, watchersToEtcd
  }

  private let configuration: LinkConfiguration
  private let streams: [RandomStream]

  init(_ configuration: LinkConfiguration, seed: UInt64) {
    self.configuration = configuration
    streams = Link.allCases.map { RandomStream(seed: seed, name: "network.\($0)") }
  }

  @inline(__always)
  func latency(_ link: Link, for entity: UInt64, draw: UInt64) -> Duration {
    let isAccess = link == .clientToGateway
    return streams[link.rawValue].lognormal(
      median: isAccess ? configuration.accessMedian : configuration.median,
      sigma: isAccess ? configuration.accessSigma : configuration.sigma, for: entity, draw: draw)
  }
}
