import SimulationKernel

/// Draws for a test: one after the other, from one seed.
struct Dice {
  private let stream: RandomStream
  private var draws: UInt64 = 0

  init(seed: some BinaryInteger, _ name: String = "tests.dice") {
    stream = RandomStream(seed: UInt64(truncatingIfNeeded: seed), name: name)
  }

  /// From zero to below `sides`.
  mutating func roll(_ sides: Int) -> Int {
    draws += 1
    return Int(stream.bits(for: 0, draw: draws) % UInt64(sides))
  }

  mutating func roll(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(roll(Int(range.upperBound - range.lowerBound) + 1))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[roll(elements.count)]
  }
}
