import SimulationKernel
import Testing

@testable import Experiments

@Suite("ThresholdSearch")
struct ThresholdSearchTests {
  /// Goes to the end of a search on a logistic curve; trials of one number share their luck.
  private func finished(
    threshold: Double, slope: Double, seed: UInt64, range: ClosedRange<Double> = 0...100,
    tolerance: Double = 2
  ) -> (search: ThresholdSearch, trials: Int) {
    let random = RandomStream(seed: seed, name: "test.threshold")
    var search = ThresholdSearch(range: range, tolerance: tolerance)
    var trials = 0
    while let question = search.next {
      let probability = 1 / (1 + KernelMath.exp(-(question.value - threshold) / slope))
      trials += question.trials.count
      search.record(
        successes: question.trials.count {
          random.unit(for: UInt64($0), draw: 0) < probability
        })
    }
    return (search, trials)
  }

  @Test("On a logistic curve the interval holds the threshold, steep or flat", arguments: [0.5, 5])
  func coverage(slope: Double) throws {
    let series = 150
    var held = 0
    var width = 0.0
    var error = 0.0
    var trials = 0
    for seed in 0..<UInt64(series) {
      let threshold = 20 + 0.4 * Double(seed)
      let (search, used) = finished(threshold: threshold, slope: slope, seed: seed)
      let low = try #require(search.low)
      let high = try #require(search.high)
      if low < threshold && threshold < high { held += 1 }
      width += (high - low) / Double(series)
      error += (try #require(search.estimate) - threshold).magnitude / Double(series)
      trials += used
    }
    #expect(Double(held) >= 0.95 * Double(series))
    #expect(width < 4 * slope + 2, "\(width)")
    #expect(error < slope + 0.5, "\(error)")
    #expect(trials / series < 1_500, "\(trials / series) trials per search")
  }

  @Test("A sure step is found to the tolerance in few trials")
  func step() throws {
    var search = ThresholdSearch(range: 0...1, tolerance: 0.01)
    var trials = 0
    while let question = search.next {
      trials += question.trials.count
      search.record(successes: question.value > 0.3 ? question.trials.count : 0)
    }
    let low = try #require(search.low)
    let high = try #require(search.high)
    #expect(low <= 0.3 && high > 0.3 && high - low <= 0.01)
    #expect(trials <= 9 * 16)
    #expect(search.answers.count == 9)
  }

  @Test("A threshold outside of the range is seen at the range's end")
  func outside() {
    let above = finished(threshold: 500, slope: 5, seed: 1).search
    #expect(above.low == 100)
    #expect(above.high == nil)
    #expect(above.estimate == nil)
    let below = finished(threshold: -500, slope: 5, seed: 1).search
    #expect(below.high == 0)
    #expect(below.low == nil)
    #expect(below.answers.count == 1)
  }

  @Test("A probability of one half everywhere leaves all open, and ends")
  func flat() {
    let search = finished(threshold: 50, slope: 1e9, seed: 3).search
    #expect(search.low == nil)
    #expect(search.high == nil)
    #expect(search.answers.count <= search.valuesMax)
  }

  @Test("Trials are numbered from zero at each value, a batch at a time")
  func questions() throws {
    var search = ThresholdSearch(range: 0...1, tolerance: 0.1, batch: 8, trialsMax: 20)
    #expect(search.next == .init(value: 0, trials: 0..<8))
    search.record(successes: 4)
    #expect(search.next == .init(value: 0, trials: 8..<16))
    search.record(successes: 4)
    #expect(search.next == .init(value: 0, trials: 16..<20))
    search.record(successes: 2)
    #expect(search.answers[0].isAbove == nil)
    #expect(search.next == .init(value: 1, trials: 0..<8))
  }
}
