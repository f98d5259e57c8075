import SimulationKernel

extension Queueing {
  /// The accounts of a station whose jobs somebody else keeps.
  ///
  /// It is told of each arrival, start and departure, and of how many jobs the station really holds
  /// just before; a job that is lost, or that is there twice, upsets the balance.
  struct Ledger: Sendable {
    private let opened: Instant
    private(set) var statistics = Statistics()

    init(at now: Instant) { opened = now }

    mutating func arrive(at now: Instant, waiting: Int, busy: Int) {
      advance(to: now, waiting, busy)
      statistics.countArrival()
    }

    /// A job begins, or has to wait again: it stays in the station.
    mutating func move(at now: Instant, waiting: Int, busy: Int) {
      advance(to: now, waiting, busy)
    }

    mutating func leave(at now: Instant, waiting: Int, busy: Int) {
      advance(to: now, waiting, busy)
      statistics.countCompletion()
    }

    func statistics(at now: Instant, waiting: Int, busy: Int) -> Statistics {
      var copy = self
      copy.advance(to: now, waiting, busy)
      return copy.statistics
    }

    private mutating func advance(to now: Instant, _ waiting: Int, _ busy: Int) {
      let step = UInt64((now - opened).nanoseconds) - statistics.elapsed
      statistics.pass(step, waiting: waiting, busy: busy)
    }
  }
}
