import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as clients see it: it notes what they ask for.
struct ClientsRecorder: Clients.Ports {
  var now = Instant.start
  private(set) var connections: [(attempt: Attempt, delay: Duration)] = []

  mutating func connect(_ attempt: Attempt, after delay: Duration) {
    connections.append((attempt, delay))
  }

  /// The connection asked for last; it is no longer noted then.
  mutating func takeConnection() throws -> (attempt: Attempt, delay: Duration) {
    let last = connections.popLast()
    return try #require(last)
  }
}

extension Clients {
  /// A few hundred clients in a few guilds, configured by the text of a scenario's `clients`.
  init(
    settings: String = "{}", clients: Int = 400, guilds: Int = 40, seed: UInt64 = 1
  ) throws {
    let configuration = try reading("{ \"clients\": \(settings) }") {
      Clients.Configuration(reading: &$0)
    }
    self.init(
      configuration: configuration, clients: clients,
      memberships: Memberships(
        clients: clients, guildsPerClient: configuration.guildsPerClient, guilds: guilds,
        skew: 0.5, seed: seed),
      seed: seed)
  }
}

extension Backoff {
  init(settings: String, seed: UInt64 = 1) throws {
    self.init(
      try reading("{ \"clients\": \(settings) }") { Clients.Configuration(reading: &$0) },
      seed: seed)
  }
}
