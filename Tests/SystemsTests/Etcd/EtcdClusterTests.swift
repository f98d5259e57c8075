import SimulationKernel
import Testing

@testable import Systems

@Suite("EtcdCluster")
struct EtcdClusterTests {
  private typealias Rig = EtcdClusterRig

  @Test("An announce stores the node's metadata with the TTL, and is answered")
  func announce() throws {
    var rig = try Rig()
    rig.ports.now = second(5)
    rig.announce(7)
    #expect(rig.text(of: 7) == Rig.metadata(7))
    #expect(rig.expiration(of: 7) == second(65))
    #expect(rig.ports.applied.map(\.status) == [201])
    #expect(rig.ports.applied[0].at == second(5) + .microseconds(200))
    #expect(rig.etcd.totals.corruptWritten == 0)
  }

  @Test("A node that vanishes expires at the first sweep after its TTL, not before")
  func expiry() throws {
    var rig = try Rig(announce: #"{ "ttl": "60s" }"#)
    rig.watch(0)
    rig.ports.now = second(40)
    rig.announce(0)
    rig.announce(1)
    rig.ports.now = second(59)
    rig.handle(.sweepDue)
    #expect(rig.text(of: 2) == Rig.metadata(2) && rig.etcd.totals.expired == 0)
    rig.ports.now = second(61)
    #expect(rig.text(of: 2) == Rig.metadata(2), "overdue and readable until the sweep")
    rig.handle(.sweepDue)
    #expect(rig.text(of: 2) == nil && rig.text(of: 0) == Rig.metadata(0))
    #expect(rig.etcd.totals.expired == 1)
    #expect(rig.ports.deliveries.last?.value == nil)
    #expect(rig.ports.deliveries.last?.key == rig.etcd.key(of: APINodeID(2)))
    #expect(rig.ports.sweeps == 3, "each sweep orders the next")
  }

  @Test("A refresh renews the TTL, tells nobody, and fails on a key that is gone")
  func refresh() throws {
    var rig = try Rig()
    rig.watch(0)
    rig.ports.now = second(30)
    rig.announce(1, isRefresh: true)
    #expect(rig.expiration(of: 1) == second(90) && rig.text(of: 1) == Rig.metadata(1))
    #expect(rig.ports.deliveries.isEmpty && rig.ports.applied[0].status == 200)
    rig.announce(8, isRefresh: true)
    #expect(rig.ports.applied[1].status == 404 && rig.text(of: 8) == nil)
  }

  @Test("A first announce that is cut after its headers is stored as the empty text, with its TTL")
  func cutIsStoredEmpty() throws {
    var rig = try Rig()
    rig.watch(0)
    rig.ports.now = second(10)
    rig.cut(7)
    #expect(rig.text(of: 7) == "" && rig.expiration(of: 7) == second(70))
    #expect(rig.etcd.totals.corruptWritten == 1 && rig.etcd.corruption.standing == 1)
    #expect(rig.ports.deliveries.map(\.value) == [.empty])
    #expect(rig.ports.applied.isEmpty, "nobody is left to be answered")
    rig.ports.now = rig.ports.now + .milliseconds(750)
    rig.announce(7)
    #expect(rig.text(of: 7) == Rig.metadata(7))
    #expect(rig.etcd.corruptLifetime(at: second(99)) == .milliseconds(750))
    #expect(rig.etcd.corruption.standing == 0)
    #expect(rig.etcd.totals.corruptEndedAt == rig.ports.now)
  }

  @Test("A server that rejects incomplete forms leaves the keyspace alone")
  func cutIsRejected() throws {
    var rig = try Rig(#"{ "formErrorPolicy": "reject400" }"#)
    rig.cut(7)
    rig.cut(1)
    #expect(rig.text(of: 7) == nil && rig.text(of: 1) == Rig.metadata(1))
    #expect(rig.etcd.totals.corruptWritten == 0 && rig.etcd.totals.cutRejected == 2)
    // A middlebox that declares an empty body makes a complete form of it: nothing to reject.
    rig.cut(7, .reframedEmpty)
    #expect(rig.text(of: 7) == "" && rig.etcd.totals.corruptWritten == 1)
  }

  @Test("With the TTL in the body a cut announce loses it: the empty value stays for ever")
  func ttlInBody() throws {
    var rig = try Rig(announce: #"{ "ttlIn": "body" }"#)
    rig.cut(7)
    #expect(rig.text(of: 7) == "" && rig.expiration(of: 7) == nil)
    rig.announce(7)
    #expect(rig.expiration(of: 7) == second(60))
  }

  @Test("Without a form's content type even a whole announce stores the empty text")
  func noContentType() throws {
    for (place, expires) in [("query", true), ("body", false)] {
      var rig = try Rig(announce: #"{ "contentType": "none", "ttlIn": "\#(place)" }"#)
      rig.announce(7)
      #expect(rig.text(of: 7) == "" && (rig.expiration(of: 7) != nil) == expires)
      #expect(rig.ports.applied[0].status == 201)
    }
  }

  @Test("Nothing arrived: nothing happens; everything arrived: the announce is carried out")
  func segments() throws {
    var rig = try Rig()
    rig.cut(7, segments: 0)
    #expect(rig.text(of: 7) == nil && rig.etcd.totals.corruptWritten == 0)
    for (node, box) in [(7, .finBoth), (8, .resetBoth)] as [(UInt16, Etcd.Middlebox)] {
      rig.cut(node, segments: 2, box)
      #expect(rig.text(of: node) == Rig.metadata(node))
    }
    var single = try Rig(announce: #"{ "segments": 1 }"#)
    single.cut(7, segments: 1)
    #expect(single.text(of: 7) == Rig.metadata(7) && single.etcd.totals.corruptWritten == 0)
  }

  @Test("On a way that goes dead the server waits for the rest, or stores all and answers nobody")
  func silence() throws {
    for policy in ["acceptEmpty", "reject400"] {
      var rig = try Rig("{ \"formErrorPolicy\": \"\(policy)\" }")
      let before = rig.etcd.listener.standing
      rig.cut(7, segments: 1, .silent)
      // Without an end of the stream nothing is cut short: the form is only late, for ever.
      #expect(rig.text(of: 7) == nil && rig.etcd.listener.standing == before + 1)
      rig.cut(8, segments: 2, .silent)
      #expect(rig.text(of: 8) == Rig.metadata(8))
      #expect(rig.etcd.listener.standing == before + 1)
      #expect(rig.ports.applied.isEmpty && rig.ports.hung.isEmpty)
      #expect(rig.etcd.totals.corruptWritten == 0)
    }
    // A body that is never read is not waited for.
    var unread = try Rig(announce: #"{ "contentType": "none" }"#)
    unread.cut(7, segments: 1, .silent)
    #expect(unread.text(of: 7) == "" && unread.ports.applied.isEmpty)
  }

  @Test("A change reaches watcher after watcher, each a little later, and ends a long poll")
  func fanOut() throws {
    var rig = try Rig(
      #"{ "fanout": { "base": "3ms", "perWatcher": "1ms" }, "writeTime": "0s" }"#, watchers: 10)
    for node in 0..<10 as Range<UInt16> { rig.watch(node) }
    #expect(rig.etcd.totals.watchersPeak == 10)
    rig.ports.now = second(1)
    rig.announce(7)
    #expect(
      rig.ports.deliveries.map(\.at) == (1...10).map { second(1) + .milliseconds(3 + $0) })
    #expect(rig.ports.deliveries.map(\.watcher.node.rawValue) == Array(0..<10))
    rig.announce(8)
    #expect(rig.ports.deliveries.count == 10, "nobody polls any more")
    rig.poll(Rig.watcher(4))
    #expect(rig.ports.deliveries.count == 11, "what came between two polls is replayed")
    #expect(rig.ports.deliveries.last?.key == rig.etcd.key(of: APINodeID(8)))
  }

  @Test("An announce that repeats what is stored is no news")
  func repetition() throws {
    var rig = try Rig()
    rig.watch(0)
    rig.announce(1)
    #expect(rig.ports.deliveries.isEmpty && rig.etcd.totals.fanOuts == 0)
    rig.handle(.deregistered(APINodeID(1)))
    #expect(rig.ports.deliveries.count == 1 && rig.text(of: 1) == nil)
  }

  @Test("A watch sees what happened between its listing and its arrival")
  func replay() throws {
    var rig = try Rig()
    rig.handle(.listRequested(Rig.watcher(0)))
    #expect(rig.etcd.listing(rig.ports.listings[0].number).count == 3)
    rig.announce(7)
    rig.poll(Rig.watcher(0))
    #expect(rig.ports.deliveries.map(\.key) == [rig.etcd.key(of: APINodeID(7))])
  }

  @Test("A watch whose index has left the history is told to list again")
  func cleared() throws {
    var rig = try Rig(#"{ "historyLength": 5 }"#)
    rig.handle(.listRequested(Rig.watcher(0)))
    for node in 10..<20 as Range<UInt16> { rig.announce(node) }
    rig.poll(Rig.watcher(0))
    #expect(rig.ports.cleared == [Rig.watcher(0)] && rig.ports.deliveries.isEmpty)
    rig.watch(0)
    rig.announce(30)
    #expect(rig.ports.deliveries.count == 1)
  }

  @Test(
    "A stream goes on after an event, unless it found the first in the history: then it is deaf")
  func streamIsDeaf() throws {
    var rig = try Rig(watcher: #"{ "mode": "stream" }"#)
    rig.watch(0)
    rig.announce(7)
    rig.announce(8)
    #expect(rig.ports.deliveries.count == 2)
    rig.handle(.listRequested(Rig.watcher(1)))
    rig.announce(9)
    rig.poll(Rig.watcher(1))
    rig.announce(10)
    let second = rig.ports.deliveries.filter { $0.watcher == Rig.watcher(1) }
    #expect(second.map(\.key) == [rig.etcd.key(of: APINodeID(9))])
  }

  @Test("A stream that is deaf keeps its connection, until its watcher hangs up")
  func deafStreamsKeepConnections() throws {
    var rig = try Rig(#"{ "connections": 100 }"#, watcher: #"{ "mode": "stream" }"#, watchers: 100)
    for node in 0..<100 as Range<UInt16> { rig.handle(.listRequested(Rig.watcher(node))) }
    rig.announce(7)
    for node in 0..<100 as Range<UInt16> { rig.poll(Rig.watcher(node)) }
    #expect(rig.etcd.watching == 100 && rig.etcd.keyspace.watcherCount == 0)
    #expect(rig.ports.deliveries.count == 100)
    rig.announce(8)
    #expect(rig.ports.hung.count == 1 && rig.ports.deliveries.count == 100)
    #expect(rig.text(of: 8) == nil)
    rig.handle(.watchCancelled(Rig.watcher(0)))
    #expect(rig.ports.hung.count == 1 && rig.etcd.watching == 99)
    #expect(rig.text(of: 8) == Rig.metadata(8) && rig.ports.deliveries.count == 100)
  }

  @Test("A request of an older start that comes late changes nothing")
  func overtaken() throws {
    var rig = try Rig()
    rig.watch(0)
    rig.handle(.watchCancelled(Rig.watcher(1, 5)))
    rig.poll(Rig.watcher(1, 5))
    #expect(rig.etcd.watching == 1, "its cancellation came first")
    rig.poll(Rig.watcher(0, 3))
    rig.poll(Rig.watcher(0, 2))
    rig.announce(7)
    #expect(rig.ports.deliveries.map(\.watcher) == [Rig.watcher(0, 3)])
  }

  @Test("Watchers of other services are told nothing of the API, and list their own entries")
  func otherServices() throws {
    var rig = try Rig(services: 3)
    for service in 0..<3 as Range<UInt8> {
      let watcher = Rig.watcher(0, service: service)
      rig.handle(.listRequested(watcher))
      rig.poll(watcher)
      rig.handle(.listRequested(watcher))
    }
    let counts = rig.ports.listings.map { rig.etcd.listing($0.number).count }
    #expect(counts == [3, 3, 100, 100, 100, 100])
    #expect(rig.etcd.listings.count == 3, "equal listings are kept once")
    rig.announce(7)
    #expect(rig.ports.deliveries.map(\.watcher.service) == [0] && rig.etcd.watching == 2)
    rig.handle(.watchCancelled(Rig.watcher(0, service: 2)))
    #expect(rig.etcd.watching == 1)
  }

  @Test("A cancelled watch is told nothing, an older start's cancellation changes nothing")
  func cancel() throws {
    var rig = try Rig()
    rig.poll(Rig.watcher(0, 2))
    let replayed = rig.ports.deliveries.count
    rig.handle(.listRequested(Rig.watcher(0, 3)))
    rig.poll(Rig.watcher(0, 3))
    rig.handle(.watchCancelled(Rig.watcher(0, 2)))
    rig.announce(7)
    #expect(rig.ports.deliveries.count == replayed + 1)
    rig.poll(Rig.watcher(0, 3))
    rig.handle(.watchCancelled(Rig.watcher(0, 3)))
    rig.announce(8)
    #expect(rig.ports.deliveries.count == replayed + 1 && rig.etcd.watching == 0)
  }

  @Test("With a full table of connections everything hangs, and nothing is said")
  func connectionCap() throws {
    var rig = try Rig(#"{ "connections": 100 }"#, watchers: 101)
    for node in 0..<101 as Range<UInt16> { rig.watch(node) }
    #expect(rig.etcd.watching == 100)
    #expect(rig.ports.listings.count == 100, "the last listing hangs")
    let refused = rig.etcd.totals.connectionsRefused
    #expect(refused == 2, "a listing and a watch")
    rig.announce(7)
    #expect(rig.ports.hung.count == 1 && rig.ports.applied.isEmpty && rig.text(of: 7) == nil)
    #expect(rig.etcd.totals.connectionsRefused == refused + 1)
    #expect(rig.etcd.connectionsPeak == 100)
    // The first connection that is free goes to the listing, and then to the watch behind it.
    rig.ports.now = second(8)
    rig.handle(.watchCancelled(Rig.watcher(3)))
    #expect(rig.ports.listings.last?.watcher == Rig.watcher(100) && rig.etcd.watching == 100)
    #expect(rig.ports.applied.isEmpty, "the announce is behind the watch")
    rig.handle(.watchCancelled(Rig.watcher(4)))
    #expect(rig.ports.applied.map(\.status) == [201] && rig.text(of: 7) == Rig.metadata(7))
    #expect(rig.ports.hung.count == 1 && rig.etcd.listener.waitingCount == 0)
    #expect(rig.ports.applied[0].at < second(9), "within the patience of its node")
    #expect(rig.ports.deliveries.map(\.watcher).contains(Rig.watcher(100)))
  }

  @Test("Requests hang in one queue with their bytes, whether their clients give up or not")
  func hangingRequests() throws {
    var rig = try Rig(
      #"{ "connections": 100, "election": "2s" }"#, watcher: #"{ "mode": "stream" }"#,
      watchers: 100)
    for node in 0..<100 as Range<UInt16> { rig.watch(node) }
    rig.announce(7)
    rig.cut(8)
    rig.cut(9, .halfClosed)
    rig.handle(.deregistered(APINodeID(1)))
    rig.announce(1)
    #expect(rig.ports.hung.map(\.node.rawValue) == [7, 9, 1], "nobody waits for the cut one")
    #expect(rig.etcd.listener.waitingCount == 5 && rig.text(of: 1) == Rig.metadata(1))
    rig.ports.now = second(30)
    rig.handle(.faultBegan(.leaderLost))
    rig.handle(.watchCancelled(Rig.watcher(3)))
    #expect(rig.etcd.listener.standing == 100, "the first of them waits for a leader now")
    #expect(rig.etcd.listener.waitingCount == 4 && rig.text(of: 7) == nil)
    rig.ports.now = second(32)
    rig.handle(.faultEnded(.leaderLost))
    #expect(rig.text(of: 7) == Rig.metadata(7), "a complete request is carried out")
    #expect(rig.text(of: 8) == "" && rig.text(of: 9) == "" && rig.text(of: 1) == Rig.metadata(1))
    #expect(rig.expiration(of: 1) == second(92), "the deregistration came before the announce")
    #expect(rig.ports.hung.count == 3, "each client was left to its time-out once")
    #expect(rig.etcd.listener.standing == 99 && rig.etcd.connectionsPeak == 100)
  }

  @Test("Without a leader writes wait for the election and nothing expires")
  func leaderLoss() throws {
    var rig = try Rig(#"{ "election": "2s" }"#)
    rig.ports.now = second(59)
    rig.handle(.faultBegan(.leaderLost))
    #expect(rig.ports.ends.map(\.at) == [second(61)])
    rig.announce(0)
    rig.handle(.deregistered(APINodeID(1)))
    rig.cut(7)
    #expect(rig.ports.applied.isEmpty && rig.text(of: 1) == Rig.metadata(1))
    rig.ports.now = second(60) + .milliseconds(500)
    rig.handle(.sweepDue)
    #expect(rig.etcd.totals.expired == 0)
    rig.handle(.listRequested(Rig.watcher(0)))
    #expect(
      rig.ports.listings[0].at < rig.ports.now + .milliseconds(1),
      "a member answers plain reads by itself, however many writes wait")
    #expect(rig.etcd.listing(rig.ports.listings[0].number).count == 3)
    rig.ports.now = second(61)
    rig.handle(.faultEnded(.leaderLost))
    #expect(rig.ports.applied.map(\.at) == [second(61) + .microseconds(200)])
    #expect(rig.text(of: 1) == nil && rig.text(of: 7) == "")
    #expect(rig.expiration(of: 0) == second(121) && rig.etcd.totals.waitPeak == .seconds(2))
    rig.handle(.sweepDue)
    #expect(rig.etcd.totals.expired == 1, "node 2")
    rig.announce(0)
    #expect(rig.ports.applied[1].at < second(62) && rig.ports.hung.isEmpty)
  }

  @Test("A leader that is lost again makes writes wait on, and their clients give up in time")
  func leaderLostAgain() throws {
    var rig = try Rig(#"{ "election": "3s" }"#, announce: #"{ "timeout": "5s" }"#)
    rig.ports.now = second(1)
    rig.handle(.faultBegan(.leaderLost))
    rig.announce(0)
    #expect(rig.ports.hung.isEmpty)
    rig.ports.now = second(3)
    rig.handle(.faultBegan(.leaderLost))
    #expect(rig.ports.hung.isEmpty, "five seconds are enough")
    rig.ports.now = second(4)
    rig.handle(.faultEnded(.leaderLost))
    #expect(rig.ports.applied.isEmpty, "that election was overtaken")
    rig.handle(.faultBegan(.leaderLost))
    #expect(rig.ports.hung.map(\.node.rawValue) == [0])
    rig.ports.now = second(6)
    rig.handle(.faultEnded(.leaderLost))
    rig.ports.now = second(7)
    rig.handle(.faultEnded(.leaderLost))
    #expect(rig.ports.applied.count == 1 && rig.ports.hung.count == 1)
  }

  @Test("Two faults of one kind heal when both have")
  func overlappingFaults() throws {
    var rig = try Rig(#"{ "slowDisk": 50, "writeTime": "2ms", "members": 1 }"#)
    for fault in [EtcdCluster.Fault.diskSlow, .memberPartitioned] {
      rig.handle(.faultBegan(fault))
      rig.handle(.faultBegan(fault))
      rig.handle(.faultEnded(fault))
    }
    #expect(rig.etcd.writeTime == .milliseconds(100))
    rig.announce(7)
    #expect(rig.ports.hung.count == 1 && rig.text(of: 7) == nil)
    rig.handle(.faultEnded(.diskSlow))
    rig.handle(.faultEnded(.memberPartitioned))
    #expect(rig.etcd.writeTime == .milliseconds(2))
    rig.announce(7)
    #expect(rig.text(of: 7) == Rig.metadata(7))
  }

  @Test("A watch that hangs is taken up when the cap is raised, and has missed nothing")
  func raisedCap() throws {
    var rig = try Rig(#"{ "connections": 100 }"#, watchers: 102)
    for node in 0..<102 as Range<UInt16> { rig.handle(.listRequested(Rig.watcher(node))) }
    for node in 0..<102 as Range<UInt16> { rig.poll(Rig.watcher(node)) }
    #expect(rig.etcd.watching == 100 && rig.etcd.totals.connectionsRefused == 2)
    // One that hangs gives up; the other is still there when the cap is raised.
    rig.handle(.watchCancelled(Rig.watcher(100)))
    rig.etcd.configuration.connections = 200
    rig.etcd.acceptHanging(from: rig.client, &rig.ports)
    #expect(rig.etcd.watching == 101)
    rig.announce(7)
    #expect(rig.ports.deliveries.map(\.watcher.node.rawValue).contains(101))
    #expect(!rig.ports.deliveries.map(\.watcher.node.rawValue).contains(100))
  }

  @Test("A watch that hangs gets the first connection that is closed")
  func freedConnection() throws {
    var rig = try Rig(#"{ "connections": 100 }"#, watchers: 101)
    for node in 0..<101 as Range<UInt16> { rig.handle(.listRequested(Rig.watcher(node))) }
    for node in 0..<101 as Range<UInt16> { rig.poll(Rig.watcher(node)) }
    rig.handle(.watchCancelled(Rig.watcher(3)))
    #expect(rig.etcd.watching == 100)
    rig.handle(.watchCancelled(Rig.watcher(4)))
    rig.announce(7)
    #expect(rig.ports.deliveries.map(\.watcher.node.rawValue).contains(100))
  }

  @Test("A cut refresh loses nothing where its fields are in the query, and the value in the body")
  func cutRefresh() throws {
    for (place, type) in [("query", "form"), ("body", "form"), ("query", "none"), ("body", "none")]
    {
      var rig = try Rig(announce: #"{ "ttlIn": "\#(place)", "contentType": "\#(type)" }"#)
      rig.ports.now = second(30)
      let refresh = Rig.announcement(1, isRefresh: true)
      rig.handle(.announceCut(refresh, through: .finBoth))
      #expect(rig.text(of: 1) == (place == "query" ? Rig.metadata(1) : ""))
      #expect(rig.expiration(of: 1) == (place == "query" ? second(90) : nil))
      let missing = Rig.announcement(9, isRefresh: true)
      rig.handle(.announceCut(missing, through: .finBoth))
      #expect(rig.text(of: 9) == (place == "query" ? nil : ""), "prevExist is lost with the body")
      // A whole refresh is read from the query too when nobody reads the body.
      rig.announce(2, isRefresh: true)
      #expect(rig.text(of: 2) == (place == "body" && type == "none" ? "" : Rig.metadata(2)))
    }
    var rig = try Rig(#"{ "formErrorPolicy": "reject400" }"#, announce: #"{ "ttlIn": "body" }"#)
    rig.handle(.announceCut(Rig.announcement(1, isRefresh: true), through: .resetBoth))
    #expect(rig.text(of: 1) == Rig.metadata(1) && rig.expiration(of: 1) == second(60))
  }

  @Test("Each corrupt key has its lifetime, one that still stands too")
  func corruptLifetimes() throws {
    var rig = try Rig(announce: #"{ "ttlIn": "body" }"#)
    rig.ports.now = second(10)
    rig.cut(7)
    rig.ports.now = second(12)
    rig.cut(8)
    rig.cut(8)
    #expect(rig.etcd.totals.corruptWritten == 3)
    #expect(rig.etcd.corruptLifetime(at: second(13)) == .seconds(3))
    rig.ports.now = second(14)
    rig.announce(7)
    #expect(rig.etcd.totals.corruptEndedAt == nil, "one still stands")
    #expect(rig.etcd.corruptLifetime(at: second(15)) == .seconds(4))
    #expect(rig.etcd.corruptLifetime(at: second(60)) == .seconds(48))
    rig.ports.now = second(70)
    rig.announce(8)
    #expect(rig.etcd.totals.corruptEndedAt == second(70))
    #expect(rig.etcd.corruptLifetime(at: second(1_000)) == .seconds(58))
  }

  @Test("However many listings are on their way, each is what it was when it was made")
  func listingsUnderWay() throws {
    // Every listing takes longer than the one before it, behind a disk that is slow.
    var rig = try Rig(#"{ "listTimePerEntry": "5ms", "writeTime": "1s" }"#, watchers: 300)
    for number in 0..<300 as Range<UInt16> {
      rig.handle(.listRequested(Rig.watcher(number)))
      rig.announce(10 + number)
    }
    let listings = rig.ports.listings.sorted { $0.at < $1.at }
    #expect(listings.count == 300)
    for listing in listings {
      rig.ports.now = listing.at
      #expect(
        rig.etcd.listing(listing.number).count == 3 + Int(listing.watcher.node.rawValue))
    }
    rig.ports.now = rig.ports.now + .seconds(1)
    rig.handle(.listRequested(Rig.watcher(0)))
    #expect(rig.etcd.listings.count == 1, "what nobody waits for is gone")
  }

  @Test("A slow disk makes writes as much slower as it says, and listings not at all")
  func slowDisk() throws {
    var rig = try Rig(
      #"{ "slowDisk": 50, "writeTime": "2ms", "listTimePerEntry": "1us", "fanout": { "perWatcher": "0s" } }"#
    )
    rig.handle(.faultBegan(.diskSlow))
    rig.ports.now = second(1)
    rig.announce(0)
    #expect(rig.ports.applied[0].at == second(1) + .milliseconds(100))
    rig.ports.now = second(2)
    rig.handle(.listRequested(Rig.watcher(0)))
    #expect(rig.ports.listings[0].at == second(2) + .microseconds(3))
    rig.handle(.faultEnded(.diskSlow))
    rig.ports.now = second(3)
    rig.announce(0)
    #expect(rig.ports.applied[1].at == second(3) + .milliseconds(2))
  }

  @Test("Requests queue: the herd's listings come one after the other")
  func herd() throws {
    var rig = try Rig(#"{ "listTimePerEntry": "1ms" }"#, watchers: 50)
    for node in 0..<50 as Range<UInt16> { rig.handle(.listRequested(Rig.watcher(node))) }
    #expect(rig.ports.listings.map(\.at) == (1...50).map { .start + .milliseconds(3 * $0) })
    #expect(rig.etcd.totals.waitPeak == .milliseconds(150))
  }

  @Test("A member cut off shows what it knew, tells its watchers nothing, and takes no writes")
  func partition() throws {
    var rig = try Rig(#"{ "members": 3 }"#, watchers: 4)
    for node in 0..<4 as Range<UInt16> { rig.watch(node) }
    rig.handle(.faultBegan(.memberPartitioned))
    rig.announce(7)
    // Nodes 0 and 3 talk to the member that is cut off.
    #expect(rig.ports.deliveries.map(\.watcher.node.rawValue) == [1, 2])
    rig.handle(.listRequested(Rig.watcher(3)))
    rig.handle(.listRequested(Rig.watcher(1)))
    let (stale, fresh) = (rig.ports.listings.dropLast().last, rig.ports.listings.last)
    #expect(rig.etcd.listing(try #require(stale).number).count == 3)
    #expect(rig.etcd.listing(try #require(fresh).number).count == 4)
    rig.announce(9)
    #expect(rig.ports.hung.map(\.node.rawValue) == [9] && rig.text(of: 9) == nil)
    rig.cut(12)
    #expect(rig.text(of: 12) == nil)
    rig.handle(.deregistered(APINodeID(0)))
    #expect(rig.text(of: 0) == Rig.metadata(0))

    rig.handle(.faultEnded(.memberPartitioned))
    #expect(rig.ports.deliveries.map(\.watcher.node.rawValue) == [1, 2, 0, 3])
    #expect(rig.ports.deliveries.last?.key == rig.etcd.key(of: APINodeID(7)))
    rig.announce(9)
    #expect(rig.text(of: 9) == Rig.metadata(9))
  }

  @Test("The longest times that a scenario can state queue up without leading past time's end")
  func extremes() throws {
    var rig = try Rig(#"{ "writeTime": "10s", "slowDisk": 10000 }"#)
    rig.handle(.faultBegan(.diskSlow))
    for number in 0..<200 as Range<Int64> {
      rig.ports.now = second(number * 3_600)
      for _ in 0..<1_000 { rig.announce(0) }
    }
    #expect(rig.ports.applied.count == 200_000)
    #expect(rig.ports.hung.count == 200_000)
  }
}
