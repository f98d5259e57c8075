import Foundation
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Judging etcd sequences")
struct EtcdSequenceJudgeTests {
  private func operation(
    _ kind: EtcdSequence.Operation.Kind, at time: Int64, _ key: String = "/s/a",
    _ change: (inout EtcdSequence.Operation) -> Void = { _ in }
  ) -> EtcdSequence.Operation {
    var operation = EtcdSequence.Operation(kind, time: time)
    operation.key = key
    change(&operation)
    return operation
  }

  /// The sequence with the answers, events and index that the model itself gives.
  private func failures(
    _ operations: [EtcdSequence.Operation], watches: [EtcdSequence.Watch] = [], end: Int64
  ) -> [ConformanceFailure] {
    Conformance.judge(
      EtcdSequence(id: "x", operations: operations, watches: watches, finalIndex: end))
  }

  @Test("A negative TTL is refused by etcd with error 202, and that is what is expected")
  func refusesNegativeTTL() {
    var answer = EtcdAnswer()
    answer.status = 400
    answer.errorCode = 202
    answer.message = "The given TTL in POST form is not a number"
    let put = operation(.put, at: 0) {
      $0.ttl = "-1"
      $0.response = answer
    }
    #expect(failures([put], end: 0).isEmpty)
    let other = operation(.put, at: 0) {
      $0.ttl = "18446744073709551616"
      $0.response = answer
    }
    #expect(failures([other], end: 0).isEmpty)
  }

  @Test("A key is gone whenever the sweep comes, and months of waiting cost nothing")
  func waits() {
    let month: Int64 = 2_500_000_000
    let put = operation(.put, at: 0) { $0.ttl = "1" }
    var wait = EtcdSequence.Operation(.sleepUntil, time: 1)
    wait.until = month
    var gone = EtcdAnswer()
    gone.status = 404
    gone.errorCode = 100
    gone.message = "Key not found"
    gone.cause = "/s"
    gone.index = 2
    gone.etcdIndex = 2
    let get = operation(.get, at: month) { $0.response = gone }
    let found = failures([put, wait, get], end: 2)
    #expect(found.map(\.step) == [2], "the directory stays: \(found)")
    gone.cause = "/s/a"
    let right = operation(.get, at: month) { $0.response = gone }
    #expect(failures([put, wait, right], end: 2).isEmpty)
  }

  @Test("A watch from a cleared index is answered with 401 and closed, a stream too")
  func clearedHistory() {
    var operations = (0..<1_002).map { operation(.put, at: Int64($0)) { $0.value = "v" } }
    operations.append(
      operation(.watch, at: 1_100) {
        $0.watch = 0
        $0.waitIndex = 2
        $0.isStream = true
      })
    var answer = EtcdAnswer()
    answer.status = 400
    answer.errorCode = 401
    answer.message = "The event in requested index is outdated and cleared"
    answer.index = 1_002
    let watch = EtcdSequence.Watch(id: 0, isCompleted: true, events: [answer])
    let found = failures(operations, watches: [watch], end: 1_002)
    #expect(found.isEmpty, "\(found)")
  }

  @Test("Phases of the sweep lie between the requests, in the widest gaps first")
  func phases() {
    let phases = SweepPhases.candidates(of: [0, 10, 700, 710, 1_000])
    // Within the tick: 0, 10, 200, 210; the gaps are 290, 190, 10 and 10 wide.
    #expect(
      phases == [
        .milliseconds(355), .milliseconds(105), .milliseconds(5), .milliseconds(205),
      ])
    #expect(SweepPhases.candidates(of: []) == [.milliseconds(250)])
    #expect(SweepPhases.candidates(of: [499, 499]).count == 1)
    #expect(SweepPhases.candidates(of: Array(0..<2_000)).count == 500)
  }

  /// The answer to a read of a key with a second to live, or of one whose time was up.
  private func answer(isGone: Bool) -> EtcdAnswer {
    var answer = EtcdAnswer()
    answer.status = isGone ? 404 : 200
    answer.etcdIndex = isGone ? 2 : 1
    if isGone {
      (answer.errorCode, answer.message, answer.cause) = (100, "Key not found", "/s/a")
      answer.index = 2
      return answer
    }
    answer.action = "get"
    var node = EtcdAnswer.Node()
    (node.key, node.value, node.hasExpiration) = ("/s/a", "v", true)
    (node.modifiedIndex, node.createdIndex) = (1, 1)
    answer.node = node
    return answer
  }

  @Test(
    "The narrowest gap between two reads may hold the sweep",
    arguments: [1_005, 1_455, 1_500] as [Int64])
  func everyGap(end: Int64) {
    let put = operation(.put, at: 0) { operation in
      (operation.value, operation.ttl) = ("v", "1")
      var answer = answer(isGone: false)
      (answer.status, answer.action) = (201, "set")
      answer.node?.ttl = 1
      operation.response = answer
    }
    let reads = stride(from: Int64(1_000), through: 1_500, by: 5).map { time in
      operation(.get, at: time) { $0.response = answer(isGone: time >= end) }
    }
    let found = failures([put] + reads, end: 2)
    #expect(found.isEmpty, "\(found.first.map { "\($0)" } ?? "")")
    // Gone, and there again: no sweep explains it.
    var forged = reads
    forged[97].response = answer(isGone: true)
    forged[98].response = answer(isGone: false)
    #expect(!failures([put] + forged, end: 2).isEmpty)
  }

  /// Processor time of this thread, in seconds.
  private func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test("What no sweep explains is met once, and not under every phase")
  func crowd() {
    let (watchers, puts): (Int64, Int64) = (60, 80)
    let begun = (0..<watchers).map { number in
      operation(.watch, at: 0, "/s") {
        ($0.watch, $0.isRecursive, $0.isStream) = (number, true, true)
      }
    }
    let changes = (1...puts).map { index in
      operation(.put, at: index * 3, "/s/k\(index)") { operation in
        (operation.value, operation.ttl) = ("v", "100")
        var node = EtcdAnswer.Node()
        (node.key, node.value, node.ttl) = ("/s/k\(index)", "v", 100)
        (node.hasExpiration, node.modifiedIndex, node.createdIndex) = (true, index, index)
        var answer = EtcdAnswer()
        (answer.status, answer.action, answer.node, answer.etcdIndex) = (201, "set", node, index)
        operation.response = answer
      }
    }
    let events = changes.compactMap { change -> EtcdAnswer? in
      var event = change.response
      event?.status = 200
      event?.etcdIndex = nil
      return event
    }
    let watches = (0..<watchers).map {
      EtcdSequence.Watch(id: $0, isCompleted: false, events: events)
    }
    let start = threadTime()
    #expect(failures(begun + changes, watches: watches, end: puts).isEmpty)
    let once = threadTime() - start
    let found = failures(begun + changes, watches: watches, end: puts + 1)
    #expect(found.map(\.step) == [Int(watchers + puts)], "\(found.prefix(2))")
    // The search and the telling; there are eighty phases.
    #expect(threadTime() - start - once < 8 * once)
  }

  @Test("A refresh keeps a place in the history that reading passes over, as in etcd 3.4.23")
  func refreshesInHistory() throws {
    var server = EtcdServerDriver(index: 3, phase: nil)
    for _ in 1...2 { _ = server.request("PUT", "/a", fields: [("value", "v"), ("ttl", "60")]) }
    for _ in 1...5 {
      _ = server.request("PUT", "/a", fields: [("ttl", "60"), ("refresh", "true")])
    }
    for _ in 1...999 { _ = server.request("PUT", "/a", fields: [("value", "v")]) }
    let response = server.request("GET", "/a?wait=true&waitIndex=5")
    let answer = EtcdAnswer(try #require(response), base: 0, in: server.store)
    #expect(answer.errorCode == 401 && answer.cause?.hasSuffix("[10/5]") == true, "\(answer)")
  }

  @Test("A key is readable until the sweep that follows its time, at most 500 ms late")
  func lateness() throws {
    var server = EtcdServerDriver(index: 0, phase: .milliseconds(170))
    for ttl in 2...5 {
      let start = server.now
      let key = "/ttl/k\(ttl)"
      _ = server.request("PUT", key, fields: [("value", "v"), ("ttl", "\(ttl)")])
      let number = server.store.intern(key)
      server.advance(to: start + .seconds(Int64(ttl)))
      #expect(server.store.node(at: number)?.ttl(at: server.now) == 0)
      server.advance(by: .milliseconds(500))
      #expect(server.store.node(at: number) == nil)
      server.advance(by: .milliseconds(137))
    }
  }

  @Test("Sweeps that are passed over change nothing")
  func sweepsAgree() {
    for phase in stride(from: Int64(0), through: 500, by: 125) {
      var coarse = EtcdServerDriver(index: 0, phase: .milliseconds(phase))
      var fine = coarse
      for step in 0..<6 {
        for key in ["/a", "/b"] {
          let fields = [("value", "\(step)"), ("ttl", "\(step % 3)")]
          _ = coarse.request("PUT", key, fields: fields)
          _ = fine.request("PUT", key, fields: fields)
        }
        coarse.advance(by: .milliseconds(1_290))
        for _ in 0..<129 { fine.advance(by: .milliseconds(10)) }
        #expect(coarse.store == fine.store && coarse.now == fine.now)
      }
    }
  }
}
