import SimulationKernel
import Systems

/// A digest of some of a run's events and their times, kept by watching.
struct FilteredDigest: Observer {
  typealias Watched = OutageWorld

  private let isKept: @Sendable (OutageEvent) -> Bool
  private(set) var digest = Digest()
  private(set) var kept = 0
  private(set) var dropped = 0

  init(keeping isKept: @escaping @Sendable (OutageEvent) -> Bool) { self.isKept = isKept }

  mutating func didHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    guard isKept(event) else {
      dropped += 1
      return
    }
    kept += 1
    digest.combine(instant)
    event.fingerprint(into: &digest)
  }
}

/// Looks hard: at every event before and after it, at what it did, and several times per second.
struct NosyObserver: Observer {
  typealias Watched = OutageWorld

  private(set) var seen = 0
  private(set) var samples = 0
  private(set) var servedSum = 0.0
  private(set) var nextSample: Instant?

  init(from start: Instant) { nextSample = start }

  mutating func willHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    seen += 1
  }

  mutating func didHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    servedSum += Double(world.clients.servedCount)
    if seen % 1_024 == 0 { _ = world.invariants(at: instant) }
  }

  mutating func sample(at instant: Instant, of world: OutageWorld) {
    samples += 1
    _ = world.telemetry(at: instant)
    nextSample = instant + .milliseconds(370)
  }
}
