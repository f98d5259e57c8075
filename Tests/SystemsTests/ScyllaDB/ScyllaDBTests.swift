import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as a database cluster sees it.
struct ScyllaRecorder: ScyllaDB.Ports {
  var now = Instant.start
  /// Reads that occupy a shard, with the instant at which it is free again.
  var busy: [(read: ScyllaDB.Read, until: Instant)] = []
  var answers: [(read: ScyllaDB.Read, ok: Bool, after: Duration)] = []
  var checks = 0
  /// Events of the repair that the cluster has ordered for itself.
  var timers: [(event: ScyllaDB.Event, at: Instant)] = []

  mutating func readServed(
    _ read: ScyllaDB.Read, by cluster: ScyllaClusterID, after delay: Duration
  ) { busy.append((read, now + delay)) }
  mutating func readAnswered(_ read: ScyllaDB.Read, ok: Bool, after delay: Duration) {
    answers.append((read, ok, delay))
  }
  mutating func repairDue(_ cluster: ScyllaClusterID, after delay: Duration) {
    timers.append((.repairDue, now + delay))
  }
  mutating func repairOverDue(_ cluster: ScyllaClusterID, run: UInt16, after delay: Duration) {
    timers.append((.repairOver(run: run), now + delay))
  }
  mutating func overloadCheckDue(_ cluster: ScyllaClusterID, after delay: Duration) { checks += 1 }
}

/// A sessions cluster without ordinary load unless the settings say otherwise.
struct ScyllaRig {
  var database: ScyllaDB
  var ports = ScyllaRecorder()

  // `settings` are members of `scylla.sessions` beside the quiet ones here.
  init(_ settings: String = "", scale: Scale = Scale(1, in: 1), seed: UInt64 = 1) throws {
    let quiet = #""load": 0, "compaction": { "share": 0 }, "queueBound": 1000000"#
    let text = settings.contains(#""repair""#) ? settings : settings + sep(settings) + still
    let whole = #"{ "scylla": { "sessions": { \#(quiet)\#(sep(text))\#(text) } } }"#
    database = ScyllaDB(
      .sessions,
      configuration: try reading(whole) { reader in
        ScyllaDB.Configuration(
          .sessions, repair: ScyllaDB.RepairConfiguration(reading: &reader), reading: &reader)
      }, scale: scale, seed: seed, at: .start)
  }

  static func read(
    _ slot: UInt32, key: UInt32? = nil, reads: UInt8 = 1, writes: UInt8 = 0,
    deadline: Instant = second(3_000)
  ) -> ScyllaDB.Read {
    ScyllaDB.Read(
      slot: slot, key: key ?? slot, generation: 0, deadline: Deadline(deadline), reads: reads,
      writes: writes)
  }

  mutating func handle(_ event: ScyllaDB.Event) { database.handle(event, through: &ports) }

  /// Lets the repair's timers pass up to an instant.
  mutating func run(until end: Instant) {
    while let timer = ports.timers.takeEarliest(until: end) {
      ports.now = timer.at
      handle(timer.event)
    }
    ports.now = end
  }

  /// Lets the shard that is free first take up its next read.
  mutating func finishNext() {
    guard let next = ports.busy.indices.min(by: { ports.busy[$0].until < ports.busy[$1].until })
    else { return }
    let done = ports.busy.remove(at: next)
    ports.now = done.until
    handle(.readServed(done.read))
  }

  /// Mean time in seconds of so many reads that meet no queue.
  mutating func meanService(of count: UInt32, reads: UInt8 = 1, writes: UInt8 = 0) -> Double {
    var sum = 0.0
    for slot in 0..<count {
      handle(.readArrived(Self.read(slot, reads: reads, writes: writes)))
      sum += ports.answers.last?.after.seconds ?? 0
      while !ports.busy.isEmpty { finishNext() }
    }
    return sum / Double(count)
  }
}

private let still = #""repair": { "running": false }"#
private func sep(_ text: String) -> String { text.isEmpty ? "" : ", " }

@Suite("ScyllaDB")
struct ScyllaDBTests {
  /// Means of 20 seeds.
  private func interval(
    _ settings: String, reads: UInt8 = 1, writes: UInt8 = 0,
    prepare: (inout ScyllaRig) -> Void = { _ in }
  ) throws -> Interval {
    Interval(
      of: try (0..<20 as Range<UInt64>).map { seed in
        var rig = try ScyllaRig(settings, seed: seed)
        prepare(&rig)
        return rig.meanService(of: 300, reads: reads, writes: writes)
      })
  }

  @Test(
    "What background work takes of a shard stretches every read by 1 / (1 - share)",
    arguments: [
      ("", 0.002), (#""repair": { "running": true, "share": 0.5 }"#, 0.004),
      (#""repair": { "running": true, "share": 0.5, "intensity": 0.5 }"#, 0.002 / 0.75),
      (#""repair": { "running": true, "share": 0.6, "intensity": 0 }"#, 0.002),
    ])
  func shares(settings: String, mean: Double) throws {
    let found = try interval(settings)
    #expect(found.contains(mean), "\(found)")
    #expect(found.isSharp(mean, within: 0.1), "\(found)")
  }

  @Test("A batch takes its reads and its writes one after the other")
  func batches() throws {
    let found = try interval("", reads: 12, writes: 1)
    #expect(found.contains(0.025), "\(found)")
    #expect(found.isSharp(0.025, within: 0.05), "\(found)")
  }

  @Test("A read's time is its own: reads before it, and the slot that asks, leave it alone")
  func keyedTimes() throws {
    /// The times of ten reads, after so many others.
    func times(after others: UInt32) throws -> [Duration] {
      var rig = try ScyllaRig(#""nodesDown": 10"#)
      for slot in 0..<others {
        rig.handle(.readArrived(ScyllaRig.read(slot, key: 1_000 + slot)))
      }
      rig.ports.answers = []
      for key in 0..<10 as Range<UInt32> {
        rig.handle(.readArrived(ScyllaRig.read(others + key, key: key, reads: 3)))
      }
      return rig.ports.answers.map { $0.ok ? $0.after : .zero }
    }
    let alone = try times(after: 0)
    #expect(Set(alone).count > 5)
    for others in [1, 7, 100] as [UInt32] { #expect(try times(after: others) == alone) }
  }

  @Test("Shares add up, and never take more than 95 %")
  func occupied() throws {
    var rig = try ScyllaRig(
      #""repair": { "running": true, "share": 0.6 }"#)
    #expect(abs(rig.database.occupiedShare(at: .start) - 0.6) < 1e-12)
    rig.database.configuration.load = 0.3
    rig.database.trafficChanged(servedShare: 0.5)
    #expect(abs(rig.database.occupiedShare(at: .start) - 0.75) < 1e-12)
    rig.database.configuration.compactionShare = 0.5
    #expect(rig.database.occupiedShare(at: .start) == 0.95)
    rig.database.setRepair(running: false)
    #expect(abs(rig.database.occupiedShare(at: .start) - 0.65) < 1e-12)
    rig.database.setRepair(running: true)
    #expect(rig.database.isRepairing)
  }

  @Test(
    "Repair runs as whole jobs: intensity rounds down to them, but one runs at the least",
    arguments: [(1.0, 10), (0.99, 9), (0.55, 5), (0.1, 1), (0.01, 1), (0, 0)])
  func wholeJobs(intensity: Double, jobs: Int) throws {
    // Thirty nodes, three replicas: ten jobs at most.
    let rig = try ScyllaRig(
      #""repair": { "running": true, "share": 0.5, "intensity": \#(intensity) }"#)
    #expect(abs(rig.database.occupiedShare(at: .start) - 0.05 * Double(jobs)) < 1e-12)
  }

  @Test("With pauseOnOverload repair stops above 90 % and goes on under 50 %, an operator's stays")
  func pauseOnOverload() throws {
    var rig = try ScyllaRig(
      #""nodes": 3, "shards": 1, "repair": { "running": true, "pauseOnOverload": true }"#)
    rig.database.start(through: &rig.ports)
    #expect(rig.ports.checks == 1)
    rig.handle(.overloadCheckDue)
    #expect(rig.database.isRepairing && rig.ports.checks == 2)
    for slot in 0..<9 as Range<UInt32> { rig.handle(.readArrived(ScyllaRig.read(slot))) }
    rig.handle(.overloadCheckDue)
    #expect(!rig.database.isRepairing)
    while !rig.ports.busy.isEmpty { rig.finishNext() }
    rig.handle(.overloadCheckDue)
    #expect(rig.database.isRepairing)
    rig.database.setRepair(running: false)
    rig.handle(.overloadCheckDue)
    #expect(!rig.database.isRepairing, "what an operator stopped stays stopped")
    var plain = try ScyllaRig()
    plain.database.start(through: &plain.ports)
    #expect(plain.ports.checks == 0)
  }

  @Test(
    "With nodes down a read finds its majority with the hypergeometric probability",
    arguments: [(3, 1), (10, 3), (30, 10), (5, 5), (30, 0)])
  func quorum(nodes: Int, down: Int) throws {
    let shares = try (0..<20 as Range<UInt64>).map { seed in
      var rig = try ScyllaRig(#""nodes": \#(nodes), "nodesDown": \#(down)"#, seed: seed)
      for slot in 0..<500 as Range<UInt32> { rig.handle(.readArrived(ScyllaRig.read(slot))) }
      return 1 - Double(rig.database.totals.unavailable) / 500
    }
    // At most one of three replicas is among those down.
    let (n, d) = (Double(nodes), Double(down))
    let ways = n * (n - 1) * (n - 2) / 6
    let up = n - d
    let exact = (up * (up - 1) * (up - 2) / 6 + d * up * (up - 1) / 2) / ways
    let interval = Interval(of: shares)
    #expect(abs(interval.mean - exact) <= interval.halfWidth + 1e-12, "\(interval), \(exact)")
    #expect(interval.halfWidth < 0.03)
  }

  @Test("One slow node slows the share of the reads whose majority contains it")
  func slowNode() throws {
    let mean = 0.002 * (1 + 2.0 / 30 * 9)
    let found = try interval(#""slowNode": 10"#)
    #expect(found.contains(mean), "\(found)")
  }

  @Test("A hot partition's reads queue at its few shards, however many the others are")
  func hotPartition() throws {
    func last(_ settings: String) throws -> Double {
      var rig = try ScyllaRig(settings)
      for slot in 0..<200 as Range<UInt32> { rig.handle(.readArrived(ScyllaRig.read(slot))) }
      return rig.ports.answers.last?.after.seconds ?? 0
    }
    // 200 reads at once on 240 shards; half of each goes to three of them: 200 x 1 ms / 3.
    let (even, hot) = (try last(""), try last(#""hotPartition": 0.5"#))
    #expect(even < 0.03)
    #expect(abs(hot - 0.0667) < 0.001)
  }

  @Test("A major compaction takes its share in waves, from its start to the end of the last")
  func majorCompaction() throws {
    let rig = try ScyllaRig("")
    var database = rig.database
    database.configuration.majorCompactionAt = second(3_600)
    database.configuration.majorCompactionTime = .hours(2)
    database.configuration.majorCompactionShare = 0.8
    database.configuration.majorCompactionStagger = 0.25
    for (hour, share) in [(0.99, 0), (1, 0.2), (5, 0.2), (8.99, 0.2), (9, 0)] as [(Double, Double)]
    {
      let now = Instant.start + Duration(seconds: hour * 3_600)
      #expect(abs(database.occupiedShare(at: now) - share) < 1e-12, "hour \(hour)")
    }
  }

  @Test("What a client gave up on is served all the same, keeps a shard busy, and is wasted")
  func wasted() throws {
    var rig = try ScyllaRig(#""nodes": 3, "shards": 1"#)
    for slot in 0..<100 as Range<UInt32> {
      rig.handle(.readArrived(ScyllaRig.read(slot, reads: 100, deadline: second(2))))
    }
    while !rig.ports.busy.isEmpty { rig.finishNext() }
    #expect(rig.database.totals.served == 100 && rig.ports.answers.count == 100)
    let answered = rig.ports.answers.map(\.ok)
    #expect(!answered.contains(false))
    // 100 batches of 0.2 s on three shards: 6.7 s, of which 2 are in time.
    #expect((60...78).contains(rig.database.totals.wasted))
    #expect(rig.ports.now > second(5))
  }

  @Test("More than the queue holds is refused at once")
  func queueBound() throws {
    var rig = try ScyllaRig(#""nodes": 3, "shards": 1"#)
    var configuration = rig.database.configuration
    configuration.queueBound = 5
    rig.database = ScyllaDB(
      .sessions, configuration: configuration, scale: Scale(1, in: 1), seed: 1, at: .start)
    for slot in 0..<20 as Range<UInt32> { rig.handle(.readArrived(ScyllaRig.read(slot))) }
    #expect(rig.database.totals.refused == 12 && rig.database.totals.arrived == 20)
    let refused = rig.ports.answers.filter { !$0.ok }.map(\.after)
    #expect(refused == Array(repeating: .zero, count: 12))
  }

  @Test(
    "A small scale keeps the capacity exact: at saturation it serves shards / mean service",
    arguments: [(1, 1), (1, 10), (1, 100), (3, 1_000)])
  func scaledThroughput(numerator: Int, denominator: Int) throws {
    let scale = Scale(numerator, in: denominator)
    let exact = 240 * scale.fraction / 0.002
    let rates = try (0..<20 as Range<UInt64>).map { seed in
      var rig = try ScyllaRig("", scale: scale, seed: seed)
      let jobs = 600
      for slot in 0..<UInt32(jobs + 400) { rig.handle(.readArrived(ScyllaRig.read(slot))) }
      for _ in 0..<jobs { rig.finishNext() }
      return Double(jobs) / rig.ports.now.elapsed(since: .start).seconds
    }
    let interval = Interval(of: rates)
    // The first completions of many parallel shards come early by less than one service.
    #expect(
      abs(interval.mean - exact) <= interval.halfWidth + exact * 0.01, "\(interval), \(exact)")
    #expect(interval.isSharp(exact, within: 0.06), "\(interval)")
  }

  @Test(
    "A stretched shard makes up for pauses between requests, and saves up no more than one read")
  func madeUp() throws {
    // 240 shards at 1/1000 are 0.24 of one: a read of 64 ms keeps it busy for 267.
    let rates = try (0..<20 as Range<UInt64>).map { seed in
      var rig = try ScyllaRig("", scale: Scale(1, in: 1_000), seed: seed)
      for slot in 0..<300 as Range<UInt32> {
        rig.handle(.readArrived(ScyllaRig.read(slot, reads: 32)))
        rig.finishNext()
        // Whoever waited for it needs a while before the next.
        rig.ports.now = rig.ports.now + .milliseconds(slot % 4 == 0 ? 150 : 1)
      }
      return 300 / rig.ports.now.elapsed(since: .start).seconds
    }
    let interval = Interval(of: rates)
    #expect(interval.contains(0.24 / 0.064), "\(interval)")
    #expect(interval.isSharp(0.24 / 0.064, within: 0.03), "\(interval)")

    var rig = try ScyllaRig("", scale: Scale(1, in: 1_000))
    rig.handle(.readArrived(ScyllaRig.read(0, reads: 32)))
    let first = try #require(rig.ports.busy.last).until.elapsed(since: .start).seconds
    rig.finishNext()
    // An hour without requests.
    rig.ports.now = second(3_600)
    var saved = 0.0
    for slot in 1..<10 as Range<UInt32> {
      let start = rig.ports.now
      rig.handle(.readArrived(ScyllaRig.read(slot, reads: 32)))
      let taken = try #require(rig.ports.busy.last).until.elapsed(since: start).seconds
      let answer = try #require(rig.ports.answers.last).after.seconds
      #expect(taken >= answer - 1e-9, "no shard is free before its read is done")
      saved += answer / 0.24 - taken
      rig.finishNext()
    }
    #expect(saved > 0.1 && saved < first * 2)
  }

  @Test("The most extreme settings on the smallest scale do not trap")
  func extremes() throws {
    var rig = try ScyllaRig(
      """
      "nodes": 3, "shards": 1, "readTime": "100ms", "slowNode": 100, "hotPartition": 0.9,
      "repair": { "running": true, "share": 0.6 }
      """, scale: Scale(1, in: 1_000_000))
    rig.database.configuration.load = 0.8
    for slot in 0..<50 as Range<UInt32> {
      rig.handle(.readArrived(ScyllaRig.read(slot, reads: 255)))
    }
    for _ in 0..<10 { rig.finishNext() }
    #expect(rig.database.totals.arrived == 50)
  }

  @Test(
    "More replicas, or more nodes down, than there are nodes is an error in the scenario",
    arguments: [#""replicationFactor": 7, "nodes": 5"#, #""nodesDown": 31"#])
  func refuses(settings: String) throws {
    let found = try complaints(about: #"{ "scylla": { "sessions": { \#(settings) } } }"#) {
      reader in
      ScyllaDB.Configuration(
        .sessions, repair: ScyllaDB.RepairConfiguration(reading: &reader), reading: &reader)
    }
    #expect(found.contains("scylla.sessions"), "\(found)")
  }
}
