import SimulationKernel
import Testing

@testable import Systems

@Suite("Supervision against exact results")
struct SupervisionOracleTests {
  private static let second: Int64 = 1_000_000_000

  private static func levels(_ count: Int, _ intensity: Int64, _ period: Int64)
    -> [Supervision.Level]
  {
    Array(
      repeating: Supervision.Level(intensity: Int32(intensity), period: Int32(period)),
      count: count)
  }

  @Test(
    "A persistent fault after a good start takes the product of (intensity + 1) crashes",
    arguments: [(1, 4), (2, 16), (3, 64)])
  func productOfLevels(levels: Int, expected: Int) throws {
    var tree = Supervision.Tree(
      try .init(levels: Self.levels(levels, 3, 5), workers: [.permanent]), clockPhase: .zero)
    _ = tree.settle(tree.start(at: .start), at: .start)
    var crashes = 0
    while !tree.isDown, crashes < 1_000 {
      crashes += 1
      _ = tree.end(0, at: .start)
    }
    #expect(crashes == expected)
  }

  @Test(
    "A worker that never starts again uses up the sum of the intensities in failed starts",
    arguments: [[3], [2, 3], [2, 3, 3], [0, 0], [1, 0, 2], [1_000, 1_000, 1_000]] as [[Int32]])
  func sumOfLevels(intensities: [Int32]) throws {
    var tree = Supervision.Tree(
      try .init(
        levels: intensities.map { .init(intensity: $0, period: 5) }, workers: [.permanent]),
      clockPhase: .zero)
    _ = tree.settle(tree.start(at: .start), at: .start)
    var unread = tree.childExited(try #require(tree.liveChild(of: 0)), .crash, at: .start)
    var failed: Int32 = 0
    while let occurrence = unread.popLast() {
      guard case .workerStarting(let child) = occurrence else { continue }
      failed += 1
      unread += tree.startFailed(child, at: .start)
    }
    #expect(tree.isDown)
    #expect(failed == intensities.reduce(0, +))
  }

  @Test(
    "With a constant cycle the node dies iff the crashes fit the window and the period",
    arguments: 0..<2_000 as Range<UInt64>)
  func constantCycle(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let intensity = dice.roll(1...4)
    let depth = Int(dice.roll(1...3))
    let period = dice.roll(1...6)
    let ladder = (0..<depth).reduce(Int64(1)) { product, _ in product * (intensity + 1) }
    // The interesting cycles are those near the limit of the period.
    let limit = period * Self.second / (intensity * ladder / (intensity + 1))
    let cycle = limit * dice.roll(1...180) / 100
    let window = (ladder - 1) * cycle + cycle * dice.roll(-1...1)
    let first = dice.roll(0...20 * Self.second)
    let phase = dice.roll(0...Self.second - 1)

    var tree = Supervision.Tree(
      try .init(levels: Self.levels(depth, intensity, period), workers: [.permanent]),
      clockPhase: Duration(nanoseconds: phase))
    _ = tree.settle(tree.start(at: .start), at: .start)
    var log: [Supervision.Occurrence] = []
    for crash in 0..<ladder where crash * cycle <= window {
      log += tree.end(0, at: Instant(nanoseconds: first + crash * cycle))
    }

    let last = first + (ladder - 1) * cycle
    let firstOfTop = first + (ladder / (intensity + 1) - 1) * cycle
    let whole = (last + phase) / Self.second - (firstOfTop + phase) / Self.second
    let dies = (ladder - 1) * cycle <= window && whole <= period
    #expect(tree.isDown == dies, "seed \(seed)")
    #expect(log.contains(.applicationEnded(nodeStops: true)) == dies, "seed \(seed)")
  }

  @Test("Phase decides alone: a span of 5.5 s kills half of the nodes, 5 s all, 6 s none")
  func phaseIsADraw() throws {
    let configuration = try Supervision.Configuration(
      levels: [.init(intensity: 3, period: 5)], workers: [.permanent])
    for (span, share) in [(5_000, 1_000), (5_250, 750), (5_500, 500), (6_000, 0)] as [(Int64, Int)]
    {
      let dead = (0..<1_000 as Range<Int64>).filter { phase in
        var tree = Supervision.Tree(configuration, clockPhase: .milliseconds(phase))
        _ = tree.settle(tree.start(at: .start), at: .start)
        for crash in 0...3 as ClosedRange<Int64> {
          _ = tree.end(0, at: milliseconds(100 + crash * span / 3))
        }
        return tree.isDown
      }
      #expect(dead.count == share, "span \(span) ms")
    }
  }

  /// Ends of each level by the plainest reading of the rule: every restart since the last start of
  /// the supervisor is kept and looked at again each time.
  private static func slowEnds(
    crashes: [Int64], levels: [Supervision.Level], phase: Int64
  ) -> (ends: [[Int64]], dead: Int64?) {
    var restarts = levels.map { _ in [Int64]() }
    var ends = levels.map { _ in [Int64]() }
    for crash in crashes {
      var level = levels.count - 1
      while true {
        restarts[level].append((crash + phase) / second)
        let now = (crash + phase) / second
        let counted = restarts[level].filter { $0 + Int64(levels[level].period) >= now }
        if counted.count <= Int(levels[level].intensity) { break }
        ends[level].append(crash)
        restarts[level] = []
        if level == 0 { return (ends, crash) }
        level -= 1
      }
    }
    return (ends, nil)
  }

  @Test(
    "Random crashes bring down the same supervisors at the same times as the plain rule does",
    arguments: 0..<500 as Range<UInt64>)
  func randomCrashes(seed: UInt64) throws {
    var dice = Dice(seed: seed &+ 77)
    let levels = (0..<dice.roll(1...4)).map { _ in
      Supervision.Level(
        strategy: dice.pick(Supervision.Strategy.allCases), intensity: Int32(dice.roll(0...4)),
        period: Int32(dice.roll(1...6)))
    }
    let phase = dice.roll(0...Self.second - 1)
    var time: Int64 = 0
    let crashes = (0..<120).map { _ in
      time += dice.roll(0...dice.pick([1, 900_000_000, 3_000_000_000]))
      return time
    }
    let workers = Int(dice.roll(1...4))
    var tree = Supervision.Tree(
      try .init(levels: levels, workers: Array(repeating: .permanent, count: workers)),
      clockPhase: Duration(nanoseconds: phase))
    _ = tree.settle(tree.start(at: .start), at: .start)
    var ends = levels.map { _ in [Int64]() }
    for crash in crashes {
      let worker = Int(dice.roll(0...Int64(workers - 1)))
      for case .supervisorGaveUp(let level) in tree.end(
        worker, at: Instant(nanoseconds: crash))
      {
        ends[level].append(crash)
      }
    }
    let slow = Self.slowEnds(crashes: crashes, levels: levels, phase: phase)
    #expect(ends == slow.ends, "seed \(seed)")
    #expect(tree.isDown == (slow.dead != nil), "seed \(seed)")
  }
}
