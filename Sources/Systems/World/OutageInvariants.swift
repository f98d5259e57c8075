import Observation
import Scenarios
import SimulationKernel

/// A promise of the modelled systems that every run is held to.
enum OutageInvariant: Int, CaseIterable, Sendable {
  case clientsConserved, guildsConserved, supervisionIntensity, gatewayAccounts, throttleBound
  case gatewayBalance, guildsBalance, apiBalance, sessionsDatabaseBalance, guildsDatabaseBalance
  case eventOrder, etcdIndices, etcdExpiry, sessionsDatabaseWork, guildsDatabaseWork

  var id: String {
    switch self {
    case .clientsConserved: "clients.conserved"
    case .guildsConserved: "guilds.conserved"
    case .supervisionIntensity: "supervision.intensity"
    case .gatewayAccounts: "gateway.accounts"
    case .throttleBound: "throttle.bound"
    case .gatewayBalance: "gateway.balance"
    case .guildsBalance: "guilds.balance"
    case .apiBalance: "api.balance"
    case .sessionsDatabaseBalance: "scylla.sessions.balance"
    case .guildsDatabaseBalance: "scylla.guilds.balance"
    case .eventOrder: "events.order"
    case .etcdIndices: "etcd.indices"
    case .etcdExpiry: "etcd.expiry"
    case .sessionsDatabaseWork: "scylla.sessions.work"
    case .guildsDatabaseWork: "scylla.guilds.work"
    }
  }

  /// What is promised, in words.
  var promise: String {
    switch self {
    case .clientsConserved: "connected, served and waiting clients add up"
    case .guildsConserved:
      "loaded guilds are counted once; loads in progress are within their limit"
    case .supervisionIntensity:
      "no supervisor goes on beyond its intensity, and no application ends before one gave up"
    case .gatewayAccounts: "every connection is refused or admitted"
    case .throttleBound:
      "in no span of time more connections pass a throttle than its burst and rate allow"
    case .gatewayBalance, .guildsBalance, .apiBalance, .sessionsDatabaseBalance,
      .guildsDatabaseBalance:
      "Little's law holds pathwise: time in system equals the area under the queue"
    case .eventOrder: "no event goes back in time"
    case .etcdIndices: "etcd's indices only grow, by one with each change"
    case .etcdExpiry: "a key outlives its TTL by at most one sweep of etcd's leader"
    case .sessionsDatabaseWork, .guildsDatabaseWork:
      "work is conserved: what has arrived was served, turned away or lost, or is still there"
    }
  }

  /// How a promise stands.
  enum Standing: Sendable, Equatable {
    case held
    /// Never put to the test.
    case vacuous
    /// Broken, with the figures on both sides.
    case broken(String)
  }

  func verdict(_ standing: Standing, at now: Instant) -> InvariantVerdict {
    switch standing {
    case .held: InvariantVerdict(id: id, verdict: .held, detail: promise)
    case .vacuous: InvariantVerdict(id: id, verdict: .vacuous, detail: promise)
    case .broken(let figures):
      InvariantVerdict(id: id, verdict: .broken, at: now, detail: "\(promise): \(figures)")
    }
  }
}

extension OutageWorld {
  /// How the promises of the modelled systems stand now.
  ///
  /// - Complexity: Counts clients and guilds one by one.
  public func invariants(at now: Instant) -> [InvariantVerdict] {
    OutageInvariant.allCases.map { $0.verdict(standing(of: $0, at: now), at: now) }
  }

  func standing(of invariant: OutageInvariant, at now: Instant) -> OutageInvariant.Standing {
    switch invariant {
    case .clientsConserved:
      let (tally, census) = (clients.tally, clients.census)
      return tally == census ? .held : .broken("counters say \(tally), clients \(census)")
    case .guildsConserved:
      let (tally, census) = (elixir.guildTally, elixir.guildCensus)
      return tally == census ? .held : .broken("counters say \(tally), guilds \(census)")
    case .supervisionIntensity: return discovery.standing
    case .gatewayAccounts: return gateway.totals.standing
    case .throttleBound:
      let (admitted, overrun) = (gateway.throttleAdmitted, gateway.throttleOverrun)
      if overrun > 0 { return .broken("\(admitted) passed, at one time \(overrun) too many") }
      return admitted == 0 ? .vacuous : .held
    case .gatewayBalance: return gateway.admission.statistics(at: now).standing
    case .guildsBalance: return elixir.loadStatistics(at: now).standing
    case .apiBalance: return api.pool.statistics(at: now).standing
    case .sessionsDatabaseBalance: return sessionsDatabase.pool.statistics(at: now).standing
    case .guildsDatabaseBalance: return guildsDatabase.pool.statistics(at: now).standing
    case .eventOrder: return eventOrder.standing
    case .etcdIndices:
      var witness = Etcd.IndexWitness()
      return etcd.standing(ofIndices: witness.look(at: etcd.keyspace))
    case .etcdExpiry: return etcd.standingOfExpiry(at: now)
    case .sessionsDatabaseWork: return sessionsDatabase.standingOfWork
    case .guildsDatabaseWork: return guildsDatabase.standingOfWork
    }
  }
}

extension Gateway.Totals {
  fileprivate var standing: OutageInvariant.Standing {
    let sum = throttled + overflowed + admitted
    guard arrived == sum else {
      return .broken(
        "\(arrived) arrived; \(throttled) throttled, \(overflowed) turned away and \(admitted)"
          + " admitted are \(sum)")
    }
    return arrived == 0 ? .vacuous : .held
  }
}

extension Queueing.Statistics {
  /// Little's law pathwise.
  fileprivate var standing: OutageInvariant.Standing {
    guard isBalanced else {
      let (area, time) = balance
      return .broken(
        "\(area) job-nanoseconds under the queue, \(time) in the accounts of the jobs")
    }
    return arrivals == 0 ? .vacuous : .held
  }
}

extension Discovery {
  fileprivate var standing: OutageInvariant.Standing {
    let (giveUps, ended) = (totals.giveUps, totals.applicationsEnded)
    if ended > giveUps { return .broken("\(ended) ended, \(giveUps) supervisors gave up") }
    for (node, watcher) in watchers.enumerated() {
      guard let (restarts, intensity) = watcher.tree.overrun else { continue }
      return .broken(
        "on node \(node) one goes on after \(restarts) restarts in its period, of \(intensity) that "
          + "are allowed")
    }
    return totals.crashes == 0 ? .vacuous : .held
  }
}

extension EventOrder {
  fileprivate var standing: OutageInvariant.Standing {
    guard let reversal else { return .held }
    return .broken("one at \(reversal.to) came after one at \(reversal.from)")
  }
}

extension EtcdCluster {
  /// How the promise about the indices stands, of which a witness has found this.
  func standing(ofIndices fault: String?) -> OutageInvariant.Standing {
    if let fault { return .broken(fault) }
    return keyspace.index == 0 ? .vacuous : .held
  }

  fileprivate func standingOfExpiry(at now: Instant) -> OutageInvariant.Standing {
    if let (path, due) = overdueKey(at: now) {
      return .broken("\(path) was due at \(due), the sweep comes every \(Units.text(sweepPeriod))")
    }
    return totals.expired == 0 ? .vacuous : .held
  }
}

extension ScyllaDB {
  fileprivate var standingOfWork: OutageInvariant.Standing {
    let gone = totals.served + totals.refused + totals.unavailable + totals.lost
    let there = pool.waiting + pool.busy
    guard totals.arrived == gone + there else {
      return .broken(
        "\(totals.arrived) arrived; \(totals.served) served, \(totals.refused) refused, "
          + "\(totals.unavailable) without a quorum, \(totals.lost) lost, \(pool.waiting) waiting and "
          + "\(pool.busy) in service are \(gone + there)")
    }
    return totals.arrived == 0 ? .vacuous : .held
  }
}
