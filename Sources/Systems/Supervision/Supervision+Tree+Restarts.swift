import SimulationKernel

/// What the supervisors do among themselves.
extension Supervision.Tree {
  var lastLevel: Int { configuration.levels.count - 1 }
  var hasWrapper: Bool { configuration.restartDelay > .zero }

  func child(_ worker: Int) -> Supervision.Child {
    Supervision.Child(worker: Int32(worker), incarnation: workers[worker].incarnation)
  }

  func isCurrent(_ child: Supervision.Child) -> Bool {
    workers.indices.contains(Int(child.worker))
      && workers[Int(child.worker)].incarnation == child.incarnation
  }

  mutating func deliverExit(
    of child: Supervision.Child, _ reason: Supervision.ExitReason, at now: Instant
  ) -> [Supervision.Occurrence] {
    workers[Int(child.worker)].status = .exited
    mailbox.append(.exited(child, reason))
    var log: [Supervision.Occurrence] = []
    proceed(at: now, &log)
    return log
  }

  /// Goes on with a start in hand, then reads messages, until something is waited for.
  mutating func proceed(at now: Instant, _ log: inout [Supervision.Occurrence]) {
    while true {
      switch phase {
      case .down: return
      case .starting(let start):
        // A start that has to be waited for is answered by the caller.
        if start.next > 0, workers[start.next - 1].status == .starting { return }
        startNext(of: start, &log)
      case .up:
        guard !mailbox.isEmpty else { return }
        read(mailbox.removeFirst(), at: now, &log)
      }
    }
  }

  private mutating func startNext(of start: Start, _ log: inout [Supervision.Occurrence]) {
    var start = start
    while start.next < start.end, workers[start.next].status == .removed { start.next += 1 }
    guard start.next < start.end else {
      phase = .up
      guard let root = start.root else { return }
      for level in (root...lastLevel).reversed() { log.append(.supervisorStarted(level: level)) }
      return
    }
    let worker = start.next
    start.next += 1
    workers[worker].incarnation += 1
    workers[worker].status = hasWrapper ? .live : .starting
    phase = .starting(start)
    log.append(.workerStarting(child(worker)))
  }

  private mutating func read(
    _ message: Message, at now: Instant, _ log: inout [Supervision.Occurrence]
  ) {
    switch message {
    case .exited(let child, let reason):
      // A sibling's restart may have ended this process before the message was read.
      guard isCurrent(child), workers[Int(child.worker)].status == .exited else { return }
      let worker = Int(child.worker)
      let type = configuration.workers[worker]
      if type.restarts(after: reason) { return restart(worker, at: now, &log) }
      workers[worker].status = type == .temporary ? .removed : .absent
      log.append(.workerRetired(child))
    case .tryAgain(let worker):
      guard workers[worker].status == .awaitingRetry else { return }
      restart(worker, at: now, &log)
    }
  }

  private mutating func restart(
    _ worker: Int, at now: Instant, _ log: inout [Supervision.Occurrence]
  ) {
    workers[worker].status = .absent
    guard accepts(restartOn: lastLevel, at: now) else {
      return giveUp(from: lastLevel, at: now, &log)
    }
    let affected: Range<Int>
    switch configuration.levels[lastLevel].strategy {
    case .oneForOne: affected = worker..<worker + 1
    case .restForOne: affected = worker..<workers.count
    case .oneForAll: affected = workers.indices
    }
    terminate(affected, &log)
    phase = .starting(Start(next: affected.lowerBound, end: affected.upperBound, root: nil))
  }

  /// Ends children in the reverse order of their start; temporary ones are forgotten.
  mutating func terminate(_ affected: Range<Int>, _ log: inout [Supervision.Occurrence]) {
    for worker in affected.reversed() where workers[worker].status != .removed {
      switch workers[worker].status {
      case .live, .starting, .delayed: log.append(.workerTerminated(child(worker)))
      case .absent, .exited, .awaitingRetry, .removed: break
      }
      workers[worker].status =
        configuration.workers[worker] == .temporary ? .removed : .absent
    }
  }

  /// A supervisor whose `init` fails takes with it every supervisor that waits for it in its own.
  mutating func failInitialisation(
    from root: Int, at now: Instant, _ log: inout [Supervision.Occurrence]
  ) {
    terminate(workers.indices, &log)
    takeDown()
    for level in (root...lastLevel).reversed() {
      log.append(.supervisorFailedToStart(level: level))
    }
    guard root > 0 else { return endApplication(&log) }
    restartSupervisor(below: root - 1, at: now, &log)
  }

  private mutating func giveUp(
    from level: Int, at now: Instant, _ log: inout [Supervision.Occurrence]
  ) {
    terminate(workers.indices, &log)
    takeDown()
    log.append(.supervisorGaveUp(level: level))
    guard level > 0 else { return endApplication(&log) }
    restartSupervisor(below: level - 1, at: now, &log)
  }

  /// A supervisor's child supervisor is gone or did not start: counted alike.
  private mutating func restartSupervisor(
    below level: Int, at now: Instant, _ log: inout [Supervision.Occurrence]
  ) {
    guard accepts(restartOn: level, at: now) else { return giveUp(from: level, at: now, &log) }
    beginStart(of: level + 1, &log)
  }

  /// New supervisors from this level down, with empty histories and all their children.
  mutating func beginStart(of root: Int, _ log: inout [Supervision.Occurrence]) {
    for level in root...lastLevel {
      histories[level].forget()
      log.append(.supervisorStarting(level: level))
    }
    for worker in workers.indices { workers[worker].status = .absent }
    phase = .starting(Start(next: 0, end: workers.count, root: root))
  }

  mutating func takeDown() {
    phase = .down
    mailbox.removeAll(keepingCapacity: true)
  }

  private func endApplication(_ log: inout [Supervision.Occurrence]) {
    log.append(.applicationEnded(nodeStops: configuration.application != .temporary))
  }

  private mutating func accepts(restartOn level: Int, at now: Instant) -> Bool {
    histories[level].accepts(restartIn: second(of: now), under: configuration.levels[level])
  }

  /// The node's monotonic clock in whole seconds, as `erlang:monotonic_time(1)` rounds it: down.
  private func second(of now: Instant) -> Int64 {
    let (quotient, remainder) = now.nanoseconds.quotientAndRemainder(dividingBy: Self.second)
    let fraction = remainder + clockPhase.nanoseconds
    if fraction < 0 { return quotient - 1 }
    return fraction < Self.second ? quotient : quotient + 1
  }
}
