import SimulationKernel

// The nodes' schedulers: what lives on a node keeps them busy, and what comes waits for its turn.
//
// Users are sampled, nodes are not: a simulated session start stands for a hundred or a thousand, and
// these would have been dealt to all nodes. So work is counted for the cluster as a whole, and each
// node gets its share of the ring of it, at every scale: thousands a second come to each node, and
// their scatter is small beside the unevenness of the ring, which is kept.
extension Elixir {
  /// Adds a piece of work and says when it is done; nil when the node's backlog is over its bound.
  ///
  /// Whoever asked may give up meanwhile: the work is done all the same.
  mutating func work(
    on node: ElixirNodeID, _ cost: Duration, at now: Instant, share: Double = 1
  ) -> Duration? {
    count(node.index, at: now)
    let free = freeSchedulers(of: node.index)
    guard nodes[node.index].backlog < backlogMax(free) else { return nil }
    let wait = nodes[node.index].backlog / free
    let seconds = cost.seconds * share
    arrivedWork[Int(nodes[node.index].cluster.rawValue)] += scale.whole(1) * seconds
    return Duration(seconds: wait + seconds)
  }

  /// Sessions have come or gone: their guilds and their presences hear of it, and the guilds tell
  /// those who are there.
  ///
  /// - Note: Source: S. Vishnevskiy, "How Discord Scaled Elixir to 5,000,000 Concurrent Users", 2017.
  mutating func tell(of sessions: Int) {
    let each = scale.whole(sessions) * configuration.updateCost.seconds
    let loaded = Double(guildsLoaded) / Double(max(1, guildCount))
    let toGuilds = each * Double(guildsPerClient) * loaded
    arrivedWork[Int(Cluster.guilds.rawValue)] += toGuilds
    arrivedWork[Int(Cluster.sessions.rawValue)] += toGuilds * aliveShare
    arrivedWork[Int(Cluster.presence.rawValue)] += each
  }

  /// Brings every node's backlog up to an instant, so that idle time before a flood is not set
  /// against the flood.
  mutating func countWork(at now: Instant) {
    for index in nodes.indices { count(index, at: now) }
  }

  /// The ring has changed: deals the cluster's work anew.
  mutating func shareOut(_ cluster: Cluster, at now: Instant) {
    let members = members[Int(cluster.rawValue)]
    let ring = rings[Int(cluster.rawValue)]
    for index in members {
      count(index, at: now)
      nodes[index].share = ring.share(of: ElixirNodeID(UInt16(index)))
    }
  }

  /// How long new work waits on the session nodes that are up, on average, in seconds.
  public func sessionsBacklog(at now: Instant) -> Double {
    var (sum, up) = (0.0, 0)
    for index in members[Int(Cluster.sessions.rawValue)] where nodes[index].status == .up {
      let free = freeSchedulers(of: index)
      sum += backlog(of: index, free: free, at: now) / free
      up += 1
    }
    return up > 0 ? sum / Double(up) : 0
  }

  private mutating func count(_ index: Int, at now: Instant) {
    let free = freeSchedulers(of: index)
    nodes[index].backlog = backlog(of: index, free: free, at: now)
    nodes[index].counted = arrivedWork[Int(nodes[index].cluster.rawValue)]
    nodes[index].countedAt = now
  }

  /// What has come and has not been spent; what is over the bound was turned away.
  private func backlog(of index: Int, free: Double, at now: Instant) -> Double {
    let node = nodes[index]
    let came = (arrivedWork[Int(node.cluster.rawValue)] - node.counted) * node.share
    let spent = free * (now - node.countedAt).seconds
    return min(max(0, node.backlog + came - spent), backlogMax(free))
  }

  private func backlogMax(_ free: Double) -> Double { configuration.backlogBound.seconds * free }

  /// Schedulers that are left for starts; they are dealt fairly, so a twentieth is always left.
  private func freeSchedulers(of index: Int) -> Double {
    Double(configuration.schedulers) * max(0.05, 1 - configuration.load * residence(of: index))
  }

  /// What lives on a node now, in multiples of what lives there while everybody is served.
  private func residence(of index: Int) -> Double {
    let node = nodes[index]
    let count = Double(members[Int(node.cluster.rawValue)].count)
    switch node.cluster {
    case .sessions: return Double(node.residents) * count / Double(max(1, homes.count))
    // A guild is as lively as its members are there.
    case .guilds: return Double(node.residents) * count / Double(max(1, guildCount)) * aliveShare
    case .presence: return node.share * count * aliveShare
    case .other: return 1
    }
  }

  private var aliveShare: Double { Double(sessionsAlive) / Double(max(1, homes.count)) }
}
