/// What happens in a simulated world: plain data, at most 16 bytes.
public protocol SimulationEvent: BitwiseCopyable, Sendable {
  /// What does not change during a run: configuration, topology, link latencies.
  associatedtype Environment: Sendable

  /// Adds what distinguishes this event to the run's fingerprint.
  ///
  /// Written out per case: an enum's unused bytes are undefined and must not reach the digest.
  func fingerprint(into digest: inout Digest)
}
