import SimulationKernel
import Testing

@Suite("Random integers, chances and spans")
struct RandomIntegersTests {
  let stream = RandomStream(seed: 5, name: "integers")

  @Test("Bounded integers are even", arguments: [2, 3, 7, 10, 100, 257] as [UInt64])
  func integersAreEven(bound: UInt64) {
    var counts = Array(repeating: 0, count: Int(bound))
    for entity in 0..<UInt64(20_000) {
      counts[Int(stream.integer(below: bound, for: entity, draw: bound))] += 1
    }
    let critical = Statistics.chiSquareCritical(freedom: Int(bound) - 1)
    #expect(Statistics.chiSquare(counts) < critical)
    // One value twice as likely as the others, at the cost of its neighbour.
    counts[0] += counts[1] / 2
    counts[1] -= counts[1] / 2
    #expect(bound > 100 || Statistics.chiSquare(counts) > critical, "a bias is noticed")
  }

  @Test("A bound that rejects a quarter of the words is even too; without rejection it is not")
  func rejectionRemovesBias() {
    let bound: UInt64 = 3 << 62
    var counts = [0, 0, 0]
    var naive = [0, 0, 0]
    var redrawn = 0
    for entity in 0..<UInt64(9_000) {
      let value = stream.integer(below: bound, for: entity, draw: 0)
      let product = stream.bits(for: entity, draw: 0).multipliedFullWidth(by: bound)
      #expect(value < bound)
      counts[Int(value % 3)] += 1
      naive[Int(product.high % 3)] += 1
      if value != product.high { redrawn += 1 }
    }
    let critical = Statistics.chiSquareCritical(freedom: 2)
    #expect(Statistics.chiSquare(counts) < critical)
    #expect(Statistics.chiSquare(naive) > critical, "half of them fall on the first remainder")
    #expect((2_000...2_500).contains(redrawn))
  }

  @Test("Ranges of integers reach both ends and can be as wide as Int")
  func rangesReachTheirEnds() {
    var found: Set<Int> = []
    for entity in 0..<UInt64(200) {
      let value = stream.integer(in: -2...2, for: entity, draw: 0)
      #expect((-2...2).contains(value))
      found.insert(value)
      #expect((-2..<2).contains(stream.integer(in: -2..<2, for: entity, draw: 0)))
    }
    #expect(found.count == 5)
    let wide = (0..<UInt64(64)).map { stream.integer(in: Int.min...Int.max, for: $0, draw: 0) }
    #expect(wide.contains { $0 < 0 } && wide.contains { $0 > 0 })
    #expect(stream.integer(in: Int.max...Int.max, for: 0, draw: 0) == .max)
  }

  @Test("An integer below zero stops the run")
  func emptyBoundStops() async {
    await #expect(processExitsWith: .failure) {
      _ = RandomStream(key: 1).integer(below: 0, for: 0, draw: 0)
    }
  }

  @Test("Chances come true as often as they say", arguments: [(1, 3), (1, 100), (6, 7), (1, 2)])
  func chancesComeTrue(numerator: UInt64, denominator: UInt64) {
    let count = 20_000
    let hits = (0..<UInt64(count)).count {
      stream.chance(numerator, in: denominator, for: $0, draw: denominator)
    }
    let share = Double(numerator) / Double(denominator)
    let deviation = (Double(count) * share * (1 - share)).squareRoot()
    let z = (Double(hits) - Double(count) * share) / deviation
    #expect(z.magnitude < Statistics.normalCritical())
    // Had the chance been a fifth greater, this would have failed.
    let wrong = (Double(hits) - Double(count) * share * 1.2) / deviation
    #expect(share < 0.05 || wrong.magnitude > Statistics.normalCritical())
  }

  @Test("Whom one chance hits, every greater chance hits, whatever the denominators")
  func chancesAreNested() {
    let chances: [(UInt64, UInt64)] = [
      (0, 1), (1, .max), (1, 1_000_000), (1, 1_000), (1, 10), (2, 7), (1, 3), (1, 2),
      (.max / 2 + 2, .max), (2, 3), (999_999, 1_000_000), (.max - 1, .max), (1, 1), (5, 4),
    ]
    for entity in 0..<UInt64(1_000) {
      let hits = chances.map { stream.chance($0.0, in: $0.1, for: entity, draw: 1) }
      #expect(hits == hits.sorted { !$0 && $1 })
      #expect(hits[0] == false && hits[12] && hits[13])
    }
  }

  @Test("A chance that 64 bits leave open is settled by more bits")
  func openChancesAreSettled() {
    // With the bits b as numerator below 2⁶⁴ - 1, the threshold lies within the word's own cell.
    var hits = 0
    var expected = 0.0
    let count = 4_000
    for entity in 0..<UInt64(count) {
      let bits = stream.bits(for: entity, draw: 2)
      #expect(!stream.chance(bits - 1, in: .max, for: entity, draw: 2))
      #expect(stream.chance(bits + 1, in: .max, for: entity, draw: 2))
      hits += stream.chance(bits, in: .max, for: entity, draw: 2) ? 1 : 0
      expected += Double(bits) * 0x1p-64
    }
    // Each of these is true with a probability of about bits / 2⁶⁴: variance 1/6 on average.
    let z = (Double(hits) - expected) / (Double(count) / 6).squareRoot()
    #expect(z.magnitude < Statistics.normalCritical())
  }

  @Test("A chance with a denominator of zero does not trap")
  func zeroDenominatorDoesNotTrap() {
    #expect(!stream.chance(0, in: 0, for: 0, draw: 0))
    #expect(stream.chance(1, in: 0, for: 0, draw: 0))
  }

  @Test("Spans are even between zero and the limit, both included")
  func spansAreEven() {
    var counts = Array(repeating: 0, count: 11)
    for entity in 0..<UInt64(11_000) {
      counts[Int(stream.uniform(upTo: .nanoseconds(10), for: entity, draw: 0).nanoseconds)] += 1
    }
    #expect(Statistics.chiSquare(counts) < Statistics.chiSquareCritical(freedom: 10))
    #expect(counts.allSatisfy { $0 > 0 })
    #expect(stream.uniform(upTo: .zero, for: 1, draw: 0) == .zero)
  }

  @Test("Spans up to the ends of the range of durations do not trap")
  func extremeSpansDoNotTrap() {
    let least = Duration(nanoseconds: .min)
    let greatest = Duration(nanoseconds: .max)
    for entity in 0..<UInt64(200) {
      #expect(stream.uniform(upTo: greatest, for: entity, draw: 0) >= .zero)
      #expect(stream.uniform(upTo: least, for: entity, draw: 0) <= .zero)
      #expect(
        (-3...0).contains(
          stream.uniform(upTo: .nanoseconds(-3), for: entity, draw: 0).nanoseconds))
      _ = stream.uniform(in: least...greatest, for: entity, draw: 0)
      let range = Duration.nanoseconds(-5)...Duration.nanoseconds(5)
      #expect(range.contains(stream.uniform(in: range, for: entity, draw: 0)))
    }
  }
}
