import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("Runs of a sweep")
struct SweepRunsTests {
  /// Every value of them makes other runs, so that a run under a wrong point is another one.
  private static let axes = ["faults.stop.count=2,4", "mitigation=none,late"]

  @Test("The same bytes for any number of jobs, any sharding, and after any interruption")
  func sameBytes() async throws {
    let sweep = try SweepFixture.sweep(Self.axes)
    var whole = MemoryJournals()
    _ = await whole.run(sweep)
    let expected = whole.tables(sweep.plan)
    #expect(expected.contains("\"runs\": 8") && !expected.hasPrefix("missing"))
    let index = whole.index()
    var digests: Set<String> = []
    for point in 0..<4 {
      let keys = sweep.plan.keys(of: point)
      for seed in [5, 6] as [UInt64] {
        let place = try #require(index.place(of: keys.key(seed: seed)))
        digests.insert("\(try #require(index.record(whole.fetch(place))).runDigest)")
      }
    }
    #expect(digests.count == 8, "no run is like that of another point")

    var jobs = MemoryJournals()
    _ = await jobs.run(sweep, jobs: 3)
    #expect(jobs.tables(sweep.plan) == expected)

    var shards = MemoryJournals()
    for index in [2, 0, 1] { _ = await shards.run(sweep, shard: .init(index: index, count: 3)) }
    #expect(shards.tables(sweep.plan) == expected)

    var parts = MemoryJournals()
    let seed = UInt64.random(in: .min ... .max)
    let stream = RandomStream(seed: seed, name: "test")
    var draw: UInt64 = 0
    while parts.tables(sweep.plan).hasPrefix("missing") {
      let before = parts.index().runCount
      _ = await parts.run(sweep, jobs: 2, most: 1 + Int(stream.bits(for: 1, draw: draw) % 3))
      // What a kill leaves of the last line.
      let last = parts.files.count - 1
      let cut = Int(stream.bits(for: 2, draw: draw) % 20)
      parts.files[last].removeLast(min(cut, parts.files[last].count))
      #expect(parts.index().runCount >= before, "seed \(seed)")
      #expect(parts.index().duplicates.isEmpty, "seed \(seed): nothing is run twice")
      draw += 1
    }
    #expect(parts.tables(sweep.plan) == expected, "seed \(seed)")
  }

  @Test("Points and seeds are added without running again what is there")
  func grows() async throws {
    let small = try SweepFixture.sweep(
      ["faults.stop.count=4", "mitigation=none,late"], seeds: 1)
    let large = try SweepFixture.sweep(Self.axes)
    #expect(small.plan.identity == large.plan.identity)
    var journals = MemoryJournals()
    _ = await journals.run(small)
    let before = journals.index().runCount
    _ = await journals.run(large)
    #expect(before == 2 && journals.index().runCount == 8)
    #expect(journals.index().duplicates.isEmpty)
    var whole = MemoryJournals()
    _ = await whole.run(large)
    #expect(journals.tables(large.plan) == whole.tables(large.plan))
  }

  @Test("Replications have the same seeds at all points, and a point is what a comparison runs")
  func commonSeeds() async throws {
    let sweep = try SweepFixture.sweep(["mitigation=none,idle,one"], seeds: 2)
    var journals = MemoryJournals()
    _ = await journals.run(sweep)
    let index = journals.index()
    func outcomes(_ point: Int) throws -> [RunOutcome] {
      try (0..<2).map { number in
        let place = try #require(
          index.place(of: sweep.plan.keys(of: point).key(seed: 5 + UInt64(number))))
        return try #require(index.record(journals.fetch(place))).outcome
      }
    }
    #expect(try outcomes(0) == outcomes(1), "a mitigation that changes nothing changes nothing")
    let file = try SweepFixture.source().file
    var runs = ComparisonRuns(
      try ComparisonPlan(file, settings: [.init(name: "as written", patches: [])]), version: "test")
    await runs.extend(by: 2, jobs: 1)
    #expect(try outcomes(0).map(\.digest) == runs.baseline(0).map(\.digest))
    #expect(try outcomes(2).map(\.digest) == runs.arm(1, 0).map(\.digest))
  }

  @Test("A run that cannot be recorded ends the sweep, and what was recorded stays")
  func stops() async throws {
    let sweep = try SweepFixture.sweep(Self.axes)
    var journals = MemoryJournals()
    let end = await journals.run(sweep, jobs: 2, most: 3)
    guard case .stopped = end else {
      Issue.record("stopped: \(end)")
      return
    }
    #expect(journals.index().runCount == 3)
  }

  @Test(
    "Points that coincide are run and recorded once, and each has its rows",
    arguments: [(nil, 1), (nil, 3), (0.5, 2)] as [(Double?, Int)])
  func repeats(halfWidth: Double?, jobs: Int) async throws {
    let sweep = try SweepFixture.sweep(
      ["faults.stop.count=2..4"], seeds: 2, halfWidth: halfWidth,
      design: .init(kind: .random, points: 10, seed: 1))
    let values = (0..<10).map { sweep.plan.values(of: $0)[0] }
    let distinct = Set(values).count
    try #require(distinct == 3)
    let repeats = SweepRepeats(sweep.plan)
    #expect(repeats.count == 7 && sweep.plan.runsMax(of: .whole, repeats) == 6)
    for point in 0..<10 {
      #expect(repeats.contains(point) == values[..<point].contains(values[point]))
    }
    var journals = MemoryJournals()
    guard case .finished = await journals.run(sweep, jobs: jobs) else {
      Issue.record("finished")
      return
    }
    let index = journals.index()
    #expect(index.duplicates.isEmpty && index.runCount == 6 && index.files[0].runs == 6)
    let completeness = SweepResults(sweep.plan, index).completeness(fetch: journals.fetch)
    #expect(completeness.isComplete && completeness.runs == 6)
    let rows = journals.tables(sweep.plan).split(separator: "\n")
    for point in 0..<10 {
      let found = rows.filter {
        $0.hasPrefix("\(point),\(values[point]),") && $0.contains(",outage.probability,")
      }
      #expect(found.count == 2, "point \(point)")
    }
  }

  @Test("A combination that the scenario refuses is told before the first run")
  func refused() {
    let errors = SweepFixture.errors(["end=00:00:12,00:00:20", "start=00:00:00,00:00:15"])
    #expect(errors.contains { $0.contains("--axis:1:16 'end' is 00:00:12, which is not after") })
  }
}

@Suite("Schedule of a sweep")
struct SweepScheduleTests {
  private static func plan(points: Int, seeds: Int, halfWidth: Double?) -> SweepPlan {
    SweepPlan(
      name: "x", version: "test", scenarios: [.init(name: "s", bytes: [])],
      axes: [SweepAxis(name: "a", levels: .list((0..<points).map { "\($0)" }))], design: .grid,
      patches: [], until: nil, replication: .init(firstSeed: 1, count: seeds, halfWidth: halfWidth))
  }

  /// User-minutes lost: of some points always the same, of others far apart.
  private static func lost(_ run: SweepSchedule.Run, _ stream: RandomStream) -> Double {
    let spread = Double(run.point % 3) * 200
    return 1_000 + spread
      * (stream.unit(for: UInt64(run.point), draw: UInt64(run.replication)) - 0.5)
  }

  @Test("A rule comes to the same seeds with any number of jobs, in any order of completion")
  func rule() {
    let seed = UInt64.random(in: .min ... .max)
    let stream = RandomStream(seed: seed, name: "test")
    let plan = Self.plan(points: 9, seeds: 60, halfWidth: 0.05)
    var counts: [[Int]] = []
    for jobs in [1, 2, 5, 20] {
      var schedule = SweepSchedule(plan, .whole, recorded: { _ in nil })
      var running: [SweepSchedule.Run] = []
      var values: [Int: [Double?]] = [:]
      var draw: UInt64 = 0
      while true {
        while running.count < jobs, let run = schedule.next() { running.append(run) }
        guard !running.isEmpty else { break }
        let pick = Int(stream.bits(for: UInt64(jobs), draw: draw) % UInt64(running.count))
        draw += 1
        let run = running.remove(at: pick)
        var list = values[run.point] ?? Array(repeating: nil, count: 60)
        #expect(list[run.replication] == nil, "nothing is run twice: seed \(seed)")
        list[run.replication] = Self.lost(run, stream)
        values[run.point] = list
        schedule.finish(run, lost: Self.lost(run, stream))
      }
      counts.append(
        (0..<9).map { point in
          var seen: [Double] = []
          for value in values[point] ?? [] {
            guard let value else { break }
            seen.append(value)
            if plan.replication.isEnough(seen) { return seen.count }
          }
          return -1
        })
    }
    #expect(Set(counts).count == 1, "seed \(seed): \(counts)")
    #expect(counts[0].allSatisfy { $0 > 1 } && counts[0][0] < counts[0][2], "\(counts[0])")
  }

  @Test("Shards have every point once, and recorded runs are not run again", arguments: [1, 3, 7])
  func shards(count: Int) {
    let plan = Self.plan(points: 10, seeds: 3, halfWidth: nil)
    let known = plan.keys(of: 4).key(seed: 2)
    var runs: [SweepSchedule.Run] = []
    for index in 0..<count {
      let shard = SweepShard(index: index, count: count)
      var schedule = SweepSchedule(plan, shard, recorded: { $0 == known ? 0 : nil })
      var points: Set<Int> = []
      while let run = schedule.next() {
        #expect(run.point % count == index)
        points.insert(run.point)
        runs.append(run)
      }
      #expect(points.count == shard.pointCount(of: 10))
    }
    #expect(runs.count == 29 && Set(runs.map(\.key)).count == 29)
  }
}
