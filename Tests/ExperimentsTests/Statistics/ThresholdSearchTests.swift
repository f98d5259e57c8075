import SimulationKernel
import Testing

@testable import Experiments

@Suite("ThresholdSearch")
struct ThresholdSearchTests {
  /// Goes to the end of a search on a logistic curve.
  private func finished(
    threshold: Double, slope: Double, seed: UInt64, range: ClosedRange<Double> = 0...100,
    tolerance: Double = 2, direction: ThresholdSearch.Direction? = .rising, start: Double? = nil,
    options: ThresholdSearch.Options = .init()
  ) -> ThresholdSearch {
    let random = RandomStream(seed: seed, name: "test.threshold")
    var search = ThresholdSearch(
      range: range, tolerance: tolerance, direction: direction, start: start, options: options)
    while let question = search.next {
      let probability = 1 / (1 + KernelMath.exp(-(question.value - threshold) / slope))
      search.record(
        successes: question.trials.count {
          random.unit(for: UInt64($0), draw: 0) < probability
        })
    }
    return search
  }

  /// How many of 1,000 searches hold the threshold.
  private func coverage(
    slope: Double, direction: ThresholdSearch.Direction?, options: ThresholdSearch.Options = .init()
  ) -> (held: Double, width: Double, error: Double, trials: Double) {
    let series = 1_000
    var (held, width, error, trials, seen) = (0, 0.0, 0.0, 0, 0)
    for seed in 0..<UInt64(series) {
      let threshold = 20 + 0.06 * Double(seed)
      let sign = seed % 2 == 0 || direction == .rising ? 1.0 : -1.0
      let search = finished(
        threshold: threshold, slope: sign * slope, seed: seed, direction: direction,
        options: options)
      let low = search.low ?? -.infinity
      let high = search.high ?? .infinity
      if low < threshold && threshold < high { held += 1 }
      width += min(high, 100) - max(low, 0)
      if let estimate = search.estimate {
        error += (estimate - threshold).magnitude
        seen += 1
      }
      trials += search.trials
    }
    let count = Double(series)
    return (Double(held) / count, width / count, error / Double(seen), Double(trials) / count)
  }

  @Test(
    "Of 1,000 searches on a logistic curve 95 % and more hold the threshold, steep or flat",
    arguments: [0.05, 0.5, 5])
  func coverage(slope: Double) {
    for direction in [ThresholdSearch.Direction.rising, nil] {
      let (held, width, error, trials) = coverage(slope: slope, direction: direction)
      // The test at each value is one-sided at the end, and errors at all of them are added up: the
      // interval is wider than it says.
      #expect(held >= 0.95, "\(held)")
      #expect(width < 4 * slope + 2, "\(width)")
      #expect(error < slope + 0.5, "\(error)")
      #expect(trials < 1_500, "\(trials) trials per search")
    }
  }

  @Test(
    "Broken off by its budget, a search holds the threshold as often", arguments: [40, 100, 300])
  func budget(trials: Int) {
    var options = ThresholdSearch.Options()
    options.budget = trials
    let (held, _, _, used) = coverage(slope: 5, direction: nil, options: options)
    #expect(held >= 0.95, "\(held)")
    #expect(used <= Double(trials))
    let search = finished(threshold: 50, slope: 5, seed: 1, options: options)
    #expect(search.isExhausted && search.next == nil)
  }

  @Test("No more trials are asked for than the budget has", arguments: [0, 1, 7, 10, 33])
  func smallBudget(trials: Int) {
    var options = ThresholdSearch.Options()
    options.budget = trials
    let search = finished(threshold: 50, slope: 5, seed: 1, direction: nil, options: options)
    #expect(search.isExhausted && search.trials == trials)
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
    #expect(trials <= 9 * 16 && trials == search.trials)
    #expect(search.answers.count == 9)
  }

  @Test("A threshold outside of the range is seen at the range's end")
  func outside() {
    let above = finished(threshold: 500, slope: 5, seed: 1)
    #expect(above.low == 100 && above.high == nil && above.estimate == nil)
    #expect(above.verdictEverywhere == false)
    let below = finished(threshold: -500, slope: 5, seed: 1)
    #expect(below.high == 0 && below.low == nil)
    #expect(below.answers.count == 1 && below.verdictEverywhere == true)
    // With no direction, both ends have to say so.
    let never = finished(threshold: 500, slope: 5, seed: 1, direction: nil)
    #expect(never.verdictEverywhere == false && never.answers.count == 2 && never.direction == nil)
    let always = finished(threshold: -500, slope: 5, seed: 1, direction: nil)
    #expect(always.verdictEverywhere == true && always.answers.count == 2)
    // One end does not say on which side of it the threshold lies.
    var options = ThresholdSearch.Options()
    options.budget = 16
    let early = finished(threshold: -500, slope: 5, seed: 1, direction: nil, options: options)
    #expect(early.answers[0].isAbove == true && early.low == nil && early.high == nil)
  }

  @Test("The direction is found from the ends, or taken as given")
  func direction() throws {
    let falling = finished(threshold: 30, slope: -0.5, seed: 2, direction: nil)
    #expect(falling.direction == .falling)
    #expect(try #require(falling.low) < 30 && #require(falling.high) > 30)
    #expect((try #require(falling.estimate) - 30).magnitude < 2)
    #expect(finished(threshold: 30, slope: 0.5, seed: 2, direction: nil).direction == .rising)
    let given = finished(threshold: 30, slope: -0.5, seed: 2, direction: .falling)
    #expect(given.low == falling.low && given.high == falling.high)
    // One end enough: at the lower one it never happens, and less happens above.
    #expect(
      finished(threshold: -500, slope: -5, seed: 1, direction: .falling).answers.count == 1)
  }

  @Test("A start between the ends is tried after them; one outside is not")
  func start() {
    let search = finished(threshold: 70, slope: 0.1, seed: 1, start: 11)
    #expect(search.answers.prefix(3).map(\.value) == [0, 100, 11])
    let beside = finished(threshold: 70, slope: 0.1, seed: 1, start: 300)
    #expect(beside.answers.prefix(3).map(\.value) == [0, 100, 50])
  }

  @Test("Where only some values can be tried, the search ends between neighbours")
  func rounding() throws {
    var search = ThresholdSearch(range: 0...100, tolerance: 0.001) { $0.rounded() }
    while let question = search.next {
      #expect(question.value == question.value.rounded())
      search.record(successes: question.value > 41.5 ? question.trials.count : 0)
    }
    #expect(search.low == 41 && search.high == 42)
  }

  @Test("Beside a value that stays open, both sides are tried")
  func bothSides() {
    var search = ThresholdSearch(range: 1...5, tolerance: 0.001) { $0.rounded() }
    while let question = search.next {
      let count = question.trials.count
      search.record(
        successes: question.value == 3 ? count / 2 : question.value > 3 ? count : 0)
    }
    #expect(search.low == 2 && search.high == 4 && search.estimate == 3)
  }

  @Test("A probability of one half everywhere leaves all open, and ends")
  func flat() {
    for direction in [ThresholdSearch.Direction.rising, nil] {
      let search = finished(threshold: 50, slope: 1e9, seed: 3, direction: direction)
      #expect(search.low == nil && search.high == nil && search.verdictEverywhere == nil)
      #expect(search.answers.count <= search.options.valuesMax)
    }
  }

  @Test("Trials are numbered over the whole search, a batch at a time")
  func questions() throws {
    var options = ThresholdSearch.Options()
    options.trialsMax = 20
    var search = ThresholdSearch(range: 0...1, tolerance: 0.1, options: options)
    #expect(search.next == .init(value: 0, trials: 0..<8))
    search.record(successes: 4)
    #expect(search.next == .init(value: 0, trials: 8..<16))
    search.record(successes: 4)
    #expect(search.next == .init(value: 0, trials: 16..<20))
    search.record(successes: 2)
    #expect(search.answers[0].isAbove == nil)
    #expect(search.next == .init(value: 1, trials: 20..<28))
  }
}
