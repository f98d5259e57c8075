import Scenarios
import SimulationKernel

extension Faults {
  private enum Name: String, CaseIterable, Sendable {
    case fin, rst, responseLost, nothingForwarded, reframedEmpty, halfOpen, duplicate
    case etcdLeaderLost, etcdMemberPartitioned, etcdDiskSlow
    case elixirNodes, apiNodes, connections
    case linkDelay, linkLoss, partition

    var connection: ConnectionFault.Kind? { ConnectionFault.Kind(rawValue: rawValue) }

    /// Whether a duration means something.
    var heals: Bool {
      switch self {
      case .etcdMemberPartitioned, .etcdDiskSlow, .linkDelay, .linkLoss, .partition: true
      // The next leader is elected after `etcd.election`.
      case .etcdLeaderLost, .fin, .rst, .responseLost, .nothingForwarded, .reframedEmpty, .halfOpen,
        .duplicate,
        .elixirNodes, .apiNodes, .connections:
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
  static func plan(
    reading reader: inout ParameterReader, clusters: [Int]
  ) -> (plan: [Injection], connections: [ConnectionFault]) {
    var connections: [ConnectionFault] = []
    let plan = reader.dictionary("faults") { fault, id -> Injection? in
      let name = fault.required(
        "kind", as: .choice(placeholder: Name.fin), .scenario, "What breaks")
      let at = fault.required("at", as: .clock, .scenario, "When it breaks, or is armed")
      let duration = fault.optional(
        "duration", as: .duration, in: .init(.zero ... .days(365)), .scenario,
        "When it heals; never if absent. Links, disks and members heal; what has stopped does not")
      if duration != nil, !name.heals {
        fault.fail("duration", "'duration' has no meaning here: \(name.rawValue) does not heal")
      }
      if let kind = name.connection {
        let slot = UInt16(clamping: fault.position)
        connections.append(connection(kind, slot: slot, at: at, of: &fault))
        return Injection(slot: slot, id: id, at: at, duration: nil, kind: .connection(slot))
      }
      let kind: Kind
      switch name {
      case .etcdLeaderLost: kind = .etcd(.leaderLost)
      case .etcdMemberPartitioned: kind = .etcd(.memberPartitioned)
      case .etcdDiskSlow: kind = .etcd(.diskSlow)
      case .apiNodes:
        kind = .apiNodes(
          count: fault.integer(
            "count", default: 1, in: 1...20_000, unit: "nodes", .scenario, "Nodes that vanish"))
      case .connections:
        kind = .connections(
          share: fault.share(
            "share", default: 0.1, in: 0...1, .scenario, "Share of the connections that close"))
      case .linkDelay:
        let extra = fault.required(
          "delay", as: .duration, in: .init(.zero ... .minutes(10)), .scenario,
          "What the link takes longer, one way")
        kind = .link(extra: extra, lossParts: 0, isCut: false)
      case .linkLoss:
        let loss = fault.share(
          "loss", default: 0.1, in: 0...0.9, .scenario,
          "Share of the messages that is lost, each time one is sent")
        kind = .link(extra: .zero, lossParts: UInt32(loss * 1_000_000), isCut: false)
      case .partition: kind = .link(extra: .zero, lossParts: 0, isCut: true)
      default:
        kind = elixirNodes(of: &fault, clusters: clusters)
      }
      return Injection(
        slot: UInt16(clamping: fault.position), id: id, at: at, duration: duration, kind: kind)
    }
    let slots = plan.map { Int($0.value.slot) + 1 }.max() ?? 0
    if slots > Int(UInt16.max) {
      reader.fail("faults", "'faults' has \(slots) entries, more than 65535", kind: .outOfRange)
    }
    return (plan.map(\.value), connections)
  }

  private static func elixirNodes(
    of fault: inout ParameterReader, clusters: [Int]
  ) -> Kind {
    let cluster = fault.required(
      "cluster", as: .choice(placeholder: ClusterName.sessions), .scenario, "Whose nodes stop")
    let place = ClusterName.allCases.firstIndex(of: cluster) ?? 0
    let count = fault.integer(
      "count", default: 1, in: 1...4_000, unit: "nodes", .scenario, "Nodes that stop")
    let first = clusters[..<place].reduce(0, +)
    return .elixirNodes(
      first: ElixirNodeID(UInt16(clamping: first)), count: min(count, clusters[place]))
  }

  private static func connection(
    _ kind: ConnectionFault.Kind, slot: UInt16, at: Instant, of fault: inout ParameterReader
  ) -> ConnectionFault {
    let segment = fault.integer(
      "afterSegment", default: 1, in: 0...2, unit: "segments", .scenario,
      "Segments that arrive before the connection ends")
    let name = fault.choice(
      "target", default: TargetName.newNodes, .scenario, "Whose announces can be hit")
    let target: ConnectionFault.Target
    switch name {
    case .newNodes: target = .newNodes
    case .anyNode: target = .anyNode
    case .node:
      target = .node(
        UInt16(
          clamping: fault.integer(
            "node", default: 0, in: 0...65_534, unit: "", .scenario, "Number of the API node")))
    }
    let occasion: ConnectionFault.Occasion
    if fault.isSet("probability") {
      occasion = .chance(
        fault.probability(
          "probability", default: .zero, in: .zero ... .one, .scenario,
          "Chance of each of the target's announces to be hit"))
    } else {
      occasion = .nth(
        UInt32(
          fault.integer(
            "nth", default: 1, in: 1...1_000_000, unit: "announces", .scenario,
            "Which of the target's announces is hit, counted from `at`")))
    }
    return ConnectionFault(
      slot: slot, at: at, kind: kind, afterSegment: segment, target: target, occasion: occasion)
  }
}
