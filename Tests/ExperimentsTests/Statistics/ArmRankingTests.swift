import Experiments
import SimulationKernel
import Testing

@Suite("ArmRanking")
struct ArmRankingTests {
  @Test("Holm's correction is statsmodels'", arguments: StatisticsReference.holm)
  func holm(row: [Double]) {
    let adjusted = Holm.adjusted(Array(row[..<(row.count / 2)]))
    for (found, expected) in zip(adjusted, row[(row.count / 2)...]) {
      #expect((found - expected).magnitude < 1e-14)
    }
  }

  @Test("Without tests there is nothing to correct")
  func empty() {
    #expect(Holm.adjusted([]).isEmpty)
    #expect(ArmRanking([]).groups.isEmpty)
  }

  @Test("Arms far apart have groups of their own, equal ones share rank and group")
  func groups() {
    let noise = [0.3, -0.2, 0.1, -0.4, 0.2, 0, 0.15, -0.1]
    let other = [0.1, 0.2, -0.3, 0.25, -0.2, 0.05, -0.1, 0.1]
    let far = noise.map { 50 + $0 }
    let best = other.map { 10 + $0 }
    let near = zip(best, noise).map { $0 + 0.2 * $1 }
    let ranking = ArmRanking([far, best, near, far])
    #expect(ranking.ranks == [3, 1, 2, 3])
    #expect(ranking.groups == [[2], [1], [1], [2]])
    #expect(ranking.isDistinct(0, 1))
    #expect(!ranking.isDistinct(1, 2))
    #expect(ranking.pValues[0][3] == 1)
  }

  @Test("Arms share a group exactly when they are not told apart")
  func chain() {
    // Neighbours are too close to be told apart, ends are not.
    let random = RandomStream(seed: 5, name: "test.chain")
    let arms = (0..<5).map { arm in
      (0..<40).map { seed in
        0.3 * Double(arm) + random.standardNormal(for: UInt64(arm), draw: UInt64(seed))
      }
    }
    let ranking = ArmRanking(arms)
    #expect(ranking.groups.contains { $0.count > 1 })
    for first in arms.indices {
      for second in arms.indices {
        let shared = Set(ranking.groups[first]).intersection(ranking.groups[second])
        #expect(shared.isEmpty == ranking.isDistinct(first, second), "\(first), \(second)")
      }
    }
    let best = ranking.ranks.firstIndex(of: 1)
    #expect(best.map { ranking.groups[$0] } == [1])
  }

  @Test("Five equal arms are told apart in at most one series in twenty")
  func falseGroups() {
    let seed: UInt64 = 9
    let random = RandomStream(seed: seed, name: "test.groups")
    let series = 400
    let split = (0..<UInt64(series)).count { entity in
      let arms = (0..<5).map { arm in
        (0..<10).map { random.standardNormal(for: entity, draw: UInt64(arm * 10 + $0)) }
      }
      return ArmRanking(arms).groups.contains { $0 != [1] }
    }
    let interval = Proportion(split, of: series).interval(confidence: 0.999)
    #expect(interval.lowerBound < 0.05, "seed \(seed): \(split) of \(series)")
    #expect(split > 0, "a test that never rejects is no test")
  }
}
