import SimulationKernel
import Testing

@testable import Systems

@Suite("Elixir: processors")
struct ProcessorsTests {
  /// One session node with one scheduler that nothing else keeps busy.
  private func lonelyNode(_ settings: String = "", scale: Scale = Scale(1, in: 1)) throws
    -> ElixirRig
  {
    try ElixirRig(
      #", "schedulers": 1, "presenceCost": "0s", "updateCost": "0s"\#(settings)"#, sessions: 1,
      scale: scale)
  }
  private let idle = #", "load": 0, "identifyCost": "1s""#

  @Test("Work waits on a node for what came before it, and beyond the bound it is turned away")
  func queues() throws {
    var rig = try lonelyNode(idle + #", "backlogBound": "4500ms""#)
    for client in 0..<8 as Range<UInt32> { rig.request(ElixirRig.attempt(client)) }
    #expect(rig.ports.calls.map { ($0.at - .start).roundedSeconds } == [1, 2, 3, 4, 5])
    #expect(rig.ports.failed.count == 3 && rig.elixir.totals.sessionsTurnedAway == 3)
    // Two seconds later two are done.
    rig.ports.now = second(2)
    rig.request(ElixirRig.attempt(8))
    #expect((rig.ports.calls[5].at - second(2)).seconds < 3.6)
    rig.ports.now = second(60)
    rig.request(ElixirRig.attempt(9))
    #expect((rig.ports.calls[6].at - second(60)).roundedSeconds == 1)
  }

  @Test("A piece of work counts for all users that it stands for", arguments: [1, 10, 100])
  func sampled(denominator: Int) throws {
    var rig = try lonelyNode(
      #", "load": 0, "identifyCost": "10ms", "backlogBound": "60s""#,
      scale: Scale(1, in: denominator))
    rig.request(ElixirRig.attempt(0))
    let backlog = rig.elixir.sessionsBacklog(at: .start)
    #expect(abs(backlog - 0.01 * Double(denominator)) < 1e-9)
    // Its own client waits for its own start only.
    #expect((rig.ports.calls[0].at - .start).seconds == 0.01)
  }

  @Test("What lives on a node slows it down, and a survivor carries what the dead node had")
  func load() throws {
    let settings = #"""
      , "schedulers": 1, "presenceCost": "0s", "updateCost": "0s", "load": 0.4, "identifyCost": "3s",
      "backlogBound": "10m", "stopDelay": "0s"
      """#
    var rig = try ElixirRig(settings, sessions: 2)
    let survivor = ElixirNodeID(0)
    rig.handle(.nodeStopping(ElixirNodeID(1)))
    rig.run(until: second(3))
    // Half of the sessions, more or less, live on the only one left; it gets all of the work.
    let residence = Double(rig.elixir.nodes[0].residents) / 300
    rig.request(ElixirRig.attempt(0))
    let before = rig.elixir.sessionsBacklog(at: second(3))
    #expect(abs(before - 3 / (1 - 0.4 * residence)) < 1e-6)
    // Everybody's sessions: twice what a node is meant for, which leaves a fifth.
    let lost = rig.ports.lost
    rig.ports.now = second(600)
    for client in lost {
      rig.handle(
        .callAnswered(
          RemoteCall(
            ElixirRig.attempt(client.rawValue, number: 2), caller: survivor,
            deadline: Deadline(second(700))), ok: true))
    }
    #expect(rig.elixir.nodes[0].residents == 600 && rig.elixir.sessionsAlive == 600)
    rig.request(ElixirRig.attempt(1, number: 3))
    #expect(abs(rig.elixir.sessionsBacklog(at: second(600)) - 3 / 0.2) < 1e-6)
  }

  @Test("However much lives on a node, a twentieth is left for starts")
  func floor() throws {
    var rig = try lonelyNode(#", "load": 0.9, "identifyCost": "1s", "backlogBound": "10m""#)
    rig.request(ElixirRig.attempt(0))
    #expect(abs(rig.elixir.sessionsBacklog(at: .start) - 10) < 1e-6)
    rig.elixir.configuration.load = 5
    #expect(abs(rig.elixir.sessionsBacklog(at: .start) - 20) < 1e-6)
  }

  @Test("Lost sessions are a flood of updates to guilds, to members and to presences")
  func flood() throws {
    var rig = try ElixirRig(
      #", "updateCost": "10ms", "identifyCost": "0s", "presenceCost": "0s", "stopDelay": "0s""#)
    rig.handle(.nodeStopping(ElixirNodeID(2)))
    rig.run(until: second(1))
    let lost = Double(rig.ports.lost.count)
    try #require(lost > 20)
    let came = rig.elixir.arrivedWork
    #expect(abs(came[1] - lost * 5 * 0.01) < 1e-9)
    #expect(abs(came[0] - lost * 5 * 0.01 * (600 - lost) / 600) < 1e-9)
    #expect(abs(came[2] - lost * 0.01) < 1e-9 && came[3] == 0)
    // A session that begins is told to as many.
    rig.run(until: second(5))
    rig.request(ElixirRig.attempt(rig.ports.lost[0].rawValue))
    rig.answerCalls()
    #expect(abs(rig.elixir.arrivedWork[1] - (lost + 1) * 5 * 0.01) < 1e-9)
  }

  @Test("A start whose client gives up meanwhile costs as much, and leaves no session")
  func wasted() throws {
    var rig = try lonelyNode(#", "load": 0, "identifyCost": "5s""#)
    rig.handle(.connectionsDropped(share: 1))
    for expiry in rig.ports.expiries {
      rig.handle(.sessionExpired(expiry.client, detachment: expiry.detachment))
    }
    for client in 0..<4 as Range<UInt32> { rig.request(ElixirRig.attempt(client)) }
    // After 5, 10, 15 and 20 seconds; clients wait for ten.
    #expect(rig.elixir.totals.sessionsBegun == 4 && rig.elixir.totals.sessionsOverdue == 2)
    #expect(rig.ports.calls.count == 4, "the databases are asked all the same")
    rig.ports.now = second(20)
    rig.answerCalls()
    #expect(rig.ports.ready.count == 4, "the gateway's places are free again")
    #expect(rig.elixir.totals.sessionsStarted == 0 && rig.elixir.sessionsAlive == 0)
  }

  @Test("Each node's share of the ring is the length of its arcs, and they add up to all of it")
  func shares() throws {
    var rig = try ElixirRig(#", "stopDelay": "0s""#)
    func sum() -> Double { (0..<6).reduce(0) { $0 + rig.elixir.nodes[$1].share } }
    #expect(abs(sum() - 1) < 1e-9)
    for arc in rig.elixir.rings[0].arcsByMember where arc.length > 0 {
      #expect(
        rig.elixir.nodes[Int(rig.elixir.rings[0].owner(of: arc.first)?.rawValue ?? 0)].share > 0)
    }
    rig.handle(.nodeStopping(ElixirNodeID(3)))
    rig.run(until: second(5))
    #expect(abs(sum() - 1) < 1e-9 && rig.elixir.nodes[3].share == 0)
  }
}

extension Duration {
  fileprivate var roundedSeconds: Int { Int(seconds + 0.5) }
}
