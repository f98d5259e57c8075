import Testing

@testable import SimulationKernel

/// A source of test choices; the seed is printed when a schedule fails.
struct TestRandom {
  var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
  mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
}

/// The obvious queue: an array kept sorted, equal times in the order of scheduling.
struct SortedArrayQueue {
  private(set) var entries: [(time: Int64, event: UInt32)] = []

  mutating func push(_ event: UInt32, at time: Int64) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].time > time { low = middle + 1 } else { high = middle }
    }
    // Stored latest first: removal from the end is cheap, and a newcomer stands before its equals.
    entries.insert((time, event), at: low)
  }

  var next: (time: Int64, event: UInt32)? { entries.last }
  mutating func pop() -> (time: Int64, event: UInt32)? { entries.popLast() }
}

/// The fast queue and the obvious one, driven alike.
struct QueuePair {
  var fast: EventQueue<UInt32>
  var slow = SortedArrayQueue()
  var label: UInt32 = 0
  /// The first difference between the two, in words.
  var difference: String?

  init(startingAt start: Int64) {
    fast = EventQueue(startingAt: Instant(nanoseconds: start))
  }

  var now: Int64 { fast.now.nanoseconds }

  mutating func push(after delay: Int64) {
    let (sum, overflow) = now.addingReportingOverflow(delay)
    push(at: overflow ? .max : sum)
  }

  mutating func push(at time: Int64) {
    label += 1
    fast.push(label, at: Instant(nanoseconds: time))
    slow.push(label, at: time)
    check()
  }

  mutating func pop() {
    let quick = fast.pop()
    let sure = slow.pop()
    if quick?.time.nanoseconds != sure?.time || quick?.event != sure?.event {
      differ("pop: \(describe(quick)), expected \(describe(sure))")
    }
    check()
  }

  mutating func pop(before limit: Int64) {
    let quick = fast.pop(before: Instant(nanoseconds: limit))
    let isDue = slow.next.map { $0.time < limit } ?? false
    let sure = isDue ? slow.pop() : nil
    if quick?.time.nanoseconds != sure?.time || quick?.event != sure?.event {
      differ("pop(before: \(limit)): \(describe(quick)), expected \(describe(sure))")
    }
    check()
  }

  private mutating func check() {
    if fast.count != slow.entries.count {
      differ("count: \(fast.count), expected \(slow.entries.count)")
    }
    if fast.nextTime?.nanoseconds != slow.next?.time {
      differ("next: \(String(describing: fast.nextTime)), expected \(describe(slow.next))")
    }
  }

  private mutating func differ(_ text: String) {
    if difference == nil { difference = "after push \(label): " + text }
  }

  private func describe(_ item: (time: Instant, event: UInt32)?) -> String {
    item.map { "\($0.event) at \($0.time.nanoseconds)" } ?? "nothing"
  }
  private func describe(_ item: (time: Int64, event: UInt32)?) -> String {
    item.map { "\($0.event) at \($0.time)" } ?? "nothing"
  }
}

/// The kinds of delays that a schedule mixes.
struct DelayMix {
  let scale: UInt64
  let ties: UInt64

  init(_ random: inout TestRandom) {
    scale = 1 << random.below(50)
    ties = 1 + random.below(6)
  }

  func delay(_ random: inout TestRandom) -> Int64 {
    switch random.below(10) {
    case 0: 0
    case 1: Int64(random.below(ties)) &* Int64(scale)
    case 2: Int64(random.below(4))
    case 3: Int64(random.next() >> (1 + random.below(63)))
    case 4: .max
    default: Int64(random.below(scale) + 1)
    }
  }
}

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

  @Test("Thousands of random schedules leave in the same order", arguments: 0..<16)
  func agrees(group: UInt64) {
    for seed in group * 150..<(group + 1) * 150 {
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
