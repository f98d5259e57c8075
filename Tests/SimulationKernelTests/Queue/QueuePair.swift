@testable import SimulationKernel

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
  private var checks = 0
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
    checks += 1
    // Looking at every bucket each time would take most of the time of the suite.
    if checks % 43 == 0, let broken = fast.brokenInvariant { differ(broken) }
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
