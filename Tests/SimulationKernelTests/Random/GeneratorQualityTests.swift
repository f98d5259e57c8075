import SimulationKernel
import Testing

/// Whether draws look independent for small consecutive entities, draw numbers and seeds.
///
/// That is where the kernel uses them. The same measures condemn Philox with too few rounds.
@Suite("Quality of the generator")
struct GeneratorQualityTests {
  typealias Generator = @Sendable (_ key: UInt64, _ entity: UInt64, _ draw: UInt64) -> UInt64

  static let kernel: Generator = { RandomStream(key: $0).bits(for: $1, draw: $2) }
  /// Philox with two rounds instead of seven.
  static let weak: Generator = { Philox.words($1, $2, key: $0, rounds: 2).first }

  /// How to step from one draw to its neighbour.
  struct Direction: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let key: UInt64
    let entity: UInt64
    let draw: UInt64

    static let all = [
      Direction(testDescription: "next entity", key: 0, entity: 1, draw: 0),
      Direction(testDescription: "next draw", key: 0, entity: 0, draw: 1),
      Direction(testDescription: "next key", key: 1, entity: 0, draw: 0),
      Direction(testDescription: "next entity, next draw", key: 0, entity: 1, draw: 1),
      Direction(testDescription: "next entity, previous draw", key: 0, entity: 1, draw: .max),
      Direction(
        testDescription: "next round's key", key: 0x9E37_79B9_7F4A_7C15, entity: 0, draw: 0),
    ]
  }

  /// Chi-square of each byte of the words over a plane of 256 entities and 64 draws.
  private func worstByte(_ generator: Generator, key: UInt64) -> Double {
    var counts = Array(repeating: Array(repeating: 0, count: 256), count: 8)
    for entity in 0..<UInt64(256) {
      for draw in 0..<UInt64(64) {
        var word = generator(key, entity, draw)
        for lane in 0..<8 {
          counts[lane][Int(word & 255)] += 1
          word >>= 8
        }
      }
    }
    return counts.map { Statistics.chiSquare($0) }.max() ?? .infinity
  }

  @Test("Bytes are even over entities and draws", arguments: [0, 1, 2, .max] as [UInt64])
  func bytesAreEven(key: UInt64) {
    let critical = Statistics.chiSquareCritical(freedom: 255, level: Statistics.level / 8)
    #expect(worstByte(Self.kernel, key: key) < critical)
    #expect(worstByte(Self.weak, key: key) > critical, "two rounds are not enough")
  }

  /// Chi-square of pairs of four bits of neighbouring words, at both ends of the word.
  private func worstPair(_ generator: Generator, _ step: Direction) -> Double {
    var high = Array(repeating: 0, count: 256)
    var low = high
    for entity in 0..<UInt64(128) {
      for draw in 0..<UInt64(128) {
        let word = generator(7, entity, draw)
        let next = generator(7 &+ step.key, entity &+ step.entity, draw &+ step.draw)
        high[Int((word >> 60) << 4 | next >> 60)] += 1
        low[Int((word & 15) << 4 | next & 15)] += 1
      }
    }
    return max(Statistics.chiSquare(high), Statistics.chiSquare(low))
  }

  @Test("Neighbouring draws are independent", arguments: Direction.all)
  func neighboursAreIndependent(step: Direction) {
    let critical = Statistics.chiSquareCritical(freedom: 255, level: Statistics.level / 2)
    #expect(worstPair(Self.kernel, step) < critical)
    #expect(worstPair(Self.weak, step) > critical, "two rounds are not enough")
  }

  @Test("Neighbouring draws are uncorrelated", arguments: Direction.all)
  func neighboursAreUncorrelated(step: Direction) {
    var sum = 0.0
    let count = 16_384
    for index in 0..<UInt64(count) {
      let (entity, draw) = (index >> 6, index & 63)
      let stream = RandomStream(key: 9)
      let next = RandomStream(key: 9 &+ step.key)
      sum +=
        (stream.unit(for: entity, draw: draw) - 0.5)
        * (next.unit(for: entity &+ step.entity, draw: draw &+ step.draw) - 0.5)
    }
    // The product of two centred uniforms has a deviation of one twelfth.
    let z = sum * 12 / Double(count).squareRoot()
    #expect(z.magnitude < Statistics.normalCritical())
  }

  @Test("Coincidences are as frequent as chance has it", arguments: [0, 18, 36] as [UInt64])
  func coincidencesAreAsExpected(shift: UInt64) {
    // 2¹⁷ words cut to 28 bits: 32 coincidences expected, Poisson distributed.
    var words: [UInt64] = []
    for entity in 0..<UInt64(1 << 14) {
      for draw in 0..<UInt64(8) {
        words.append(Self.kernel(3, entity, draw) >> shift & (1 << 28 - 1))
      }
    }
    words.sort()
    let coincidences = zip(words, words.dropFirst()).count { $0 == $1 }
    // P(X < 13) = 5e-5 and P(X > 55) = 5e-5 at a mean of 32.
    #expect((13...55).contains(coincidences))
  }

  @Test("No word comes twice in a plane of draws")
  func wordsAreDistinct() {
    var words: [UInt64] = []
    for entity in 0..<UInt64(1 << 9) {
      for draw in 0..<UInt64(1 << 8) { words.append(Self.kernel(4, entity, draw)) }
    }
    words.sort()
    #expect(zip(words, words.dropFirst()).allSatisfy { $0 != $1 })
  }

  /// The greatest deviation, in standard deviations, of how often an input bit flips an output bit.
  private func worstAvalanche(_ generator: Generator, bases: UInt64) -> Double {
    let deviation = (Double(bases) / 4).squareRoot()
    var worst = 0.0
    for input in 0..<192 {
      let flip: UInt64 = 1 << UInt64(input % 64)
      var flips = Array(repeating: 0, count: 64)
      for base in 0..<bases {
        let (key, entity, draw) = (base % 5, base / 16, base % 16)
        var changed =
          generator(key, entity, draw)
          ^ generator(
            input < 64 ? key ^ flip : key, 64..<128 ~= input ? entity ^ flip : entity,
            input >= 128 ? draw ^ flip : draw)
        while changed != 0 {
          flips[changed.trailingZeroBitCount] += 1
          changed &= changed - 1
        }
      }
      for count in flips {
        worst = max(worst, (Double(count) - Double(bases) / 2).magnitude / deviation)
      }
    }
    return worst
  }

  @Test("Each bit of key, entity and draw number flips each output bit half of the time")
  func avalanches() {
    // 12,288 pairs of bits share the level.
    let critical = Statistics.normalCritical(level: Statistics.level / 12_288)
    #expect(worstAvalanche(Self.kernel, bases: 500) < critical)
    #expect(worstAvalanche(Self.weak, bases: 64) > critical, "two rounds are not enough")
  }

  @Test("Streams of neighbouring seeds and similar names are unrelated")
  func streamsAreUnrelated() {
    var keys: [UInt64] = []
    for seed in 0..<UInt64(200) {
      for name in [
        "", "a", "b", "aa", "ab", "\0a", "\0", "a\0", "clients.backoff", "clients.backofg",
      ] {
        keys.append(RandomStream(seed: seed, name: name).key)
      }
    }
    #expect(Set(keys).count == keys.count)
    // Bits of the keys: each set half of the time, and flipped half of the time by the next seed.
    var set = Array(repeating: 0, count: 64)
    var flipped = set
    for (index, key) in keys.enumerated() {
      let other = keys[(index + 10) % keys.count]
      for bit in 0..<64 {
        set[bit] += Int(key >> UInt64(bit) & 1)
        flipped[bit] += Int((key ^ other) >> UInt64(bit) & 1)
      }
    }
    let half = Double(keys.count) / 2
    let limit =
      Statistics.normalCritical(level: Statistics.level / 128) * (half / 2).squareRoot()
    for count in set + flipped { #expect((Double(count) - half).magnitude < limit) }
  }
}
