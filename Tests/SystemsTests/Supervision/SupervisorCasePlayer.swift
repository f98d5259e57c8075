import SimulationKernel

@testable import Systems

/// Plays a recorded case's script against `Supervision.Tree` and tells what the recorder would have.
struct SupervisorCasePlayer {
  private enum Event {
    case scriptedExit(index: Int)
    case poisonCrash(Supervision.Child)
  }

  /// Erlang's `receive ... after` never fires early and rounds up to the next whole millisecond.
  ///
  /// The recordings show it: 131 ms per cycle for a delay of 130.
  private static let timerRounding: Int64 = 1

  private let script: RecordedSupervisorCase
  private var tree: Supervision.Tree
  private var outcome: RecordedSupervisorCase.Outcome
  private var pending: [(time: Int64, order: Int, event: Event)] = []
  private var scheduled = 0
  private var now: Int64 = 0
  private var counted: Set<Supervision.Child> = []
  /// The scripted exit that later starts are told under, as the recorder does.
  private var latest: (worker: Int, hit: Bool, started: [Int], restart: Int64?)?

  static func play(
    _ script: RecordedSupervisorCase
  ) throws -> RecordedSupervisorCase.Outcome {
    var player = try SupervisorCasePlayer(script)
    player.run()
    return player.outcome
  }

  private init(_ script: RecordedSupervisorCase) throws {
    self.script = script
    tree = Supervision.Tree(
      try script.configuration(), clockPhase: .milliseconds(script.phaseMs))
    outcome = .init(
      workerStarts: script.workers.map { _ in 0 },
      workerStartFailures: script.workers.map { _ in 0 },
      supervisorStarts: script.levels.map { _ in 0 })
  }

  private mutating func schedule(_ event: Event, at time: Int64) {
    pending.append((time, scheduled, event))
    scheduled += 1
  }

  private mutating func run() {
    note(tree.start(at: instant))
    for (index, crash) in script.crashes.enumerated() {
      schedule(.scriptedExit(index: index), at: crash.tMs)
    }
    while let index = pending.indices.min(by: {
      (pending[$0].time, pending[$0].order) < (pending[$1].time, pending[$1].order)
    }) {
      let (time, _, event) = pending.remove(at: index)
      if time > script.observedUntilMs { break }
      now = time
      handle(event)
    }
    closeScriptedExit()
    outcome.aliveAtEnd = script.workers.indices.filter { tree.liveChild(of: $0) != nil }
  }

  private var instant: Instant { .start + .milliseconds(now) }

  private mutating func handle(_ event: Event) {
    switch event {
    case .scriptedExit(let index):
      closeScriptedExit()
      let crash = script.crashes[index]
      let child = tree.liveChild(of: crash.worker)
      latest = (crash.worker, child != nil, [], nil)
      guard let child else { return }
      let reasons: [String: Supervision.ExitReason] = ["normal": .normal, "shutdown": .shutdown]
      note(tree.childExited(child, reasons[crash.reason] ?? .crash, at: instant))
    case .poisonCrash(let child):
      guard tree.isLive(child) else { return }
      countPoisonCrashes(with: child)
      note(tree.childExited(child, .crash, at: instant))
    }
  }

  /// Siblings whose timers fire in the same tick have all crashed before their supervisor, reading
  /// the first exit, ends the others.
  private mutating func countPoisonCrashes(with first: Supervision.Child) {
    var crashing = [first]
    for case (now, _, .poisonCrash(let child)) in pending where tree.isLive(child) {
      crashing.append(child)
    }
    for child in crashing where counted.insert(child).inserted { outcome.poisonCrashes += 1 }
  }

  private mutating func closeScriptedExit() {
    guard let latest else { return }
    outcome.crashes.append(
      .init(
        worker: latest.worker, hit: latest.hit,
        restarted: latest.hit && latest.started.contains(latest.worker),
        workersStartedAfter: latest.started, restartMs: latest.restart))
    self.latest = nil
  }

  private var isPoisoned: Bool {
    script.poison.map { $0.fromMs <= now && now < $0.toMs } ?? false
  }

  /// Reads what happened and answers every start, which in turn makes more happen.
  private mutating func note(_ occurrences: [Supervision.Occurrence]) {
    var unread = occurrences
    while !unread.isEmpty {
      var more: [Supervision.Occurrence] = []
      for occurrence in unread {
        switch occurrence {
        case .supervisorStarting(let level): outcome.supervisorStarts[level] += 1
        case .supervisorGaveUp(let level):
          outcome.giveUps.append(.init(level: level, reason: "shutdown", tMs: now))
        case .supervisorFailedToStart(let level):
          outcome.giveUps.append(.init(level: level, reason: "failed_to_start", tMs: now))
        case .workerStarting(let child): more += answer(child)
        case .applicationEnded(let nodeStops):
          outcome.nodeStops = nodeStops
          outcome.nodeStopMs = now
        case .supervisorStarted, .supervisorStopped, .workerTerminated, .workerRetired,
          .restartDelayed:
          break
        }
      }
      unread = more
    }
  }

  private mutating func answer(_ child: Supervision.Child) -> [Supervision.Occurrence] {
    let worker = Int(child.worker)
    if isPoisoned, let poison = script.poison {
      if poison.mode == "init_fail" {
        outcome.workerStartFailures[worker] += 1
        return tree.startFailed(child, at: instant)
      }
      let rounding = poison.delayMs > 0 ? Self.timerRounding : 0
      schedule(.poisonCrash(child), at: now + poison.delayMs + rounding)
    }
    outcome.workerStarts[worker] += 1
    latest?.started.append(worker)
    if let latest, latest.hit, latest.worker == worker, latest.restart == nil {
      self.latest?.restart = now
    }
    return tree.childStarted(child, at: instant)
  }
}
