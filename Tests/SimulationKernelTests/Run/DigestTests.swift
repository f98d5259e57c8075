import SimulationKernel
import Testing

@Suite("Digest")
struct DigestTests {
  private func digest(_ words: [UInt64]) -> Digest {
    var digest = Digest()
    for word in words { digest.combine(word) }
    return digest
  }

  @Test("Words, their order and their number all count")
  func distinguishes() {
    let sequences: [[UInt64]] = [
      [], [0], [0, 0], [0, 0, 0], [1], [1, 0], [0, 1], [1, 2, 3], [3, 2, 1], [1, 3, 2], [1, 2],
      [.max], [.max, .max], [1, 2, 3, 0],
    ]
    #expect(Set(sequences.map { digest($0).value }).count == sequences.count)
    var left = Digest()
    left.combine(text: "ab")
    left.combine(text: "c")
    var right = Digest()
    right.combine(text: "a")
    right.combine(text: "bc")
    #expect(left != right)
  }

  @Test("A hundred thousand neighbouring sequences have as many digests")
  func hasNoNearCollisions() {
    var seen: Set<UInt64> = []
    for first in 0..<316 as Range<UInt64> {
      for second in 0..<316 as Range<UInt64> { seen.insert(digest([first, second]).value) }
    }
    #expect(seen.count == 316 * 316)
  }

  @Test("One changed bit changes about half of all bits, wherever it is")
  func spreadsBits() {
    var random = TestRandom(seed: 4)
    var flips = Array(repeating: 0, count: 64)
    let rounds = 200
    for _ in 0..<rounds {
      let words = (0..<4).map { _ in random.next() >> random.below(64) }
      let plain = digest(words).value
      for bit in 0..<64 as Range<UInt64> {
        var changed = words
        changed[Int(random.below(3))] ^= 1 << bit
        let difference = plain ^ digest(changed).value
        for position in 0..<64 where difference >> UInt64(position) & 1 == 1 {
          flips[position] += 1
        }
      }
    }
    // 12,800 coins per position: six standard deviations are 2.7 per cent.
    for position in 0..<64 {
      let share = Double(flips[position]) / Double(rounds * 64)
      #expect(abs(share - 0.5) < 0.027, "bit \(position): \(share)")
    }
  }

  @Test("Sixteen digits are printed, and the recorded value stays")
  func isRecorded() {
    #expect(digest([1, 2, 3]).description == "b7e2730282ee33ad")
    #expect(digest([1, 2, 3]).description.count == 16)
  }
}
