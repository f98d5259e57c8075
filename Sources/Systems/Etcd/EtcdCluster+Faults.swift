import SimulationKernel

extension EtcdCluster {
  /// A write that came while there was no leader.
  struct HeldWrite: Sendable {
    let event: Event
    let arrived: Instant
    /// Its client was told that its time-out will be over.
    var isGivenUp: Bool
  }

  /// Whether an event is a write that has to wait: raft takes no proposal while there is no leader.
  ///
  /// Requests to a member that is cut off are not for the others' leader.
  @inline(__always)
  func needsLeader(_ event: Event) -> Bool {
    guard leaderBackAt != nil else { return false }
    switch event {
    case .announceArrived(let announcement), .announceCut(let announcement, _):
      return !isStale(announcement.node.index)
    case .deregistered(let node): return !isStale(node.index)
    case .listRequested, .watchRequested, .watchCancelled, .sweepDue, .faultBegan, .faultEnded:
      return false
    }
  }

  /// Keeps a write, and its connection, until there is a leader.
  ///
  /// - Parameters:
  ///   - event: The write.
  ///   - patience: How long its client still waits; nil when it was left to its time-out.
  ///   - client: The announcing side.
  ///   - ports: The world around.
  mutating func hold<P: Ports>(
    _ event: Event, patience: Duration?, from client: Network.Announcer, _ ports: inout P
  ) {
    held.append(HeldWrite(event: event, arrived: ports.now, isGivenUp: patience == nil))
    listener.open()
    totals.heldWrites += 1
    giveUp(from: client, &ports)
  }

  /// Leaves the clients that will have waited too long by then to their own time-out.
  private mutating func giveUp<P: Ports>(from client: Network.Announcer, _ ports: inout P) {
    guard let leaderBackAt else { return }
    for index in held.indices where !held[index].isGivenUp {
      guard let announcement = held[index].event.answered,
        leaderBackAt - held[index].arrived > client.timeout
      else { continue }
      held[index].isGivenUp = true
      let waited = ports.now - held[index].arrived
      ports.announceHung(announcement, after: max(.zero, client.timeout - waited))
    }
  }

  mutating func begin<P: Ports>(
    _ fault: Fault, from client: Network.Announcer, _ ports: inout P
  ) {
    switch fault {
    case .leaderLost:
      leaderBackAt = ports.now + configuration.election
      ports.faultEnds(fault, after: configuration.election)
      giveUp(from: client, &ports)
    case .memberPartitioned:
      partitions += 1
      partWatches()
    case .diskSlow: slowDisks += 1
    }
  }

  mutating func end<P: Ports>(
    _ fault: Fault, from client: Network.Announcer, _ ports: inout P
  ) {
    switch fault {
    case .leaderLost: elect(from: client, &ports)
    case .memberPartitioned:
      partitions -= 1
      guard partitions == 0 else { return }
      joinWatches(&ports)
    case .diskSlow: slowDisks -= 1
    }
  }

  /// There is a leader, unless it was lost again: the writes that were held are carried out in order.
  private mutating func elect<P: Ports>(from client: Network.Announcer, _ ports: inout P) {
    guard let back = leaderBackAt, ports.now >= back else { return }
    leaderBackAt = nil
    leaderSince = ports.now
    let writes = held
    held = []
    for write in writes {
      listener.close()
      totals.waitPeak = max(totals.waitPeak, ports.now - write.arrived)
      let waited = ports.now - write.arrived
      carryOut(
        write.event, patience: write.isGivenUp ? nil : max(.zero, client.timeout - waited),
        from: client, &ports)
    }
  }
}
