import Experiments
import SimulationKernel
import Testing

@Suite("Proportion")
struct ProportionTests {
  @Test(
    "Wilson's interval is the one of the textbooks",
    arguments: [
      (95, 100, 0.95, 0.8882495307680808, 0.9784563208456319),
      (95, 100, 0.99, 0.8608496970983599, 0.9831516839573993),
      (100, 100, 0.95, 0.9630065017930143, 1),
      (0, 300, 0.95, 0, 0.012642971224546029),
      (1, 10, 0.99, 0.011851503411032915, 0.5072317712328934),
    ])
  func wilson(successes: Int, trials: Int, confidence: Double, low: Double, high: Double) {
    let interval = Proportion(successes, of: trials).interval(confidence: confidence)
    #expect(abs(interval.lowerBound - low) < 1e-12)
    #expect(abs(interval.upperBound - high) < 1e-12)
  }

  @Test("Without trials nothing is known")
  func noTrials() {
    #expect(Proportion(0, of: 0).share == nil)
    #expect(Proportion(0, of: 0).interval() == 0...1)
    #expect(Proportion.failureBound(afterSuccesses: 0) == 1)
  }

  @Test(
    "No failure in n runs bounds the probability of failure by 1 - 0.05^(1/n)",
    arguments: [
      (1, 0.95), (59, 0.049507609888227), (300, 0.00993608194445772),
      (3_000, 0.0009980790119965555),
    ])
  func zeroFailures(runs: Int, bound: Double) {
    #expect(abs(Proportion.failureBound(afterSuccesses: runs) - bound) < 1e-14)
  }

  @Test(
    "Clopper and Pearson's bound is where so few successes are as likely as the doubt",
    arguments: [(0, 300), (1, 300), (3, 20), (19, 20)])
  func upperBound(successes: Int, of trials: Int) {
    let bound = Proportion(successes, of: trials).upperBound()
    // P(X <= successes), term by term.
    var term = (0..<trials).reduce(1.0) { product, _ in product * (1 - bound) }
    var tail = term
    for count in 0..<successes {
      term *= Double(trials - count) / Double(count + 1) * bound / (1 - bound)
      tail += term
    }
    #expect(abs(tail - 0.05) < 1e-9)
    if successes == 0 {
      #expect(abs(bound - Proportion.failureBound(afterSuccesses: trials)) < 1e-12)
    }
    #expect(Proportion(2, of: 2).upperBound() == 1 && Proportion(0, of: 0).upperBound() == 1)
  }

  @Test("At the bound, one series of runs in twenty has no failure")
  func boundIsTight() {
    let runs = 30
    let series = 20_000
    let bound = Proportion.failureBound(afterSuccesses: runs)
    let random = RandomStream(seed: 14, name: "proportion.failures")
    let spotless = (0..<UInt64(series)).reduce(0) { count, entity in
      let isSpotless = (0..<UInt64(runs)).allSatisfy {
        random.unit(for: entity, draw: $0) >= bound
      }
      return count + (isSpotless ? 1 : 0)
    }
    let interval = Proportion(spotless, of: series).interval(confidence: 0.999)
    #expect(interval.contains(0.05), "\(interval)")
    #expect(interval.upperBound - interval.lowerBound < 0.012, "\(interval)")
  }

  @Test("Wilson's interval holds the truth as often as it says", arguments: [0.01, 0.3, 0.95])
  func coverage(probability: Double) {
    let series = 2_000
    let random = RandomStream(seed: 15, name: "proportion.coverage")
    let held = (0..<UInt64(series)).reduce(0) { count, entity in
      let successes = (0..<100 as Range<UInt64>).reduce(0) {
        $0 + (random.unit(for: entity, draw: $1) < probability ? 1 : 0)
      }
      return count + (Proportion(successes, of: 100).interval().contains(probability) ? 1 : 0)
    }
    // Of a discrete count, an interval cannot have exactly 95 %.
    #expect(Proportion(held, of: series).interval(confidence: 0.999).overlaps(0.915...0.985))
  }

  @Test("A count that is no part of its trials is refused")
  func impossibleCounts() async {
    await #expect(processExitsWith: .failure) { _ = Proportion(3, of: 2) }
    await #expect(processExitsWith: .failure) { _ = Proportion(-1, of: 2) }
    await #expect(processExitsWith: .failure) {
      _ = Proportion(1, of: 2).interval(confidence: 1)
    }
  }
}
