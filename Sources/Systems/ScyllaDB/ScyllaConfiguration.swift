import Scenarios
import SimulationKernel

extension ScyllaDB {
  /// What is said of the repairs of both clusters at once (`repair.*`).
  public struct RepairConfiguration: Sendable {
    public var running: Bool
    public var pauseOnOverload: Bool

    public init(reading reader: inout ParameterReader) {
      running = reader.flag(
        "repair.running", default: true,
        .postmortem("14:23 to 14:43: repairs were running on two clusters and were stopped"),
        "Anti-entropy repair runs on both clusters when the scenario starts")
      pauseOnOverload = reader.flag(
        "repair.pauseOnOverload", default: false, .assumption(),
        "Repair pauses by itself on a cluster that is over 90 % busy")
    }
  }

  /// Parameters of one database cluster (`scylla.<cluster>.*`).
  public struct Configuration: Sendable {
    public var nodes: Int
    public var shards: Int
    public var readTime: Duration
    public var writeTime: Duration
    public var queueBound: Int
    public var load: Double
    public var replicationFactor: Int
    public var nodesDown: Int
    public var slowNodeFactor: Double
    public var hotPartitionShare: Double
    public var repairRunning: Bool
    public var repairAt: Instant?
    public var repairEvery: Duration
    public var repairTime: Duration?
    public var repairShare: Double
    public var repairIntensity: Double
    public var repairPauseOnOverload: Bool
    public var compactionShare: Double
    public var majorCompactionAt: Instant?
    public var majorCompactionEvery: Duration?
    public var majorCompactionTime: Duration
    public var majorCompactionShare: Double
    public var majorCompactionNodes: Double
    public var compactionThrottle: Double

    /// Reads a cluster's parameters; `repair` holds what is said of both clusters at once.
    public init(
      _ cluster: ScyllaClusterID, repair: RepairConfiguration, reading reader: inout ParameterReader
    ) {
      let path = "scylla.\(cluster.name)"
      nodes = reader.integer(
        "\(path).nodes", default: cluster == .sessions ? 30 : 36, in: 3...2_000, unit: "nodes",
        .assumption(), "Nodes of the cluster")
      shards = reader.integer(
        "\(path).shards", default: 8, in: 1...128, unit: "shards", .assumption(),
        "Shards, each serving one read at a time, per node")
      readTime = reader.duration(
        "\(path).readTime", default: .milliseconds(2),
        in: .microseconds(10) ... .milliseconds(100), .assumption(),
        "Mean time that a read occupies a shard that does nothing else")
      writeTime = reader.duration(
        "\(path).writeTime", default: .milliseconds(1),
        in: .microseconds(10) ... .milliseconds(100), .assumption(),
        "Mean time that a write occupies a shard that does nothing else")
      queueBound = reader.integer(
        "\(path).queueBound", default: cluster == .sessions ? 15_000 : 20_000, in: 0...10_000_000,
        unit: "requests",
        .assumption(), "Requests that may wait; more are refused")
      load = reader.share(
        "\(path).load", default: 0.25, in: 0...0.8, .assumption(),
        "Capacity that the traffic of served users takes while everybody is served")
      replicationFactor = reader.integer(
        "\(path).replicationFactor", default: 3, in: 1...7, unit: "replicas", .operations,
        "Replicas of each row; a read needs a majority")
      nodesDown = reader.integer(
        "\(path).nodesDown", default: 0, in: 0...1_000, unit: "nodes", .assumption(),
        "Nodes that are down during the run")
      if replicationFactor > nodes {
        reader.conflict(
          ["\(path).replicationFactor", "\(path).nodes"],
          "'\(path).replicationFactor' is \(replicationFactor), more than its \(nodes) nodes")
      }
      if nodesDown > nodes {
        reader.conflict(
          ["\(path).nodesDown", "\(path).nodes"],
          "'\(path).nodesDown' is \(nodesDown), more than its \(nodes) nodes")
      }
      slowNodeFactor = reader.number(
        "\(path).slowNode", default: 1, in: 1...100, unit: "times", .assumption(),
        "How much slower than the others one node serves")
      hotPartitionShare = reader.share(
        "\(path).hotPartition", default: 0, in: 0...0.9, .assumption(),
        "Share of the reads that go to one partition, that is to one shard of each replica")
      repairRunning = reader.flag(
        "\(path).repair.running", default: repair.running, .derived("repair.running"),
        "Anti-entropy repair of this cluster runs when the scenario starts")
      repairAt = reader.optional(
        "\(path).repair.at", as: .clock, .operations,
        "When the schedule next starts a repair of this cluster; never if absent")
      repairEvery = reader.duration(
        "\(path).repair.every", default: .days(7), in: .hours(1) ... .days(365),
        .operations, "From one scheduled start of a repair to the next")
      repairTime = reader.optional(
        "\(path).repair.time", as: .duration, in: .init(.minutes(1) ... .days(365)),
        .assumption(),
        "How long a repair takes from its start; if absent it goes on to the end of the run")
      repairShare = reader.share(
        "\(path).repair.share", default: 0.5, in: 0.2...0.6, .assumption(),
        "Capacity that repair takes at intensity 1")
      repairIntensity = reader.number(
        "\(path).repair.intensity", default: 1, in: 0...1, unit: "", .operations,
        "Repair's intensity: the share of floor(nodes / RF) parallel jobs that run")
      repairPauseOnOverload = reader.flag(
        "\(path).repair.pauseOnOverload", default: repair.pauseOnOverload,
        .derived("repair.pauseOnOverload"),
        "Repair of this cluster pauses by itself while the cluster is over 90 % busy")
      compactionShare = reader.share(
        "\(path).compaction.share", default: 0.05, in: 0...0.5, .assumption(),
        "Capacity that regular compaction takes")
      majorCompactionAt = reader.optional(
        "\(path).compaction.major.at", as: .clock, .operations,
        "When a major compaction starts; none if absent")
      majorCompactionEvery = reader.optional(
        "\(path).compaction.major.every", as: .duration, in: .init(.hours(1) ... .days(365)),
        .operations,
        "From one scheduled start of a major compaction to the next; only one starts if absent")
      if majorCompactionEvery != nil, !reader.isSet("\(path).compaction.major.at") {
        reader.fail(
          "\(path).compaction.major.every", "major compactions have no first start",
          kind: .conflict, help: "set '\(path).compaction.major.at', or remove 'every'")
      }
      majorCompactionTime = reader.duration(
        "\(path).compaction.major.time", default: .hours(2), in: .minutes(1) ... .hours(24),
        .operations, "How long a node's major compaction takes")
      majorCompactionShare = reader.share(
        "\(path).compaction.major.share", default: 0.5, in: 0...0.8, .assumption(),
        "Capacity that a major compaction takes of a node")
      majorCompactionNodes = reader.share(
        "\(path).compaction.major.nodes", default: 0.25, in: 0.001...1, .operations,
        "Share of the nodes that compact at the same time")
      compactionThrottle = reader.share(
        "\(path).compaction.throttle", default: 0, in: 0...1, .operations,
        "Share by which the rate of a major compaction is cut: it takes so much less of a node, and longer"
      )
    }
  }
}
