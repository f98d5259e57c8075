import SimulationKernel

extension Supervision {
  /// A running supervision tree of one application on one node.
  ///
  /// Nothing here takes time by itself: the caller says when a worker has started, failed to start
  /// or ended, and is told in order what followed. A supervisor waits for a worker's start like a
  /// real one: exits and retries that come meanwhile stay in its mailbox.
  public struct Tree: Hashable, Sendable {
    struct Worker: Hashable, Sendable {
      enum Status: UInt8, Hashable, Sendable {
        /// No process; started again only with a sibling's restart.
        case absent
        /// The supervisor waits for its start.
        case starting
        case live
        /// Ended; its wrapper waits for the restart delay.
        case delayed
        /// Ended; the supervisor has not read the message yet.
        case exited
        /// Did not start; a `try_again_restart` is in the supervisor's mailbox.
        case awaitingRetry
        /// A temporary child that ended: the supervisor has forgotten it.
        case removed
      }
      var status = Status.absent
      var incarnation: UInt32 = 0
    }

    enum Message: Hashable, Sendable {
      case exited(Child, ExitReason)
      case tryAgain(worker: Int)
    }

    /// A run through the last supervisor's children, starting one after the other.
    struct Start: Hashable, Sendable {
      var next: Int
      let end: Int
      /// The highest supervisor in whose `init` this happens; nil when it is a restart.
      let root: Int?
    }

    enum Phase: Hashable, Sendable {
      case down
      case up
      case starting(Start)
    }

    public let configuration: Configuration
    /// How far the node's monotonic clock is ahead of the simulation's, below one second.
    public let clockPhase: Duration
    var phase = Phase.down
    var histories: [RestartHistory]
    var workers: [Worker]
    /// Unread messages of the last supervisor, oldest first.
    var mailbox: [Message] = []

    /// A tree that has not been started.
    ///
    /// - Parameters:
    ///   - configuration: The supervisors and their workers.
    ///   - clockPhase: Only its part below a second counts: whole seconds shift every reading alike.
    public init(_ configuration: Configuration, clockPhase: Duration) {
      self.configuration = configuration
      let remainder = clockPhase.nanoseconds % Self.second
      self.clockPhase = Duration(
        nanoseconds: remainder < 0 ? remainder + Self.second : remainder)
      histories = Array(repeating: RestartHistory(), count: configuration.levels.count)
      workers = Array(repeating: Worker(), count: configuration.workers.count)
    }

    static var second: Int64 { 1_000_000_000 }

    /// Whether every supervisor is up and none waits for a start.
    public var isUp: Bool { phase == .up }
    /// Whether there is no tree: never started, stopped, or given up.
    public var isDown: Bool { phase == .down }

    /// Whether this very process of a worker is running.
    public func isLive(_ child: Child) -> Bool {
      guard workers.indices.contains(Int(child.worker)) else { return false }
      let worker = workers[Int(child.worker)]
      return worker.status == .live && worker.incarnation == child.incarnation
    }

    /// The running process of a worker, or nil.
    public func liveChild(of worker: Int) -> Child? {
      guard workers.indices.contains(worker), workers[worker].status == .live else { return nil }
      return child(worker)
    }

    /// Restarts that a level's supervisor remembers; those out of the period go at the next one.
    public func restartsRemembered(level: Int) -> Int { Int(histories[level].count) }

    /// A supervisor that goes on although it remembers more restarts than its intensity allows; nil
    /// where all keep to it, as they do.
    var overrun: (restarts: Int64, intensity: Int32)? {
      guard !isDown else { return nil }
      for (history, level) in zip(histories, configuration.levels)
      where history.count > Int64(level.intensity) {
        return (history.count, level.intensity)
      }
      return nil
    }

    /// Starts the application; without effect when it runs already.
    public mutating func start(at now: Instant) -> [Occurrence] {
      guard isDown else { return [] }
      var log: [Occurrence] = []
      beginStart(of: 0, &log)
      proceed(at: now, &log)
      return log
    }

    /// Ends the application from outside, as `application:stop` does.
    public mutating func stop() -> [Occurrence] {
      guard !isDown else { return [] }
      var log: [Occurrence] = []
      terminate(workers.indices, &log)
      for level in histories.indices.reversed() { log.append(.supervisorStopped(level: level)) }
      takeDown()
      return log
    }

    /// A worker's start has succeeded.
    public mutating func childStarted(_ child: Child, at now: Instant) -> [Occurrence] {
      guard isCurrent(child), workers[Int(child.worker)].status == .starting else { return [] }
      workers[Int(child.worker)].status = .live
      var log: [Occurrence] = []
      proceed(at: now, &log)
      return log
    }

    /// A worker's start has failed.
    public mutating func startFailed(_ child: Child, at now: Instant) -> [Occurrence] {
      guard isCurrent(child) else { return [] }
      // Behind a wrapper a failed start is a crash like any other.
      if workers[Int(child.worker)].status == .live { return childExited(child, .crash, at: now) }
      guard workers[Int(child.worker)].status == .starting, case .starting(let start) = phase
      else { return [] }
      var log: [Occurrence] = []
      if let root = start.root {
        workers[Int(child.worker)].status = .absent
        failInitialisation(from: root, at: now, &log)
      } else {
        workers[Int(child.worker)].status = .awaitingRetry
        mailbox.append(.tryAgain(worker: Int(child.worker)))
        phase = .up
      }
      proceed(at: now, &log)
      return log
    }

    /// A worker's process has ended by itself.
    public mutating func childExited(
      _ child: Child, _ reason: ExitReason, at now: Instant
    ) -> [Occurrence] {
      guard isCurrent(child) else { return [] }
      let worker = Int(child.worker)
      switch workers[worker].status {
      case .starting: return startFailed(child, at: now)
      case .live: break
      case .absent, .delayed, .exited, .awaitingRetry, .removed: return []
      }
      if hasWrapper, configuration.workers[worker].restarts(after: reason) {
        workers[worker].status = .delayed
        return [.restartDelayed(child)]
      }
      return deliverExit(of: child, reason, at: now)
    }

    /// The restart delay of a worker that ended is over.
    public mutating func delayElapsed(_ child: Child, at now: Instant) -> [Occurrence] {
      guard isCurrent(child), workers[Int(child.worker)].status == .delayed else { return [] }
      return deliverExit(of: child, .crash, at: now)
    }
  }
}
