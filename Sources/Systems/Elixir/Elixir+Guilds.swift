import SimulationKernel

extension Elixir {
  mutating func loseGuilds<P: Ports>(of node: ElixirNodeID, _ ports: inout P) {
    for guild in guildNodes.indices where guildNodes[guild] == node.rawValue {
      switch guildStatus[guild] {
      case .loaded:
        guildsLoaded -= 1
        totals.guildsLost += 1
        ports.guildUnavailable(GuildID(UInt32(guild)))
      case .loading: loadsInProgress -= 1
      case .pending, .retrying, .orphaned: continue
      }
      // Answers to a load that was under way are void.
      guildLoads[guild] &+= 1
      guildStatus[guild] = .orphaned
    }
  }

  mutating func enqueue(_ guild: GuildID) {
    guildStatus[guild.index] = .pending
    pending.append(guild)
  }

  /// Loads that may be in progress: the nodes' limits added up.
  private var loadLimit: Double {
    var up = 0
    for node in nodes where node.cluster == .guilds && node.status == .up { up += 1 }
    // Never under one, or nothing would be left to start the next.
    return max(up > 0 ? 1 : 0, Double(up * configuration.guildLoadConcurrency) * scale.fraction)
  }

  /// Starts loads while there are free places.
  ///
  /// Sessions ask for their guilds in no particular order: any of those that wait may be next.
  mutating func pump<P: Ports>(_ ports: inout P) {
    guard !pending.isEmpty else { return }
    let limit = loadLimit
    while !pending.isEmpty {
      picks &+= 1
      // Small scales have fractions of a place: the draw fills the last one that often.
      let place = Double(loadsInProgress) + retries.unit(for: .max - 1, draw: picks)
      guard place < limit else { return }
      let pick = Int(retries.integer(below: UInt64(pending.count), for: .max, draw: picks))
      pending.swapAt(pick, pending.count - 1)
      beginLoad(of: pending.removeLast(), &ports)
    }
  }

  /// Starts the guild on the node that owns it now, if that node can take it.
  private mutating func beginLoad<P: Ports>(of guild: GuildID, _ ports: inout P) {
    let hash = placements.bits(for: UInt64(guild.rawValue), draw: 1)
    guildLoads[guild.index] &+= 1
    let load = guildLoads[guild.index]
    guard let owner = rings[1].owner(of: hash), nodes[owner.index].status == .up,
      let done = work(on: owner, configuration.guildCost, at: ports.now)
    else { return tryLater(guild, load: load, &ports) }
    guildNodes[guild.index] = owner.rawValue
    guildStatus[guild.index] = .loading
    loadsInProgress += 1
    totals.guildLoads += 1
    let timeout = configuration.guildLoadTimeout
    ports.call(
      RemoteCall(guild, load: load, caller: owner, deadline: Deadline(ports.now + timeout)),
      after: done)
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
    loadsInProgress -= 1
    ports.guildAvailable(guild)
    pump(&ports)
  }

  mutating func failLoad<P: Ports>(of guild: GuildID, load: UInt16, _ ports: inout P) {
    guard guildStatus[guild.index] == .loading, guildLoads[guild.index] == load else { return }
    loadsInProgress -= 1
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
    enqueue(guild)
    pump(&ports)
  }
}
