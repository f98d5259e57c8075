import SimulationKernel
import Systems

/// Plays a recorded case's script on the model of OTP's supervisors and tells what the recorder
/// would have told.
struct SupervisorPlayer {
  private enum Event: BitwiseCopyable, Sendable {
    case scriptedExit(index: Int)
    case poisonCrash(Supervision.Child)
  }

  /// Erlang's `receive ... after` never fires early and rounds up to the next whole millisecond.
  ///
  /// The recordings show it: 131 ms per cycle for a delay of 130.
  private static let timerRounding: Int64 = 1
  /// Starts of workers after which a case is given up: crashes without a delay come without an end
  /// under a large intensity.
  private static let startsMax = 200_000

  private let script: SupervisorCase
  private var tree: Supervision.Tree
  private(set) var outcome = SupervisorOutcome()
  /// Whether the tree was still restarting when there had been far too many starts.
  private(set) var isExhausted = false
  private var queue = EventQueue<Event>()
  /// What is due at this very instant, in the order of scheduling.
  private var batch: [Event] = []
  private var read = 0
  private var now: Int64 = 0
  private var starts = 0
  private var isUp = false
  /// For look-ups only.
  private var counted: Set<Supervision.Child> = []
  /// The scripted exit that later starts are told under, as the recorder does.
  private var latest: SupervisorOutcome.Crash?

  init(playing script: SupervisorCase) {
    self.script = script
    tree = Supervision.Tree(script.configuration, clockPhase: .milliseconds(script.phase))
    outcome.workerStarts = script.configuration.workers.map { _ in 0 }
    outcome.workerStartFailures = outcome.workerStarts
    outcome.supervisorStarts = script.configuration.levels.map { _ in 0 }
    run()
  }

  private var instant: Instant { .start + .milliseconds(now) }

  private mutating func run() {
    note(tree.start(at: instant))
    for (index, crash) in script.crashes.enumerated() {
      queue.push(.scriptedExit(index: index), at: .start + .milliseconds(crash.time))
    }
    let end = Instant.start + .milliseconds(script.observedUntil)
    while !isExhausted, let (time, event) = queue.pop(), time <= end {
      now = time.nanoseconds / 1_000_000
      batch = [event]
      read = 0
      while read < batch.count, !isExhausted {
        takeDue()
        let event = batch[read]
        read += 1
        handle(event)
        takeDue()
      }
    }
    closeScriptedExit()
    outcome.aliveAtEnd = script.configuration.workers.indices
      .filter { tree.liveChild(of: $0) != nil }.map { Int64($0) }
  }

  private mutating func takeDue() {
    while queue.nextTime == instant, let (_, event) = queue.pop() { batch.append(event) }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .scriptedExit(let index):
      closeScriptedExit()
      let crash = script.crashes[index]
      let child = tree.liveChild(of: crash.worker)
      var opened = SupervisorOutcome.Crash()
      opened.time = crash.time
      opened.worker = Int64(crash.worker)
      opened.isHit = child != nil
      latest = opened
      guard let child else { return }
      note(tree.childExited(child, crash.reason, at: instant))
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
    for case .poisonCrash(let child) in batch[read...] where tree.isLive(child) {
      crashing.append(child)
    }
    for child in crashing where counted.insert(child).inserted { outcome.poisonCrashes += 1 }
  }

  private mutating func closeScriptedExit() {
    guard var crash = latest else { return }
    crash.isRestarted = crash.isHit && crash.workersStarted.contains(crash.worker)
    outcome.crashes.append(crash)
    latest = nil
  }

  // MARK: What follows

  /// Reads what happened and answers every start, which in turn makes more happen.
  private mutating func note(_ occurrences: [Supervision.Occurrence]) {
    var unread = occurrences
    while !unread.isEmpty, !isExhausted {
      var more: [Supervision.Occurrence] = []
      for occurrence in unread {
        switch occurrence {
        case .supervisorStarting(let level): outcome.supervisorStarts[level] += 1
        case .supervisorStarted(let level): isUp = isUp || level == 0
        case .supervisorGaveUp(let level): noteEnd(of: level, "shutdown")
        case .supervisorFailedToStart(let level): noteEnd(of: level, "failed_to_start")
        case .workerStarting(let child): more += answer(child)
        case .applicationEnded(let nodeStops): noteEnd(ofNode: nodeStops)
        case .supervisorStopped, .workerTerminated, .workerRetired, .restartDelayed: break
        }
      }
      unread = more
    }
  }

  private mutating func noteEnd(of level: Int, _ reason: String) {
    outcome.giveUps.append(.init(level: Int64(level), reason: reason, time: now))
  }

  private mutating func noteEnd(ofNode stops: Bool) {
    // A tree that never came up has nothing to take with it.
    guard isUp else {
      outcome.failsToStart = true
      return
    }
    outcome.nodeStops = stops
    outcome.nodeStop = now
    outcome.nodeStopReason = "shutdown"
  }

  private mutating func answer(_ child: Supervision.Child) -> [Supervision.Occurrence] {
    let worker = Int(child.worker)
    starts += 1
    isExhausted = starts > Self.startsMax
    if let poison = script.poison, poison.from <= now, now < poison.to {
      if poison.mode == .initFail {
        outcome.workerStartFailures[worker] += 1
        return tree.startFailed(child, at: instant)
      }
      let rounding = poison.delay > 0 ? Self.timerRounding : 0
      queue.push(
        .poisonCrash(child), at: .start + .milliseconds(now + poison.delay + rounding))
    }
    outcome.workerStarts[worker] += 1
    latest?.workersStarted.append(Int64(worker))
    if let crash = latest, crash.isHit, crash.worker == Int64(worker), crash.restart == nil {
      latest?.restart = now
    }
    return tree.childStarted(child, at: instant)
  }
}
