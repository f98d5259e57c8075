import SimulationKernel
import Testing

@testable import Systems

/// Simulated stations against exact results; every interval is over 20 independent replications.
@Suite("Queueing against exact results")
struct QueueingOracleTests {
  private func replicate(_ experiment: StationExperiment) -> [StationExperiment.Result] {
    (1...20 as ClosedRange<UInt64>).map { seed in
      let result = experiment.run(seed: seed)
      // Little's law along each path: the pool's areas are what the customers' clocks add up to.
      #expect(result.after.systemArea == result.timeInSystem + result.timeOfOpen)
      #expect(result.after.isBalanced)
      return result
    }
  }

  private func judge(
    _ name: Comment, _ runs: [StationExperiment.Result], is exact: Double, within share: Double,
    _ quantity: (StationExperiment.Result) -> Double
  ) {
    let interval = Interval(of: runs.map(quantity))
    #expect(interval.contains(exact), "\(name): \(interval) should contain \(exact)")
    #expect(interval.isSharp(exact, within: share), "\(name): \(interval) is too wide")
  }

  @Test("M/M/1: time, number and tail in the system")
  func mm1() {
    let runs = replicate(
      StationExperiment(rate: 0.8, service: .exponential(mean: 1), length: 60_000))
    judge("W", runs, is: 5, within: 0.06) { $0.meanSojourn }
    judge("Wq", runs, is: 4, within: 0.08) { $0.meanWait }
    judge("L", runs, is: 4, within: 0.08) { $0.after.meanInSystem(since: $0.before) ?? .nan }
    judge("Lq", runs, is: 3.2, within: 0.1) { $0.after.meanWaiting(since: $0.before) ?? .nan }
    judge("rho", runs, is: 0.8, within: 0.02) { $0.after.utilisation(since: $0.before) ?? .nan }
    judge("P(W > 5)", runs, is: 0.36787944, within: 0.08) { $0.share(sojournAbove: 5) }
    judge("P(W > 23.026)", runs, is: 0.01, within: 0.5) { $0.share(sojournAbove: 23.02585) }
  }

  @Test("M/D/1: half of M/M/1's wait")
  func md1() {
    let runs = replicate(StationExperiment(rate: 0.8, service: .constant(1), length: 30_000))
    judge("Wq", runs, is: 2, within: 0.06) { $0.meanWait }
  }

  @Test("LIFO and FIFO have the same mean wait, and LIFO the longer tail")
  func lifo() {
    let runs = replicate(
      StationExperiment(
        discipline: .lifo, rate: 0.8, service: .exponential(mean: 1), length: 24_000))
    judge("W", runs, is: 5, within: 0.12) { $0.meanSojourn }
    #expect(runs.allSatisfy { $0.share(sojournAbove: 23.02585) > 0.02 })
  }

  @Test("Erlang B: the share refused does not depend on the law of the service time")
  func erlangB() {
    for service in [.exponential(mean: 1), .constant(1), .twoPoint] as [StationExperiment.Service] {
      let runs = replicate(
        StationExperiment(
          servers: 10, bound: 0, rate: 8, service: service, warmUp: 50, length: 2_000))
      judge("\(service)", runs, is: 0.1216611, within: 0.05) { $0.shareRefused }
    }
  }

  @Test("Erlang C: share that waits, and for how long")
  func erlangC() {
    let runs = replicate(
      StationExperiment(servers: 2, rate: 1.5, service: .exponential(mean: 1), length: 20_000))
    judge("C", runs, is: 0.64285714, within: 0.04) { $0.shareWaiting }
    judge("Wq", runs, is: 1.28571428, within: 0.1) { $0.meanWait }
    judge("pool's Wq", runs, is: 1.28571428, within: 0.1) {
      $0.after.meanWait(since: $0.before) ?? .nan
    }
  }

  @Test("A backlog of N is gone after N / (mu - lambda)")
  func drain() {
    let experiment = StationExperiment(
      rate: 2, service: .constant(1.0 / 6), warmUp: 0, length: 100_000, backlog: 4_500)
    let times = (1...20 as ClosedRange<UInt64>).map { seed in
      experiment.run(seed: seed, untilEmpty: true).emptied.map { Double($0) / 1e9 } ?? .nan
    }
    let interval = Interval(of: times)
    // 18.75 minutes: 4.5 M clients at 4,000 per second, one in a thousand.
    #expect(interval.contains(1_125), "\(interval)")
    #expect(interval.isSharp(1_125, within: 0.02), "\(interval)")
  }

  @Test("Little's law bounds each path: abs(L - lambda W) is at most what is open, over T")
  func littleOnOverloadedPath() {
    let experiment = StationExperiment(
      servers: 2, bound: 400, rate: 3, service: .exponential(mean: 1), warmUp: 0, length: 2_000)
    for seed in 1...20 as ClosedRange<UInt64> {
      let result = experiment.run(seed: seed)
      let duration = Double(result.after.elapsed) / 1e9
      let number = result.after.meanInSystem() ?? .nan
      let gone = Double(result.timeInSystem) / 1e9 / duration
      let open = Double(result.timeOfOpen) / 1e9 / duration
      #expect(abs(number - gone - open) < 1e-9, "seed \(seed)")
      #expect(result.after.systemArea == result.timeInSystem + result.timeOfOpen)
      #expect(result.after.refusals > 0)
    }
  }

  /// Share of what the servers did that somebody still waited for, after half a minute, by seed.
  private func goodput(
    _ discipline: Queueing.Discipline, bound: Int, seeds: Range<UInt64> = 0..<20
  ) -> [Double] {
    let experiment = StationExperiment(
      servers: 4, bound: bound, discipline: discipline, rate: 48,
      service: .exponential(mean: 0.1), warmUp: 30, length: 60, backlog: bound)
    return seeds.map { seed in
      let result = experiment.run(seed: seed)
      #expect(result.after.utilisation(since: result.before) ?? 0 > 0.99)
      return result.mean { $0.start - $0.arrival <= 10_000_000_000 ? 1 : 0 }
    }
  }

  @Test("A FIFO queue of 30 s behind a timeout of 10 s has no goodput; LIFO and CoDel have")
  func timeoutGoodput() {
    // Everybody waits for longer than the timeout, or nobody does.
    #expect(goodput(.fifo, bound: 1_200, seeds: 0..<4).allSatisfy { $0 == 0 })
    #expect(goodput(.fifo, bound: 200, seeds: 0..<4).allSatisfy { $0 == 1 })
    let lifo = Interval(of: goodput(.lifo, bound: 1_200))
    #expect(lifo.mean - lifo.halfWidth > 0.95, "\(lifo)")
    // CoDel's drops grow slowly: an interval of 5 s would need minutes for this overload.
    let codel = Queueing.Discipline.codel(target: .milliseconds(200), interval: .seconds(1))
    let dropping = Interval(of: goodput(codel, bound: 1_200))
    #expect(dropping.mean - dropping.halfWidth > 0.4, "\(dropping)")
  }
}
