import Experiments
import Observation
import SimulationKernel
import Systems
import Testing

@Suite("Runs with causes")
struct CausalRunTests {
  /// The crash, a quiet quarter of an hour, and faults of links, which hold messages up.
  static let runs: [(Incident, [String])] = [
    (.discord, Brief.nodes), (.quietDay, ["scale=1/10000", "end=00:15"]),
    (
      .discord,
      [
        "scale=1/10000", "start=14:17:40", "end=14:19:00",
        "faults.first-announce-cut.target=anyNode",
        #"faults.late={"kind":"linkDelay","link":"watchersToEtcd","delay":"400ms","at":"14:18:10","duration":"20s"}"#,
        #"faults.twice={"kind":"linkDuplicate","link":"gatewayToSessions","at":"14:18:20","duration":"30s"}"#,
        #"faults.cut={"kind":"partition","link":"sessionsToAPI","at":"14:18:40","duration":"5s"}"#,
      ]
    ),
  ]

  @Test("A run with causes is the run without: digest, events and world", arguments: 0..<3)
  func same(index: Int) throws {
    let (incident, sets) = Self.runs[index]
    let (log, run, plain) = try ExplainRuns.log(of: incident, sets)
    #expect(run.digest == plain.digest && run.eventCount == plain.eventCount)
    #expect(run.now == plain.now && run.pendingEvents == plain.pendingEvents)
    #expect(log.count == Int(plain.eventCount) && log.count > 1_000)
    #expect(run.world.elixir.totals == plain.world.elixir.totals)
    #expect(run.world.clients.totals == plain.world.clients.totals)
  }

  @Test(
    "Every event has one cause, which comes before it; only the first event has none",
    arguments: 0..<3)
  func causes(index: Int) throws {
    let (incident, sets) = Self.runs[index]
    let log = try ExplainRuns.log(of: incident, sets).log
    var count = 0
    log.forEach { entry in
      guard entry.number > 1 else {
        #expect(entry.cause == 0 && Occurrence(entry).kind == .started)
        return
      }
      count +=
        entry.cause > 0 && entry.cause < entry.number && log[entry.cause].time <= entry.time
        ? 1 : 0
    }
    #expect(count == log.count - 1)
  }

  @Test("What is remembered agrees with what the systems have counted")
  func agrees() throws {
    let (log, run, _) = try ExplainRuns.log(
      of: .discord, ExplainRuns.short)
    var counts: [Occurrence.Kind: Int] = [:]
    log.forEach { counts[Occurrence($0).kind, default: 0] += 1 }
    func count(_ kinds: Occurrence.Kind...) -> Int {
      kinds.reduce(0) { $0 + (counts[$1] ?? 0) }
    }
    let world = run.world
    #expect(count(.nodeStopped) == world.elixir.totals.nodesStopped)
    #expect(
      count(.watcherCrashed, .supervisorGaveUp, .discoveryEnded) == world.discovery.totals.crashes)
    #expect(count(.discoveryEnded) == world.discovery.totals.applicationsEnded)
    #expect(count(.entryCorrupted) == world.etcd.totals.corruptWritten)
    #expect(count(.announceHit) == world.network.hits.count)
    #expect(count(.connectionThrottled) == world.gateway.totals.throttled)
    #expect(count(.connectionRefused) == world.gateway.totals.overflowed)
    #expect(count(.attemptTimedOut) == world.clients.totals.timeouts)
    #expect(count(.attemptFailed) == world.clients.totals.failures)
    #expect(count(.sessionOpened) == world.clients.totals.sessionsOpened)
    #expect(count(.sessionWasted) == world.clients.totals.sessionsWasted)
    #expect(count(.sessionTurnedAway) == world.elixir.totals.sessionsTurnedAway)
    #expect(count(.guildLoadTimedOut) <= world.elixir.totals.guildLoadFailures)
    #expect(count(.readTimedOut) == world.api.totals.readTimeouts)
    #expect(count(.announceFailed) >= world.api.totals.remoteDisconnected)
    #expect(count(.sessionOpened) > 0 && count(.discoveryEnded) > 100)
  }
}
