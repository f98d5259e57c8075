import Systems

/// One scripted supervision tree that was run in real time on Erlang/OTP, and what became of it.
///
/// Times are in milliseconds from the start of the tree.
public struct SupervisorCase: Sendable, Equatable {
  public struct Crash: Sendable, Equatable {
    public var time: Int64
    public var worker: Int
    public var reason: Supervision.ExitReason

    public init(time: Int64, worker: Int, reason: Supervision.ExitReason) {
      self.time = time
      self.worker = worker
      self.reason = reason
    }
  }

  /// A window of time in which starting is not safe.
  public struct Poison: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
      /// Starts fail.
      case initFail = "init_fail"
      /// What starts crashes after a delay.
      case crashAfter = "crash_after"
    }

    public var mode: Mode
    /// From here on, and before `to`.
    public var from: Int64
    public var to: Int64
    public var delay: Int64

    public init(mode: Mode, from: Int64, to: Int64, delay: Int64) {
      self.mode = mode
      self.from = from
      self.to = to
      self.delay = delay
    }
  }

  public var id: String
  /// How far the monotonic clock was into its second when the tree started, in milliseconds.
  public var phase: Int64
  public var configuration: Supervision.Configuration
  public var crashes: [Crash]
  public var poison: Poison?
  public var observedUntil: Int64
  public var outcome: SupervisorOutcome
  /// False when the real runs of the case did not agree among themselves.
  public var isDeterministic: Bool

  public init(
    id: String, phase: Int64, configuration: Supervision.Configuration, crashes: [Crash],
    poison: Poison? = nil, observedUntil: Int64, outcome: SupervisorOutcome,
    isDeterministic: Bool = true
  ) {
    self.id = id
    self.phase = phase
    self.configuration = configuration
    self.crashes = crashes
    self.poison = poison
    self.observedUntil = observedUntil
    self.outcome = outcome
    self.isDeterministic = isDeterministic
  }
}

/// What became of a scripted supervision tree.
public struct SupervisorOutcome: Sendable, Equatable {
  /// A scripted exit and what followed until the next one.
  public struct Crash: Sendable, Equatable {
    public var time: Int64 = 0
    public var worker: Int64 = 0
    /// Whether the worker was running.
    public var isHit = false
    public var isRestarted = false
    public var workersStarted: [Int64] = []
    /// When the worker itself was started again.
    public var restart: Int64?

    public init() {}
  }

  /// The end of a supervisor.
  public struct GiveUp: Sendable, Equatable {
    /// From the top, counted from 0.
    public var level: Int64
    /// `shutdown` when it exceeded its intensity, `failed_to_start` when a child failed in `init`.
    public var reason: String
    public var time: Int64

    public init(level: Int64, reason: String, time: Int64) {
      self.level = level
      self.reason = reason
      self.time = time
    }
  }

  public var crashes: [Crash] = []
  public var giveUps: [GiveUp] = []
  /// Whether the top supervisor ended, which takes the node with it.
  public var nodeStops = false
  public var nodeStop: Int64?
  public var nodeStopReason: String?
  /// Whether the tree did not come up at all.
  public var failsToStart = false
  public var workerStarts: [Int64] = []
  public var workerStartFailures: [Int64] = []
  public var supervisorStarts: [Int64] = []
  public var aliveAtEnd: [Int64] = []
  public var poisonCrashes: Int64 = 0

  public init() {}
}
