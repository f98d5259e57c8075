import SimulationKernel

extension Elixir {
  mutating func loseGuilds<P: Ports>(of node: ElixirNodeID, _ ports: inout P) {
    for guild in guildNodes.indices where guildNodes[guild] == node.rawValue {
      switch guildStatus[guild] {
      case .loaded:
        guildsLoaded -= 1
        nodes[node.index].residents -= 1
        totals.guildsLost += 1
        ports.guildUnavailable(GuildID(UInt32(guild)))
      case .loading:
        loadLedger.leave(at: ports.now, waiting: pending.count, busy: loadsInProgress)
        loadPlaces.release(at: ports.now)
      case .pending, .retrying, .orphaned: continue
      }
      // Answers to a load that was under way are void.
      guildLoads[guild] &+= 1
      guildStatus[guild] = .orphaned
    }
  }

  mutating func enqueue(_ guild: GuildID, at now: Instant) {
    loadLedger.arrive(at: now, waiting: pending.count, busy: loadsInProgress)
    guildStatus[guild.index] = .pending
    let load = guildLoads[guild.index]
    let clock = guildOrder.exponential(
      mean: 1.0, for: UInt64(guild.rawValue), draw: UInt64(load))
    pending.insert(guild, clock: clock)
  }

  /// Loads that may be in progress: the nodes' limits added up.
  mutating func resizeLoadPlaces(at now: Instant) {
    let up = upByCluster[Int(Cluster.guilds.rawValue)]
    // Never under one, or nothing would be left to start the next.
    let limit = max(
      up > 0 ? 1 : 0, Double(up * configuration.guildLoadConcurrency) * scale.fraction)
    loadPlaces.resize(to: limit, at: now)
  }

  /// Starts loads while there are free places.
  ///
  /// Sessions ask for their guilds in no particular order: any of those that wait may be next.
  mutating func pump<P: Ports>(_ ports: inout P) {
    guard !pending.isEmpty else { return }
    loadPlaces.advance(to: ports.now)
    while loadPlaces.isFree, !pending.isEmpty {
      loadLedger.move(at: ports.now, waiting: pending.count, busy: loadsInProgress)
      guard let guild = pending.removeFirst() else { return }
      beginLoad(of: guild, &ports)
    }
  }

  /// Starts the guild on the node that owns it now, if that node can take it.
  private mutating func beginLoad<P: Ports>(of guild: GuildID, _ ports: inout P) {
    let hash = guildPlacement.hash(of: guild)
    guildLoads[guild.index] &+= 1
    let load = guildLoads[guild.index]
    guard let owner = rings[1].owner(of: hash), nodes[owner.index].status == .up,
      let done = work(on: owner, configuration.guildCost, at: ports.now)
    else {
      loadLedger.leave(at: ports.now, waiting: pending.count + 1, busy: loadsInProgress)
      return tryLater(guild, load: load, &ports)
    }
    guildNodes[guild.index] = owner.rawValue
    guildStatus[guild.index] = .loading
    loadPlaces.take(at: ports.now)
    totals.guildLoads += 1
    let timeout = configuration.guildLoadTimeout
    ask(
      RemoteCall(guild, load: load, caller: owner, deadline: Deadline(ports.now + timeout)),
      after: done, &ports)
    ports.guildLoadTimeOutDue(guild, load: load, after: timeout)
  }

  mutating func finishLoad<P: Ports>(_ call: RemoteCall, _ ok: Bool, _ ports: inout P) {
    let guild = call.guild
    guard ok else { return failLoad(of: guild, load: call.number, &ports) }
    guard guildStatus[guild.index] == .loading, guildLoads[guild.index] == call.number else {
      return
    }
    guildStatus[guild.index] = .loaded
    guildsLoaded += 1
    nodes[Int(guildNodes[guild.index])].residents += 1
    endLoad(at: ports.now)
    ports.guildAvailable(guild)
    pump(&ports)
  }

  private mutating func endLoad(at now: Instant) {
    loadLedger.leave(at: now, waiting: pending.count, busy: loadsInProgress)
    loadPlaces.release(at: now)
  }

  mutating func failLoad<P: Ports>(of guild: GuildID, load: UInt16, _ ports: inout P) {
    guard guildStatus[guild.index] == .loading, guildLoads[guild.index] == load else { return }
    endLoad(at: ports.now)
    tryLater(guild, load: load, &ports)
    pump(&ports)
  }

  private mutating func tryLater<P: Ports>(_ guild: GuildID, load: UInt16, _ ports: inout P) {
    guildStatus[guild.index] = .retrying
    totals.guildLoadFailures += 1
    let shortest = configuration.guildRetryMin
    let longest = max(shortest, configuration.guildRetryMax)
    let wait =
      shortest
      + retries.uniform(upTo: longest - shortest, for: UInt64(guild.rawValue), draw: UInt64(load))
    ports.guildRetryDue(guild, load: load, after: wait)
  }

  mutating func retry<P: Ports>(_ guild: GuildID, load: UInt16, _ ports: inout P) {
    guard guildStatus[guild.index] == .retrying, guildLoads[guild.index] == load else { return }
    enqueue(guild, at: ports.now)
    pump(&ports)
  }
}
