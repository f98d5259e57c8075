import Experiments
import SimulationKernel
import Testing

@Suite("Paired queues")
struct QueuePairTests {
  /// Of one customer after another, the share who wait in an M/M/1 queue that starts in its
  /// steady state: that is the utilisation, exactly, for every customer.
  ///
  /// By Lindley's recursion; all randomness is keyed by customer, so that two queues with the same
  /// stream differ in their speed alone.
  private func shareWaiting(
    utilisation: Double, serviceTime: Double, customers: Int, random: RandomStream
  ) -> Double {
    let interval = serviceTime / utilisation
    // The steady state's wait: none, or exponential.
    let start = random.openUnit(for: 0, draw: 0)
    var wait =
      start > utilisation
      ? 0 : -KernelMath.log(start / utilisation) * serviceTime / (1 - utilisation)
    var waiting = 0
    for customer in 1...UInt64(customers) {
      if wait > 0 { waiting += 1 }
      let service = random.exponential(mean: serviceTime, for: customer, draw: 1)
      wait = max(0, wait + service - random.exponential(mean: interval, for: customer, draw: 2))
    }
    return Double(waiting) / Double(customers)
  }

  @Test("Of 1,000 experiments with pairs of queues, 95 % (±2) of the intervals hold the difference")
  func coverage() throws {
    let seed: UInt64 = 2020
    let experiments = 1_000
    var held = 0
    var correlations = 0.0
    for experiment in 0..<experiments {
      var arm: [Double] = []
      var baseline: [Double] = []
      for run in 0..<20 {
        let random = RandomStream(seed: seed, name: "queue").nested(
          for: UInt64(experiment), draw: UInt64(run))
        // Arrivals are the same: every second, on the average.
        baseline.append(
          shareWaiting(utilisation: 0.5, serviceTime: 0.5, customers: 20, random: random))
        arm.append(shareWaiting(utilisation: 0.4, serviceTime: 0.4, customers: 20, random: random))
      }
      let difference = PairedDifference(
        arm: arm, baseline: baseline, bootstrap: Bootstrap(RandomStream(key: seed), resamples: 1))
      if try #require(difference.student).contains(0.4 - 0.5) { held += 1 }
      correlations += try #require(difference.correlation)
    }
    let share = Double(held) / Double(experiments)
    #expect((0.93...0.97).contains(share), "seed \(seed): \(share)")
    #expect(correlations / Double(experiments) > 0.8, "common random numbers correlate")
  }

  /// The mean wait in an M/M/1 queue with an arrival a second that starts in its steady state.
  private func meanWait(utilisation: Double, customers: Int, random: RandomStream) -> Double {
    let start = random.openUnit(for: 0, draw: 0)
    var wait =
      start > utilisation
      ? 0 : -KernelMath.log(start / utilisation) * utilisation / (1 - utilisation)
    var sum = 0.0
    for customer in 1...UInt64(customers) {
      sum += wait
      let service = random.exponential(mean: utilisation, for: customer, draw: 1)
      wait = max(0, wait + service - random.exponential(mean: 1, for: customer, draw: 2))
    }
    return sum / Double(customers)
  }

  /// Mean waits are skewed, so that the bootstrap's interval is shown now and then.
  ///
  /// By another simulation 40 pairs of 120 customers hold the difference 94 % of the time.
  @Test("The interval that is printed holds the difference of mean waits, 95 % (±2)")
  func printedCoverage() throws {
    let seed: UInt64 = 2021
    let experiments = isThorough ? 1_000 : 200
    let bootstrap = Bootstrap(RandomStream(key: seed), resamples: isThorough ? 1_000 : 200)
    // u² / (1 - u), in the time between arrivals.
    let truth = 0.2 * 0.2 / 0.8 - 0.3 * 0.3 / 0.7
    var held = 0
    var shown: Set<PairedDifference.Method> = []
    for experiment in 0..<experiments {
      let pairs = (0..<40).map { run in
        let random = RandomStream(seed: seed, name: "wait").nested(
          for: UInt64(experiment), draw: UInt64(run))
        return [0.2, 0.3].map {
          meanWait(utilisation: $0, customers: isThorough ? 400 : 100, random: random)
        }
      }
      let difference = PairedDifference(
        arm: pairs.map { $0[0] }, baseline: pairs.map { $0[1] }, bootstrap: bootstrap)
      if try #require(difference.interval).contains(truth) { held += 1 }
      shown.insert(difference.shown)
    }
    #expect(shown == [.student, .bootstrap], "both are judged")
    let share = Double(held) / Double(experiments)
    if isThorough {
      #expect((0.93...0.97).contains(share), "seed \(seed): \(share)")
    } else {
      let interval = Proportion(held, of: experiments).interval(confidence: 0.999)
      #expect(interval.overlaps(0.93...0.97), "seed \(seed): \(share)")
    }
  }
}
