// Each serving node puts its key into etcd, again and again.
extension API {
  mutating func announce<P: Ports>(
    _ node: APINodeID, _ generation: UInt16, _ ports: inout P
  ) {
    guard nodes[node.index].status == .serving,
      nodes[node.index].announceGeneration == generation
    else { return }
    nodes[node.index].announces &+= 1
    nodes[node.index].isAwaitingAnswer = true
    let isRefresh = configuration.announceKind == .refresh && nodes[node.index].hasAnnounced
    ports.announced(
      Announcement(
        node: node, number: nodes[node.index].announces, isFirst: !nodes[node.index].hasAnnounced,
        isRefresh: isRefresh))
  }

  mutating func settle<P: Ports>(
    _ announcement: Announcement, _ outcome: AnnounceOutcome, _ ports: inout P
  ) {
    let index = announcement.node.index
    guard nodes[index].status == .serving, nodes[index].announces == announcement.number,
      nodes[index].isAwaitingAnswer
    else { return }
    nodes[index].isAwaitingAnswer = false
    if outcome == .stored {
      nodes[index].hasAnnounced = true
      ports.announceDue(
        announcement.node, nodes[index].announceGeneration, after: configuration.announceInterval)
    } else {
      totals.announceFailures += 1
      if outcome == .remoteDisconnected { totals.remoteDisconnected += 1 }
      // A refresh of a key that is not there any more must become a whole announce.
      if announcement.isRefresh { nodes[index].hasAnnounced = false }
      ports.announceDue(
        announcement.node, nodes[index].announceGeneration,
        after: configuration.announceRetryDelay)
    }
  }
}
