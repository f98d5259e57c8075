import Observation
import SimulationKernel

extension OutageWorld {
  /// Promises of the modelled systems that hold in every run, checked at its end.
  public func invariants(at now: Instant) -> [InvariantVerdict] {
    [
      InvariantVerdict(
        id: "clients.conserved",
        verdict: clients.isConserved ? .held : .broken,
        detail: "connected, served and waiting clients add up"),
      InvariantVerdict(
        id: "guilds.conserved",
        verdict: elixir.areGuildsConserved ? .held : .broken,
        detail: "loaded guilds are counted once; loads in progress are within their limit"),
      InvariantVerdict(
        id: "supervision.intensity",
        verdict: discovery.totals.giveUps == 0
          ? .vacuous
          : discovery.totals.giveUps >= discovery.totals.applicationsEnded ? .held : .broken,
        detail: "no application ends without its supervisor giving up"),
      InvariantVerdict(
        id: "gateway.accounts",
        verdict: gateway.totals.arrived == 0
          ? .vacuous
          : gateway.totals.arrived
            == gateway.totals.throttled + gateway.totals.overflowed + gateway.totals.admitted
            ? .held : .broken,
        detail: "every connection is refused or admitted"),
      InvariantVerdict(
        id: "throttle.bound",
        verdict: gateway.throttleAdmitted == 0
          ? .vacuous : gateway.throttleIsKept ? .held : .broken,
        detail: "in no span of time more connections pass a throttle than its burst and rate allow"
      ),
      balanced("gateway.balance", gateway.admission.statistics(at: now)),
      balanced("guilds.balance", elixir.loadStatistics(at: now)),
      balanced("api.balance", api.pool.statistics(at: now)),
      balanced("scylla.sessions.balance", sessionsDatabase.pool.statistics(at: now)),
      balanced("scylla.guilds.balance", guildsDatabase.pool.statistics(at: now)),
    ]
  }

  /// Little's law pathwise, and work conserved.
  private func balanced(_ id: String, _ statistics: Queueing.Statistics) -> InvariantVerdict {
    InvariantVerdict(
      id: id,
      verdict: statistics.arrivals == 0 ? .vacuous : statistics.isBalanced ? .held : .broken,
      detail: "Little's law holds pathwise: time in system equals the area under the queue")
  }
}
