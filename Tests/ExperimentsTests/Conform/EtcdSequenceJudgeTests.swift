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
    #expect(SweepPhases.candidates(of: Array(0..<2_000)).count == 64)
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
