import SimulationKernel

// What the rest of the company comes to: API, databases, etcd, people and operations.
extension OccurrenceReader {
  mutating func read(_ event: API.Event, in world: OutageWorld) -> Occurrence {
    switch event {
    case .resized(let size): return Occurrence(.apiResized, .company, detail: UInt32(size))
    case .booted(let node): return Occurrence(.apiNodeBooted, .node(node))
    case .drained(let node): return Occurrence(.apiNodeDrained, .node(node))
    case .killed(let count): return Occurrence(.apiNodesKilled, .company, detail: UInt32(count))
    case .announceDue(let node, _):
      // The timer of a node that has vanished runs out all the same.
      let isGone = world.isGone(apiNode: UInt32(node.rawValue))
      return Occurrence(isGone ? .overtaken : .announceDue, .node(node))
    case .announceAnswered(let announcement, let outcome):
      return Occurrence(
        outcome == .stored ? .announceStored : .announceFailed, .node(announcement.node),
        detail: UInt32(outcome.rawValue))
    case .utilisationDue: return Occurrence(.utilisationMeasured, .company)
    case .callArrived(let call, _): return Occurrence(.apiCallArrived, .caller(call))
    case .readAnswered(let slot, let generation, let ok):
      return Occurrence(
        ok ? .readAnswered : .readFailed, .read(slot: slot, generation: generation))
    case .readTimedOut(let slot, let generation):
      let hasTimedOut = world.api.totals.readTimeouts > readTimeouts
      readTimeouts = world.api.totals.readTimeouts
      return Occurrence(
        hasTimedOut ? .readTimedOut : .overtaken, .read(slot: slot, generation: generation))
    }
  }

  func read(_ event: ScyllaDB.Event, of cluster: ScyllaClusterID) -> Occurrence {
    switch event {
    case .readArrived(let read):
      Occurrence(
        .readArrived, .read(slot: read.slot, generation: read.generation),
        detail: UInt32(cluster.rawValue))
    case .readServed(let read):
      Occurrence(
        .readServed, .read(slot: read.slot, generation: read.generation),
        detail: UInt32(cluster.rawValue))
    case .overloadCheckDue: Occurrence(.overloadChecked, .database(cluster))
    case .repairDue: Occurrence(.repairStarted, .database(cluster))
    case .repairOver: Occurrence(.repairEnded, .database(cluster))
    case .faultBegan: Occurrence(.databaseFaultBegan, .database(cluster))
    case .faultEnded: Occurrence(.databaseFaultEnded, .database(cluster))
    case .majorCompactionDue: Occurrence(.compactionStarted, .database(cluster))
    }
  }

  // MARK: Announces and etcd

  mutating func read(_ event: Network.Event, in world: OutageWorld) -> Occurrence {
    switch event {
    case .connectionOpened(let announcement):
      let before = hits
      hits = world.network.hits.count
      guard hits > before, let hit = world.network.hits.last else {
        return Occurrence(.announceSent, .node(announcement.node))
      }
      return Occurrence(.announceHit, .node(announcement.node), detail: UInt32(hit.slot))
    case .responseSent(let announcement, _):
      return Occurrence(.etcdAnswered, .node(announcement.node))
    case .linkChanged(_, let link, let isOver):
      return Occurrence(
        .linkChanged, .init(.link, UInt32(link.index)), detail: isOver ? 1 : 0)
    case .deregistrationSent(let node): return Occurrence(.deregistrationSent, .node(node))
    }
  }

  mutating func read(
    _ event: EtcdCluster.Event, at now: Instant, in world: OutageWorld
  ) -> Occurrence {
    let isCorrupt = world.etcd.totals.corruptWritten > corruptWritten
    corruptWritten = world.etcd.totals.corruptWritten
    switch event {
    case .announceArrived(let announcement):
      let isRepaired = world.etcd.totals.corruptEndedAt == now
      return Occurrence(
        isCorrupt ? .entryCorrupted : isRepaired ? .entryRepaired : .entryWritten,
        .node(announcement.node))
    case .announceCut(let announcement, _):
      return Occurrence(isCorrupt ? .entryCorrupted : .cutRejected, .node(announcement.node))
    case .deregistered(let node): return Occurrence(.entryDeleted, .node(node))
    case .listRequested(let watcher): return Occurrence(.listRequested, .node(watcher.node))
    case .watchRequested(let watcher, _): return Occurrence(.watchRequested, .node(watcher.node))
    case .watchCancelled(let watcher): return Occurrence(.watchCancelled, .node(watcher.node))
    case .sweepDue: return Occurrence(.expirySwept, .etcd)
    case .faultBegan: return Occurrence(.etcdFaultBegan, .etcd)
    case .faultEnded: return Occurrence(.etcdFaultEnded, .etcd)
    }
  }

  // MARK: People and operations

  func read(
    _ event: People.Event, at now: Instant, in world: OutageWorld
  ) -> Occurrence {
    switch event {
    case .lookDue:
      // One look can find several; the first that fires says why somebody was called.
      if let alert = world.people.alerts.firstIndex(where: { $0.lastFiredAt == now }) {
        return Occurrence(.alertFired, .init(.alert, UInt32(alert)))
      }
      if let alert = world.people.alerts.firstIndex(where: { $0.clearedAt == now }) {
        return Occurrence(.alertCleared, .init(.alert, UInt32(alert)))
      }
      return Occurrence(.monitoringLooked, .company)
    case .stepDue(let slot): return Occurrence(.operatorActed, .init(.step, UInt32(slot)))
    case .escalationDue(let alert, _):
      return Occurrence(.alertEscalated, .init(.alert, UInt32(alert)))
    }
  }

  func read(_ event: OutageEvent.Operations) -> Occurrence {
    switch event {
    case .started: Occurrence(.started, .company)
    case .trafficDue: Occurrence(.trafficCounted, .company)
    case .throttleSet(let rate):
      Occurrence(
        .throttleSet, .company,
        detail: rate < 0
          ? Occurrence.detailMax : UInt32(min(rate + 0.5, Double(Occurrence.detailMax - 1))))
    case .repairSet(let cluster, let running):
      Occurrence(.repairSet, .database(cluster), detail: running ? 1 : 0)
    case .connectionsRaised(let count):
      Occurrence(.connectionsRaised, .company, detail: count)
    case .deployed(let step): Occurrence(.deployed, .init(.step, UInt32(step)))
    case .rolledBack(let step): Occurrence(.rolledBack, .init(.step, UInt32(step)))
    case .compactionThrottled(let share, let cluster):
      Occurrence(
        .compactionThrottled, .database(cluster),
        detail: UInt32(min(max(share, 0), 1) * 1_000 + 0.5))
    }
  }
}
