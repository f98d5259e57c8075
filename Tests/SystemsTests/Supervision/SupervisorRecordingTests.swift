import Foundation
import Testing

@testable import Systems

@Suite("Supervision against recordings of Erlang/OTP 25")
struct SupervisorRecordingTests {
  /// Real runs are late by the scheduler's whim; the recordings' own tolerance.
  private static let toleranceMilliseconds: Int64 = 15

  @Test(
    "Every recorded case comes out as it did on the real supervisor",
    arguments: [("otp_supervisor", 144, 144), ("otp_supervisor_siblings", 220, 210)]
      as [(String, Int, Int)])
  func recordedCases(name: String, count: Int, deterministic: Int) throws {
    let file = try #require(
      Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Recordings"))
    let cases = try RecordedSupervisorCase.load(file)
    #expect(cases.count == count)
    #expect(cases.count(where: \.deterministic) == deterministic)
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
        "crash \(index) workers started", pair.0.workersStartedAfter,
        pair.1.workersStartedAfter)
      near("crash \(index) restart", pair.0.restartMs, pair.1.restartMs)
    }
    // The recorder orders supervisors' ends by rounded medians, so only each level's are in order.
    let order = { (left: RecordedSupervisorCase.GiveUp, right: RecordedSupervisorCase.GiveUp) in
      (left.level, left.reason, left.tMs) < (right.level, right.reason, right.tMs)
    }
    let ends = (found.giveUps.sorted(by: order), real.giveUps.sorted(by: order))
    same("ends of supervisors", ends.0.count, ends.1.count)
    for (index, pair) in zip(ends.0, ends.1).enumerated() {
      same("end \(index) level", pair.0.level, pair.1.level)
      same("end \(index) reason", pair.0.reason, pair.1.reason)
      near("end \(index) time", pair.0.tMs, pair.1.tMs)
    }
    same("node stops", found.nodeStops, real.nodeStops)
    near("node stop", found.nodeStopMs, real.nodeStopMs)
    same("worker starts", found.workerStarts, real.workerStarts)
    same("failed starts", found.workerStartFailures, real.workerStartFailures)
    same("supervisor starts", found.supervisorStarts, real.supervisorStarts)
    same("alive at the end", found.aliveAtEnd, real.aliveAtEnd)
    same("poison crashes", found.poisonCrashes, real.poisonCrashes)
    return list
  }
}
