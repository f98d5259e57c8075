import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as the injected faults see it.
struct FaultsRecorder: Faults.Ports {
  var now = Instant.start
  var due: [(index: UInt16, at: Instant)] = []
  var over: [(index: UInt16, at: Instant)] = []
  var did: [String] = []

  mutating func faultDue(_ index: UInt16, after delay: Duration) {
    due.append((index, now + delay))
  }
  mutating func faultOver(_ index: UInt16, after delay: Duration) {
    over.append((index, now + delay))
  }
  mutating func etcdFault(_ fault: EtcdCluster.Fault, isOver: Bool) {
    did.append("\(fault) \(isOver)")
  }
  mutating func databaseFault(
    _ cluster: ScyllaClusterID, _ fault: ScyllaDB.Fault, isOver: Bool
  ) {
    did.append("\(cluster.name) \(fault)\(isOver ? " over" : "")")
  }
  mutating func elixirNodesCrashed(first: ElixirNodeID, count: Int) {
    did.append("elixir \(first.rawValue) \(count)")
  }
  mutating func apiNodesKilled(count: Int) { did.append("api \(count)") }
  mutating func connectionsDropped(share: Double) { did.append("drop \(share)") }
  mutating func linkChanged(_ link: Link, _ fault: LinkFault, isOver: Bool) {
    let text =
      switch fault {
      case .delay(let extra): "delay \(extra.nanoseconds)"
      case .loss(let parts): "loss \(parts)"
      case .partition, .halfOpen, .duplicate: "\(fault)"
      }
    did.append("\(link.rawValue) \(text)\(isOver ? " over" : "")")
  }
}

@Suite("Faults")
struct FaultsTests {
  private static func plan(
    _ faults: String
  ) throws -> (plan: [Faults.Injection], connections: [ConnectionFault]) {
    try reading(#"{ "faults": \#(faults) }"#) {
      Faults.plan(reading: &$0, clusters: [200, 150, 60, 60])
    }
  }

  @Test("Every kind of fault does what it says when it is due, and heals after its duration")
  func kinds() throws {
    let (plan, connections) = try Self.plan(
      """
      { "a": { "kind": "fin", "at": "00:01:00" },
        "b": { "kind": "etcdDiskSlow", "at": "00:02:00", "duration": "1s" },
        "c": { "kind": "elixirNodes", "at": "00:03:00", "cluster": "guilds", "count": 150 },
        "d": { "kind": "apiNodes", "at": "00:04:00", "count": 5 },
        "e": { "kind": "connections", "at": "00:05:00", "share": "25%" },
        "f": { "kind": "linkDelay", "at": "00:06:00", "delay": "2s", "duration": "1m" },
        "g": { "kind": "linkLoss", "at": "00:07:00", "loss": "10%", "duration": "1m",
               "link": "watchersToEtcd" },
        "h": { "kind": "partition", "at": "00:08:00", "link": "apiToScylla" },
        "i": { "kind": "rst", "at": "00:09:00", "target": "node", "node": 7, "nth": 3 } }
      """)
    var faults = Faults(plan: plan)
    var ports = FaultsRecorder()
    faults.start(through: &ports)
    #expect(
      ports.due.map(\.at) == (2...8).map { second(60 * $0) },
      "the network looks for faults of connections by itself")
    #expect(faults.firstAt == second(60))
    for due in ports.due {
      ports.now = due.at
      faults.handle(.due(due.index), through: &ports)
    }
    #expect(
      ports.did == [
        "diskSlow false", "elixir 200 150", "api 5", "drop 0.25",
        "apiToEtcd delay 2000000000", "watchersToEtcd loss 100000", "apiToScylla partition",
      ])
    ports.did = []
    #expect(ports.over.map(\.at) == [121, 420, 480].map(second))
    for over in ports.over { faults.handle(.over(over.index), through: &ports) }
    #expect(
      ports.did == [
        "diskSlow true", "apiToEtcd delay 2000000000 over", "watchersToEtcd loss 100000 over",
      ])
    #expect(connections.map(\.kind) == [.fin, .rst])
    #expect(connections[0].target == .newNodes && connections[0].occasion == .nth(1))
    #expect(connections[1].target == .node(7) && connections[1].occasion == .nth(3))
  }

  @Test("Databases lose nodes, get slow ones and hot partitions, and heal where they are to")
  func databases() throws {
    let plan = try Self.plan(
      """
      { "a": { "kind": "scyllaNodeDown", "at": "00:01:00", "cluster": "guilds", "count": 4,
               "duration": "10m" },
        "b": { "kind": "scyllaNodeSlow", "at": "00:02:00", "cluster": "sessions", "factor": 2.5 },
        "c": { "kind": "scyllaHotPartition", "at": "00:03:00", "cluster": "sessions",
               "share": "20%", "duration": "1s" } }
      """
    ).plan
    var faults = Faults(plan: plan)
    var ports = FaultsRecorder()
    faults.start(through: &ports)
    for due in ports.due {
      ports.now = due.at
      faults.handle(.due(due.index), through: &ports)
    }
    #expect(ports.over.map(\.at) == [second(660), second(181)])
    for over in ports.over { faults.handle(.over(over.index), through: &ports) }
    #expect(
      ports.did == [
        "guilds nodesDown(4)", "sessions nodeSlow(factor: 2.5)",
        "sessions hotPartition(share: 0.2)", "guilds nodesDown(4) over",
        "sessions hotPartition(share: 0.2) over",
      ])
  }

  @Test("A probability instead of a number hits by chance")
  func probability() throws {
    let connections = try Self.plan(
      #"{ "a": { "kind": "fin", "at": "00:01:00", "target": "anyNode", "probability": 1e-7 } }"#
    ).connections
    #expect(connections[0].occasion == .chance(.oneIn(10_000_000)))
    #expect(connections[0].target == .anyNode)
  }

  @Test(
    "Where a connection is hit is read, and by default it is where the kind of fault says",
    arguments: [
      ("fin", nil, 1), ("fin", 0, 0), ("reframedEmpty", 2, 2), ("halfOpen", nil, 0),
      ("halfOpen", 1, 1), ("responseLost", nil, 0), ("nothingForwarded", nil, 0),
      ("duplicate", nil, 0),
    ] as [(String, Int?, Int)])
  func afterSegment(kind: String, set: Int?, segment: Int) throws {
    let rest = set.map { ", \"afterSegment\": \($0)" } ?? ""
    let connections = try Self.plan(
      "{ \"a\": { \"kind\": \"\(kind)\", \"at\": \"00:01:00\"\(rest) } }"
    ).connections
    #expect(connections.map(\.afterSegment) == [segment])
  }

  @Test("A fault from before the run's start does not happen")
  func tooEarly() throws {
    var faults = Faults(
      plan: try Self.plan(#"{ "a": { "kind": "apiNodes", "at": "00:01:00" } }"#).plan)
    var ports = FaultsRecorder()
    ports.now = second(61)
    faults.start(through: &ports)
    #expect(ports.due.isEmpty)
  }

  @Test(
    "What makes no sense is an error in the scenario",
    arguments: [
      (#"{ "a": { "kind": "fin" } }"#, "at"), (#"{ "a": { "at": "00:01:00" } }"#, "kind"),
      (#"{ "a": { "kind": "fon", "at": "00:01:00" } }"#, "fin"),
      (#"{ "a": { "kind": "elixirNodes", "at": "00:01:00" } }"#, "cluster"),
      (#"{ "a": { "kind": "scyllaNodeDown", "at": "00:01:00" } }"#, "cluster"),
      (
        #"{ "a": { "kind": "scyllaNodeDown", "at": "00:01:00", "cluster": "presence" } }"#,
        "guilds"
      ),
      (
        #"{ "a": { "kind": "scyllaNodeSlow", "at": "00:01:00", "cluster": "guilds", "factor": 0 } }"#,
        "allowed: 1 to 100"
      ),
      (
        #"{ "a": { "kind": "scyllaHotPartition", "at": "00:01:00", "cluster": "guilds", "share": 1 } }"#,
        "allowed: 0% to 90%"
      ),
      (#"{ "a": { "kind": "partition", "at": "00:01:00", "duration": "-5s" } }"#, "duration"),
      (#"{ "a": { "kind": "apiNodes", "at": "00:01:00", "duration": "5s" } }"#, "does not heal"),
      (#"{ "a": { "kind": "fin", "at": "00:01:00", "duration": "5s" } }"#, "does not heal"),
      (
        #"{ "a": { "kind": "etcdLeaderLost", "at": "00:01:00", "duration": "5s" } }"#,
        "does not heal"
      ),
      (
        #"{ "a": { "kind": "fin", "at": "00:01:00", "node": 5 } }"#,
        #"'node' needs "target": "node""#
      ),
      (
        #"{ "a": { "kind": "linkDuplicate", "link": "usersToGateway", "at": "00:01:00" } }"#,
        "gatewayToSessions"
      ),
      (#"{ "a": { "kind": "fin", "at": "00:01:00", "link": "apiToScylla" } }"#, "link"),
      (#"{ "a": { "kind": "fin", "at": "00:01:00", "afterSegment": 3 } }"#, "allowed: 0 to 2"),
      (
        #"{ "a": { "kind": "responseLost", "at": "00:01:00", "afterSegment": 1 } }"#,
        "no meaning here: responseLost hands the whole request on"
      ),
      (
        #"{ "a": { "kind": "duplicate", "at": "00:01:00", "afterSegment": 2 } }"#,
        "help: fin and rst cut it after a segment, halfOpen goes silent after it"
      ),
      (
        #"{ "a": { "kind": "nothingForwarded", "at": "00:01:00", "afterSegment": 1 } }"#,
        "help: fin closes the connection after a segment"
      ),
      (#"{ "a": { "kind": "partition", "at": "00:01:00", "link": "etcd" } }"#, "apiToEtcd"),
      (
        #"{ "a": { "kind": "fin", "at": "00:01:00", "nth": 2, "probability": 0.5 } }"#,
        "'nth' and 'probability' exclude each other"
      ),
      (#"{ "a": { "kind": "fin", "at": "00:01:00", "probability": 1.5 } }"#, "probability"),
    ])
  func errors(faults: String, message: String) throws {
    let found = try complaints(about: #"{ "faults": \#(faults) }"#) {
      Faults.plan(reading: &$0, clusters: [200, 150, 60, 60])
    }
    #expect(found.contains(message), "\(found)")
  }
}
