import SimulationKernel
import Testing

@testable import Experiments

@Suite("LetterDisplay")
struct LetterDisplayTests {
  @Test("Letters as they are found by hand")
  func example() {
    // Eight treatments of which 1-7, 1-8, 2-4, 2-5, 2-6, 2-7, 2-8, 3-7 and 3-8 are told apart.
    let pairs = [(1, 7), (1, 8), (2, 4), (2, 5), (2, 6), (2, 7), (2, 8), (3, 7), (3, 8)]
    let display = LetterDisplay(count: 8) { first, second in
      pairs.contains { ($0 - 1, $1 - 1) == (first, second) }
    }
    // Largest sets of which no two are told apart: 1 2 3, 1 3 4 5 6, 4 5 6 7 8.
    #expect(display.groups == [[1, 2], [1], [1, 2], [2, 3], [2, 3], [2, 3], [3], [3]])
  }

  @Test("Nothing has no group, one has one")
  func small() {
    #expect(LetterDisplay(count: 0) { _, _ in true }.groups.isEmpty)
    #expect(LetterDisplay(count: 1) { _, _ in true }.groups == [[1]])
    #expect(LetterDisplay(count: 3) { _, _ in true }.groups == [[1], [2], [3]])
    #expect(LetterDisplay(count: 3) { _, _ in false }.groups == [[1], [1], [1]])
  }

  @Test("Groups are the largest sets of which no two are told apart, in random relations")
  func cliques() {
    let seed: UInt64 = .random(in: .min ... .max)
    let random = RandomStream(seed: seed, name: "test.letters")
    for round in 0..<200 {
      let count = 2 + round % 7
      func isDistinct(_ first: Int, _ second: Int) -> Bool {
        random.uniform(for: UInt64(round), draw: UInt64(first * 8 + second)) < 0.4
      }
      let display = LetterDisplay(count: count, isDistinct: isDistinct)
      // Every subset, and whether another element would go with all of it.
      let alike = (1..<(1 << count)).filter { set in
        (0..<count).allSatisfy { first in
          (0..<count).allSatisfy { second in
            first >= second || set >> first & 1 == 0 || set >> second & 1 == 0
              || !isDistinct(first, second)
          }
        }
      }
      let largest = alike.filter { set in !alike.contains { $0 != set && $0 & set == set } }
      let number = display.groups.flatMap { $0 }.max() ?? 0
      let found = (1...number).map { group in
        (0..<count).reduce(0) { $0 | (display.groups[$1].contains(group) ? 1 << $1 : 0) }
      }
      #expect(Set(found) == Set(largest) && found.count == largest.count, "seed \(seed)")
    }
  }
}
