import Scenarios

extension RecordingReader {
  /// What a recorded tree did.
  mutating func outcome(
    _ value: DocumentValue, _ counts: (levels: Int, workers: Int, crashes: Int)
  ) -> SupervisorOutcome {
    close(
      value,
      known: [
        "crashes", "give_ups", "node_stops", "node_stop_ms", "node_stop_reason",
        "top_start_error", "worker_starts", "worker_start_failures", "supervisor_starts",
        "alive_at_end", "poison_crashes",
      ])
    var outcome = SupervisorOutcome()
    // A worker or a level that the tree does not have is a difference, not an error.
    let workers = 0...Self.numberMax
    outcome.crashes = list(value, "crashes").map { crash($0, workers) }
    if let entries = field(value, "crashes"), outcome.crashes.count > counts.crashes {
      report(
        .conflict,
        "\(outcome.crashes.count) crashes happened, and \(counts.crashes) were to happen",
        at: Self.start(of: entries))
    }
    outcome.giveUps = list(value, "give_ups").map { giveUp($0) }
    outcome.nodeStops = flag(value, "node_stops")
    outcome.nodeStop = optionalInteger(value, "node_stop_ms", in: Self.times)
    outcome.nodeStopReason = optionalText(value, "node_stop_reason")
    // The end of the top supervisor, with or without the node's, has a time and a reason.
    if outcome.nodeStops || outcome.nodeStop != nil { expect(value, ["node_stop_reason"]) }
    expect(value, ["node_stop_ms"])
    outcome.failsToStart = optionalFlag(value, "top_start_error") ?? false
    outcome.workerStarts = counted(value, "worker_starts", counts.workers)
    outcome.workerStartFailures = counted(value, "worker_start_failures", counts.workers)
    outcome.supervisorStarts = counted(value, "supervisor_starts", counts.levels)
    outcome.aliveAtEnd = integers(value, "alive_at_end", in: workers).sorted()
    outcome.poisonCrashes = integer(value, "poison_crashes", in: 0...Self.numberMax)
    return outcome
  }

  private static var times: ClosedRange<Int64> { -timeMax...(2 * timeMax) }

  private mutating func crash(
    _ value: DocumentValue, _ workers: ClosedRange<Int64>
  ) -> SupervisorOutcome.Crash {
    close(
      value,
      known: ["t_ms", "worker", "hit", "workers_started_after", "restart_ms", "restarted"])
    var crash = SupervisorOutcome.Crash()
    crash.time = integer(value, "t_ms", in: 0...Self.timeMax)
    crash.worker = integer(value, "worker", in: workers)
    crash.isHit = flag(value, "hit")
    crash.isRestarted = flag(value, "restarted")
    expect(value, ["restart_ms"])
    crash.workersStarted = integers(value, "workers_started_after", in: workers)
    crash.restart = optionalInteger(value, "restart_ms", in: Self.times)
    return crash
  }

  private mutating func giveUp(_ value: DocumentValue) -> SupervisorOutcome.GiveUp {
    close(value, known: ["level", "t_ms", "reason"])
    return SupervisorOutcome.GiveUp(
      level: integer(value, "level", in: 0...Self.numberMax),
      reason: text(value, "reason"), time: integer(value, "t_ms", in: Self.times))
  }

  /// One count for each worker or level.
  private mutating func counted(
    _ value: DocumentValue, _ name: String, _ count: Int
  ) -> [Int64] {
    let found = integers(value, name, in: 0...Self.numberMax)
    if found.count != count, let place = field(value, name), place.elements?.count == found.count {
      report(
        .conflict, "'\(name)' has \(found.count) counts for \(count)", at: Self.start(of: place))
    }
    return found
  }
}
