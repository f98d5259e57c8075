import SimulationKernel
import Testing

@testable import Systems

@Suite("Queueing.ServerPool")
struct ServerPoolTests {
  private typealias Pool = Queueing.ServerPool<UInt32>

  @Test("Starts, queues and refuses in that order")
  func admission() {
    var pool = Pool(servers: 2, bound: 1)
    let answers = (0..<4).map { pool.arrive($0, at: .start) }
    #expect(answers == [.started, .started, .queued, .refused])
    #expect([pool.busy, pool.waiting, pool.inSystem] == [2, 1, 3])
    let next = pool.release(at: milliseconds(5))
    #expect(next == .init(job: 2, arrival: .start))
    let none = pool.release(at: milliseconds(6))
    #expect(none == nil)
  }

  @Test("A pool without servers only fills its waiting room")
  func noServers() {
    var pool = Pool(servers: 0, bound: 1)
    let answers = [pool.arrive(1, at: .start), pool.arrive(2, at: .start)]
    #expect(answers == [.queued, .refused])
    #expect(pool.statistics(at: milliseconds(1)).utilisation() == nil)
    let started = pool.resize(to: 1, at: milliseconds(2))
    #expect(started.map(\.job) == [1])
  }

  @Test("Fewer servers let the running jobs finish and count as busy until then")
  func shrink() {
    var pool = Pool(servers: 3, bound: 5)
    for job in 0..<5 as Range<UInt32> { _ = pool.arrive(job, at: .start) }
    let started = pool.resize(to: 1, at: milliseconds(10))
    #expect(started.isEmpty)
    let next = (1...3).map { pool.release(at: milliseconds(10 + $0 * 10))?.job }
    #expect(next == [nil, nil, 3])
    let statistics = pool.statistics(at: milliseconds(40))
    #expect(statistics.utilisation() == 1)
    #expect(statistics.capacityArea == 90_000_000)
  }

  @Test("Statistics of a span are the difference of two")
  func spans() {
    var pool = Pool(servers: 1, bound: 10, opened: milliseconds(1_000))
    _ = pool.arrive(1, at: milliseconds(1_000))
    let half = pool.statistics(at: milliseconds(2_000))
    _ = pool.release(at: milliseconds(2_500))
    let end = pool.statistics(at: milliseconds(4_000))
    #expect(half.utilisation() == 1)
    #expect(end.utilisation(since: half) == 0.25)
    #expect(end.meanInSystem(since: half) == 0.25)
    #expect(end.meanInSystem() == 0.5)
    #expect(end.isBalanced)
  }

  @Test("A copy is a checkpoint, and equal states are equal")
  func copies() {
    var pool = Pool(servers: 1, bound: 10)
    for job in 0..<5 as Range<UInt32> { _ = pool.arrive(job, at: .start) }
    var branch = pool
    _ = branch.release(at: milliseconds(1))
    #expect(branch != pool)
    _ = pool.release(at: milliseconds(1))
    #expect(branch == pool)
  }

  @Test("Areas stay exact where 64 bits would overflow")
  func hugeAreas() {
    var pool = Pool(servers: 1_000_000_000, bound: 0)
    for job in 0..<3 as Range<UInt32> { _ = pool.arrive(job, at: .start) }
    let statistics = pool.statistics(at: .endOfTime)
    #expect(statistics.capacityArea == UInt128(Int64.max) * 1_000_000_000)
    #expect(statistics.busyArea == UInt128(Int64.max) * 3)
    #expect(statistics.isBalanced)
  }

  @Test(
    "Agrees with a station that remembers every job",
    arguments: 0..<240 as Range<UInt64>)
  func agreesWithSlowStation(seed: UInt64) {
    var dice = Dice(seed: seed)
    let codel = Queueing.Discipline.codel(
      target: .nanoseconds(dice.roll(0...3_000)), interval: .nanoseconds(dice.roll(1...8_000)))
    let discipline = seed % 2 == 0 ? codel : dice.pick([.fifo, .lifo])
    let bound = Int(dice.pick([0, 3, 30, 1_000]))
    let servers = Int(dice.roll(0...4))
    var pool = Pool(servers: servers, bound: bound, discipline: discipline)
    var slow = SlowStation(servers: servers, bound: bound, discipline: discipline)
    var now: Int64 = 0
    var dropped: [UInt32] = []
    let load = dice.roll(40...65)
    for step in 0..<600 as Range<UInt32> {
      now += dice.roll(0...dice.pick([1, 300, 900]))
      let instant = Instant(nanoseconds: now)
      switch dice.roll(0...99) {
      case 98...99:
        let servers = Int(dice.roll(0...6))
        let started = pool.resize(to: servers, at: instant) { dropped.append($0.job) }
        #expect(started.map(\.job) == slow.resize(to: servers, at: now), "seed \(seed)")
      case 97:
        pool.bound = Int(dice.roll(0...40))
        slow.bound = pool.bound
      case 0..<load:
        let answer = pool.arrive(step, at: instant)
        #expect(answer == slow.arrive(step, at: now), "seed \(seed)")
      default:
        guard let done = slow.running.first else { continue }
        let next = pool.release(at: instant) { dropped.append($0.job) }
        #expect(next?.job == slow.finish(done, at: now), "seed \(seed)")
        #expect(
          next.map(\.arrival.nanoseconds) == next.flatMap { slow.jobs[$0.job]?.arrival },
          "seed \(seed)")
      }
    }
    #expect(dropped == slow.dropped, "seed \(seed)")
    slow.pass(to: now)
    compare(pool.statistics(at: Instant(nanoseconds: now)), slow, at: now, seed: seed)
  }

  /// Areas against sums over the jobs' own times.
  private func compare(
    _ statistics: Queueing.Statistics, _ slow: SlowStation, at now: Int64, seed: UInt64
  ) {
    let gone = Set(slow.dropped)
    let waited = slow.sum(at: now) { ($0.start ?? $0.end ?? $1) - $0.arrival }
    let served = slow.sum(at: now) { job, now in job.start.map { (job.end ?? now) - $0 } ?? 0 }
    let started = slow.sum(at: now) { job, _ in job.start.map { $0 - job.arrival } ?? 0 }
    let dropped = slow.sum(at: now) { job, now in
      gone.contains(job.id) ? (job.end ?? now) - job.arrival : 0
    }
    #expect(statistics.isBalanced, "seed \(seed)")
    #expect(statistics.waitingArea == waited, "seed \(seed)")
    #expect(statistics.busyArea == served, "seed \(seed)")
    #expect(statistics.startedWait == started, "seed \(seed)")
    #expect(statistics.droppedWait == dropped, "seed \(seed)")
    #expect(statistics.capacityArea >= served, "seed \(seed)")
    #expect(statistics.arrivals == UInt64(slow.jobs.count), "seed \(seed)")
    #expect(statistics.refusals == UInt64(slow.refused), "seed \(seed)")
    #expect(statistics.drops == UInt64(slow.dropped.count), "seed \(seed)")
    #expect(statistics.open == UInt64(slow.waiting.count + slow.running.count), "seed \(seed)")
    #expect(
      statistics.capacityArea == UInt128(UInt64(slow.serverTime)), "seed \(seed)")
  }
}

@Suite("Queueing.ServerPool fences")
struct ServerPoolFenceTests {
  @Test("Releasing an idle pool stops the run")
  func idleRelease() async {
    await #expect(processExitsWith: .failure) {
      var pool = Queueing.ServerPool<UInt32>(servers: 1, bound: 1)
      _ = pool.release(at: .start)
    }
  }

  @Test("Time that goes back stops the run")
  func timeGoesBack() async {
    await #expect(processExitsWith: .failure) {
      var pool = Queueing.ServerPool<UInt32>(servers: 1, bound: 1)
      _ = pool.arrive(1, at: Instant(nanoseconds: 2))
      _ = pool.arrive(1, at: Instant(nanoseconds: 1))
    }
  }
}
