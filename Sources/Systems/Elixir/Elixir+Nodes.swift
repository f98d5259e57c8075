import SimulationKernel

extension Elixir {
  mutating func beginStop<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    guard nodes[node.index].status == .up || nodes[node.index].status == .starting else { return }
    setStatus(of: node, .stopping, at: ports.now)
    ports.nodeStopped(node, after: configuration.stopDelay)
  }

  /// The runtime has ended: everything that lived on the node is gone.
  mutating func stop<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    setStatus(of: node, .stopped, at: ports.now)
    totals.nodesStopped += 1
    if !nodes[node.index].hasStopped {
      nodes[node.index].hasStopped = true
      totals.nodesLost += 1
    }
    totals.firstStopAt = totals.firstStopAt ?? ports.now
    totals.lastStopAt = ports.now
    totals.downPeak = max(totals.downPeak, nodes.count - nodesUp)
    stoppedByCluster[Int(nodes[node.index].cluster.rawValue)] += 1
    switch nodes[node.index].cluster {
    case .sessions: loseSessions(of: node, &ports)
    case .guilds: loseGuilds(of: node, &ports)
    case .presence, .other: break
    }
    ports.nodeHalted(node, after: configuration.crashDump)
    ports.ringLost(node, after: configuration.ringUpdate)
  }

  mutating func halt<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    setStatus(of: node, .halted, at: ports.now)
    if configuration.restart == .automatic { reboot(node, &ports) }
  }

  private mutating func reboot<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    setStatus(of: node, .booting, at: ports.now)
    totals.nodesRestarted += 1
    ports.bootFinished(node, after: configuration.rebootTime)
  }

  /// The others notice the death and deal what the node owned to its successors.
  mutating func forget<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    let cluster = nodes[node.index].cluster
    rings[Int(cluster.rawValue)].remove(node)
    shareOut(cluster, at: ports.now)
    guard nodes[node.index].cluster == .guilds else { return }
    for guild in guildNodes.indices
    where guildNodes[guild] == node.rawValue && guildStatus[guild] == .orphaned {
      enqueue(GuildID(UInt32(guild)), at: ports.now)
    }
    pump(&ports)
  }

  /// A restarted node takes its place in the ring.
  mutating func welcome<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    guard nodes[node.index].status == .up else { return }
    let cluster = nodes[node.index].cluster
    rings[Int(cluster.rawValue)].insert(node)
    shareOut(cluster, at: ports.now)
    pump(&ports)
  }

  mutating func restart<P: Ports>(_ count: Int, _ ports: inout P) {
    var left = count
    for index in nodes.indices where left > 0 && nodes[index].status == .halted {
      reboot(ElixirNodeID(UInt16(index)), &ports)
      left -= 1
    }
  }

  mutating func start<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    setStatus(of: node, .starting, at: ports.now)
    nodes[node.index].backlog = 0
    nodes[node.index].counted = arrivedWork[Int(nodes[node.index].cluster.rawValue)]
    nodes[node.index].countedAt = ports.now
    ports.nodeStarted(node)
  }

  mutating func becomeReady<P: Ports>(_ node: ElixirNodeID, _ ports: inout P) {
    guard nodes[node.index].status == .starting else { return }
    setStatus(of: node, .up, at: ports.now)
    ports.ringJoined(node, after: configuration.ringUpdate)
  }
}
