import Observation
import SimulationKernel

/// How long new sessions take, from the gateway's admission until the client is served; counted only
/// when somebody wants to know.
struct IdentifyLatencies: Sendable {
  private(set) var latencies = LatencyHistogram()
  /// When the connection of each client's session start was admitted, in nanoseconds; negative where
  /// none is under way.
  private var admitted: [Int64]

  init(clients: Int) { admitted = Array(repeating: -1, count: clients) }

  /// A later attempt takes the place of an earlier one; one that resumes ends the wait for a new
  /// session.
  mutating func admit(_ attempt: Attempt, at now: Instant) {
    admitted[attempt.client.index] = attempt.kind == .identify ? now.nanoseconds : -1
  }

  mutating func lose(_ client: ClientID) { admitted[client.index] = -1 }

  /// The client has its session and all of its guilds.
  mutating func serve(_ client: ClientID, at now: Instant) {
    let since = admitted[client.index]
    guard since >= 0 else { return }
    admitted[client.index] = -1
    latencies.record(now - Instant(nanoseconds: since))
  }
}
