import SimulationKernel

extension Array {
  /// Takes out the timer that is due first, if it is due by `end`; of several, the one set first.
  mutating func takeEarliest<Event>(
    until end: Instant
  ) -> Element? where Element == (event: Event, at: Instant) {
    guard let next = indices.min(by: { self[$0].at < self[$1].at }), self[next].at <= end else {
      return nil
    }
    return remove(at: next)
  }
}
