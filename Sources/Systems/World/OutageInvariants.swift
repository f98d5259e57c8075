import Observation
import SimulationKernel

/// A promise of the modelled systems that every run is held to.
enum OutageInvariant: Int, CaseIterable, Sendable {
  case clientsConserved, guildsConserved, supervisionIntensity, gatewayAccounts, throttleBound
  case gatewayBalance, guildsBalance, apiBalance, sessionsDatabaseBalance, guildsDatabaseBalance

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
    }
  }

  /// What is promised, in words.
  var promise: String {
    switch self {
    case .clientsConserved: "connected, served and waiting clients add up"
    case .guildsConserved:
      "loaded guilds are counted once; loads in progress are within their limit"
    case .supervisionIntensity: "no application ends without its supervisor giving up"
    case .gatewayAccounts: "every connection is refused or admitted"
    case .throttleBound:
      "in no span of time more connections pass a throttle than its burst and rate allow"
    case .gatewayBalance, .guildsBalance, .apiBalance, .sessionsDatabaseBalance,
      .guildsDatabaseBalance:
      "Little's law holds pathwise: time in system equals the area under the queue"
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
    case .supervisionIntensity:
      let (giveUps, ended) = (discovery.totals.giveUps, discovery.totals.applicationsEnded)
      if ended > giveUps { return .broken("\(ended) ended, \(giveUps) supervisors gave up") }
      return giveUps == 0 ? .vacuous : .held
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
  /// Little's law pathwise, and work conserved.
  fileprivate var standing: OutageInvariant.Standing {
    guard isBalanced else {
      let (area, time) = balance
      return .broken(
        "\(area) job-nanoseconds under the queue, \(time) in the accounts of the jobs")
    }
    return arrivals == 0 ? .vacuous : .held
  }
}
