import Scenarios
import SimulationKernel

extension Elixir {
  /// The clusters that the fleet is divided into.
  public enum Cluster: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case sessions, guilds, presence, other
    public var name: String {
      switch self {
      case .sessions: "sessions"
      case .guilds: "guilds"
      case .presence: "presence"
      case .other: "other"
      }
    }
  }

  /// Who restarts a node that has stopped.
  public enum Restart: String, CaseIterable, Sendable {
    /// Nobody, until an operator does.
    case manual
    /// The machine's service manager, as soon as the crash dump is written.
    case automatic
  }

  /// Parameters of the Elixir fleet (`elixir.*`, `guilds.*`).
  public struct Configuration: Sendable {
    /// Nodes of each cluster, in the order of `Cluster.allCases`.
    public var nodes: [Int]
    public var stopDelay: Duration
    public var crashDump: Duration
    public var restart: Restart
    public var rebootTime: Duration
    public var ringUpdate: Duration
    public var schedulers: Int
    public var load: Double
    public var identifyCost: Duration
    public var presenceCost: Duration
    public var guildCost: Duration
    public var updateCost: Duration
    public var backlogBound: Duration
    public var guildCount: Int
    public var guildSkew: Double
    public var guildLoadReads: Int
    public var guildLoadWrites: Int
    public var guildLoadConcurrency: Int
    public var guildLoadTimeout: Duration
    public var guildRetryMin: Duration
    public var guildRetryMax: Duration

    public init(reading reader: inout ParameterReader) {
      let defaults = [200, 150, 60, 60]
      nodes = []
      for (cluster, count) in zip(Cluster.allCases, defaults) {
        nodes.append(
          reader.integer(
            "elixir.clusters.\(cluster.name)", default: count, in: 1...4_000, unit: "nodes",
            .assumption("400-500 nodes in several clusters"), "Nodes of the \(cluster.name) cluster"
          ))
      }
      stopDelay = reader.duration(
        "elixir.stopDelay", default: .milliseconds(1_500), in: .zero ... .seconds(60),
        .recorded("otp_supervisor"), "From the end of a permanent application to the node's halt")
      crashDump = reader.duration(
        "elixir.crashDump", default: .seconds(3), in: .zero ... .seconds(30), .assumption(),
        "Time that a halting node takes to write its crash dump")
      restart = reader.choice(
        "elixir.restart", default: Restart.manual,
        .postmortem("14:26: engineers restart the lost capacity"),
        "Whether a node that has stopped waits for an operator, or restarts by itself")
      rebootTime = reader.duration(
        "elixir.rebootTime", default: .seconds(120), in: .seconds(30) ... .seconds(600),
        .assumption(), "From a restart to the start of the node's applications")
      ringUpdate = reader.duration(
        "elixir.ringUpdate", default: .seconds(2), in: .zero ... .minutes(2), .assumption(),
        "How long the others still take a dead node for a member of the ring")
      schedulers = reader.integer(
        "elixir.schedulers", default: 16, in: 1...256, unit: "schedulers", .assumption(),
        "Cores of an Elixir node")
      load = reader.share(
        "elixir.load", default: 0.5, in: 0...0.9, .assumption(),
        "Share of a node's schedulers that what lives on it takes while everybody is served")
      identifyCost = reader.duration(
        "elixir.identifyCost", default: .milliseconds(250), in: .zero ... .seconds(5),
        .assumption(), "Processor time of a session start on its session node")
      presenceCost = reader.duration(
        "elixir.presenceCost", default: .milliseconds(10), in: .zero ... .seconds(5),
        .assumption(), "Processor time of a session start on its presence node")
      guildCost = reader.duration(
        "elixir.guildCost", default: .milliseconds(200), in: .zero ... .seconds(10),
        .assumption(), "Processor time of a guild start on its guild node")
      updateCost = reader.duration(
        "elixir.updateCost", default: .milliseconds(1), in: .zero ... .milliseconds(100),
        .assumption("30-70 us per message sent (staff, 2017), to tens of members"),
        "Processor time per guild that hears of a session's start or end, on the guild's node and again on those of its members' sessions; once per session on its presence node"
      )
      backlogBound = reader.duration(
        "elixir.backlogBound", default: .seconds(60), in: .milliseconds(100) ... .minutes(10),
        .assumption(), "Work that may wait on a node; beyond it new work is turned away")
      guildCount = reader.integer(
        "guilds.count", default: 3_000_000, in: 1_000...50_000_000, unit: "guilds",
        .assumption("6.7 M servers were active in 2020"), "Guilds with members online")
      guildSkew = reader.number(
        "guilds.skew", default: 0.5, in: 0...0.9, unit: "", .assumption(),
        "Exponent of guild sizes over their rank: 0 is all equal")
      guildLoadReads = reader.integer(
        "guilds.loadReads", default: 233, in: 1...10_000, unit: "reads", .assumption(),
        "Database reads of a guild load")
      guildLoadWrites = reader.integer(
        "guilds.loadWrites", default: 0, in: 0...50, unit: "writes", .assumption(),
        "Writes to the guilds cluster that a guild load costs")
      guildLoadConcurrency = reader.integer(
        "guilds.loadConcurrency", default: 8, in: 1...100_000, unit: "loads", .assumption(),
        "Guild loads in progress per guild node")
      guildLoadTimeout = reader.duration(
        "guilds.loadTimeout", default: .seconds(10), in: .seconds(1) ... .minutes(5),
        .assumption(), "How long a guild node waits for a load before it tries again")
      guildRetryMin = reader.duration(
        "guilds.retryDelay.min", default: .seconds(1), in: .milliseconds(10) ... .minutes(5),
        .assumption(),
        "Shortest wait before a failed load is tried again")
      guildRetryMax = reader.duration(
        "guilds.retryDelay.max", default: .seconds(10), in: .milliseconds(10) ... .minutes(30),
        .assumption(),
        "Longest wait before a failed load is tried again")
      reader.requireOrder("guilds.retryDelay", min: guildRetryMin, max: guildRetryMax)
    }
  }
}
