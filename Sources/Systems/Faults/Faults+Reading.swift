import Scenarios
import SimulationKernel

extension Faults {
  private enum Name: String, CaseIterable, Sendable {
    case fin, rst, finClientResetServer, finClientServerLeftOpen, halfClosed, responseLost
    case nothingForwarded, reframedEmpty, reframedChunkedEnded, reframedChunkedCut
    case halfOpen, duplicate
    case etcdLeaderLost, etcdMemberPartitioned, etcdDiskSlow
    case scyllaNodeDown, scyllaNodeSlow, scyllaHotPartition
    case elixirNodes, apiNodes, connections
    case linkDelay, linkLoss, partition, linkHalfOpen, linkDuplicate

    var connection: ConnectionFault.Kind? { ConnectionFault.Kind(rawValue: rawValue) }

    /// Whether a duration means something.
    var heals: Bool {
      switch self {
      case .etcdMemberPartitioned, .etcdDiskSlow, .scyllaNodeDown, .scyllaNodeSlow,
        .scyllaHotPartition, .linkDelay, .linkLoss, .partition, .linkHalfOpen, .linkDuplicate:
        true
      // The next leader is elected after `etcd.election`.
      case .etcdLeaderLost, .elixirNodes, .apiNodes, .connections, .fin, .rst,
        .finClientResetServer, .finClientServerLeftOpen, .halfClosed, .responseLost,
        .nothingForwarded, .reframedEmpty, .reframedChunkedEnded, .reframedChunkedCut, .halfOpen,
        .duplicate:
        false
      }
    }
  }

  private enum TargetName: String, CaseIterable, Sendable {
    case newNodes, anyNode, node
  }

  private enum ClusterName: String, CaseIterable, Sendable {
    case sessions, guilds, presence, other
  }

  /// Reads `faults`: the injections, and the connection faults that some of them arm.
  ///
  /// `span`: when faults may begin; what begins outside of it would never happen.
  static func plan(
    during span: Range<Instant> = .start..<(.endOfTime),
    reading reader: inout ParameterReader, clusters: [Int]
  ) -> (plan: [Injection], connections: [ConnectionFault]) {
    var connections: [ConnectionFault] = []
    let plan = reader.dictionary("faults") { fault, id -> Injection? in
      let name = fault.required(
        "kind", as: .choice(placeholder: Name.fin), .scenario, "What breaks")
      let at = fault.required("at", as: .clock, .scenario, "When it breaks, or is armed")
      if fault.isSet("at") { fault.check(at, at: "at", during: span) }
      let slot = UInt16(clamping: fault.position)
      return fault.branch(on: "kind", name) { fault, name in
        if let kind = name.connection {
          refuseDuration(of: name, &fault)
          connections.append(connection(kind, slot: slot, at: at, of: &fault))
          return Injection(slot: slot, id: id, at: at, duration: nil, kind: .connection(slot))
        }
        let kind = kind(of: name, &fault, clusters: clusters)
        guard name.heals else {
          refuseDuration(of: name, &fault)
          return Injection(slot: slot, id: id, at: at, duration: nil, kind: kind)
        }
        let duration = fault.optional(
          "duration", as: .duration, in: .init(.zero ... .days(365)), .scenario,
          "When it heals; never if absent. Links, disks, members and databases heal; what has stopped does not"
        )
        return Injection(slot: slot, id: id, at: at, duration: duration, kind: kind)
      }
    }
    let slots = plan.map { Int($0.value.slot) + 1 }.max() ?? 0
    if slots > Int(UInt16.max) {
      reader.fail("faults", "'faults' has \(slots) entries, more than 65535", kind: .outOfRange)
    }
    return (plan.map(\.value), connections)
  }

  /// What has stopped does not heal, and a scenario that says so is mistaken.
  private static func refuseDuration(of name: Name, _ fault: inout ParameterReader) {
    guard fault.isSet("duration") else { return }
    fault.claim("duration")
    fault.conflict(
      ["duration", "kind"], "'duration' has no meaning here: \(name.rawValue) does not heal")
  }

  /// A fault on something else than a single connection.
  private static func kind(
    of name: Name, _ fault: inout ParameterReader, clusters: [Int]
  ) -> Kind {
    switch name {
    case .etcdLeaderLost: return .etcd(.leaderLost)
    case .etcdMemberPartitioned: return .etcd(.memberPartitioned)
    case .etcdDiskSlow: return .etcd(.diskSlow)
    case .scyllaNodeDown, .scyllaNodeSlow, .scyllaHotPartition:
      return database(of: name, &fault)
    case .apiNodes:
      return .apiNodes(
        count: fault.integer(
          "count", default: 1, in: 1...20_000, unit: "nodes", .scenario, "Nodes that vanish"))
    case .connections:
      return .connections(
        share: fault.share(
          "share", default: 0.1, in: 0...1, .scenario, "Share of the connections that close"))
    case .linkDelay:
      let extra = fault.required(
        "delay", as: .duration, in: .init(.zero ... .minutes(10)), .scenario,
        "What the link takes longer, one way")
      return .link(link(of: &fault), .delay(extra))
    case .linkLoss:
      let loss = fault.share(
        "loss", default: 0.1, in: 0...0.9, .scenario,
        "Share of the messages that is lost, each time one is sent")
      return .link(link(of: &fault), .loss(parts: UInt32(loss * 1_000_000)))
    case .partition: return .link(link(of: &fault), .partition)
    case .linkHalfOpen: return .link(link(of: &fault), .halfOpen)
    case .linkDuplicate: return .link(link(of: &fault), .duplicate)
    case .elixirNodes, .fin, .rst, .finClientResetServer, .finClientServerLeftOpen, .halfClosed,
      .responseLost, .nothingForwarded, .reframedEmpty, .reframedChunkedEnded, .reframedChunkedCut,
      .halfOpen, .duplicate:
      return elixirNodes(of: &fault, clusters: clusters)
    }
  }

  private static func link(of fault: inout ParameterReader) -> Link {
    fault.choice(
      "link", default: Link.apiToEtcd, .scenario,
      "Whose messages it meets; on all but apiToEtcd, those that arrive while it lasts")
  }

  private static func database(of name: Name, _ fault: inout ParameterReader) -> Kind {
    let cluster = ScyllaClusterID.read(&fault)
    switch name {
    case .scyllaNodeSlow:
      return .database(
        cluster,
        .nodeSlow(
          factor: fault.number(
            "factor", default: 10, in: 1...100, unit: "times", .scenario,
            "How much slower than the others one more node serves")))
    case .scyllaHotPartition:
      return .database(
        cluster,
        .hotPartition(
          share: fault.share(
            "share", default: 0.1, in: 0...ScyllaDB.hotPartitionMax, .scenario,
            "Share of the reads that go to one partition, beside those that do anyway")))
    default:
      return .database(
        cluster,
        .nodesDown(
          UInt16(
            fault.integer(
              "count", default: 1, in: 1...2_000, unit: "nodes", .scenario,
              "Nodes that go down"))))
    }
  }

  private static func elixirNodes(
    of fault: inout ParameterReader, clusters: [Int]
  ) -> Kind {
    let cluster = fault.required(
      "cluster", as: .choice(placeholder: ClusterName.sessions), .scenario, "Whose nodes stop")
    let place = ClusterName.allCases.firstIndex(of: cluster) ?? 0
    let count = fault.integer(
      "count", default: 1, in: 1...4_000, unit: "nodes", .scenario, "Nodes that stop")
    if count > clusters[place] {
      fault.fail("count", "\(count) nodes are more than the \(clusters[place]) of the cluster")
    }
    let first = clusters[..<place].reduce(0, +)
    return .elixirNodes(
      first: ElixirNodeID(UInt16(clamping: first)), count: min(count, clusters[place]))
  }

  /// After which segment the connection is hit, where that is anybody's choice.
  private static func segment(
    of kind: ConnectionFault.Kind, _ fault: inout ParameterReader
  ) -> Int {
    switch kind {
    case .fin, .rst, .finClientResetServer, .finClientServerLeftOpen, .halfClosed, .reframedEmpty,
      .reframedChunkedEnded, .reframedChunkedCut:
      return fault.integer(
        "afterSegment", default: 1, in: 0...2, unit: "segments", .scenario,
        "Segments that arrive before the connection ends")
    case .halfOpen:
      return fault.integer(
        "afterSegment", default: 0, in: 0...2, unit: "segments", .scenario,
        "Segments that arrive before the way goes dead")
    case .nothingForwarded:
      refuseSegment(
        of: kind, "hands nothing of a request on", "fin closes the connection after a segment",
        &fault)
    case .responseLost, .duplicate:
      refuseSegment(
        of: kind, "hands the whole request on",
        "fin and rst cut it after a segment, halfOpen goes silent after it", &fault)
    }
    return 0
  }

  private static func refuseSegment(
    of kind: ConnectionFault.Kind, _ reason: String, _ help: String,
    _ fault: inout ParameterReader
  ) {
    guard fault.isSet("afterSegment") else { return }
    fault.claim("afterSegment")
    fault.fail(
      "afterSegment", "'afterSegment' has no meaning here: \(kind.rawValue) \(reason)", help: help)
  }

  private static func connection(
    _ kind: ConnectionFault.Kind, slot: UInt16, at: Instant, of fault: inout ParameterReader
  ) -> ConnectionFault {
    let segment = segment(of: kind, &fault)
    let name = fault.choice(
      "target", default: TargetName.newNodes, .scenario, "Whose announces can be hit")
    let target = fault.branch(on: "target", name) { fault, name -> ConnectionFault.Target in
      switch name {
      case .newNodes: .newNodes
      case .anyNode: .anyNode
      case .node:
        .node(
          UInt16(
            clamping: fault.integer(
              "node", default: 0, in: 0...65_534, unit: "", .scenario, "Number of the API node")))
      }
    }
    if name != .node, fault.isSet("node") {
      fault.claim("node")
      fault.fail("node", "'node' needs \"target\": \"node\"")
    }
    let chance = fault.optional(
      "probability", as: .probability, in: .init(.zero ... .one), .scenario,
      "Chance of each of the target's announces to be hit, in place of `nth`")
    if chance != nil, fault.isSet("nth") {
      fault.claim("nth")
      fault.fail(
        "nth", "'nth' and 'probability' exclude each other", kind: .conflict,
        help: "remove 'nth'; 'probability' is of each announce from 'at' on")
    }
    let occasion =
      chance.map { ConnectionFault.Occasion.chance($0) }
      ?? .nth(
        UInt32(
          fault.integer(
            "nth", default: 1, in: 1...1_000_000, unit: "announces", .scenario,
            "Which of the target's announces is hit, counted from `at`")))
    return ConnectionFault(
      slot: slot, at: at, kind: kind, afterSegment: segment, target: target, occasion: occasion)
  }
}
