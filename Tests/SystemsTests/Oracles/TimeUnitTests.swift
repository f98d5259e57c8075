import SimulationKernel
import Testing

@testable import Systems

/// Nothing knows how long a second is, except where a parameter says so: with all durations ten
/// times as long, everything happens as before at ten times the time.
@Suite("Relations: time unit rescaled, same outcome")
struct TimeUnitTests {
  private static let factor: Int64 = 10

  /// What happened to each job: nil when it was turned away.
  private struct Fate: Equatable {
    let start: Int64
    let end: Int64

    func scaled(by factor: Int64) -> Fate { Fate(start: start * factor, end: end * factor) }
  }

  /// A station of three servers in front of given arrivals and service times, in nanoseconds.
  private static func fates(
    arrivals: [Int64], services: [Int64], discipline: Queueing.Discipline
  ) -> (fates: [Fate?], statistics: Queueing.Statistics) {
    var pool = Queueing.ServerPool<UInt32>(servers: 3, bound: 20, discipline: discipline)
    var fates = [Fate?](repeating: nil, count: arrivals.count)
    var busy: [(end: Int64, job: Int)] = []
    var next = 0
    var now: Int64 = 0
    func begin(_ job: Int) {
      fates[job] = Fate(start: now, end: now + services[job])
      busy.append((now + services[job], job))
    }
    while next < arrivals.count || !busy.isEmpty {
      let first = busy.indices.min { busy[$0].end < busy[$1].end }
      if let first, next == arrivals.count || busy[first].end <= arrivals[next] {
        now = busy.remove(at: first).end
        if let started = pool.release(at: Instant(nanoseconds: now)) { begin(Int(started.job)) }
      } else {
        now = arrivals[next]
        if pool.arrive(UInt32(next), at: Instant(nanoseconds: now)) == .started { begin(next) }
        next += 1
      }
    }
    return (fates, pool.statistics(at: Instant(nanoseconds: now)))
  }

  @Test(
    "An overloaded station gives every job the same fate",
    arguments: [.fifo, .lifo] as [Queueing.Discipline],
    1...5 as ClosedRange<UInt64>)
  func station(discipline: Queueing.Discipline, seed: UInt64) {
    let random = RandomStream(seed: seed, name: "tests.timeUnit")
    var time: Int64 = 0
    let arrivals = (0..<2_000 as Range<UInt64>).map { job in
      time += random.exponential(mean: .milliseconds(300), for: job, draw: 0).nanoseconds
      return time
    }
    let services = (0..<2_000 as Range<UInt64>).map { job in
      random.exponential(mean: .seconds(1), for: job, draw: 1).nanoseconds
    }
    let plain = Self.fates(arrivals: arrivals, services: services, discipline: discipline)
    let scaled = Self.fates(
      arrivals: arrivals.map { $0 * Self.factor }, services: services.map { $0 * Self.factor },
      discipline: discipline)
    #expect(scaled.fates == plain.fates.map { $0?.scaled(by: Self.factor) })
    #expect(scaled.statistics.refusals == plain.statistics.refusals)
    #expect(plain.statistics.refusals > 0)
    #expect(scaled.statistics.systemArea == plain.statistics.systemArea * UInt128(Self.factor))
  }

  @Test("A token bucket admits the same connections", arguments: 1...20 as ClosedRange<UInt64>)
  func tokenBucket(seed: UInt64) throws {
    let random = RandomStream(seed: seed, name: "tests.timeUnit.bucket")
    func admitted(factor: Int64) throws -> [Bool] {
      var bucket = Queueing.TokenBucket(
        try .init(rate: 600, per: .seconds(factor), burst: 40), at: .start)
      var now = Instant.start
      return (0..<1_000 as Range<UInt64>).map { arrival in
        let gap = random.exponential(mean: .milliseconds(1), for: arrival, draw: 0)
        now = now + gap * factor
        return bucket.admit(at: now)
      }
    }
    let plain = try admitted(factor: 1)
    #expect(try admitted(factor: Self.factor) == plain)
    #expect(plain.contains(true) && plain.contains(false))
  }

  /// Supervisors count by whole seconds, so crashes happen at whole ones.
  @Test("Supervisors give up after the same crashes", arguments: 1...50 as ClosedRange<UInt64>)
  func supervision(seed: UInt64) throws {
    let random = RandomStream(seed: seed, name: "tests.timeUnit.supervision")
    func lastCrash(factor: Int64) throws -> Int? {
      let level = Supervision.Level(intensity: 3, period: Int32(5 * factor))
      var tree = Supervision.Tree(
        try .init(levels: [level, level], workers: [.permanent]), clockPhase: .zero)
      _ = tree.settle(tree.start(at: .start), at: .start)
      var seconds: Int64 = 0
      for crash in 0..<200 {
        seconds += Int64(random.integer(below: 3, for: UInt64(crash), draw: 0)) / 2
        _ = tree.end(0, at: .start + .seconds(seconds * factor))
        if tree.isDown { return crash }
      }
      return nil
    }
    let plain = try lastCrash(factor: 1)
    #expect(plain != nil)
    #expect(try lastCrash(factor: Self.factor) == plain)
  }
}
