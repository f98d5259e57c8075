import Observation
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("A fork and the straight run")
struct ForkDeterminismTests {
  /// Where a run is.
  private struct Mark: Equatable {
    let digest: Digest
    let events: UInt64
    let pending: Int

    init(_ run: OngoingRun) {
      digest = run.simulation.digest
      events = run.simulation.eventCount
      pending = run.simulation.pendingEvents
    }
  }

  /// What is forked, and a patch that plans the same events anew.
  enum Course: CaseIterable {
    case crash, recovery

    func scenario() throws -> OutageScenario {
      switch self {
      case .crash: try ForkRuns.scenario()
      case .recovery: try ForkRuns.recovery()
      }
    }

    /// A patch of an action, and the time since the start at which that is done.
    var words: (patch: String, changeable: Duration) {
      switch self {
      case .crash: ("operators.deploy-fix.note=later", .hours(24))
      case .recovery: ("operators.off.note=later", .minutes(3))
      }
    }
  }

  @Test("The way back is one: most are served again by its end")
  func recovers() throws {
    let record = Replay.run(try ForkRuns.recovery(), version: "test")
    let served = try #require(record.series("users.served")).values
    #expect(try #require(served.min()) < 70_000 && #require(served.last) > 95_000, "\(served)")
  }

  @Test(
    "A fork without a change goes on as the straight run, from 100 random instants",
    arguments: Course.allCases)
  func unchanged(course: Course) throws {
    let seed: UInt64 = .random(in: .min ... .max)
    var random = Choices(seed)
    let scenario = try course.scenario()
    let (start, end) = (scenario.header.start, scenario.header.end)
    let span = UInt64((end - start).nanoseconds)
    let instants =
      (0..<100).map { _ in start + .nanoseconds(Int64(random.below(span))) }.sorted()
      + [end, end, end]
    // Nobody forks this one.
    var straight = OngoingRun(scenario)
    let marks = instants.map { instant -> Mark in
      straight.advance(to: instant)
      return Mark(straight)
    }
    let nothing = try ForkRuns.change([], on: scenario)
    // The plan is made anew, with the same events in it.
    let words = try ForkRuns.change([course.words.patch], on: scenario)
    var trunk = OngoingRun(scenario)
    for index in 0..<100 {
      trunk.advance(to: instants[index])
      var branch = trunk
      let isOpen = instants[index] < start + course.words.changeable
      try branch.apply(index % 2 == 1 && isOpen ? words : nothing)
      let target = index % 20 < 2 ? 102 : index + 2
      branch.advance(to: instants[target])
      #expect(
        Mark(branch) == marks[target],
        "seed \(seed): forked at \(instants[index]), looked at at \(instants[target])")
    }
    trunk.advance(to: end)
    #expect(Mark(trunk) == marks[102], "seed \(seed): the forked run itself")
  }

  /// An instant, and a patch whose first effect comes later.
  static let cases: [(at: String, patch: [String])] = [
    ("14:17:45", ["faults.first-announce-cut=null", "faults.later.at=14:18:00"]),
    ("14:17:50", ["faults.first-announce-cut.at=14:18:20"]),
    (
      "14:18:02",
      [
        "operators.throttle.at=14:18:20", "faults.later=null",
        #"faults.cut={"kind":"partition","at":"14:18:10","duration":"5s"}"#,
        #"faults.odd={"kind":"rst","at":"14:18:05","target":"anyNode","probability":0.2}"#,
        #"operators.more={"at":"14:18:30","action":"restartNodes","perMinute":60}"#,
        #"operators.fix={"at":"14:18:12","action":"deploy","set":{"gateway":{"queueBound":900}}}"#,
        #"operators.undo={"at":"14:18:25","action":"rollBack","deployment":"fix"}"#,
      ]
    ),
    // The monitoring's look at that instant is scheduled already, and so is the traffic's tick.
    (
      "14:18:22",
      ["operators.pause-guilds-repair.at=14:18:25", "operators.pause-sessions-repair=null"]
    ),
    ("14:18:30", ["operators.throttle=null", "operators.pause-sessions-repair.at=14:18:30.1"]),
    ("14:18:28", ["operators.pause-guilds-repair.at=14:18:30", "operators.throttle.rate=90/s"]),
  ]

  @Test("A plan changed before its first effect is as good as changed from the start")
  func plans() async throws {
    _ = try await inParallel(Self.cases) { at, patch in
      let base = try ForkRuns.scenario()
      let changed = try ForkRuns.scenario(patch)
      let straight = Replay.run(changed, version: "test")
      let instant = try #require(Instant(parsing: at))
      var run = OngoingRun(base)
      run.advance(to: instant)
      try run.apply(ForkRuns.change(patch, on: base))
      let end = run.advance(to: base.header.end)
      expectSame(
        Replay.record(of: run, patches: [], end: end, version: "test"), straight,
        "\(patch) at \(at)")
      #expect(try #require(changed.divergence(from: base)) >= instant)
    }
  }
}

/// Choices of a test.
private struct Choices {
  private let stream: RandomStream
  private var draws: UInt64 = 0

  init(_ seed: UInt64) { stream = RandomStream(seed: seed, name: "test") }

  mutating func below(_ bound: UInt64) -> UInt64 {
    draws += 1
    return stream.bits(for: 0, draw: draws) % bound
  }
}
