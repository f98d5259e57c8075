import SimulationKernel
import Testing

@testable import Systems

@Suite("Elixir")
struct ElixirTests {
  private let sessionNode = ElixirNodeID(2)
  private let guildNode = ElixirNodeID(7)

  @Test("A stopping node loses its sessions, those only, and only when its runtime has ended")
  func losesSessions() throws {
    var rig = try ElixirRig(#", "stopDelay": "1500ms", "crashDump": "3s""#)
    let own = (0..<600 as Range<UInt32>).filter { rig.home(of: $0) == sessionNode.rawValue }
    try #require(own.count > 20)
    rig.handle(.nodeStopping(sessionNode))
    rig.handle(.nodeStopping(sessionNode))
    #expect(rig.ports.lost.isEmpty && rig.elixir.nodesUp == 13)
    #expect(rig.ports.timers.map(\.at) == [.start + .milliseconds(1_500)], "once is enough")
    rig.run(until: second(2))
    #expect(rig.ports.lost.map(\.rawValue) == own && rig.elixir.totals.sessionsLost == own.count)
    #expect(rig.elixir.nodesUp == 12 && rig.elixir.totals.nodesStopped == 1)
    #expect(rig.ports.unavailable.isEmpty && rig.elixir.stoppedByCluster == [1, 0, 0, 0])
    #expect(rig.elixir.status(of: sessionNode) == .stopped)
    rig.run(until: second(5))
    #expect(rig.elixir.status(of: sessionNode) == .halted)
    #expect(rig.elixir.totals.firstStopAt == .start + .milliseconds(1_500))
  }

  @Test("Until the ring has learnt of the death, new sessions for the node fail; then others serve")
  func ringLag() throws {
    var rig = try ElixirRig(#", "ringUpdate": "2s""#)
    let client = try #require(
      (0..<600 as Range<UInt32>).first { rig.home(of: $0) == sessionNode.rawValue })
    rig.handle(.nodeStopping(sessionNode))
    rig.run(until: second(2))
    rig.request(ElixirRig.attempt(client))
    #expect(rig.ports.failed.count == 1 && rig.elixir.totals.sessionsTurnedAway == 1)
    rig.run(until: second(4))
    rig.request(ElixirRig.attempt(client, number: 2))
    let call = try #require(rig.ports.calls.last).call
    #expect(call.caller != sessionNode && rig.elixir.cluster(of: call.caller) == .sessions)
    rig.answerCalls()
    #expect(rig.ports.ready.count == 1 && rig.home(of: client) == call.caller.rawValue)
  }

  @Test("A resume finds its session where it is, or is told that it is gone")
  func resume() throws {
    var rig = try ElixirRig()
    rig.request(ElixirRig.attempt(0, kind: .resume))
    #expect(rig.ports.ready.count == 1 && rig.ports.calls.isEmpty)
    let node = ElixirNodeID(rig.home(of: 0))
    rig.handle(.nodeStopping(node))
    rig.request(ElixirRig.attempt(0, number: 2, kind: .resume))
    rig.run(until: second(2))
    rig.request(ElixirRig.attempt(0, number: 3, kind: .resume))
    #expect(rig.ports.invalid.map(\.number) == [2, 3])
  }

  @Test("Dropped connections leave sessions that can be resumed until their window is over")
  func droppedConnections() throws {
    var rig = try ElixirRig()
    rig.handle(.connectionsDropped(share: 0.5))
    #expect(abs(rig.ports.lost.count - 300) < 50)
    #expect(rig.ports.expiries.map(\.client) == rig.ports.lost)
    let (first, second) = (rig.ports.expiries[0], rig.ports.expiries[1])
    rig.request(ElixirRig.attempt(first.client.rawValue, kind: .resume))
    #expect(rig.ports.ready.count == 1)
    rig.handle(.sessionExpired(first.client, detachment: first.detachment))
    rig.handle(.sessionExpired(second.client, detachment: second.detachment))
    rig.request(ElixirRig.attempt(first.client.rawValue, number: 2, kind: .resume))
    rig.request(ElixirRig.attempt(second.client.rawValue, kind: .resume))
    #expect(rig.ports.ready.count == 2)
    #expect(rig.ports.invalid.map(\.client) == [second.client])
    var all = try ElixirRig()
    all.handle(.connectionsDropped(share: 1))
    #expect(all.ports.lost.count == 600)
    var none = try ElixirRig()
    none.handle(.connectionsDropped(share: 0))
    #expect(none.ports.lost.isEmpty)
  }

  @Test("A session whose node stopped while its reads were out is no session")
  func voidAnswer() throws {
    var rig = try ElixirRig()
    rig.request(ElixirRig.attempt(5))
    let call = try #require(rig.ports.calls.last).call
    rig.handle(.nodeStopping(call.caller))
    rig.answerCalls()
    #expect(rig.ports.failed.count == 1 && rig.ports.ready.isEmpty)
    rig.request(ElixirRig.attempt(6))
    rig.answerCalls(ok: false)
    #expect(rig.ports.failed.count == 2 && rig.elixir.totals.sessionsStarted == 0)
  }

  @Test("Operators restart halted nodes only, so many, and a node joins once discovery is ready")
  func restart() throws {
    var rig = try ElixirRig(
      #", "rebootTime": "120s", "ringUpdate": "2s", "stopDelay": "0s", "crashDump": "3s""#)
    for node in 0..<4 as Range<UInt16> { rig.handle(.nodeStopping(ElixirNodeID(node))) }
    rig.run(until: second(1))
    rig.handle(.restartRequested(count: 3))
    #expect(rig.elixir.totals.nodesRestarted == 0, "their crash dumps are not written yet")
    rig.run(until: second(10))
    rig.handle(.restartRequested(count: 3))
    #expect(rig.elixir.totals.nodesRestarted == 3)
    rig.run(until: second(129))
    #expect(rig.ports.started.isEmpty)
    rig.run(until: second(130))
    #expect(rig.ports.started.map(\.rawValue) == [0, 1, 2])
    #expect(rig.elixir.status(of: ElixirNodeID(0)) == .starting && rig.elixir.nodesUp == 9)
    rig.handle(.discoveryReady(ElixirNodeID(0)))
    #expect(rig.elixir.nodesUp == 10 && !rig.elixir.rings[0].members.contains(ElixirNodeID(0)))
    rig.run(until: second(132))
    #expect(rig.elixir.rings[0].members.contains(ElixirNodeID(0)))
    // A listing of a node that runs already is no second start.
    rig.handle(.discoveryReady(ElixirNodeID(0)))
    #expect(rig.ports.timers.isEmpty)
    #expect(rig.elixir.totals.downPeak == 4)
  }

  @Test("A node that dies again before it joined does not join the ring")
  func diesAgain() throws {
    var rig = try ElixirRig(#", "stopDelay": "0s", "crashDump": "0s", "rebootTime": "30s""#)
    rig.handle(.nodeStopping(sessionNode))
    rig.run(until: second(5))
    rig.handle(.restartRequested(count: 1))
    rig.run(until: second(35))
    rig.handle(.discoveryReady(sessionNode))
    rig.handle(.nodeStopping(sessionNode))
    rig.run(until: second(60))
    #expect(!rig.elixir.rings[0].members.contains(sessionNode))
    #expect(rig.elixir.totals.nodesStopped == 2)
  }

  @Test("A dead node's guilds, and only those, load again on others once the ring knows")
  func guildsReload() throws {
    var rig = try ElixirRig(guilds: #", "loadConcurrency": 100000"#)
    let own = (0..<1_000).filter { rig.elixir.guildNodes[$0] == guildNode.rawValue }
    rig.handle(.nodeStopping(guildNode))
    rig.run(until: second(2))
    #expect(rig.ports.unavailable.map(\.index) == own && rig.ports.lost.isEmpty)
    #expect(rig.elixir.guildsLoaded == 1_000 - own.count && rig.ports.calls.isEmpty)
    rig.run(until: second(4))
    #expect(Set(rig.ports.calls.map(\.call.guild.index)) == Set(own))
    #expect(rig.ports.calls.allSatisfy { $0.call.caller != guildNode && $0.call.kind == .guild })
    #expect(rig.elixir.loadsInProgress == own.count && rig.elixir.areGuildsConserved)
    rig.answerCalls()
    #expect(Set(rig.ports.available.map(\.index)) == Set(own))
    #expect(rig.elixir.guildsLoaded == 1_000 && rig.elixir.loadsInProgress == 0)
    // Time-outs of loads that are done change nothing.
    rig.run(until: second(60))
    #expect(rig.elixir.totals.guildLoadFailures == 0 && rig.elixir.areGuildsConserved)
  }

  @Test("No more loads are in progress than the nodes that are up allow, at any scale")
  func loadLimit() throws {
    for (scale, limit) in [(Scale(1, in: 1), 6), (Scale(1, in: 2), 3), (Scale(1, in: 10), 1)] {
      var rig = try ElixirRig(guilds: #", "loadConcurrency": 2"#, scale: scale)
      let count = rig.elixir.guildCount
      rig.handle(.nodeStopping(guildNode))
      rig.run(until: second(4))
      var most = 0
      for _ in 0..<2_000 where rig.elixir.guildsLoaded < count {
        most = max(most, rig.elixir.loadsInProgress)
        #expect(rig.elixir.areGuildsConserved)
        guard let call = rig.ports.calls.popLast()?.call else { break }
        rig.handle(.callAnswered(call, ok: true))
      }
      #expect(most == limit, "scale \(scale.fraction)")
      #expect(rig.elixir.guildsLoaded == count)
    }
  }

  @Test("A failed load is tried again after 1 to 10 seconds; an answer after its time-out is void")
  func loadRetries() throws {
    var rig = try ElixirRig(guilds: #", "loadConcurrency": 100000, "loadTimeout": "10s""#)
    rig.handle(.nodeStopping(guildNode))
    rig.run(until: second(4))
    let count = rig.ports.calls.count
    let late = rig.ports.calls
    rig.ports.timers = rig.ports.timers.filter {
      if case .guildLoadTimedOut = $0.event { true } else { false }
    }
    rig.ports.calls = []
    // Time-outs only: stop before the first retry.
    for timer in rig.ports.timers { rig.handle(timer.event) }
    rig.ports.timers.removeFirst(count)
    #expect(rig.elixir.totals.guildLoadFailures == count && rig.elixir.loadsInProgress == 0)
    for call in late { rig.handle(.callAnswered(call.call, ok: true)) }
    #expect(rig.elixir.guildsLoaded == 1_000 - count && rig.ports.available.isEmpty)
    let waits = rig.ports.timers.map { $0.at - second(4) }
    #expect(waits.count == count)
    let spread = KolmogorovSmirnov(waits, uniformOver: 1...10)
    #expect(spread.isClose, "\(spread)")
    // All have begun again, and none has timed out again.
    rig.run(until: second(14))
    #expect(rig.ports.calls.count >= count && rig.elixir.areGuildsConserved)
    rig.answerCalls()
    #expect(rig.elixir.guildsLoaded == 1_000)
  }

  @Test("A node that has stopped waits for an operator, or boots by itself after its crash dump")
  func restartPolicy() throws {
    for (restart, isAutomatic) in [("manual", false), ("automatic", true)] {
      var rig = try ElixirRig(
        ", \"restart\": \"\(restart)\", \"crashDump\": \"3s\", \"rebootTime\": \"60s\"")
      let node = ElixirNodeID(2)
      rig.handle(.nodeStopping(node))
      rig.run(until: .start + .milliseconds(1_500 + 2_999))
      #expect(rig.elixir.status(of: node) == .stopped)
      rig.run(until: .start + .milliseconds(1_500 + 3_000))
      #expect(rig.elixir.status(of: node) == (isAutomatic ? .booting : .halted))
      rig.run(until: second(600))
      #expect(rig.ports.started == (isAutomatic ? [node] : []))
      #expect(rig.elixir.totals.nodesRestarted == (isAutomatic ? 1 : 0))
      guard isAutomatic else { continue }
      rig.handle(.discoveryReady(node))
      #expect(rig.elixir.status(of: node) == .up)
      // Nothing is left for an operator.
      rig.handle(.restartRequested(count: 9))
      #expect(rig.elixir.totals.nodesRestarted == 1)
    }
  }

  @Test("The answer to a load whose node died meanwhile is void, and the guild loads elsewhere")
  func loadOnDyingNode() throws {
    var rig = try ElixirRig(guilds: #", "loadConcurrency": 100000"#)
    rig.handle(.nodeStopping(guildNode))
    rig.run(until: second(4))
    let second = try #require(rig.ports.calls.first).call.caller
    let hit = rig.ports.calls.filter { $0.call.caller == second }
    rig.handle(.nodeStopping(second))
    rig.run(until: Instant.start + .milliseconds(5_600))
    for call in hit { rig.handle(.callAnswered(call.call, ok: true)) }
    #expect(rig.ports.available.isEmpty)
    rig.run(until: clock(8))
    rig.answerCalls()
    #expect(rig.elixir.guildsLoaded == 1_000 && rig.elixir.areGuildsConserved)
    #expect(!rig.elixir.guildNodes.contains(second.rawValue))
    #expect(!rig.elixir.guildNodes.contains(guildNode.rawValue))
  }
}

/// `second`, where a local name hides it.
private func clock(_ count: Int64) -> Instant { second(count) }
