import SimulationKernel

@testable import Systems

extension Supervision.Tree {
  /// Lets every start that the occurrences ask for succeed at once; tells all that happened.
  mutating func settle(
    _ occurrences: [Supervision.Occurrence], at now: Instant
  ) -> [Supervision.Occurrence] {
    var all = occurrences
    var read = 0
    while read < all.count {
      if case .workerStarting(let child) = all[read] { all += childStarted(child, at: now) }
      read += 1
    }
    return all
  }

  /// Ends the running process of a worker; starts succeed at once.
  mutating func end(
    _ worker: Int, _ reason: Supervision.ExitReason = .crash, at now: Instant
  ) -> [Supervision.Occurrence] {
    guard let child = liveChild(of: worker) else { return [] }
    return settle(childExited(child, reason, at: now), at: now)
  }
}

func milliseconds(_ count: Int64) -> Instant { .start + .milliseconds(count) }
