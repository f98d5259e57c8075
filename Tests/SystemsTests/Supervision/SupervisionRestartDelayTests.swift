import SimulationKernel
import Testing

@testable import Systems

@Suite("Supervision with a restart delay")
struct SupervisionRestartDelayTests {
  private func tree(
    _ levels: [Supervision.Level], _ workers: [Supervision.RestartType]
  ) throws -> Supervision.Tree {
    var tree = Supervision.Tree(
      try .init(levels: levels, workers: workers, restartDelay: .seconds(2)), clockPhase: .zero)
    _ = tree.settle(tree.start(at: .start), at: .start)
    return tree
  }

  @Test("The supervisor sees a crash only when the delay is over, and restarts at once")
  func crashIsSeenLate() throws {
    var tree = try tree([.init(intensity: 3)], [.permanent])
    let child = try #require(tree.liveChild(of: 0))
    let atCrash = tree.childExited(child, .crash, at: milliseconds(100))
    #expect(atCrash == [.restartDelayed(child)])
    #expect(tree.restartsRemembered(level: 0) == 0)
    #expect(tree.liveChild(of: 0) == nil)
    let repeated = tree.childExited(child, .crash, at: milliseconds(200))
    #expect(repeated.isEmpty)
    let afterDelay = tree.delayElapsed(child, at: milliseconds(2_100))
    #expect(
      afterDelay == [
        .workerStarting(.init(worker: 0, incarnation: 2))
      ])
    #expect(tree.restartsRemembered(level: 0) == 1)
  }

  @Test("A start that fails is a crash like any other: nothing is tried again in a tight loop")
  func failedStartIsACrash() throws {
    var tree = try tree([.init(intensity: 3)], [.permanent])
    _ = tree.childExited(try #require(tree.liveChild(of: 0)), .crash, at: .start)
    let log = tree.delayElapsed(.init(worker: 0, incarnation: 1), at: milliseconds(2_000))
    let second = Supervision.Child(worker: 0, incarnation: 2)
    #expect(log == [.workerStarting(second)])
    let afterFailure = tree.startFailed(second, at: milliseconds(2_001))
    #expect(afterFailure == [.restartDelayed(second)])
    #expect(tree.isUp)
  }

  @Test("A slow start holds up nobody")
  func startDoesNotBlock() throws {
    var tree = try tree([.init(strategy: .oneForAll, intensity: 3)], [.permanent, .permanent])
    let child = try #require(tree.liveChild(of: 1))
    _ = tree.childExited(child, .crash, at: .start)
    let log = tree.delayElapsed(child, at: milliseconds(2_000))
    #expect(
      log == [
        .workerTerminated(.init(worker: 0, incarnation: 1)),
        .workerStarting(.init(worker: 0, incarnation: 2)),
        .workerStarting(.init(worker: 1, incarnation: 2)),
      ])
    #expect(tree.isUp)
  }

  @Test("A sibling's restart cuts the wait short, and the late timer does nothing")
  func siblingCutsWaitShort() throws {
    var tree = try tree(
      [.init(strategy: .oneForAll, intensity: 3)], [.permanent, .permanent])
    let first = try #require(tree.liveChild(of: 0))
    let second = try #require(tree.liveChild(of: 1))
    _ = tree.childExited(first, .crash, at: .start)
    _ = tree.childExited(second, .crash, at: milliseconds(1_000))
    let log = tree.delayElapsed(first, at: milliseconds(2_000))
    #expect(
      log == [
        .workerTerminated(second), .workerStarting(.init(worker: 0, incarnation: 2)),
        .workerStarting(.init(worker: 1, incarnation: 2)),
      ])
    let late = tree.delayElapsed(second, at: milliseconds(3_000))
    #expect(late.isEmpty)
    #expect(tree.restartsRemembered(level: 0) == 1)
  }

  @Test("An end that is for good is passed on without waiting")
  func noDelayForRetirement() throws {
    var tree = try tree([.init()], [.transient, .temporary])
    let first = try #require(tree.liveChild(of: 0))
    let second = try #require(tree.liveChild(of: 1))
    let shutdown = tree.childExited(first, .shutdown, at: .start)
    #expect(shutdown == [.workerRetired(first)])
    let crash = tree.childExited(second, .crash, at: .start)
    #expect(crash == [.workerRetired(second)])
  }

  @Test(
    "A persistent fault is survived iff M+1 delayed crashes span more than the period",
    arguments: [
      (1_000, 950, true), (1_640, 0, true), (1_640, 700, true),
      (1_700, 950, true), (1_700, 200, false), (1_990, 0, false), (1_990, 999, false),
    ] as [(Int64, Int64, Bool)])
  func delayAbovePeriodOverIntensity(delay: Int64, phase: Int64, dies: Bool) throws {
    var tree = Supervision.Tree(
      try .init(
        levels: [.init(intensity: 3, period: 5)], workers: [.permanent],
        restartDelay: .milliseconds(delay)),
      clockPhase: .milliseconds(phase))
    _ = tree.settle(tree.start(at: .start), at: .start)
    // A cycle is 20 ms until the crash and the delay; four crashes span three cycles.
    var now: Int64 = 0
    for _ in 0..<4 {
      guard let child = tree.liveChild(of: 0) else { break }
      now += 20
      _ = tree.childExited(child, .crash, at: milliseconds(now))
      now += delay
      _ = tree.delayElapsed(child, at: milliseconds(now))
    }
    #expect(tree.isDown == dies)
  }
}
