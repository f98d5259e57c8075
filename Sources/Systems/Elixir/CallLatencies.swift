import Observation
import SimulationKernel

/// How long calls to the API take, from ask to answer; counted only when somebody wants to know.
struct CallLatencies: Sendable {
  private(set) var latencies = LatencyHistogram()
  /// When the calls that have no answer yet were made; only looked up, never walked.
  private var asked: [UInt64: Instant] = [:]

  mutating func ask(_ call: RemoteCall, at instant: Instant) { asked[Self.key(call)] = instant }

  /// An answer came, good or bad; a second one to the same call is not counted.
  mutating func answer(_ call: RemoteCall, at now: Instant) {
    guard let since = asked.removeValue(forKey: Self.key(call)) else { return }
    latencies.record(now - since)
  }

  /// The node knew nobody to ask: there was no call.
  mutating func forget(_ call: RemoteCall) { asked[Self.key(call)] = nil }

  private static func key(_ call: RemoteCall) -> UInt64 { call.entity | UInt64(call.number) << 40 }
}
