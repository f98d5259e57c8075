import SimulationKernel
import Testing

@Suite("Zipf")
struct ZipfTests {
  let stream = RandomStream(seed: 41, name: "zipf")

  /// Ranks 1 to 19 each for itself, then all others together.
  private func counts(_ zipf: Zipf, _ draws: UInt64) -> [Int] {
    var counts = Array(repeating: 0, count: min(zipf.count, 20))
    for draw in 0..<draws {
      let rank = zipf.rank(from: stream, for: 0, draw: draw)
      counts[min(rank, counts.count) - 1] += 1
    }
    return counts
  }

  private func shares(_ count: Int, _ exponent: Double) -> [Double] {
    let weights = (1...count).map { KernelMath.pow(Double($0), -exponent) }
    let sum = weights.reduce(0, +)
    var shares = weights.prefix(20).map { $0 / sum }
    for weight in weights.dropFirst(20) { shares[19] += weight / sum }
    return shares
  }

  @Test(
    "Ranks follow the finite law",
    arguments: [
      (10, 1), (10, 0), (50, 0.5), (1_000, 1), (1_000, 1.1), (300, 2.5), (2, 1), (5, 1e-9),
    ]
      as [(Int, Double)])
  func followsLaw(count: Int, exponent: Double) throws {
    let zipf = try #require(Zipf(count: count, exponent: exponent))
    let found = counts(zipf, 10_000)
    let critical = Statistics.chiSquareCritical(freedom: found.count - 1)
    #expect(Statistics.chiSquare(found, shares: shares(count, exponent)) < critical)
    let wrong = Statistics.chiSquare(found, shares: shares(count, exponent + 0.2))
    #expect(wrong > critical, "another exponent is noticed")
  }

  @Test("Ranks stay in range at the edges of the parameters")
  func staysInRange() throws {
    for (count, exponent) in [
      (1, 1.0), (1, 0), (1 << 51, 0), (1 << 51, 1), (7, 100), (1 << 51, 100),
    ] {
      let zipf = try #require(Zipf(count: count, exponent: exponent))
      for draw in 0..<UInt64(200) {
        let rank = zipf.rank(from: stream, for: 1, draw: draw)
        #expect(rank >= 1 && rank <= count)
      }
    }
  }

  @Test("Parameters without meaning are refused")
  func refusesNonsense() {
    #expect(Zipf(count: 0, exponent: 1) == nil)
    #expect(Zipf(count: -1, exponent: 1) == nil)
    #expect(Zipf(count: .max, exponent: 1) == nil)
    for exponent in [-0.1, 101, .nan, .infinity] {
      #expect(Zipf(count: 5, exponent: exponent) == nil)
    }
  }
}
