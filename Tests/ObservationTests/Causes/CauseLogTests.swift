import Observation
import SimulationKernel
import Testing

@Suite("CauseLog")
struct CauseLogTests {
  private typealias Entry = CauseLog.Entry

  /// So many events with gaps of up to two hours, and causes all over the past; and what they are.
  private func filled(_ count: Int, seed: UInt64) -> (log: CauseLog, entries: [Entry]) {
    var log = CauseLog(limit: count + 5)
    var entries: [Entry] = []
    var state = seed
    var time = Instant.start
    for number in 1...UInt32(count) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let gap: Int64 = state >> 60 == 0 ? 7_200_000_000_000 : Int64(state >> 40 & 0xFFFF)
      time = time + .nanoseconds(gap)
      let cause = UInt32(truncatingIfNeeded: state >> 20) % number
      log.append(time: time, cause: cause, subject: number ^ 7, content: UInt32(state >> 32))
      entries.append(
        Entry(
          number: number, time: time, cause: cause, subject: number ^ 7,
          content: UInt32(state >> 32)))
    }
    return (log, entries)
  }

  @Test(
    "Every event comes back as it was given, by number, in order and from the end",
    arguments: [(1, 1), (300, 2), (40_000, 3)] as [(Int, UInt64)])
  func keeps(count: Int, seed: UInt64) {
    let (log, entries) = filled(count, seed: seed)
    #expect(log.count == count && log.lastTime == entries.last?.time)
    #expect(entries.allSatisfy { log[$0.number] == $0 }, "seed \(seed)")
    var walked: [Entry] = []
    log.forEach { walked.append($0) }
    #expect(walked == entries)
    let middle = UInt32(count / 2 + 1)
    walked = []
    log.forEach(from: middle) { walked.append($0) }
    #expect(walked == Array(entries[Int(middle - 1)...]))
    #expect(
      log.last(before: middle) { $0.content & 7 == 0 }
        == entries[..<Int(middle - 1)].last { $0.content & 7 == 0 })
    #expect(
      log.first(from: middle) { $0.content & 7 == 0 }
        == entries[Int(middle - 1)...].first { $0.content & 7 == 0 })
    #expect(log.last(before: UInt32(count) + 1) { _ in true } == entries.last)
  }

  @Test("An empty log has nothing, and a full one says so")
  func limits() {
    var log = CauseLog(limit: 2)
    #expect(log.count == 0 && log.lastTime == nil && !log.isFull)
    #expect(log.first { _ in true } == nil && log.last(before: 9) { _ in true } == nil)
    log.forEach { _ in Issue.record("there is none") }
    log.append(time: .start, cause: 0, subject: 1, content: 1)
    log.append(time: .start, cause: 1, subject: 2, content: 2)
    #expect(log.isFull)
  }

  @Test("A cause that has not happened, and time that goes back, are faults of this program")
  func fences() async {
    await #expect(processExitsWith: .failure) {
      var log = CauseLog(limit: 2)
      log.append(time: .start, cause: 1, subject: 0, content: 0)
    }
    await #expect(processExitsWith: .failure) {
      var log = CauseLog(limit: 2)
      log.append(time: .start + .seconds(1), cause: 0, subject: 0, content: 0)
      log.append(time: .start, cause: 0, subject: 0, content: 0)
    }
    await #expect(processExitsWith: .failure) {
      var log = CauseLog(limit: 1)
      log.append(time: .start, cause: 0, subject: 0, content: 0)
      log.append(time: .start, cause: 0, subject: 0, content: 0)
    }
  }
}
