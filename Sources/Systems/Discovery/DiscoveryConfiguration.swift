import Scenarios
import SimulationKernel

extension Discovery {
  public enum BadValuePolicy: String, CaseIterable, Sendable {
    case crash, ignoreEntry, keepLastGood
  }
  public enum CrashPlace: String, CaseIterable, Sendable {
    case afterInit
    case initialisation = "init"
  }
  public enum Mode: String, CaseIterable, Sendable {
    case longPoll, stream
  }
  public enum ClockPhase: String, CaseIterable, Sendable {
    case perNode
  }
  public enum Strategy: String, CaseIterable, Sendable {
    case oneForOne, oneForAll, restForOne
    var otp: Supervision.Strategy {
      switch self {
      case .oneForOne: .oneForOne
      case .oneForAll: .oneForAll
      case .restForOne: .restForOne
      }
    }
  }
  public enum Application: String, CaseIterable, Sendable {
    case permanent, transient, temporary
    var otp: Supervision.ApplicationType {
      switch self {
      case .permanent: .permanent
      case .transient: .transient
      case .temporary: .temporary
      }
    }
  }

  /// Parameters of the service watchers and of their supervisors (`watcher.*`, `supervision.*`).
  public struct Configuration: Sendable {
    public var onBadValue: BadValuePolicy
    public var crashIn: CrashPlace
    public var mode: Mode
    public var cycleMedian: Duration
    public var cycleSigma: Double
    public var cycleMin: Duration
    public var cycleMax: Duration
    public var listTimeout: Duration
    public var levels: Int
    public var maxRestarts: Int
    public var maxSeconds: Duration
    public var strategy: Strategy
    public var application: Application
    /// nil: a draw per node.
    public var clockPhase: Duration?
    public var restartDelay: Duration
    public var services: Services

    /// What every Elixir node watches: the API, and others whose entries stand still.
    public struct Services: Sendable {
      public var count: Int
      /// Of each service other than the API.
      public var entries: Int
    }

    public init(reading reader: inout ParameterReader) {
      onBadValue = reader.choice(
        "watcher.onBadValue", default: .crash,
        .postmortem("crashed while attempting to parse the JSON metadata"),
        "What a watcher does with an entry that it cannot parse")
      crashIn = reader.choice(
        "watcher.crashIn", default: .afterInit, .assumption(),
        "Whether a watcher lists after its start has returned, or within it")
      mode = reader.choice(
        "watcher.mode", default: .longPoll, .assumption(), "How a watcher waits for changes")
      cycleMedian = reader.duration(
        "watcher.cycle.median", default: .milliseconds(50),
        in: .milliseconds(5) ... .seconds(2), .assumption(),
        "Median over the nodes of one crash cycle: restart, list, parse")
      cycleSigma = reader.number(
        "watcher.cycle.sigma", default: 0.6, in: 0...2, unit: "", .assumption(),
        "Sigma of the lognormal over the nodes: some are slower than others")
      cycleMin = reader.duration(
        "watcher.cycle.min", default: .milliseconds(5), in: .milliseconds(1) ... .seconds(2),
        .assumption(), "Shortest crash cycle of any node")
      cycleMax = reader.duration(
        "watcher.cycle.max", default: .seconds(2), in: .milliseconds(5) ... .seconds(10),
        .assumption(), "Longest crash cycle of any node")
      reader.requireOrder("watcher.cycle", min: cycleMin, max: cycleMax)
      listTimeout = reader.duration(
        "watcher.listTimeout", default: .seconds(5), in: .milliseconds(100) ... .minutes(1),
        .assumption(), "How long a watcher waits for a listing before it crashes")
      levels = reader.integer(
        "supervision.levels", default: 2, in: 1...3, unit: "levels", .assumption(),
        "Supervisors above the watcher")
      maxRestarts = reader.integer(
        "supervision.maxRestarts", default: 3, in: 0...1_000, unit: "restarts",
        .recorded("the default of Elixir's Supervisor"), "Restarts allowed within the period")
      maxSeconds = reader.duration(
        "supervision.maxSeconds", default: .seconds(5), in: .seconds(1) ... .hours(1),
        .recorded("the default of Elixir's Supervisor"), "The period, in whole seconds")
      if maxSeconds.nanoseconds % 1_000_000_000 != 0 {
        reader.fail(
          "supervision.maxSeconds", "'supervision.maxSeconds' is not a whole number of seconds",
          help: "OTP counts restarts by whole seconds")
      }
      strategy = reader.choice(
        "supervision.strategy", default: .oneForOne, .assumption(),
        "Which siblings restart too: of a node's watchers, if there are several (discovery.services)"
      )
      application = reader.choice(
        "supervision.application", default: .permanent,
        .postmortem("decided to trigger a full restart of the node"),
        "What the end of the discovery application means for the node")
      let phase = reader.choiceOrDuration(
        "supervision.clockPhase", default: ChoiceOrDuration<ClockPhase>.choice(.perNode),
        in: .zero ... .milliseconds(999), .assumption(),
        "How far a node's clock is within its second; OTP counts restarts by whole seconds")
      if case .duration(let fixed) = phase { clockPhase = fixed }
      restartDelay = reader.duration(
        "supervision.restartDelay", default: .zero, in: .zero ... .minutes(10),
        .derived("a mitigation; OTP restarts at once"), "Wait before a crashed watcher starts again"
      )
      services = Services(
        count: reader.integer(
          "discovery.services", default: 1, in: 1...4, unit: "services", .assumption(),
          "Services that every Elixir node watches: the API, and others whose entries stand still; their watchers are siblings under one supervisor"
        ),
        entries: reader.integer(
          "discovery.entriesPerService", default: 100, in: 0...10_000, unit: "entries",
          .assumption(), "Entries of each service other than the API"))
    }
  }
}
