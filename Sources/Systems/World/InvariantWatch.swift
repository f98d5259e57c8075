import Observation
import SimulationKernel

/// Holds a run to its promises while it goes.
///
/// Of each promise that breaks it keeps the first instant at which that was seen and the figures then:
/// one that comes back into balance later stays broken, and however often promises break, there is
/// one verdict for each.
struct InvariantWatch: Sendable {
  /// By the invariant's number.
  private var broken: [InvariantVerdict?]
  /// What the counters said when clients and guilds were last counted one by one.
  private var clients: Clients.Tally?
  private var guilds: Elixir.GuildTally?
  /// What had been counted when supervisors were last looked at one by one.
  private var discovery: Discovery.Totals?
  private var indices = Etcd.IndexWitness()

  init() {
    broken = Array(repeating: nil, count: OutageInvariant.allCases.count)
  }

  /// Looks at every promise that has not been seen broken yet.
  ///
  /// Clients, guilds and supervisors are gone through again only when a counter of theirs has moved:
  /// that would otherwise be most of the cost of a quiet day. A loss that moves no counter is seen as
  /// soon as one moves, or at the end of the run.
  mutating func look(at now: Instant, _ world: OutageWorld) {
    for invariant in OutageInvariant.allCases where broken[invariant.rawValue] == nil {
      switch invariant {
      case .clientsConserved:
        let tally = world.clients.tally
        if clients == tally { continue }
        clients = tally
      case .guildsConserved:
        let tally = world.elixir.guildTally
        if guilds == tally { continue }
        guilds = tally
      case .supervisionIntensity:
        let totals = world.discovery.totals
        if discovery == totals { continue }
        discovery = totals
      case .etcdIndices:
        // By one witness from the start on: it knows what the index was.
        let fault = indices.look(at: world.etcd.keyspace)
        note(invariant, world.etcd.standing(ofIndices: fault), at: now)
        continue
      case .gatewayAccounts, .throttleBound, .gatewayBalance, .guildsBalance, .apiBalance,
        .sessionsDatabaseBalance, .guildsDatabaseBalance, .eventOrder, .etcdExpiry,
        .sessionsDatabaseWork, .guildsDatabaseWork:
        break
      }
      note(invariant, world.standing(of: invariant, at: now), at: now)
    }
  }

  mutating func note(
    _ invariant: OutageInvariant, _ standing: OutageInvariant.Standing, at now: Instant
  ) {
    guard case .broken = standing, broken[invariant.rawValue] == nil else { return }
    broken[invariant.rawValue] = invariant.verdict(standing, at: now)
  }

  /// The verdicts on a run that has come to `now`.
  func verdicts(on world: OutageWorld, at now: Instant) -> [InvariantVerdict] {
    var atEnd = self
    atEnd.look(at: now, world)
    return zip(atEnd.broken, world.invariants(at: now)).map { $0 ?? $1 }
  }
}
