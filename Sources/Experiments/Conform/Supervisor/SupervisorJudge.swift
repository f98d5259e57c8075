import Scenarios

/// The rules of comparison for supervisors: everything is exact but times.
enum SupervisorJudge {
  /// Real runs are late by the scheduler's whim: milliseconds that a time may be off.
  static let tolerance: UInt64 = 15

  /// What differs; empty when the model did as OTP did.
  static func failures(of script: SupervisorCase) -> [ConformanceFailure] {
    let player = SupervisorPlayer(playing: script)
    let end = script.crashes.count
    if player.isExhausted {
      var differences = Differences()
      differences.add("end", expected: "reached", got: "restarts without an end")
      return [differences.failure(of: script.id, step: end, "end of the case")].compactMap(\.self)
    }
    var failures: [ConformanceFailure] = []
    let (real, found) = (script.outcome, player.outcome)
    for (step, crash) in script.crashes.enumerated() {
      var differences = Differences()
      compare(real.crashes[safe: step], found.crashes[safe: step], into: &differences)
      let action = "\(crash.reason) of worker \(crash.worker) at \(crash.time) ms"
      failures += [differences.failure(of: script.id, step: step, action)].compactMap(\.self)
    }
    var differences = Differences()
    compare(real, found, into: &differences)
    failures += [differences.failure(of: script.id, step: end, "end of the case")]
      .compactMap(\.self)
    return failures
  }

  private static func compare(
    _ real: SupervisorOutcome.Crash?, _ found: SupervisorOutcome.Crash?,
    into differences: inout Differences
  ) {
    guard let real, let found else {
      differences.compare("observed", real != nil, found != nil)
      return
    }
    differences.compare("t_ms", real.time, found.time)
    differences.compare("worker", real.worker, found.worker)
    differences.compare("hit", real.isHit, found.isHit)
    differences.compare("restarted", real.isRestarted, found.isRestarted)
    differences.compare("workers_started_after", real.workersStarted, found.workersStarted)
    differences.compare("restart_ms", real.restart, found.restart, tolerance: tolerance)
  }

  private static func compare(
    _ real: SupervisorOutcome, _ found: SupervisorOutcome, into differences: inout Differences
  ) {
    // The recorder orders supervisors' ends by rounded medians, so only each level's are in order.
    let (ends, others) = (ordered(real.giveUps), ordered(found.giveUps))
    if ends.map(\.level) != others.map(\.level) || ends.map(\.reason) != others.map(\.reason) {
      differences.add("give_ups", expected: json(ends), got: json(others))
    } else {
      for (place, (left, right)) in zip(ends, others).enumerated() {
        differences.compare(
          "give_ups[\(place)].t_ms", left.time, right.time, tolerance: tolerance)
      }
    }
    differences.compare("node_stops", real.nodeStops, found.nodeStops)
    differences.compare("node_stop_ms", real.nodeStop, found.nodeStop, tolerance: tolerance)
    differences.compare("node_stop_reason", real.nodeStopReason, found.nodeStopReason)
    differences.compare("top_start_error", real.failsToStart, found.failsToStart)
    differences.compare("worker_starts", real.workerStarts, found.workerStarts)
    differences.compare(
      "worker_start_failures", real.workerStartFailures, found.workerStartFailures)
    differences.compare("supervisor_starts", real.supervisorStarts, found.supervisorStarts)
    differences.compare("alive_at_end", real.aliveAtEnd, found.aliveAtEnd)
    differences.compare("poison_crashes", real.poisonCrashes, found.poisonCrashes)
  }

  private static func ordered(
    _ ends: [SupervisorOutcome.GiveUp]
  ) -> [SupervisorOutcome.GiveUp] {
    ends.sorted { ($0.level, $0.reason, $0.time) < ($1.level, $1.reason, $1.time) }
  }

  private static func json(_ ends: [SupervisorOutcome.GiveUp]) -> JSONValue {
    .array(
      ends.map {
        [
          "level": .integer($0.level), "reason": .string($0.reason), "t_ms": .integer($0.time),
        ]
      })
  }
}

extension Array {
  /// The element, or nil past the end.
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
