import SimulationKernel
import Testing

@testable import Systems

@Suite("Queueing.CoDel")
struct CoDelTests {
  @Test("The square root is the largest whole number whose square fits")
  func squareRoot() {
    var dice = Dice(seed: 1)
    var values: [UInt128] = [0, 1, 2, 3, 4, 8, 9, .max, .max - 1]
    for _ in 0..<400 {
      let high = UInt128(UInt64(dice.roll(0...Int64.max - 1)))
      let low = UInt128(UInt64(dice.roll(0...Int64.max - 1)))
      values.append((high << 64 | low) >> UInt128(dice.roll(0...127)))
      values.append(low * low)
      values.append(low * low + 1)
      if low > 0 { values.append(low * low - 1) }
    }
    for value in values {
      let root = Queueing.CoDel.squareRoot(value)
      #expect(root * root <= value)
      let above = (root + 1).multipliedReportingOverflow(by: root + 1)
      #expect(above.overflow || above.partialValue > value)
    }
  }

  @Test(
    "The control law is interval over the square root of the count",
    arguments: [(1, 100_000_000), (2, 70_710_678), (3, 57_735_026), (4, 50_000_000)]
      as [(Int64, Int64)])
  func controlLaw(count: Int64, step: Int64) {
    let next = Queueing.CoDel.controlLaw(milliseconds(7), .milliseconds(100), count)
    #expect(next == milliseconds(7) + .nanoseconds(step))
  }

  @Test("Extreme parameters neither trap nor loop")
  func extremes() {
    for nanoseconds in [Int64.min, -1, 0, 1, .max] {
      let span = Duration(nanoseconds: nanoseconds)
      var pool = Queueing.ServerPool<UInt32>(
        servers: 1, bound: 100, discipline: .codel(target: span, interval: span))
      for job in 0..<100 as Range<UInt32> { _ = pool.arrive(job, at: .start) }
      for step in 1...100 as ClosedRange<Int64> where pool.busy > 0 {
        _ = pool.release(at: milliseconds(step))
      }
      #expect(pool.statistics(at: .endOfTime).isBalanced)
    }
  }

  /// One server at 100 jobs per second, offered 120: who is dropped when.
  private func overload(seconds: Int64) -> (drops: [Int64], waits: [Int64]) {
    var pool = Queueing.ServerPool<UInt32>(
      servers: 1, bound: 1_000_000,
      discipline: .codel(target: .milliseconds(50), interval: .milliseconds(500)))
    var drops: [Int64] = []
    var waits: [Int64] = []
    // One grid for both: 25/3 ms between arrivals, 10 ms of service.
    for tick in 0..<seconds * 600 {
      let now = Instant(nanoseconds: tick * 5_000_000 / 3)
      if tick % 6 == 0, tick > 0, pool.busy > 0 {
        let next = pool.release(at: now) { _ in drops.append(now.nanoseconds) }
        if let next { waits.append((now - next.arrival).nanoseconds) }
      }
      if tick % 5 == 0 { _ = pool.arrive(0, at: now) }
    }
    return (drops, waits)
  }

  @Test("Dropping starts an interval after the target is passed, and goes on at interval / sqrt(n)")
  func dropSpacing() {
    let (drops, _) = overload(seconds: 4)
    // A job waits 50 ms after 0.3 s of this overload; the first drop is 0.5 s after that.
    #expect(drops.count > 8)
    #expect((780_000_000...830_000_000).contains(drops.first ?? 0))
    var due = drops.first ?? 0
    for (index, drop) in drops.enumerated().dropFirst() {
      due += Int64(500_000_000 / Double(index).squareRootForTests)
      // At the next completion after it was due.
      #expect((due...due + 10_000_001).contains(drop), "drop \(index)")
    }
  }

  @Test("The wait stays bounded under an overload that lets FIFO's grow without end")
  func standingWait() {
    let (_, waits) = overload(seconds: 120)
    let longest = Double(waits.max() ?? 0) / 1e9
    // FIFO's wait grows by 0.2 s per second: 20 s after two minutes of service.
    #expect(longest < 1)
    let late = waits.suffix(5_000)
    #expect(Double(late.reduce(0, +)) / Double(late.count) / 1e9 < 0.4)
  }
}

extension Double {
  fileprivate var squareRootForTests: Double {
    var root = self
    for _ in 0..<60 { root = (root + self / root) / 2 }
    return root
  }
}
