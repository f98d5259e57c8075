import SimulationKernel

// What users' side comes to: clients, gateway, real-time nodes and their discovery.
extension OccurrenceReader {
  mutating func read(_ event: Clients.Event, in world: OutageWorld) -> Occurrence {
    let before = clients
    clients = world.clients.totals
    switch event {
    case .connectionLost(let client): return Occurrence(.connectionLost, .client(client))
    case .attemptFailed(let attempt):
      return Occurrence(
        clients.failures > before.failures ? .attemptFailed : .overtaken, .client(attempt.client))
    case .attemptTimedOut(let attempt):
      return Occurrence(
        clients.timeouts > before.timeouts ? .attemptTimedOut : .overtaken,
        .client(attempt.client))
    case .sessionInvalidated(let attempt):
      return Occurrence(
        clients.invalidSessions > before.invalidSessions ? .sessionInvalidated : .overtaken,
        .client(attempt.client))
    case .sessionOpened(let attempt):
      return Occurrence(
        clients.sessionsOpened > before.sessionsOpened ? .sessionOpened : .sessionWasted,
        .client(attempt.client))
    case .guildUnavailable(let guild): return Occurrence(.guildLost, .guild(guild))
    case .guildAvailable(let guild): return Occurrence(.guildLoaded, .guild(guild))
    }
  }

  mutating func read(_ event: Gateway.Event, in world: OutageWorld) -> Occurrence {
    switch event {
    case .connectionArrived(let attempt):
      let before = gateway
      gateway = world.gateway.totals
      let kind: Occurrence.Kind =
        gateway.throttled > before.throttled
        ? .connectionThrottled
        : gateway.overflowed > before.overflowed ? .connectionRefused : .connectionAdmitted
      return Occurrence(kind, .client(attempt.client))
    case .sessionReady(let attempt): return Occurrence(.sessionReady, .client(attempt.client))
    case .sessionInvalid(let attempt): return Occurrence(.resumeRefused, .client(attempt.client))
    case .sessionFailed(let attempt):
      return Occurrence(.sessionStartFailed, .client(attempt.client))
    }
  }

  // MARK: Elixir nodes

  mutating func read(_ event: Elixir.Event, in world: OutageWorld) -> Occurrence {
    let wasTurnedAway = world.elixir.totals.sessionsTurnedAway > turnedAway
    let hasFailed = world.elixir.totals.guildLoadFailures > loadFailures
    turnedAway = world.elixir.totals.sessionsTurnedAway
    loadFailures = world.elixir.totals.guildLoadFailures
    switch event {
    case .sessionRequested(let attempt, _):
      return Occurrence(
        wasTurnedAway ? .sessionTurnedAway : .sessionRequested, .client(attempt.client))
    case .callAnswered(let call, let ok):
      return Occurrence(ok ? .callAnswered : .callFailed, .caller(call))
    case .callUnroutable(let call): return Occurrence(.callUnroutable, .caller(call))
    case .nodeStopping(let node): return Occurrence(.nodeStopping, .node(node))
    case .nodeStopped(let node): return Occurrence(.nodeStopped, .node(node))
    case .nodeHalted(let node): return Occurrence(.nodeHalted, .node(node))
    case .ringLost(let node): return Occurrence(.nodeForgotten, .node(node))
    case .ringJoined(let node): return Occurrence(.nodeJoined, .node(node))
    case .restartRequested(let count):
      return Occurrence(.restartRequested, .company, detail: UInt32(count))
    case .booted(let node): return Occurrence(.nodeBooted, .node(node))
    case .discoveryReady(let node): return Occurrence(.nodeReady, .node(node))
    case .guildLoadTimedOut(let guild, _):
      return Occurrence(hasFailed ? .guildLoadTimedOut : .overtaken, .guild(guild))
    case .guildRetryDue(let guild, _): return Occurrence(.guildRetried, .guild(guild))
    case .connectionsDropped(let share):
      return Occurrence(
        .connectionsDropped, .company, detail: UInt32(min(max(share, 0), 1) * 1_000 + 0.5))
    case .sessionExpired(let client, _): return Occurrence(.sessionExpired, .client(client))
    }
  }

  // MARK: Discovery

  /// What crashed, if this event has made something crash.
  mutating func crash(
    of trigger: Occurrence.Trigger, in world: OutageWorld
  ) -> Occurrence.Kind? {
    let before = discovery
    discovery = world.discovery.totals
    guard discovery.crashes > before.crashes else { return nil }
    if discovery.applicationsEnded > before.applicationsEnded { return .discoveryEnded }
    return discovery.giveUps > before.giveUps ? .supervisorGaveUp : .watcherCrashed
  }

  mutating func read(_ event: Discovery.Event, in world: OutageWorld) -> Occurrence {
    let (kind, node, trigger): (Occurrence.Kind, ElixirNodeID, Occurrence.Trigger)
    switch event {
    case .nodeStarted(let started): (kind, node, trigger) = (.discoveryStarted, started, .other)
    case .listed(let watcher, _):
      (kind, node, trigger) = (.entriesListed, watcher.node, .listing)
    case .listTimedOut(let watcher):
      (kind, node, trigger) = (.overtaken, watcher.node, .listTimeout)
    case .changed(let watcher, _, _): (kind, node, trigger) = (.changeSeen, watcher.node, .change)
    case .removed(let watcher, _): (kind, node, trigger) = (.removalSeen, watcher.node, .change)
    case .historyCleared(let watcher):
      (kind, node, trigger) = (.historyCleared, watcher.node, .other)
    case .restartDelayElapsed(let watcher):
      (kind, node, trigger) = (.watcherRestarted, watcher.node, .other)
    case .endpointWanted(let call): return Occurrence(.callRouted, .caller(call))
    }
    if let crash = crash(of: trigger, in: world) {
      return Occurrence(crash, .node(node), detail: trigger.rawValue)
    }
    return Occurrence(kind, .node(node))
  }
}
