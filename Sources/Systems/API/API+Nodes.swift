import SimulationKernel

// Nodes that boot, serve, drain and go.
extension API {
  mutating func resize<P: Ports>(to size: Int, _ ports: inout P) {
    let change = size - serving - booting
    if change > 0 { grow(change, &ports) } else { shrink(-change, &ports) }
  }

  private mutating func grow<P: Ports>(_ count: Int, _ ports: inout P) {
    for _ in 0..<count {
      // Not even nodes that drain for half an hour beside the most that may serve use all numbers
      // up, unless the size swings from end to end; then the next report asks again.
      guard let node = nextNode(at: ports.now) else { return }
      booting += 1
      ports.bootFinished(node, after: configuration.bootTime)
    }
  }

  /// A node that boots: with a new number, or, when all have been used, with that of the node that
  /// has been gone for longest.
  private mutating func nextNode(at now: Instant) -> APINodeID? {
    guard nodes.count == Int(UInt16.max) else {
      nodes.append(Node(status: .booting, joinedAt: now))
      return APINodeID(UInt16(nodes.count - 1))
    }
    guard gone.count > goneFirst else { return nil }
    let index = Int(gone[goneFirst])
    goneFirst += 1
    if goneFirst == 4_096 {
      gone.removeFirst(goneFirst)
      goneFirst = 0
    }
    // Timers and answers of the old node stay void.
    let (generation, announces) = (nodes[index].announceGeneration, nodes[index].announces)
    nodes[index] = Node(status: .booting, joinedAt: now)
    nodes[index].announceGeneration = generation &+ 1
    nodes[index].announces = announces
    return APINodeID(UInt16(index))
  }

  private mutating func shrink<P: Ports>(_ count: Int, _ ports: inout P) {
    let leaving = min(count, serving - 1)
    guard leaving > 0 else { return }
    // Any serving node may go. Each draws for itself at this look of the autoscaler, so that who went
    // before, or who else is there, changes nobody's luck.
    let serving = nodes.indices.filter { nodes[$0].status == .serving }
    let drawn = serving.map { (luck: drains.bits(for: UInt64($0), draw: reports), index: $0) }
      .sorted { ($0.luck, $0.index) < ($1.luck, $1.index) }
    for (_, index) in drawn.prefix(leaving) { drain(index, &ports) }
    resizePool(&ports)
  }

  private mutating func drain<P: Ports>(_ index: Int, _ ports: inout P) {
    let node = APINodeID(UInt16(index))
    nodes[index].status = .draining
    nodes[index].announceGeneration &+= 1
    serving -= 1
    totals.leaves += 1
    ports.deregistered(node)
    ports.drainFinished(node, after: configuration.drainTime)
  }

  /// Nodes that vanish: their keys stay until they expire.
  mutating func kill<P: Ports>(_ count: Int, _ ports: inout P) {
    var left = count
    for index in nodes.indices where left > 0 && nodes[index].status == .serving {
      nodes[index].status = .gone
      gone.append(UInt16(index))
      nodes[index].announceGeneration &+= 1
      serving -= 1
      left -= 1
    }
    resizePool(&ports)
  }

  mutating func join<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    nodes[node.index].status = .serving
    nodes[node.index].joinedAt = ports.now
    booting -= 1
    serving += 1
    servingPeak = max(servingPeak, serving)
    totals.joins += 1
    resizePool(&ports)
    announce(node, nodes[node.index].announceGeneration, &ports)
  }

  mutating func leave(_ node: APINodeID) {
    nodes[node.index].status = .gone
    gone.append(node.rawValue)
  }
}
