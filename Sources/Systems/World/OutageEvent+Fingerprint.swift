import SimulationKernel

/// What distinguishes the events in a run's digest: a number per kind of event, and its content.
///
/// Written out, because an enumeration's unused bytes are undefined. The numbers are part of every
/// recorded digest: add new ones at the end of a system's range.
extension OutageEvent {
  public func fingerprint(into digest: inout Digest) {
    let (kind, content) = identity
    digest.combine(content ^ kind << 56)
    digest.combine(kind)
  }

  private var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .clients(let event):
      let (kind, content) = event.identity
      return (kind + 0, content)
    case .gateway(let event):
      let (kind, content) = event.identity
      return (kind + 16, content)
    case .elixir(let event):
      let (kind, content) = event.identity
      return (kind + 32, content)
    case .discovery(let event):
      let (kind, content) = event.identity
      return (kind + 48, content)
    case .api(let event):
      let (kind, content) = event.identity
      return (kind + 64, content)
    case .autoscaler(let event):
      let (kind, content) = event.identity
      return (kind + 80, content)
    case .sessionsDatabase(let event):
      let (kind, content) = event.identity
      return (kind + 96, content)
    case .guildsDatabase(let event):
      let (kind, content) = event.identity
      return (kind + 112, content)
    case .network(let event):
      let (kind, content) = event.identity
      return (kind + 128, content)
    case .etcd(let event):
      let (kind, content) = event.identity
      return (kind + 144, content)
    case .people(let event):
      let (kind, content) = event.identity
      return (kind + 160, content)
    case .faults(let event):
      let (kind, content) = event.identity
      return (kind + 176, content)
    case .operations(let event):
      let (kind, content) = event.identity
      return (kind + 192, content)
    case .inTransit(let number): return (208, UInt64(number))
    }
  }
}

extension Clients.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .connectionLost(let client): (0, UInt64(client.rawValue))
    case .attemptFailed(let attempt): (2, attempt.word)
    case .attemptTimedOut(let attempt): (3, attempt.word)
    case .sessionInvalidated(let attempt): (4, attempt.word)
    case .sessionOpened(let attempt): (5, attempt.word)
    case .guildUnavailable(let guild): (6, UInt64(guild.rawValue))
    case .guildAvailable(let guild): (7, UInt64(guild.rawValue))
    }
  }
}

extension Gateway.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .connectionArrived(let attempt): (0, attempt.word)
    case .sessionReady(let attempt): (1, attempt.word)
    case .sessionInvalid(let attempt): (2, attempt.word)
    case .sessionFailed(let attempt): (3, attempt.word)
    }
  }
}

extension Elixir.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .sessionRequested(let attempt, _): (0, attempt.word)
    case .callAnswered(let call, let ok): (1, call.word ^ (ok ? 1 << 63 : 0))
    case .nodeStopping(let node): (2, UInt64(node.rawValue))
    case .nodeStopped(let node): (3, UInt64(node.rawValue))
    case .nodeHalted(let node): (4, UInt64(node.rawValue))
    case .ringLost(let node): (5, UInt64(node.rawValue))
    case .ringJoined(let node): (6, UInt64(node.rawValue))
    case .restartRequested(let count): (7, UInt64(count))
    case .booted(let node): (8, UInt64(node.rawValue))
    case .discoveryReady(let node): (9, UInt64(node.rawValue))
    case .guildLoadTimedOut(let guild, let load): (10, UInt64(guild.rawValue) | UInt64(load) << 32)
    case .guildRetryDue(let guild, let load): (11, UInt64(guild.rawValue) | UInt64(load) << 32)
    case .connectionsDropped(let share): (12, share.bitPattern)
    case .sessionExpired(let client, let detachment):
      (13, UInt64(client.rawValue) | UInt64(detachment) << 32)
    case .callUnroutable(let call): (14, call.word)
    }
  }
}

extension Discovery.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .nodeStarted(let node): (0, UInt64(node.rawValue))
    case .listed(let watcher, let listing): (1, watcher.word | UInt64(listing) << 32)
    case .listTimedOut(let watcher): (2, watcher.word)
    case .changed(let watcher, let key, let value):
      (3, watcher.word | UInt64(key.rawValue) << 32 ^ UInt64(value.rawValue) << 48)
    case .removed(let watcher, let key): (4, watcher.word | UInt64(key.rawValue) << 32)
    case .historyCleared(let watcher): (5, watcher.word)
    case .restartDelayElapsed(let watcher): (6, watcher.word)
    case .endpointWanted(let call): (7, call.word)
    }
  }
}

extension API.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .resized(let size): (0, UInt64(size))
    case .booted(let node): (1, UInt64(node.rawValue))
    case .drained(let node): (2, UInt64(node.rawValue))
    case .killed(let count): (3, UInt64(count))
    case .announceDue(let node, let generation):
      (4, UInt64(node.rawValue) | UInt64(generation) << 16)
    case .announceAnswered(let announcement, let outcome):
      (5, announcement.word | UInt64(outcome.rawValue) << 40)
    case .utilisationDue: (6, 0)
    case .callArrived(let call, let node): (7, call.word ^ UInt64(node.rawValue))
    case .readAnswered(let slot, let generation, let ok):
      (8, UInt64(slot) | UInt64(generation) << 32 | (ok ? 1 << 48 : 0))
    case .readTimedOut(let slot, let generation): (9, UInt64(slot) | UInt64(generation) << 32)
    }
  }
}

extension Autoscaler.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .utilisationReported(let parts, let settled, let fresh, let size):
      (0, UInt64(parts) | UInt64(settled) << 32 ^ UInt64(fresh) << 20 ^ UInt64(size) << 48)
    }
  }
}

extension ScyllaDB.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .readArrived(let read): (0, read.word)
    case .readServed(let read): (1, read.word)
    case .overloadCheckDue: (2, 0)
    case .repairDue: (3, 0)
    case .repairOver(let run): (4, UInt64(run))
    case .faultBegan(let fault): (5, fault.word)
    case .faultEnded(let fault): (6, fault.word)
    case .majorCompactionDue: (7, 0)
    }
  }
}

extension Network.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .connectionOpened(let announcement): (0, announcement.word)
    case .responseSent(let announcement, let status):
      (1, announcement.word | UInt64(status) << 40)
    case .linkChanged(let fault, let link, let isOver):
      (3, fault.word ^ UInt64(link.index) << 52 ^ (isOver ? 1 << 55 : 0))
    case .deregistrationSent(let node): (4, UInt64(node.rawValue))
    }
  }
}

extension EtcdCluster.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .announceArrived(let announcement): (0, announcement.word)
    case .announceCut(let announcement, let box): (1, announcement.word | box.word << 40)
    case .deregistered(let node): (2, UInt64(node.rawValue))
    case .listRequested(let watcher): (3, watcher.word)
    case .watchRequested(let watcher, let isStream): (4, watcher.word | (isStream ? 1 << 40 : 0))
    case .watchCancelled(let watcher): (5, watcher.word)
    case .sweepDue: (6, 0)
    case .faultBegan(let fault): (7, UInt64(fault.rawValue))
    case .faultEnded(let fault): (8, UInt64(fault.rawValue))
    }
  }
}

extension People.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .lookDue: (0, 0)
    case .stepDue(let step): (1, UInt64(step))
    case .escalationDue(let alert, let level): (2, UInt64(alert) | UInt64(level) << 16)
    }
  }
}

extension Faults.Event {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .due(let index): (0, UInt64(index))
    case .over(let index): (1, UInt64(index))
    }
  }
}

extension OutageEvent.Operations {
  fileprivate var identity: (kind: UInt64, content: UInt64) {
    switch self {
    case .started: (5, 0)
    case .trafficDue: (0, 0)
    case .throttleSet(let rate): (1, rate.bitPattern)
    case .repairSet(let cluster, let running): (2, UInt64(cluster.rawValue) | (running ? 256 : 0))
    case .connectionsRaised(let count): (3, UInt64(count))
    case .deployed(let step): (4, UInt64(step))
    case .rolledBack(let step): (6, UInt64(step))
    case .compactionThrottled(let share, let cluster):
      (7, share.bitPattern ^ UInt64(cluster.rawValue))
    }
  }
}
