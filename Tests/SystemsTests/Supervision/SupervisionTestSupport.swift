import SimulationKernel

@testable import Systems

/// Seeded numbers for test cases.
struct Dice {
  private let stream: RandomStream
  private var draws: UInt64 = 0

  init(seed: UInt64) { stream = RandomStream(seed: seed, name: "tests.dice") }

  mutating func roll(_ range: ClosedRange<Int64>) -> Int64 {
    draws += 1
    let width = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int64(stream.bits(for: 0, draw: draws) % width)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(roll(0...Int64(elements.count - 1)))]
  }
}

extension Supervision.Tree {
  /// Lets every start that the occurrences ask for succeed at once; tells all that happened.
  mutating func settle(
    _ occurrences: [Supervision.Occurrence], at now: Instant
  ) -> [Supervision.Occurrence] {
    var all = occurrences
    var read = 0
    while read < all.count {
      if case .workerStarting(let child) = all[read] { all += childStarted(child, at: now) }
      read += 1
    }
    return all
  }

  /// Ends the running process of a worker; starts succeed at once.
  mutating func end(
    _ worker: Int, _ reason: Supervision.ExitReason = .crash, at now: Instant
  ) -> [Supervision.Occurrence] {
    guard let child = liveChild(of: worker) else { return [] }
    return settle(childExited(child, reason, at: now), at: now)
  }
}

func milliseconds(_ count: Int64) -> Instant { .start + .milliseconds(count) }
