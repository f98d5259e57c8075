import SimulationKernel

/// Notices an event that comes after a later one: the world's own look at the kernel's promise.
struct EventOrder: Sendable {
  private var latest: Instant
  /// The first time that it happened.
  private(set) var reversal: (from: Instant, to: Instant)?

  init(from start: Instant) { latest = start }

  // Every event of a run comes through here.
  @inline(__always)
  mutating func take(_ now: Instant) {
    if now < latest { note(now) }
    latest = now
  }

  @inline(never)
  private mutating func note(_ now: Instant) {
    if reversal == nil { reversal = (latest, now) }
  }
}
