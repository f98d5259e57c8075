import SimulationKernel
import Testing

@testable import Systems

@Suite("Discovery")
struct DiscoveryTests {
  private let never = Instant.endOfTime

  private func call(_ subject: UInt32) -> RemoteCall {
    RemoteCall(
      Attempt(client: ClientID(subject), number: 1, failures: 0, kind: .identify),
      caller: ElixirNodeID(0), deadline: Deadline(.start))
  }

  @Test("After a quiet day every node watches, and knows every entry")
  func start() throws {
    let rig = try DiscoveryRig(nodes: 5)
    #expect(rig.discovery.watchingCount == 5 && rig.discovery.crashedCount == 0)
    #expect(rig.ports.watches.count == 5 && rig.ports.lists.isEmpty && rig.ports.ready.isEmpty)
    for node in 0..<5 as Range<UInt16> { #expect(rig.view(of: node) == [1, 2, 3]) }
  }

  @Test("Views follow additions, changes and removals, node by node")
  func viewsFollow() throws {
    var rig = try DiscoveryRig(nodes: 2)
    rig.change(9, to: 9)
    #expect(rig.view() == [1, 2, 3, 9] && rig.view(of: 1) == [1, 2, 3])
    rig.change(9, to: 9, on: 1)
    #expect(rig.view(of: 1) == [1, 2, 3, 9])
    rig.remove(2)
    #expect(rig.view() == [1, 3, 9] && rig.view(of: 1) == [1, 2, 3, 9])
    rig.remove(7)
    #expect(rig.view() == [1, 3, 9])
    // A long poll is asked for again after each answer: the first two are from the start.
    #expect(rig.ports.watches.count == 2 + 4)
  }

  @Test("With one-for-one a crash leaves the siblings alone, with one-for-all all list again")
  func siblings() throws {
    let lists = try ["oneForOne", "restForOne", "oneForAll"].map { strategy in
      var rig = try DiscoveryRig(
        #"{ "cycle": { "median": "5ms", "sigma": 0 } }"#,
        supervision: #"{ "strategy": "\#(strategy)" }"#, services: 3)
      #expect(rig.ports.watches.count == 3 && rig.discovery.watchingCount == 1)
      // The second service's listing does not come in time: its watcher crashes.
      rig.handle(.historyCleared(rig.discovery.id(of: ElixirNodeID(0), 1)))
      let again = try #require(rig.ports.timers.first)
      rig.ports.lists = []
      rig.ports.timers = []
      rig.ports.now = again.at
      rig.handle(again.event)
      #expect(rig.discovery.totals.crashes == 1)
      let services = rig.ports.lists.map(\.watcher.service)
      rig.run(repairedAt: .start)
      #expect(rig.discovery.processes.allSatisfy { $0.state == .watching }, "\(strategy)")
      #expect(rig.view() == [1, 2, 3] && rig.ports.ready == [ElixirNodeID(0)])
      return services
    }
    #expect(lists == [[1], [1, 2], [0, 1, 2]])
  }

  @Test("A bad value of the API takes the node down with all its watchers, whatever the strategy")
  func siblingsDie() throws {
    for strategy in ["oneForOne", "restForOne", "oneForAll"] {
      for place in ["afterInit", "init"] {
        var rig = try DiscoveryRig(
          #"{ "cycle": { "median": "5ms", "sigma": 0 }, "crashIn": "\#(place)" }"#,
          supervision: #"{ "strategy": "\#(strategy)", "levels": 1 }"#, services: 3)
        rig.change(2, to: 0)
        rig.run(repairedAt: .endOfTime)
        #expect(rig.ports.stopping.count == 1 && rig.discovery.totals.crashes == 4)
        #expect(rig.discovery.processes.allSatisfy { $0.state == .down })
        #expect(Set(rig.ports.cancelled.map(\.service)) == [0, 1, 2])
      }
    }
  }

  @Test("A stream is not asked for again after an event")
  func stream() throws {
    var rig = try DiscoveryRig(#"{ "mode": "stream" }"#)
    rig.change(9, to: 9)
    rig.remove(9)
    #expect(rig.ports.watches.count == 1)
  }

  @Test("Calls go to entries that are in the caller's view, to each about equally often")
  func routing() throws {
    var rig = try DiscoveryRig()
    rig.remove(2)
    for subject in 0..<3_000 as Range<UInt32> { rig.handle(.endpointWanted(call(subject))) }
    #expect(Set(rig.ports.routed.map(\.rawValue)) == [1, 3])
    let first = rig.ports.routed.filter { $0 == APINodeID(1) }.count
    #expect(abs(Double(first) - 1_500) < 4 * 750.0.squareRoot())
    let again = rig.ports.routed[0]
    rig.handle(.endpointWanted(call(0)))
    #expect(rig.ports.routed.last == again, "the same attempt draws the same node")
  }

  @Test("With an empty view a call has nowhere to go")
  func unroutable() throws {
    var rig = try DiscoveryRig()
    for key in 1...3 as ClosedRange<UInt32> { rig.remove(key) }
    rig.handle(.endpointWanted(call(1)))
    #expect(rig.ports.unroutable == 1 && rig.discovery.totals.unroutable == 1)
    #expect(rig.ports.routed.isEmpty)
  }

  @Test("A change that does not parse crashes the watcher; it lists after its cycle and watches")
  func crash() throws {
    var rig = try DiscoveryRig(#"{ "cycle": { "median": "40ms", "sigma": 0 } }"#, at: second(10))
    let old = rig.discovery.id(of: ElixirNodeID(0))
    rig.change(2, to: 0)
    #expect(rig.discovery.totals.crashes == 1 && rig.discovery.crashedCount == 1)
    #expect(rig.discovery.totals.firstCrashAt == second(10))
    #expect(rig.ports.cancelled == [old])
    let list = try #require(rig.ports.lists.first)
    #expect(list.at == second(10) + .milliseconds(40) && list.watcher != old)
    // What is under way for the old process is void.
    rig.handle(.changed(old, key: Etcd.Key(rawValue: 2), value: .empty))
    rig.handle(.listTimedOut(old))
    #expect(rig.discovery.totals.crashes == 1)
    rig.run(repairedAt: .start)
    #expect(rig.discovery.watchingCount == 1 && rig.view() == [1, 2, 3])
    #expect(rig.ports.ready == [ElixirNodeID(0)] && rig.ports.stopping.isEmpty)
    #expect(rig.discovery.totals.crashes == 1 && rig.discovery.totals.lastCrashAt == second(10))
  }

  @Test("Ignoring a bad entry drops it from the view, keeping the last good one does not")
  func policies() throws {
    for (policy, view) in [("ignoreEntry", [1, 3]), ("keepLastGood", [1, 2, 3])]
      as [(String, Set<UInt16>)]
    {
      var rig = try DiscoveryRig(#"{ "onBadValue": "\#(policy)" }"#)
      rig.change(2, to: 0)
      #expect(rig.discovery.totals.crashes == 0 && rig.discovery.totals.entriesIgnored == 1)
      #expect(rig.view() == view, "\(policy)")
      // The same through a listing.
      rig.handle(.historyCleared(rig.discovery.id(of: ElixirNodeID(0))))
      rig.run(repairedAt: never)
      #expect(rig.discovery.watchingCount == 1 && rig.discovery.totals.crashes == 0)
      #expect(rig.view() == view, "\(policy), by listing")
    }
  }

  @Test("A restarted node that never saw the good value has nothing to keep")
  func nothingToKeep() throws {
    var rig = try DiscoveryRig(#"{ "onBadValue": "keepLastGood" }"#)
    rig.handle(.nodeStarted(ElixirNodeID(0)))
    #expect(rig.view().isEmpty)
    rig.run(repairedAt: never)
    #expect(rig.view() == [1, 3])
  }

  @Test("A cleared history makes the watcher list again, without a crash")
  func historyCleared() throws {
    var rig = try DiscoveryRig()
    let old = rig.discovery.id(of: ElixirNodeID(0))
    rig.handle(.historyCleared(old))
    #expect(rig.ports.lists.count == 1 && rig.discovery.watchingCount == 0)
    rig.handle(.historyCleared(old))
    #expect(rig.ports.lists.count == 1, "once is enough")
    rig.run(repairedAt: .start)
    #expect(rig.discovery.watchingCount == 1 && rig.discovery.totals.crashes == 0)
  }

  @Test("A listing that never comes crashes the watcher after its time-out")
  func listTimeOut() throws {
    var rig = try DiscoveryRig(
      #"{ "listTimeout": "3s", "cycle": { "median": "50ms", "sigma": 0 } }"#)
    rig.handle(.nodeStarted(ElixirNodeID(0)))
    let timer = try #require(rig.ports.timers.first)
    #expect(timer.at == .start + .milliseconds(3_050))
    rig.ports.now = timer.at
    rig.handle(timer.event)
    #expect(rig.discovery.totals.crashes == 1 && rig.ports.lists.count == 2)
    // The late answer is for a process that is gone.
    rig.handle(.listed(rig.ports.lists[0].watcher, listing: 0))
    #expect(rig.discovery.watchingCount == 0)
    rig.handle(.listed(rig.ports.lists[1].watcher, listing: 0))
    #expect(rig.discovery.watchingCount == 1)
    rig.handle(rig.ports.timers[1].event)
    #expect(rig.discovery.totals.crashes == 1, "a time-out after the answer is void")
  }

  @Test("With a restart delay the supervisor sees a crash only when it is over")
  func restartDelay() throws {
    var rig = try DiscoveryRig(supervision: #"{ "restartDelay": "30s", "maxRestarts": 3 }"#)
    rig.change(2, to: 0)
    #expect(rig.ports.lists.isEmpty)
    #expect(rig.ports.timers.map(\.at) == [second(30)])
    rig.run(repairedAt: second(600))
    // Longer than maxSeconds / maxRestarts: never too many within the period.
    #expect(rig.ports.stopping.isEmpty && rig.discovery.totals.giveUps == 0)
    #expect((15...21).contains(rig.discovery.totals.crashes))
    #expect(rig.discovery.watchingCount == 1)
  }

  @Test("A temporary application leaves the node up with the last view that it had")
  func temporary() throws {
    var rig = try DiscoveryRig(supervision: #"{ "application": "temporary" }"#)
    rig.change(9, to: 9)
    rig.change(2, to: 0)
    rig.run(repairedAt: never)
    #expect(rig.discovery.totals.applicationsEnded == 1 && rig.discovery.totals.nodesLost == 0)
    #expect(rig.ports.stopping.isEmpty && rig.discovery.watchingCount == 0)
    #expect(rig.view() == [1, 2, 3, 9])
    rig.handle(.endpointWanted(call(1)))
    #expect(rig.ports.routed.count == 1)
  }

  @Test("A started node knows nobody until its listing is there, and says then that it is ready")
  func nodeStarts() throws {
    var rig = try DiscoveryRig()
    rig.handle(.nodeStarted(ElixirNodeID(0)))
    rig.handle(.endpointWanted(call(1)))
    #expect(rig.ports.unroutable == 1 && rig.ports.ready.isEmpty)
    rig.run(repairedAt: .start)
    #expect(rig.ports.ready == [ElixirNodeID(0)] && rig.view() == [1, 2, 3])
  }

  @Test("A cycle, a phase and a node's luck are its own: other nodes change nothing")
  func keyed() throws {
    let few = try DiscoveryRig(nodes: 3).discovery.watchers
    let many = try DiscoveryRig(nodes: 40).discovery.watchers
    #expect(few.map(\.cycle) == many[..<3].map(\.cycle))
    #expect(few.map(\.tree.clockPhase) == many[..<3].map(\.tree.clockPhase))
    #expect(Set(many.map(\.cycle)).count == 40)
    #expect(many.allSatisfy { $0.tree.clockPhase >= .zero && $0.tree.clockPhase < .seconds(1) })
  }

  @Test("Cycles stay between their bounds")
  func cycleBounds() throws {
    let rig = try DiscoveryRig(
      #"{ "cycle": { "median": "50ms", "sigma": 2, "min": "40ms", "max": "60ms" } }"#, nodes: 200)
    let cycles = rig.discovery.watchers.map(\.cycle)
    #expect(cycles.min() == .milliseconds(40) && cycles.max() == .milliseconds(60))
  }

  @Test(
    "Settings that contradict themselves are errors",
    arguments: [
      #"{ "supervision": { "maxSeconds": "1500ms" } }"#,
      #"{ "watcher": { "cycle": { "min": "2s", "max": "1s" } } }"#,
    ])
  func refuses(text: String) throws {
    let found = try complaints(about: text) { Discovery.Configuration(reading: &$0) }
    #expect(found.contains("error"), "\(found)")
  }
}
