import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as the API cluster sees it.
struct APIRecorder: API.Ports {
  var now = Instant.start
  var booting: [(node: APINodeID, at: Instant)] = []
  var draining: [APINodeID] = []
  var announceTimers: [(node: APINodeID, generation: UInt16, at: Instant)] = []
  var announcements: [Announcement] = []
  var deregistrations: [APINodeID] = []
  var reports: [(parts: UInt32, settled: Int, fresh: Int, size: Int)] = []
  var readDelays: [Duration] = []
  var reads: [(read: ScyllaDB.Read, cluster: ScyllaClusterID)] = []
  var readTimers: [(slot: UInt32, generation: UInt16)] = []
  var answers: [(call: RemoteCall, ok: Bool)] = []

  mutating func bootFinished(_ node: APINodeID, after delay: Duration) {
    booting.append((node, now + delay))
  }
  mutating func drainFinished(_ node: APINodeID, after delay: Duration) { draining.append(node) }
  mutating func announceDue(_ node: APINodeID, _ generation: UInt16, after delay: Duration) {
    announceTimers.append((node, generation, now + delay))
  }
  mutating func announced(_ announcement: Announcement) { announcements.append(announcement) }
  mutating func deregistered(_ node: APINodeID) { deregistrations.append(node) }
  mutating func utilisationDue(after delay: Duration) {}
  mutating func utilisationMeasured(parts: UInt32, settled: Int, fresh: Int, size: Int) {
    reports.append((parts, settled, fresh, size))
  }
  mutating func read(
    _ read: ScyllaDB.Read, from cluster: ScyllaClusterID, after delay: Duration
  ) {
    reads.append((read, cluster))
    readDelays.append(delay)
  }
  mutating func readTimeOutDue(slot: UInt32, generation: UInt16, after delay: Duration) {
    readTimers.append((slot, generation))
  }
  mutating func callAnswered(_ call: RemoteCall, ok: Bool) { answers.append((call, ok)) }
}

/// An API cluster of ten nodes with four workers each.
struct APIRig {
  var api: API
  var ports = APIRecorder()

  init(
    _ settings: String = "", announce: String = "{}", autoscaler: String = "{}",
    reads: Int = 20, writes: Int = 1, guildReads: Int = 40, guildWrites: Int = 0,
    coalesce: Bool = false,
    nodes: Int = 10, seed: UInt64 = 1
  ) throws {
    let text = """
      { "api": { "nodes": { "initial": \(nodes), "min": 1 }, "workers": 4\(settings) },
        "announce": \(announce), "autoscaler": \(autoscaler) }
      """
    let (configuration, scaling) = try reading(text) {
      (API.Configuration(reading: &$0), Autoscaler.Configuration(reading: &$0))
    }
    api = API(
      configuration: configuration, autoscaler: scaling, identifyReads: reads,
      identifyWrites: writes, guildLoadReads: guildReads, guildLoadWrites: guildWrites,
      coalesce: coalesce,
      memberships: Self.memberships, scale: Scale(1, in: 1), seed: seed, at: .start)
    api.start(through: &ports)
  }

  /// Ten clients in four of eight guilds each, so that their guilds overlap.
  static let memberships = Memberships(
    clients: 10, guildsPerClient: 4, guilds: 8, skew: 0, seed: 1)

  mutating func handle(_ event: API.Event) { api.handle(event, through: &ports) }

  static func session(_ client: UInt32) -> RemoteCall {
    RemoteCall(
      Attempt(client: ClientID(client), number: 1, failures: 0, kind: .identify),
      caller: ElixirNodeID(0), deadline: Deadline(second(100)))
  }

  static func guild(_ guild: UInt32) -> RemoteCall {
    RemoteCall(GuildID(guild), load: 1, caller: ElixirNodeID(0), deadline: Deadline(second(100)))
  }

  mutating func call(_ call: RemoteCall, at node: UInt16 = 0) {
    handle(.callArrived(call, at: APINodeID(node)))
  }

  /// Answers the read asked for last.
  mutating func answer(ok: Bool = true) {
    guard let read = ports.reads.last?.read else { return }
    handle(.readAnswered(slot: read.slot, generation: read.generation, ok: ok))
  }
}

@Suite("API")
struct APITests {
  @Test("The first nodes serve and announce themselves again within an interval, each by itself")
  func start() throws {
    let rig = try APIRig()
    #expect(rig.api.serving == 10 && rig.api.booting == 0)
    #expect(rig.ports.announceTimers.allSatisfy { $0.at <= second(20) })
    #expect(Set(rig.ports.announceTimers.map(\.at)).count == 10)
    #expect(rig.ports.announcements.isEmpty)
  }

  @Test("A node boots, joins, and announces itself at once as new; then every interval")
  func join() throws {
    var rig = try APIRig(#", "bootTime": "90s""#)
    rig.ports.announceTimers = []
    rig.handle(.resized(to: 12))
    #expect(rig.ports.booting.map(\.at) == [second(90), second(90)])
    #expect(rig.api.booting == 2 && rig.api.serving == 10)
    // The same order again asks for nothing: those that boot count.
    rig.handle(.resized(to: 12))
    #expect(rig.ports.booting.count == 2)
    rig.ports.now = second(90)
    rig.handle(.booted(APINodeID(10)))
    let first = try #require(rig.ports.announcements.last)
    #expect(first == Announcement(node: APINodeID(10), number: 1, isFirst: true, isRefresh: false))
    rig.handle(.announceAnswered(first, .stored))
    let timer = try #require(rig.ports.announceTimers.last)
    #expect(timer.at == second(110))
    rig.handle(.announceDue(timer.node, generation: timer.generation))
    #expect(rig.ports.announcements.last?.isFirst == false)
    #expect(rig.ports.announcements.last?.number == 2)
    #expect(rig.api.totals.joins == 1 && rig.api.servingPeak == 11)
  }

  @Test(
    "A failed announce is tried again after the retry delay, and still as the first",
    arguments: [
      AnnounceOutcome.remoteDisconnected, .connectionReset, .timedOut, .rejected,
    ])
  func retries(outcome: AnnounceOutcome) throws {
    var rig = try APIRig(announce: #"{ "retryDelay": "750ms" }"#)
    rig.handle(.resized(to: 11))
    rig.handle(.booted(APINodeID(10)))
    let first = try #require(rig.ports.announcements.last)
    rig.handle(.announceAnswered(first, outcome))
    // The same answer twice is one answer.
    let timers = rig.ports.announceTimers.count
    rig.handle(.announceAnswered(first, .stored))
    #expect(rig.ports.announceTimers.count == timers)
    let timer = try #require(rig.ports.announceTimers.last)
    #expect(timer.at == .start + .milliseconds(750))
    rig.handle(.announceDue(timer.node, generation: timer.generation))
    #expect(rig.ports.announcements.last?.isFirst == true)
    #expect(rig.ports.announcements.last?.number == 2)
    #expect(rig.api.totals.announceFailures == 1)
    #expect(rig.api.totals.remoteDisconnected == (outcome == .remoteDisconnected ? 1 : 0))
  }

  @Test("A node that refreshes puts its key whole first, and again after a refresh has failed")
  func refresh() throws {
    var rig = try APIRig(announce: #"{ "kind": "refresh" }"#)
    func announce() throws -> Announcement {
      let timer = try #require(rig.ports.announceTimers.last)
      rig.handle(.announceDue(timer.node, generation: timer.generation))
      return try #require(rig.ports.announcements.last)
    }
    let known = try announce()
    #expect(known.isRefresh && !known.isFirst)
    rig.handle(.announceAnswered(known, .rejected))
    let whole = try announce()
    #expect(!whole.isRefresh)
    rig.handle(.announceAnswered(whole, .stored))
    let last = try announce()
    #expect(last.isRefresh)
  }

  @Test("Nodes that leave take their key with them and announce no more; one always stays")
  func shrink() throws {
    var rig = try APIRig()
    rig.handle(.resized(to: 4))
    #expect(rig.api.serving == 4 && rig.ports.deregistrations.count == 6)
    #expect(rig.ports.draining == rig.ports.deregistrations)
    for timer in rig.ports.announceTimers {
      rig.handle(.announceDue(timer.node, generation: timer.generation))
    }
    #expect(rig.ports.announcements.count == 4)
    #expect(Set(rig.ports.announcements.map(\.node)).isDisjoint(with: rig.ports.deregistrations))
    let gone = rig.ports.deregistrations[0]
    rig.handle(.drained(gone))
    rig.call(APIRig.session(1), at: gone.rawValue)
    #expect(rig.ports.answers.map(\.ok) == [false] && rig.api.totals.wrongNode == 1)
    rig.handle(.resized(to: 0))
    #expect(rig.api.serving == 1 && rig.api.totals.leaves == 9)
  }

  @Test("Who leaves is each node's own draw: one node less beforehand changes nobody else's turn")
  func drawnLeaves() throws {
    func left(killing: UInt16, by steps: [UInt16], seed: UInt64 = 1) throws -> [UInt16] {
      var rig = try APIRig(seed: seed)
      rig.handle(.killed(count: killing))
      for size in steps { rig.handle(.resized(to: size)) }
      return rig.ports.deregistrations.map(\.rawValue)
    }
    let order = try left(killing: 0, by: [1])
    #expect(order.count == 9 && order != order.sorted())
    #expect(try left(killing: 0, by: [8, 5, 1]) == order, "in steps at one look as at once")
    // Kills take the first nodes.
    let others = try left(killing: 2, by: [1])
    #expect(others.prefix(7) == order.filter { $0 > 1 }.prefix(7))
    // Any node may be the first: 10 of them, 40 seeds, nobody more than 12 times.
    let first = try (1...40 as ClosedRange<UInt64>).compactMap {
      try left(killing: 0, by: [9], seed: $0).first
    }
    #expect(Set(first).count > 6)
    for node in Set(first) { #expect(first.filter { $0 == node }.count <= 12) }
  }

  @Test("Nodes that vanish leave their keys behind, and are replaced when the size is asked again")
  func killed() throws {
    var rig = try APIRig()
    rig.handle(.killed(count: 3))
    #expect(rig.api.serving == 7 && rig.ports.deregistrations.isEmpty)
    rig.handle(.resized(to: 10))
    #expect(rig.ports.booting.map(\.node.rawValue) == [10, 11, 12], "numbers are not used again")
    rig.handle(.killed(count: 20_000))
    #expect(rig.api.serving == 0)
    #expect(rig.api.utilisation(at: .start) <= 1)
  }

  @Test("A session's call reads one cluster, then the other, in batches, and writes once")
  func sessionReads() throws {
    var rig = try APIRig(#", "readBatch": 5"#)
    rig.call(APIRig.session(1))
    for _ in 0..<10 where rig.ports.answers.isEmpty { rig.answer() }
    #expect(rig.ports.reads.map(\.read.reads) == [5, 5, 2, 5, 3])
    #expect(rig.ports.reads.map(\.cluster) == [.sessions, .sessions, .sessions, .guilds, .guilds])
    #expect(rig.ports.reads.map(\.read.writes) == [1, 0, 0, 0, 0])
    #expect(rig.ports.answers.map(\.ok) == [true] && rig.api.totals.succeeded == 1)
    #expect(rig.api.pool.busy == 0)
  }

  @Test("A guild's call reads its cluster only, whether reads are coalesced or not")
  func guildReads() throws {
    var rig = try APIRig(coalesce: true)
    rig.call(APIRig.guild(1))
    for _ in 0..<10 where rig.ports.answers.isEmpty { rig.answer() }
    #expect(rig.ports.reads.map(\.read.reads) == [32, 8])
    #expect(rig.ports.reads.allSatisfy { $0.cluster == .guilds && $0.read.writes == 0 })
  }

  @Test("A guild's call writes to its cluster once, with its first batch")
  func guildWrites() throws {
    var rig = try APIRig(guildWrites: 3)
    rig.call(APIRig.guild(1))
    for _ in 0..<10 where rig.ports.answers.isEmpty { rig.answer() }
    #expect(rig.ports.reads.map(\.read.writes) == [3, 0])
  }

  @Test("Coalesced, a session's start reads only those of its guilds that nobody reads just now")
  func coalescing() throws {
    var rig = try APIRig(coalesce: true)
    func guilds(_ client: UInt32) -> Set<Int> {
      Set((0..<4).map { APIRig.memberships.guild(of: ClientID(client), place: $0).index })
    }
    // 12 of the 20 reads are of the sessions cluster, 2 of each of the four guilds.
    rig.call(APIRig.session(1))
    rig.answer()
    let first = try #require(rig.ports.reads.last)
    #expect(first.cluster == .guilds && Int(first.read.reads) == 2 * guilds(1).count)
    rig.call(APIRig.session(2))
    rig.answer()
    let second = try #require(rig.ports.reads.last)
    let own = guilds(2).subtracting(guilds(1))
    #expect(!own.isEmpty && own.count < 4)
    #expect(second.cluster == .guilds && Int(second.read.reads) == 2 * own.count)
    // Nothing is remembered: once all are answered, the next start reads all of its guilds.
    for read in [first.read, second.read] {
      rig.handle(.readAnswered(slot: read.slot, generation: read.generation, ok: true))
    }
    #expect(rig.ports.answers.count == 2)
    rig.call(APIRig.session(2))
    rig.answer()
    #expect(Int(try #require(rig.ports.reads.last).read.reads) == 2 * guilds(2).count)
  }

  @Test("A read is numbered by what it is for, whoever else has a worker")
  func readKeys() throws {
    func keys(after others: UInt32) throws -> [UInt32] {
      var rig = try APIRig(#", "readBatch": 5"#)
      for client in 0..<others { rig.call(APIRig.session(1_000 + client)) }
      rig.ports.reads = []
      rig.call(APIRig.session(7))
      for _ in 0..<10 where rig.ports.answers.isEmpty { rig.answer() }
      rig.call(APIRig.guild(7))
      let timer = try #require(rig.ports.readTimers.last)
      rig.handle(.readTimedOut(slot: timer.slot, generation: timer.generation))
      return rig.ports.reads.map(\.read.key)
    }
    let alone = try keys(after: 0)
    // Five batches of the session's; the guild's first, and its retry.
    #expect(alone.count == 7 && Set(alone).count == 7)
    #expect(try keys(after: 3) == alone)
  }

  @Test("A worker is held while it reads; calls queue for one, and beyond the bound are refused")
  func workersHeld() throws {
    // Without users' traffic all forty workers are there for calls.
    var rig = try APIRig(#", "queueBound": 1"#)
    rig.api.trafficChanged(servedShare: 0, through: &rig.ports)
    for client in 0..<60 as Range<UInt32> { rig.call(APIRig.session(client)) }
    #expect(rig.ports.reads.count == 40 && rig.api.pool.waiting == 10)
    #expect(rig.api.totals.refused == 10 && rig.ports.answers.count == 10)
    #expect(rig.api.utilisation(at: .start) == 1)
    rig.handle(
      .readAnswered(slot: rig.ports.reads[0].read.slot, generation: 0, ok: false))
    #expect(rig.ports.reads.count == 41 && rig.api.pool.waiting == 9)
    #expect(rig.api.totals.failed == 1)
  }

  @Test("A read that times out is repeated so often; then the call fails and late answers are void")
  func readTimeOuts() throws {
    var rig = try APIRig(#", "readRetries": 2"#)
    rig.call(APIRig.session(1))
    for retry in 1...3 {
      let timer = try #require(rig.ports.readTimers.last)
      rig.handle(.readTimedOut(slot: timer.slot, generation: timer.generation))
      #expect(rig.ports.reads.count == min(3, retry + 1))
    }
    #expect(rig.ports.answers.map(\.ok) == [false] && rig.api.totals.readTimeouts == 3)
    for read in rig.ports.reads {
      rig.handle(.readAnswered(slot: read.read.slot, generation: read.read.generation, ok: true))
    }
    #expect(rig.ports.answers.count == 1 && rig.api.pool.busy == 0)
  }

  @Test("At 100% the budget is no limit, however many time out at once")
  func noBudget() throws {
    var rig = try APIRig(nodes: 600)
    for client in 0..<600 as Range<UInt32> { rig.call(APIRig.session(client)) }
    #expect(rig.ports.reads.count == 600)
    for timer in rig.ports.readTimers {
      rig.handle(.readTimedOut(slot: timer.slot, generation: timer.generation))
    }
    #expect(rig.ports.reads.count == 1_200 && rig.api.totals.failed == 0)
  }

  @Test("A worker works on a call by its class before it asks the databases, and only once")
  func serviceTimes() throws {
    var rig = try APIRig(
      #", "serviceTime": { "session": "20ms", "guild": "80ms" }"#, nodes: 400)
    for subject in 0..<400 as Range<UInt32> {
      rig.call(subject < 200 ? APIRig.session(subject) : APIRig.guild(subject))
    }
    let delays = rig.ports.readDelays.map(\.seconds)
    func interval(_ delays: ArraySlice<Double>) -> Interval {
      // Means of ten each.
      let first = delays.startIndex
      return Interval(
        of: (0..<20).map { delays[(first + $0 * 10)..<(first + $0 * 10 + 10)].reduce(0, +) / 10 })
    }
    let (sessions, guilds) = (interval(delays[..<200]), interval(delays[200...]))
    #expect(sessions.contains(0.02) && sessions.isSharp(0.02, within: 0.3), "\(sessions)")
    #expect(guilds.contains(0.08) && guilds.isSharp(0.08, within: 0.3), "\(guilds)")
    // The worker is held meanwhile, which the autoscaler sees.
    #expect(rig.api.pool.busy == 400)
    rig.answer()
    #expect(rig.ports.readDelays.last == .zero, "the next batch goes out at once")
  }

  @Test("When all numbers have been used, a node gets that of the one which is gone for longest")
  func numbersReused() throws {
    var rig = try APIRig(nodes: 1)
    func grow(to size: UInt16) {
      rig.handle(.resized(to: size))
      for (node, _) in rig.ports.booting { rig.handle(.booted(node)) }
      rig.ports.booting = []
    }
    while rig.api.nodes.count < Int(UInt16.max) {
      grow(to: UInt16(min(20_000, 1 + Int(UInt16.max) - rig.api.nodes.count)))
      rig.handle(.resized(to: 1))
      for node in rig.ports.draining { rig.handle(.drained(node)) }
      rig.ports.draining = []
    }
    let oldest = rig.api.gone[..<3].map { APINodeID($0) }
    let generations = oldest.map { rig.api.nodes[$0.index].announceGeneration }
    rig.ports.announcements = []
    rig.handle(.resized(to: UInt16(rig.api.serving + rig.api.booting + 3)))
    #expect(rig.ports.booting.suffix(3).map(\.node) == oldest)
    for (node, _) in rig.ports.booting { rig.handle(.booted(node)) }
    let announced = rig.ports.announcements.filter { oldest.contains($0.node) }
    #expect(announced.count == 3 && announced.allSatisfy(\.isFirst))
    for (node, generation) in zip(oldest, generations) {
      rig.handle(.announceDue(node, generation: generation))
    }
    #expect(rig.ports.announcements.filter { oldest.contains($0.node) }.count == 3)
  }

  @Test("Without a retry budget the first hundred retries are all that there are")
  func retryBudget() throws {
    var rig = try APIRig(#", "retryBudget": 0, "readRetries": 10"#)
    for client in 0..<200 as Range<UInt32> {
      rig.call(APIRig.session(client))
      while rig.ports.answers.count <= Int(client), let timer = rig.ports.readTimers.last {
        rig.handle(.readTimedOut(slot: timer.slot, generation: timer.generation))
      }
    }
    #expect(rig.ports.reads.count == 200 + 100)
  }

  @Test("Users' traffic keeps the target's share of the workers busy, and follows who is served")
  func httpShare() throws {
    var rig = try APIRig(autoscaler: #"{ "target": 0.6 }"#)
    #expect(abs(rig.api.utilisation(at: .start) - 0.6) < 1e-9)
    rig.api.trafficChanged(servedShare: 0.5, through: &rig.ports)
    #expect(abs(rig.api.utilisation(at: .start) - 0.3) < 1e-9)
    rig.handle(.utilisationDue)
    let report = try #require(rig.ports.reports.last)
    #expect(report.parts == 300_000 && report.settled == 10 && report.size == 10)
  }

  @Test("A node is fresh while it initialises, the first ones never are")
  func freshNodes() throws {
    var rig = try APIRig(autoscaler: #"{ "initialisation": "60s" }"#)
    rig.handle(.resized(to: 12))
    rig.handle(.booted(APINodeID(10)))
    rig.ports.now = second(59)
    rig.handle(.utilisationDue)
    rig.ports.now = second(60)
    rig.handle(.utilisationDue)
    #expect(rig.ports.reports.map(\.fresh) == [1, 0])
    #expect(rig.ports.reports.map(\.settled) == [10, 11])
    #expect(rig.ports.reports.map(\.size) == [12, 12])
  }
}
