import SimulationKernel
import Testing

@testable import Systems

@Suite("Supervision.Tree")
struct SupervisionTreeTests {
  private typealias Child = Supervision.Child

  private func tree(
    _ levels: [Supervision.Level], _ workers: [Supervision.RestartType],
    application: Supervision.ApplicationType = .permanent, delay: Duration = .zero
  ) throws -> Supervision.Tree {
    var tree = Supervision.Tree(
      try .init(
        levels: levels, workers: workers, application: application, restartDelay: delay),
      clockPhase: .zero)
    _ = tree.settle(tree.start(at: .start), at: .start)
    return tree
  }

  @Test(
    "A sibling is restarted according to the strategy",
    arguments: [
      (.oneForOne, [Child(worker: 1, incarnation: 2)]),
      (.restForOne, [Child(worker: 1, incarnation: 2), Child(worker: 2, incarnation: 2)]),
      (
        .oneForAll,
        (0...2).map { Child(worker: $0, incarnation: 2) }
      ),
    ] as [(Supervision.Strategy, [Supervision.Child])])
  func strategies(strategy: Supervision.Strategy, started: [Supervision.Child]) throws {
    var tree = try tree([.init(strategy: strategy)], [.permanent, .permanent, .permanent])
    let log = tree.end(1, at: milliseconds(10))
    let ended = started.map(\.worker).filter { $0 != 1 }.reversed().map {
      Supervision.Occurrence.workerTerminated(Child(worker: $0, incarnation: 1))
    }
    #expect(log == ended + started.map { .workerStarting($0) })
    #expect(tree.restartsRemembered(level: 0) == 1)
  }

  @Test(
    "Only the restarts that the type asks for happen",
    arguments: Supervision.RestartType.allCases, Supervision.ExitReason.allCases)
  func restartTypes(type: Supervision.RestartType, reason: Supervision.ExitReason) throws {
    var tree = try tree([.init()], [type])
    let log = tree.end(0, reason, at: milliseconds(10))
    let restarts = type == .permanent || (type == .transient && reason == .crash)
    let expected: Supervision.Occurrence =
      restarts
      ? .workerStarting(Child(worker: 0, incarnation: 2))
      : .workerRetired(Child(worker: 0, incarnation: 1))
    #expect(log == [expected])
    #expect(tree.restartsRemembered(level: 0) == (restarts ? 1 : 0))
  }

  @Test("A sibling's restart revives a transient worker that ended well and drops temporary ones")
  func restartOfAllTouchesEnded() throws {
    var tree = try tree(
      [.init(strategy: .oneForAll)], [.transient, .temporary, .permanent, .temporary])
    _ = tree.end(0, .normal, at: milliseconds(10))
    _ = tree.end(1, .crash, at: milliseconds(20))
    let log = tree.end(2, at: milliseconds(30))
    #expect(
      log == [
        .workerTerminated(Child(worker: 3, incarnation: 1)),
        .workerStarting(Child(worker: 0, incarnation: 2)),
        .workerStarting(Child(worker: 2, incarnation: 2)),
      ])
    #expect((0...3).map { tree.liveChild(of: $0) != nil } == [true, false, true, false])
  }

  @Test("Giving up ends the children in reverse, then the parent starts everything afresh")
  func giveUpInOrder() throws {
    var tree = try tree(
      [.init(intensity: 1), .init(intensity: 0)], [.permanent, .temporary, .permanent])
    let log = tree.end(0, at: milliseconds(10))
    #expect(
      log == [
        .workerTerminated(Child(worker: 2, incarnation: 1)),
        .workerTerminated(Child(worker: 1, incarnation: 1)),
        .supervisorGaveUp(level: 1),
        .supervisorStarting(level: 1),
        .workerStarting(Child(worker: 0, incarnation: 2)),
        .workerStarting(Child(worker: 1, incarnation: 2)),
        .workerStarting(Child(worker: 2, incarnation: 2)),
        .supervisorStarted(level: 1),
      ])
    #expect(tree.restartsRemembered(level: 0) == 1)
    #expect(tree.restartsRemembered(level: 1) == 0)
  }

  @Test(
    "The node stops unless the application is temporary",
    arguments: [(.permanent, true), (.transient, true), (.temporary, false)]
      as [(Supervision.ApplicationType, Bool)])
  func applicationTypes(type: Supervision.ApplicationType, stops: Bool) throws {
    var tree = try tree([.init(intensity: 0)], [.permanent], application: type)
    let log = tree.end(0, at: milliseconds(10))
    #expect(log == [.supervisorGaveUp(level: 0), .applicationEnded(nodeStops: stops)])
    #expect(tree.isDown)
    let restart = tree.start(at: milliseconds(20))
    #expect(restart.first == .supervisorStarting(level: 0))
  }

  @Test("A first start that fails fails every supervisor above it and ends the application")
  func failedFirstStart() throws {
    var tree = Supervision.Tree(
      try .init(levels: [.init(), .init()], workers: [.permanent, .permanent]), clockPhase: .zero)
    let first = Child(worker: 0, incarnation: 1)
    let second = Child(worker: 1, incarnation: 1)
    let atStart = tree.start(at: .start)
    #expect(atStart.last == .workerStarting(first))
    let afterFirst = tree.childStarted(first, at: .start)
    #expect(afterFirst == [.workerStarting(second)])
    let afterSecond = tree.startFailed(second, at: .start)
    #expect(
      afterSecond == [
        .workerTerminated(first), .supervisorFailedToStart(level: 1),
        .supervisorFailedToStart(level: 0), .applicationEnded(nodeStops: true),
      ])
  }

  @Test("A supervisor that waits for a start reads a sibling's exit only afterwards")
  func startBlocksTheSupervisor() throws {
    var tree = try tree([.init(intensity: 1, period: 1)], [.permanent, .permanent])
    let old = try #require(tree.liveChild(of: 0))
    let sibling = try #require(tree.liveChild(of: 1))
    let slow = Child(worker: 0, incarnation: 2)
    let afterCrash = tree.childExited(old, .crash, at: milliseconds(100))
    #expect(afterCrash == [.workerStarting(slow)])
    // Within the first one's period, had the supervisor not been busy.
    let whileBusy = tree.childExited(sibling, .crash, at: milliseconds(500))
    #expect(whileBusy.isEmpty)
    #expect(tree.isLive(sibling) == false)
    let afterStart = tree.childStarted(slow, at: milliseconds(2_500))
    #expect(
      afterStart == [
        .workerStarting(Child(worker: 1, incarnation: 2))
      ])
  }

  @Test("A failed restart is tried again behind the exits that were waiting")
  func retryQueuesUp() throws {
    var tree = try tree([.init(strategy: .oneForOne, intensity: 9)], [.permanent, .permanent])
    let old = try #require(tree.liveChild(of: 0))
    let sibling = try #require(tree.liveChild(of: 1))
    let second = Child(worker: 0, incarnation: 2)
    _ = tree.childExited(old, .crash, at: milliseconds(1))
    _ = tree.childExited(sibling, .crash, at: milliseconds(2))
    let revived = Child(worker: 1, incarnation: 2)
    let afterFailure = tree.startFailed(second, at: milliseconds(3))
    #expect(afterFailure == [.workerStarting(revived)])
    let afterSibling = tree.childStarted(revived, at: milliseconds(4))
    #expect(
      afterSibling == [
        .workerStarting(Child(worker: 0, incarnation: 3))
      ])
    #expect(tree.restartsRemembered(level: 0) == 3)
  }

  @Test("Exits and answers of an older process are ignored")
  func staleReports() throws {
    var tree = try tree([.init(intensity: 9)], [.permanent])
    let old = try #require(tree.liveChild(of: 0))
    _ = tree.end(0, at: milliseconds(1))
    let before = tree
    for time in [milliseconds(2), milliseconds(3)] {
      let exited = tree.childExited(old, .crash, at: time)
      #expect(exited.isEmpty)
      let started = tree.childStarted(old, at: time)
      #expect(started.isEmpty)
      let failed = tree.startFailed(old, at: time)
      #expect(failed.isEmpty)
      let elapsed = tree.delayElapsed(old, at: time)
      #expect(elapsed.isEmpty)
      let tooHigh = tree.childExited(Child(worker: 7, incarnation: 1), .crash, at: time)
      #expect(tooHigh.isEmpty)
      let tooLow = tree.childExited(Child(worker: -1, incarnation: 1), .crash, at: time)
      #expect(tooLow.isEmpty)
    }
    #expect(tree == before)
  }

  @Test("Stopping from outside ends everything in reverse and costs no restart")
  func stop() throws {
    var tree = try tree([.init(), .init()], [.permanent, .permanent])
    let first = tree.stop()
    #expect(
      first == [
        .workerTerminated(Child(worker: 1, incarnation: 1)),
        .workerTerminated(Child(worker: 0, incarnation: 1)),
        .supervisorStopped(level: 1), .supervisorStopped(level: 0),
      ])
    #expect(tree.isDown)
    let second = tree.stop()
    #expect(second.isEmpty)
  }

  @Test("A copy goes its own way")
  func copies() throws {
    let original = try tree([.init(intensity: 0)], [.permanent])
    var branch = original
    _ = branch.end(0, at: milliseconds(1))
    #expect(branch.isDown)
    #expect(original.isUp)
    #expect(original != branch)
  }
}
