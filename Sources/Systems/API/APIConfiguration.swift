import Scenarios
import SimulationKernel

extension API {
  public enum AnnounceKind: String, CaseIterable, Sendable {
    case put, refresh
  }

  /// Parameters of the API cluster and of its announcing (`api.*`, `announce.*`, `load.*`).
  public struct Configuration: Sendable {
    public var nodesInitial: Int
    public var bootTime: Duration
    public var drainTime: Duration
    public var workers: Int
    public var queueBound: Int
    public var sessionServiceTime: Duration
    public var guildServiceTime: Duration
    public var readTimeout: Duration
    public var readRetries: Int
    public var retryBudget: Double
    public var readBatch: Int
    public var sessionReadsShare: Double
    public var announceInterval: Duration
    public var announceRetryDelay: Duration
    public var announceKind: AnnounceKind
    public var loadCurve: LoadCurve
    public var loadNoise: Double

    public init(reading reader: inout ParameterReader) {
      nodesInitial = reader.integer(
        "api.nodes.initial", default: 500, in: 1...20_000, unit: "nodes", .assumption(),
        "API nodes when the run starts")
      bootTime = reader.duration(
        "api.bootTime", default: .seconds(90), in: .seconds(30) ... .seconds(300), .assumption(),
        "From the autoscaler's decision to the node's first announce")
      drainTime = reader.duration(
        "api.drainTime", default: .seconds(30), in: .zero ... .minutes(30), .assumption(),
        "From a node's deregistration to its end")
      workers = reader.integer(
        "api.workers", default: 32, in: 1...4_096, unit: "workers", .assumption(),
        "Requests that an API node works on at a time")
      queueBound = reader.integer(
        "api.queueBound", default: 16, in: 0...100_000, unit: "requests", .assumption(),
        "Requests that wait at an API node; more are answered 503")
      sessionServiceTime = reader.duration(
        "api.serviceTime.session", default: .milliseconds(20), in: .zero ... .seconds(5),
        .assumption(), "Mean time that a worker works for a session start, beside its reads")
      guildServiceTime = reader.duration(
        "api.serviceTime.guild", default: .milliseconds(50), in: .zero ... .seconds(5),
        .assumption(), "Mean time that a worker works for a guild load, beside its reads")
      readTimeout = reader.duration(
        "api.readTimeout", default: .seconds(5), in: .milliseconds(100) ... .minutes(2),
        .assumption(), "How long a worker waits for the database before it tries again or fails")
      readRetries = reader.integer(
        "api.readRetries", default: 1, in: 0...10, unit: "retries", .assumption(),
        "Times that a worker repeats a read that timed out")
      retryBudget = reader.share(
        "api.retryBudget", default: 1, in: 0...1, .assumption("no budget in 2020"),
        "Retries allowed per request to a database; 100% is no limit (SRE Book, chapter 21)")
      readBatch = reader.integer(
        "api.readBatch", default: 32, in: 1...255, unit: "reads", .assumption(),
        "Reads that a worker asks for in one request to the database")
      sessionReadsShare = reader.share(
        "api.sessionReads", default: 0.6, in: 0...1, .assumption(),
        "Share of an identify's reads that go to the sessions cluster; the rest to guilds")
      announceInterval = reader.duration(
        "announce.interval", default: .seconds(20), in: .seconds(10) ... .seconds(45),
        .assumption(), "How often a node announces itself again")
      announceRetryDelay = reader.duration(
        "announce.retryDelay", default: .milliseconds(750),
        in: .milliseconds(100) ... .seconds(60), .assumption(),
        "Wait before a failed announce is tried again: the time that a corrupt key stays")
      announceKind = reader.choice(
        "announce.kind", default: .put, .postmortem("\"re-announce\" the key"),
        "How a node keeps its key alive: a whole PUT again, or a refresh of the TTL")
      loadNoise = reader.share(
        "load.noise", default: 0, in: 0...0.2, .assumption(),
        "Half-width of a uniform factor on the load, drawn anew for each report")
      let points = reader.list("load.curve") { point -> LoadCurve.Point in
        let at = point.required("at", as: .clock, .scenario, "Time of day")
        let load = point.number(
          "load", default: 1, in: 0.01...10, unit: "times", .assumption(),
          "Traffic, in multiples of what the initial nodes carry at the target")
        return LoadCurve.Point(at: at, load: load)
      }
      let day = Instant.start + .days(1)
      if points.contains(where: { $0.at >= day })
        || !zip(points, points.dropFirst()).allSatisfy({ $0.at < $1.at })
      {
        reader.fail(
          "load.curve", "the times of 'load.curve' do not rise within one day",
          help: "the curve repeats daily: from 00:00 on, each point after the one before it")
      }
      loadCurve = LoadCurve(points.isEmpty ? [LoadCurve.Point(at: .start, load: 1)] : points)
    }
  }
}
