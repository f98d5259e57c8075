import SimulationKernel
import Testing

@Suite("RandomStream")
struct RandomStreamTests {
  let stream = RandomStream(seed: 11, name: "test")

  @Test("A draw depends on seed, name, entity and draw number only")
  func drawsAreKeyed() {
    let again = RandomStream(seed: 11, name: "test")
    #expect(stream == again)
    #expect(stream.bits(for: 3, draw: 4) == again.bits(for: 3, draw: 4))
    #expect(stream.bits(for: 3, draw: 4) != stream.bits(for: 4, draw: 3))
    #expect(stream != RandomStream(seed: 12, name: "test"))
    #expect(stream != RandomStream(seed: 11, name: "tesu"))
    #expect(stream == RandomStream(key: stream.key))
  }

  @Test("A nested stream differs from its parent and its siblings")
  func nestedStreamsDiffer() {
    let nested = stream.nested(for: 1, draw: 2)
    #expect(nested != stream)
    #expect(nested != stream.nested(for: 2, draw: 1))
    #expect(nested.key != stream.bits(for: 1, draw: 2))
    #expect(nested == stream.nested(for: 1, draw: 2))
  }

  @Test("Units are even over [0, 1) and open units over (0, 1]")
  func unitsAreEven() {
    var units: [Double] = []
    var opens: [Double] = []
    for entity in 0..<UInt64(20_000) {
      units.append(stream.unit(for: entity, draw: 0))
      opens.append(stream.openUnit(for: entity, draw: 1))
    }
    #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(opens.allSatisfy { $0 > 0 && $0 <= 1 })
    let critical = Statistics.kolmogorovSmirnovCritical(count: units.count)
    #expect(Statistics.kolmogorovSmirnov(units) { $0 } < critical)
    #expect(Statistics.kolmogorovSmirnov(opens) { $0 } < critical)
    #expect(Statistics.kolmogorovSmirnov(units) { $0 * $0 } > critical, "a wrong law is noticed")
    // Both ends of the 64 bits take part.
    #expect(units.contains { $0 * 0x1p53 != ($0 * 0x1p40).rounded(.down) * 0x1p13 })
  }

  @Test("Numbers in a range of doubles stay in it, even in the widest")
  func doublesStayInRange() {
    let widest = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    for entity in 0..<UInt64(200) {
      #expect((2...3).contains(stream.uniform(in: 2...3, for: entity, draw: 0)))
      #expect(widest.contains(stream.uniform(in: widest, for: entity, draw: 0)))
      #expect(stream.uniform(in: 5...5, for: entity, draw: 0) == 5)
    }
  }
}
