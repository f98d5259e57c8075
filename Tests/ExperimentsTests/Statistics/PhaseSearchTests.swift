import Experiments
import SimulationKernel
import Testing

@Suite("PhaseSearch and HalfTests")
struct PhaseSearchTests {
  /// Goes to the end of a search over a plane of probabilities.
  private func finished(
    columns: Int, rows: Int, seed: UInt64, options: PhaseSearch.Options = .init(),
    probability: (_ column: Int, _ row: Int) -> Double
  ) -> PhaseSearch {
    let random = RandomStream(seed: seed, name: "test.phase")
    var search = PhaseSearch(columns: columns, rows: rows, options: options)
    while !search.next.isEmpty {
      search.record(
        successes: search.next.map { question in
          let p = probability(question.point % columns, question.point / columns)
          return question.trials.count { random.unit(for: UInt64($0), draw: 0) < p }
        })
    }
    return search
  }

  private static func step(_ column: Int, _ row: Int) -> Double {
    2 * row + column > 20 ? 1 : 0
  }

  @Test("A sharp boundary is seen on both sides, and every point is right")
  func sharp() {
    let search = finished(columns: 17, rows: 13, seed: 1, probability: Self.step)
    var tried = 0
    for point in 0..<(17 * 13) {
      let (column, row) = (point % 17, point / 17)
      #expect(search.isAbove(point) == (Self.step(column, row) == 1), "\(column), \(row)")
      if search.seen[point].trials > 0 { tried += 1 }
    }
    #expect(tried < 17 * 13 * 3 / 4, "\(tried) points tried")
    #expect(!search.isExhausted)
    // Neighbours that differ were both tried.
    for point in 0..<(17 * 13) where point % 17 < 16 {
      if search.isAbove(point) != search.isAbove(point + 1) {
        #expect(search.seen[point].trials > 0 && search.seen[point + 1].trials > 0)
      }
    }
  }

  @Test("Far from the boundary, little is tried; near it, much")
  func adaptive() {
    func probability(_ column: Int, _ row: Int) -> Double {
      1 / (1 + KernelMath.exp(-(Double(column + row) - 32.3) / 2))
    }
    let search = finished(columns: 33, rows: 33, seed: 2, probability: probability)
    var (near, far, nearCount, farCount) = (0, 0, 0, 0)
    for point in 0..<(33 * 33) {
      let distance = (Double(point % 33 + point / 33) - 32.3).magnitude
      if distance < 3 { (near, nearCount) = (near + search.seen[point].trials, nearCount + 1) }
      if distance > 16 { (far, farCount) = (far + search.seen[point].trials, farCount + 1) }
    }
    #expect(near / nearCount > 10 * (far / max(farCount, 1)), "\(near) and \(far)")
  }

  @Test("On average at most 5 % of the verdicts are wrong, along a gentle boundary")
  func falseShare() {
    // Every point is near one half, and none is on it.
    func probability(_ column: Int, _ row: Int) -> Double { (column + row) % 2 == 0 ? 0.4 : 0.6 }
    var share = 0.0
    var verdicts = 0
    for seed in 0..<200 as Range<UInt64> {
      var options = PhaseSearch.Options()
      options.trialsMax = 200
      options.stride = 1
      let search = finished(
        columns: 4, rows: 4, seed: seed, options: options, probability: probability)
      let shown = search.verdicts.indices.filter { search.verdicts[$0] != nil }
      let wrong = shown.count { search.verdicts[$0] != (($0 % 4 + $0 / 4) % 2 == 1) }
      share += Double(wrong) / Double(max(1, shown.count))
      verdicts += shown.count
    }
    #expect(share / 200 <= 0.05, "\(share / 200)")
    #expect(verdicts > 200 * 4, "\(verdicts): it does decide")
  }

  @Test("Wilson's interval alone, looked at after every few trials, is wrong far more often")
  func wilsonAlone() {
    let random = RandomStream(seed: 9, name: "test.wilson")
    var wrong = 0
    for series in 0..<400 as Range<UInt64> {
      var successes = 0
      for trial in 0..<100 {
        if random.unit(for: series, draw: UInt64(trial)) < 0.45 { successes += 1 }
        let seen = Proportion(successes, of: trial + 1)
        if trial % 4 == 3, seen.interval().lowerBound > 0.5 {
          wrong += 1
          break
        }
      }
    }
    #expect(wrong > 400 / 20, "\(wrong) of 400")
  }

  @Test("Where there is a verdict, Wilson's interval leaves out one half too")
  func wilsonAgrees() {
    for trials in 1...120 {
      for successes in 0...trials {
        let seen = Proportion(successes, of: trials)
        guard let isAbove = HalfTests.verdicts([seen])[0] else { continue }
        #expect(isAbove ? seen.interval().lowerBound > 0.5 : seen.interval().upperBound < 0.5)
      }
    }
    #expect(HalfTests.verdicts([Proportion(8, of: 8), Proportion(0, of: 8)]) == [true, false])
    #expect(HalfTests.verdicts([Proportion(7, of: 7)]) == [nil])
    #expect(HalfTests.verdicts([]) == [])
  }

  @Test("Many verdicts make the next one cheaper, places not tried dearer")
  func sharing() {
    let sure = Proportion(9, of: 9)
    let untried = Proportion(0, of: 0)
    let alone = HalfTests.verdicts([sure] + Array(repeating: untried, count: 99))
    #expect(alone.allSatisfy { $0 == nil })
    let together = HalfTests.verdicts(Array(repeating: sure, count: 60) + [untried])
    #expect(together.count { $0 == true } == 60 && together[60] == nil)
  }

  @Test("A budget ends it; what was not reached is open")
  func budget() {
    var options = PhaseSearch.Options()
    options.budget = 300
    let search = finished(columns: 17, rows: 17, seed: 1, options: options, probability: Self.step)
    #expect(search.isExhausted && search.next.isEmpty)
    #expect(search.trials == 300)
    #expect((0..<289).contains { search.isAbove($0) == nil })
    for budget in [1, 7, 10, 33] {
      options.budget = budget
      let small = finished(columns: 5, rows: 5, seed: 1, options: options, probability: Self.step)
      #expect(small.isExhausted && small.trials == budget)
    }
  }

  @Test("No two points share a trial, and a point's are its own whatever was asked before")
  func seeds() {
    var search = PhaseSearch(columns: 3, rows: 3)
    var all: [Int] = []
    while !search.next.isEmpty {
      for question in search.next {
        #expect(question.trials.allSatisfy { $0 / search.options.trialsMax == question.point })
        all += question.trials
      }
      search.record(successes: search.next.map { $0.trials.count / 2 })
    }
    #expect(Set(all).count == all.count && all.count == search.trials)
    #expect(search.verdicts.allSatisfy { $0 == nil })
  }

  @Test("A plane of one kind is done after the coarse grid", arguments: [2, 5, 9, 16])
  func uniform(size: Int) {
    let search = finished(columns: size, rows: size, seed: 1) { _, _ in 0 }
    #expect((0..<(size * size)).allSatisfy { search.isAbove($0) == false })
    let lines = (size + 2) / 4 + 1
    #expect(search.seen.count { $0.trials > 0 } <= lines * lines)
  }
}
