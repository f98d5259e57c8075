import Scenarios
import SimulationKernel

/// Parameters of the latencies between systems (`network.access.*`, `network.latency.*`).
public struct LinkConfiguration: Sendable {
  public var accessMin: Duration
  public var accessMax: Duration
  public var median: Duration
  public var sigma: Double
  public var loss: ExactFraction
  public var retransmissionTimeout: Duration

  init(reading reader: inout ParameterReader, network: Network.Configuration) {
    accessMin = reader.duration(
      "network.access.min", default: .milliseconds(10), in: .zero ... .seconds(5), .assumption(),
      "Shortest one-way latency between a user and the data centre")
    accessMax = reader.duration(
      "network.access.max", default: .milliseconds(120), in: .zero ... .seconds(5), .assumption(),
      "Longest one-way latency between a user and the data centre; uniform between the two")
    reader.requireOrder("network.access", min: accessMin, max: accessMax)
    median = network.latencyMedian
    sigma = network.latencySigma
    loss = network.loss
    retransmissionTimeout = network.retransmissionTimeout
  }
}

/// One-way latencies between systems: a keyed stream per pair, lognormal within the data centre.
///
/// Along with what TCP sends again. What faults do to a link is in `LinkState`.
public struct Links: Sendable {
  private let configuration: LinkConfiguration
  private let streams: [RandomStream]
  private let losses: [RandomStream]
  private let loses: Bool

  init(_ configuration: LinkConfiguration, seed: UInt64) {
    self.configuration = configuration
    streams = Link.allCases.map { RandomStream(seed: seed, name: "network.\($0)") }
    losses = Link.allCases.map { RandomStream(seed: seed, name: "network.loss.\($0)") }
    loses = configuration.loss.numerator > 0
  }

  @inline(__always)
  func latency(_ link: Link, for entity: UInt64, draw: UInt64) -> Duration {
    undisturbed(link, for: entity, draw: draw) + resent(link, for: entity, draw: draw)
  }

  /// The latency of a message that is not lost.
  @inline(__always)
  func undisturbed(_ link: Link, for entity: UInt64, draw: UInt64) -> Duration {
    streams[link.index].lognormal(
      median: configuration.median, sigma: configuration.sigma, for: entity, draw: draw)
  }

  /// What a message takes longer because it is lost and sent again.
  @inline(__always)
  func resent(_ link: Link, for entity: UInt64, draw: UInt64) -> Duration {
    loses ? retransmissions(link, entity, draw) : .zero
  }

  private func retransmissions(_ link: Link, _ entity: UInt64, _ draw: UInt64) -> Duration {
    Retransmission(timeout: configuration.retransmissionTimeout).delay { tries in
      losses[link.index].chance(
        configuration.loss.numerator, in: configuration.loss.denominator, for: entity,
        draw: draw << 4 | tries)
    }
  }
}

/// Users' ways to the gateway: uniform between two ends, drawn for each attempt.
///
/// Apart from `Links`: it is asked millions of times, and small enough to be handed around.
public struct AccessLink: Sendable {
  private let least: Duration
  private let spread: Duration
  private let stream: RandomStream

  init(_ configuration: LinkConfiguration, seed: UInt64) {
    least = configuration.accessMin
    spread = max(.zero, configuration.accessMax - least)
    stream = RandomStream(seed: seed, name: "network.access")
  }

  /// One way between the client and the gateway.
  @inline(__always)
  func latency(of attempt: Attempt) -> Duration {
    least
      + stream.uniform(
        upTo: spread, for: UInt64(attempt.client.rawValue), draw: UInt64(attempt.number))
  }
}
