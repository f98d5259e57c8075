import SimulationKernel
import Testing

@Suite("EventQueue against a sorted array")
struct EventQueuePropertyTests {
  /// One random schedule of about `steps` operations, returned with what went wrong first.
  static func run(seed: UInt64, steps: UInt64) -> String? {
    var random = TestRandom(seed: seed)
    let starts: [Int64] = [0, 0, 0, 1, 63, 64, 51_480_000_000_000, .max - 1_000, .max - 1, .max]
    var pair = QueuePair(startingAt: starts[Int(random.below(UInt64(starts.count)))])
    let mix = DelayMix(&random)
    // Some schedules grow long, some hover near empty.
    let growth = 3 + random.below(7)
    var branches: [QueuePair] = []
    for _ in 0..<steps {
      switch random.below(100) {
      case 0:
        // A burst at one instant.
        let delay = mix.delay(&random)
        for _ in 0..<random.below(90) { pair.push(after: delay) }
      case 1:
        for _ in 0..<random.below(90) { pair.pop() }
      case 2:
        if branches.count < 3 { branches.append(pair) }
      case 3:
        if !branches.isEmpty {
          let index = Int(random.below(UInt64(branches.count)))
          swap(&branches[index], &pair)
        }
      case 4...9:
        let (sum, overflow) = pair.now.addingReportingOverflow(mix.delay(&random))
        pair.pop(before: overflow ? .max : sum)
      case let choice where choice % 12 < growth:
        pair.push(after: mix.delay(&random))
      default:
        pair.pop()
      }
      if pair.difference != nil { return pair.difference }
    }
    for index in branches.indices {
      while branches[index].fast.count > 0 { branches[index].pop() }
      branches[index].pop()
    }
    while pair.fast.count > 0 { pair.pop() }
    pair.pop()
    return ([pair] + branches).lazy.compactMap(\.difference).first
  }

  @Test("Thousands of random schedules leave in the same order", arguments: 0..<20)
  func agrees(group: UInt64) {
    for seed in group * 200..<(group + 1) * 200 {
      let difference = Self.run(seed: seed, steps: 40 + seed % 11 * 30)
      #expect(difference == nil, "seed \(seed): \(difference ?? "")")
    }
  }

  @Test("Long schedules leave in the same order", arguments: 0..<8)
  func agreesWhenLong(seed: UInt64) {
    let difference = Self.run(seed: 1_000_000 + seed, steps: 8_000)
    #expect(difference == nil, "seed \(1_000_000 + seed): \(difference ?? "")")
  }
}
