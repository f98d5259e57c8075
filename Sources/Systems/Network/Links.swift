import Scenarios
import SimulationKernel

/// Parameters of the latencies between systems (`network.access.*`, `network.latency.*`).
public struct LinkConfiguration: Sendable {
  public var accessMin: Duration
  public var accessMax: Duration
  public var median: Duration
  public var sigma: Double

  init(reading reader: inout ParameterReader, network: Network.Configuration) {
    accessMin = reader.duration(
      "network.access.min", default: .milliseconds(10), in: .zero ... .seconds(5), .assumption(),
      "Shortest one-way latency between a user and the data centre")
    accessMax = reader.duration(
      "network.access.max", default: .milliseconds(120), in: .zero ... .seconds(5), .assumption(),
      "Longest one-way latency between a user and the data centre; uniform between the two")
    median = network.latencyMedian
    sigma = network.latencySigma
  }
}

/// One-way latencies between systems: a keyed stream per pair, lognormal within the data centre.
public struct Links: Sendable {
  public enum Link: Int, CaseIterable, Sendable {
    case gatewayToSessions, sessionsToAPI, apiToScylla, watchersToEtcd
  }

  private let configuration: LinkConfiguration
  private let streams: [RandomStream]
  private let accessStream: RandomStream

  init(_ configuration: LinkConfiguration, seed: UInt64) {
    self.configuration = configuration
    streams = Link.allCases.map { RandomStream(seed: seed, name: "network.\($0)") }
    accessStream = RandomStream(seed: seed, name: "network.access")
  }

  @inline(__always)
  func latency(_ link: Link, for entity: UInt64, draw: UInt64) -> Duration {
    streams[link.rawValue].lognormal(
      median: configuration.median, sigma: configuration.sigma, for: entity, draw: draw)
  }

  /// Between a user and the gateway, one way.
  @inline(__always)
  func access(of attempt: Attempt) -> Duration {
    let least = min(configuration.accessMin, configuration.accessMax)
    return least
      + accessStream.uniform(
        upTo: configuration.accessMax - least, for: UInt64(attempt.client.rawValue),
        draw: UInt64(attempt.number))
  }
}
