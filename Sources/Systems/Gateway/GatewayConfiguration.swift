import Scenarios
import SimulationKernel

extension Gateway {
  public enum Discipline: String, CaseIterable, Sendable {
    case fifo, lifo, codel

    func queueing(_ configuration: Configuration) -> Queueing.Discipline {
      switch self {
      case .fifo: .fifo
      case .lifo: .lifo
      case .codel:
        .codel(target: configuration.codelTarget, interval: configuration.codelInterval)
      }
    }
  }

  /// Parameters of the gateway and of its throttle (`gateway.*`, `throttle.*`).
  public struct Configuration: Sendable {
    public var throttleRate: Double?
    public var throttleBurst: Double
    public var concurrency: Int
    public var queueBound: Int
    public var discipline: Discipline
    public var codelTarget: Duration
    public var codelInterval: Duration
    public var coalesce: Bool
    public var adaptive: Double

    public init(reading reader: inout ParameterReader) {
      let rate = reader.rate(
        "throttle.rate", default: 0, in: 0...10_000_000,
        .postmortem("no limit until operators set one"),
        "New connections that the gateway lets in; 0/s is no throttle")
      throttleRate = rate > 0 ? rate : nil
      throttleBurst = Double(
        reader.integer(
          "throttle.burst", default: 1_000, in: 1...1_000_000, unit: "connections", .assumption(),
          "Connections that may pass at once after a pause"))
      concurrency = reader.integer(
        "gateway.concurrency", default: 60_000, in: 100...10_000_000, unit: "session starts",
        .assumption(), "Session starts in progress at a time")
      queueBound = reader.integer(
        "gateway.queueBound", default: 120_000, in: 0...10_000_000, unit: "connections",
        .assumption(), "Connections that may wait for a session start; more are closed at once")
      discipline = reader.choice(
        "gateway.discipline", default: .fifo, .assumption(), "Who is served first from the queue")
      codelTarget = reader.duration(
        "gateway.codel.target", default: .seconds(2), in: .milliseconds(1) ... .seconds(60),
        .assumption(), "Wait that CoDel tolerates")
      codelInterval = reader.duration(
        "gateway.codel.interval", default: .seconds(5), in: .milliseconds(10) ... .minutes(10),
        .assumption(), "How long the wait may stand above the target before CoDel drops")
      adaptive = reader.number(
        "gateway.adaptive", default: 0, in: 0...10, .assumption("off in 2020"),
        "Adaptive throttling: the multiple of the sessions that open which may be tried; 0 is off")
      coalesce = reader.flag(
        "gateway.coalesce", default: false, .derived("staff, 2023: a data service did so later"),
        "Equal reads of a guild in flight share one database read")
    }
  }
}
