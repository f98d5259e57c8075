import SimulationKernel
import Systems

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
    _ = world.telemetry(since: world.telemetryCounts(at: instant), at: instant)
    nextSample = instant + .milliseconds(370)
  }
}
