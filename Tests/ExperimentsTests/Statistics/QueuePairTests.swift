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
}
