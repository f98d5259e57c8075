import Scenarios
import SimulationKernel

extension Clients {
  /// Parameters of the users and of their clients (`clients.*`).
  public struct Configuration: Sendable {
    public var online: Int
    public var timeout: Duration
    public var heartbeat: Duration
    public var silentLoss: Bool
    public var resumeWindow: Duration
    public var resumeAttempts: UInt8
    public var invalidSessionWaitMin: Duration
    public var invalidSessionWaitMax: Duration
    public var backoffBase: Duration
    public var backoffCap: Duration
    public var backoffJitter: Backoff.Jitter
    public var giveUp: ExactFraction
    public var giveUpAfter: Int
    public var giveUpTime: Duration
    public var identifyReads: Int
    public var identifyWrites: Int
    public var resumeCostShare: Double
    public var guildsPerClient: Int

    public init(reading reader: inout ParameterReader) {
      online = reader.integer(
        "clients.online", default: 10_000_000, in: 1_000...20_000_000, unit: "clients",
        .assumption("staff, 2020: 12 M at peak in October"),
        "Clients that have a session before the incident")
      timeout = reader.duration(
        "clients.timeout", default: .seconds(10), in: .seconds(5) ... .seconds(20),
        .assumption(), "How long a client waits for a session before it gives the attempt up")
      heartbeat = reader.duration(
        "clients.heartbeat", default: .milliseconds(41_250), in: .seconds(1) ... .seconds(300),
        .operations, "Interval of a client's heartbeats")
      silentLoss = reader.flag(
        "clients.silentLoss", default: false, .assumption("a stopping node closes its sockets"),
        "A dying node goes silent: its clients notice by missing heartbeats, not by a reset")
      resumeWindow = reader.duration(
        "clients.resumeWindow", default: .seconds(90), in: .seconds(60) ... .seconds(300),
        .assumption(), "How long a session without a connection can be resumed")
      resumeAttempts = UInt8(
        reader.integer(
          "clients.resumeAttempts", default: 3, in: 0...10, unit: "attempts", .assumption(),
          "Attempts to resume before a client asks for a new session"))
      invalidSessionWaitMin = reader.duration(
        "clients.invalidSessionWait.min", default: .seconds(1), in: .zero ... .seconds(60),
        .derived("Discord's gateway documentation: a random wait of 1 to 5 s"),
        "Shortest wait after the gateway said that a session is gone")
      invalidSessionWaitMax = reader.duration(
        "clients.invalidSessionWait.max", default: .seconds(5), in: .zero ... .seconds(60),
        .derived("Discord's gateway documentation: a random wait of 1 to 5 s"),
        "Longest wait after the gateway said that a session is gone")
      reader.requireOrder(
        "clients.invalidSessionWait", min: invalidSessionWaitMin, max: invalidSessionWaitMax)
      backoffBase = reader.duration(
        "clients.backoff.base", default: .seconds(1), in: .milliseconds(10) ... .seconds(60),
        .assumption(), "Ceiling of the first back-off; doubles with each failure")
      backoffCap = reader.duration(
        "clients.backoff.cap", default: .seconds(60), in: .seconds(1) ... .hours(1),
        .assumption(), "Ceiling of the longest back-off")
      backoffJitter = reader.choice(
        "clients.backoff.jitter", default: .full, .assumption(), "How back-off is randomised")
      giveUp = reader.probability(
        "clients.giveUp", default: .zero, in: .zero ... .percent(20), .assumption(),
        "Share of clients that leave for a while after clients.giveUpAfter failures")
      // A client's count of failures ends at 63.
      giveUpAfter = reader.integer(
        "clients.giveUpAfter", default: 6, in: 1...60, unit: "attempts", .assumption(),
        "Failures in a row after which a client may leave for a while")
      giveUpTime = reader.duration(
        "clients.giveUpTime", default: .minutes(15), in: .minutes(1) ... .hours(6),
        .assumption(), "How long a client that gave up stays away")
      identifyReads = reader.integer(
        "clients.identifyReads", default: 20, in: 10...50, unit: "reads", .assumption(),
        "Database reads that a new session costs, over both clusters")
      identifyWrites = reader.integer(
        "clients.identifyWrites", default: 1, in: 0...50, unit: "writes", .assumption(),
        "Writes to the sessions cluster that a new session costs")
      resumeCostShare = reader.share(
        "clients.resumeCost", default: 0.05, in: 0...1, .assumption(),
        "Work of a resume on the session node, as a share of that of a new session")
      guildsPerClient = reader.integer(
        "clients.guilds", default: 5, in: 1...20, unit: "guilds", .assumption(),
        "Guilds that must be loaded before a client counts as served")
    }
  }
}
