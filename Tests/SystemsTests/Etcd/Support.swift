import SimulationKernel

@testable import Systems

/// Draws for a test: one after the other, from one seed.
struct Dice {
  private let stream: RandomStream
  private var draws: UInt64 = 0

  init(seed: Int, _ name: String) { stream = RandomStream(seed: UInt64(seed), name: name) }

  mutating func roll(_ sides: Int) -> Int {
    draws += 1
    return Int(stream.bits(for: 0, draw: draws) % UInt64(sides))
  }
  mutating func pick<T>(_ items: [T]) -> T { items[roll(items.count)] }
}
