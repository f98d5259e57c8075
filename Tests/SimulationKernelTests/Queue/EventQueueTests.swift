import Testing

@testable import SimulationKernel

@Suite("EventQueue")
struct EventQueueTests {
  private func drain(_ queue: inout EventQueue<Int64>) -> [Int64] {
    var events: [Int64] = []
    while let (_, event) = queue.pop() { events.append(event) }
    return events
  }

  @Test("Events leave in time order", arguments: [[3, 1, 2], [1, 1, 0], []] as [[Int64]])
  func drainsInTimeOrder(times: [Int64]) {
    var queue = EventQueue<Int64>()
    for time in times { queue.push(time, at: Instant(nanoseconds: time)) }
    #expect(drain(&queue) == times.sorted())
  }

  @Test("Ties leave in the order of scheduling", arguments: [1, 63, 64, 65, 1_000, 5_000])
  func tiesKeepTheirOrder(count: Int64) {
    var queue = EventQueue<Int64>()
    let noon = Instant.start + .hours(12)
    for event in 0..<count { queue.push(event, at: noon) }
    var order: [Int64] = []
    var next = count
    while let (_, event) = queue.pop() {
      order.append(event)
      // What is scheduled for the same instant meanwhile goes behind all that is already there.
      if next < 2 * count {
        queue.push(next, at: noon)
        next += 1
      }
    }
    #expect(order == Array(0..<2 * count))
  }

  @Test("Times at both ends of the range are times like others")
  func takesExtremeTimes() {
    var queue = EventQueue<Int64>()
    let times: [Int64] = [.max, 0, .max - 1, 1, 1 << 62, (1 << 62) - 1, .max, 0]
    for (index, time) in times.enumerated() {
      queue.push(Int64(index), at: Instant(nanoseconds: time))
    }
    #expect(queue.nextTime == .start)
    #expect(drain(&queue) == [1, 7, 3, 5, 4, 2, 0, 6])
    #expect(queue.now == .endOfTime)
    queue.push(1, at: .endOfTime)
    #expect(drain(&queue) == [1])
    #expect(queue.nextTime == nil)
  }

  @Test("Copies go separate ways")
  func copiesAreIndependent() {
    var original = EventQueue<Int64>()
    for event in 0..<1_000 as Range<Int64> {
      original.push(event, at: Instant(nanoseconds: event * 977_777))
    }
    for _ in 0..<300 { _ = original.pop() }
    var copy = original
    let untouched = original
    for event in 0..<100 as Range<Int64> {
      copy.push(-event, at: copy.now + .nanoseconds(event * 7_777_777))
    }
    #expect(drain(&original) == Array(300..<1_000))
    #expect(copy.count == 800)
    #expect(drain(&copy).filter { $0 > 0 } == Array(300..<1_000))
    var late = untouched
    #expect(drain(&late) == Array(300..<1_000))
  }

  @Test("A limit leaves what is due at it, and time passes to it")
  func popsBeforeALimit() {
    var queue = EventQueue<Int64>()
    queue.push(1, at: .start + .seconds(1))
    queue.push(2, at: .start + .seconds(2))
    #expect(queue.pop(before: .start + .seconds(2))?.event == 1)
    #expect(queue.pop(before: .start + .seconds(2)) == nil)
    #expect(queue.now == .start + .seconds(2))
    #expect(queue.pop(before: .start) == nil)
    #expect(queue.now == .start + .seconds(2))
    #expect(queue.pop()?.event == 2)
    #expect(queue.pop(before: .endOfTime) == nil)
    #expect(queue.now == .start + .seconds(2), "time stands still when nothing is pending")
  }

  @Test("A limit inside of a bucket leaves room for events before the rest of it")
  func limitsInsideABucket() {
    var late = EventQueue<Int64>()
    for event in 0..<200 as Range<Int64> {
      late.push(event, at: Instant(nanoseconds: 300_000 + event * 64))
    }
    for event in 0..<40 as Range<Int64> { late.push(event, at: Instant(nanoseconds: event)) }
    for _ in 0..<40 { _ = late.pop() }
    for limit in stride(from: 262_000, to: 300_000, by: 997) as StrideTo<Int64> {
      #expect(late.pop(before: Instant(nanoseconds: limit)) == nil)
      #expect(late.brokenInvariant == nil)
      late.push(-limit, at: Instant(nanoseconds: limit))
      #expect(late.pop()?.event == -limit)
    }
    #expect(drain(&late) == Array(0..<200))
  }

  @Test("A limit before a cluster leaves room for events before it", arguments: 0..<30)
  func limitsBeforeACluster(bit: Int64) {
    var queue = EventQueue<Int64>()
    let cluster = (1 << 30) + 123_456_789 as Int64
    for event in 0..<200 as Range<Int64> {
      queue.push(event, at: Instant(nanoseconds: cluster + event % 2))
    }
    // From far before the cluster to right before it.
    let limit = Instant(nanoseconds: cluster - (1 << bit))
    #expect(queue.pop(before: limit) == nil)
    #expect(queue.brokenInvariant == nil)
    for event in 1...100 as ClosedRange<Int64> { queue.push(-event, at: limit) }
    #expect(queue.brokenInvariant == nil)
    let early = (1...100).map { -Int64($0) }
    let even = stride(from: 0, to: 200, by: 2).map(Int64.init)
    #expect(drain(&queue) == early + even + even.map { $0 + 1 })
  }

  @Test("A pending event takes little more memory than its time and itself")
  func isCompact() {
    struct Payload: BitwiseCopyable, Sendable {
      var first: UInt64
      var second: UInt64
    }
    var queue = EventQueue<Payload>()
    var random = TestRandom(seed: 3)
    for number in 0..<200_000 as Range<UInt64> {
      let time = Instant(nanoseconds: Int64(random.below(10_000_000_000)))
      queue.push(Payload(first: number, second: 0), at: time)
    }
    #expect(queue.allocatedBytes <= 200_000 * 32 + 1 << 20)
    // Blocks of events that have left are used again.
    let before = queue.allocatedBytes
    for _ in 0..<400_000 {
      guard let (time, event) = queue.pop() else { break }
      queue.push(event, at: time + .nanoseconds(Int64(random.below(10_000_000_000))))
    }
    #expect(queue.allocatedBytes <= before + 1 << 20)
  }

  struct Large: BitwiseCopyable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    var small: UInt8
  }
  struct Nothing: BitwiseCopyable, Sendable {}

  @Test("Events of any size are kept whole")
  func takesAnySize() {
    var large = EventQueue<Large>()
    var vectors = EventQueue<SIMD8<UInt64>>()
    var empty = EventQueue<Nothing>()
    for number in 0..<500 as Range<UInt64> {
      let time = Instant(nanoseconds: Int64(number * 7_919 % 500))
      large.push(Large(words: (number, 1, 2, 3, 4, number), small: UInt8(number % 256)), at: time)
      vectors.push(SIMD8(repeating: number), at: time)
      empty.push(Nothing(), at: time)
    }
    for expected in 0..<500 as Range<Int64> {
      let first = large.pop()
      let second = vectors.pop()
      #expect(first?.time.nanoseconds == expected && second?.time.nanoseconds == expected)
      #expect(first.map { $0.event.words.0 * 7_919 % 500 } == UInt64(expected))
      #expect(first.map { $0.event.words.5 } == first.map { $0.event.words.0 })
      #expect(second?.event == SIMD8(repeating: first?.event.words.0 ?? 0))
      #expect(empty.pop()?.time.nanoseconds == expected)
    }
  }

  @Test("The past is refused, and the message names both times")
  func refusesThePast() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var queue = EventQueue<Int64>(startingAt: .start + .hours(14))
      queue.push(1, at: .start + .hours(13))
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("events never go back: 13:00:00 is before 14:00:00"))
  }

  @Test("Time before zero is refused")
  func refusesNegativeStart() async {
    await #expect(processExitsWith: .failure) {
      let queue = EventQueue<Int64>(startingAt: Instant(nanoseconds: -1))
      print(queue.count)
    }
  }

  @Test("Every digit of every time finds its level")
  func levelsAreExact() {
    for bit in 0..<64 {
      #expect(RadixLayout.level(ofDifference: 1 << UInt64(bit)) == bit / 6)
    }
    #expect(RadixLayout.level(ofDifference: 0) == 0)
  }
}
