import Foundation
import Testing

@testable import Systems

@Suite("Supervision against recordings of Erlang/OTP 25")
struct SupervisorRecordingTests {
  /// Real runs are late by the scheduler's whim; the recordings' own tolerance.
  private static let toleranceMilliseconds: Int64 = 15

  @Test("Every recorded case comes out as it did on the real supervisor")
  func recordedCases() throws {
    let file = try #require(
      Bundle.module.url(
        forResource: "otp_supervisor", withExtension: "jsonl", subdirectory: "Recordings"))
    let cases = try RecordedSupervisorCase.load(file)
    #expect(cases.count == 144)
    let disagreeing = cases.filter { !$0.deterministic }.map(\.id)
    #expect(disagreeing.isEmpty, "a case whose runs disagree cannot be judged here")
    try judge(cases)
  }

  /// More recordings than the package carries, made with other seeds of the case generator.
  @Test(
    "Recordings named by HINDSIGHT_OTP_RECORDINGS agree too",
    .enabled(if: ProcessInfo.processInfo.environment["HINDSIGHT_OTP_RECORDINGS"] != nil))
  func furtherRecordings() throws {
    let list = try #require(ProcessInfo.processInfo.environment["HINDSIGHT_OTP_RECORDINGS"])
    for path in list.split(separator: ":") {
      let cases = try RecordedSupervisorCase.load(URL(fileURLWithPath: String(path)))
      #expect(!cases.isEmpty)
      try judge(cases)
    }
  }

  private func judge(_ cases: [RecordedSupervisorCase]) throws {
    // Where the real runs disagreed among themselves there is no one outcome to agree with.
    for script in cases where script.deterministic {
      let found = try SupervisorCasePlayer.play(script)
      let differences = Self.differences(between: found, and: script.outcome)
      #expect(differences.isEmpty, "\(script.id) \(script.kind)")
    }
  }

  static func differences(
    between found: RecordedSupervisorCase.Outcome, and real: RecordedSupervisorCase.Outcome
  ) -> [String] {
    var list: [String] = []
    func same<T: Equatable>(_ name: String, _ left: T, _ right: T) {
      if left != right { list.append("\(name): model \(left), real \(right)") }
    }
    func near(_ name: String, _ left: Int64?, _ right: Int64?) {
      switch (left, right) {
      case (nil, nil): break
      case (let left?, let right?) where abs(left - right) <= toleranceMilliseconds: break
      default: list.append("\(name): model \(left ?? -1) ms, real \(right ?? -1) ms")
      }
    }
    same("crashes", found.crashes.count, real.crashes.count)
    for (index, pair) in zip(found.crashes, real.crashes).enumerated() {
      same("crash \(index) worker", pair.0.worker, pair.1.worker)
      same("crash \(index) hit", pair.0.hit, pair.1.hit)
      same("crash \(index) restarted", pair.0.restarted, pair.1.restarted)
      same(
        "crash \(index) workers started", pair.0.workers_started_after,
        pair.1.workers_started_after)
      near("crash \(index) restart", pair.0.restart_ms, pair.1.restart_ms)
    }
    // The recorder orders supervisors' ends by rounded medians, so only each level's are in order.
    let order = { (left: RecordedSupervisorCase.GiveUp, right: RecordedSupervisorCase.GiveUp) in
      (left.level, left.reason, left.t_ms) < (right.level, right.reason, right.t_ms)
    }
    let ends = (found.give_ups.sorted(by: order), real.give_ups.sorted(by: order))
    same("ends of supervisors", ends.0.count, ends.1.count)
    for (index, pair) in zip(ends.0, ends.1).enumerated() {
      same("end \(index) level", pair.0.level, pair.1.level)
      same("end \(index) reason", pair.0.reason, pair.1.reason)
      near("end \(index) time", pair.0.t_ms, pair.1.t_ms)
    }
    same("node stops", found.node_stops, real.node_stops)
    near("node stop", found.node_stop_ms, real.node_stop_ms)
    same("worker starts", found.worker_starts, real.worker_starts)
    same("failed starts", found.worker_start_failures, real.worker_start_failures)
    same("supervisor starts", found.supervisor_starts, real.supervisor_starts)
    same("alive at the end", found.alive_at_end, real.alive_at_end)
    same("poison crashes", found.poison_crashes, real.poison_crashes)
    return list
  }
}
