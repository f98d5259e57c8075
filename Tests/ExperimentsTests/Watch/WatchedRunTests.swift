import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("WatchedRun")
struct WatchedRunTests {
  private static func at(_ text: String) -> Instant { RecordFixture.at(text) }

  /// The run straight to an instant, by nobody who watches it.
  private func straight(_ scenario: OutageScenario, to instant: Instant) -> OngoingRun {
    var run = OngoingRun(scenario)
    run.advance(to: instant)
    return run
  }

  @Test("Wherever one goes, and from wherever, the run is the one that went there at once")
  func seeks() throws {
    let scenario = try ForkRuns.recovery()
    var watched = WatchedRun(scenario, checkpointsMax: 4)
    for text in ["14:03", "14:01:10", "14:01:10.5", "14:05:30", "14:02:59", "14:00:30", "14:04"] {
      let instant = Self.at(text)
      let isThere = watched.go(to: instant)
      #expect(isThere)
      let expected = straight(scenario, to: instant)
      #expect(watched.now == instant)
      #expect(watched.run.simulation.digest == expected.simulation.digest, "\(text)")
      #expect(watched.run.simulation.eventCount == expected.simulation.eventCount)
      #expect(watched.run.observer.series == expected.observer.series, "\(text)")
      #expect(
        Dashboard(of: watched.run, until: watched.until)
          == Dashboard(of: expected, until: watched.until))
    }
  }

  @Test("Watched to its end, it tells what a replay tells")
  func tells() throws {
    let scenario = try ForkRuns.recovery()
    var watched = WatchedRun(scenario)
    watched.go(to: Self.at("14:04"))
    watched.go(to: Self.at("14:02"))
    watched.go(to: watched.until)
    let (record, replayed) = (
      watched.record(version: "test"), Replay.run(scenario, version: "test")
    )
    #expect(record.digest == replayed.digest && record.events == replayed.events)
    #expect(record.metrics.all.map(\.name) == replayed.metrics.all.map(\.name))
    #expect(record.metrics.all.map(\.value) == replayed.metrics.all.map(\.value))
    #expect(record.facts == replayed.facts && record.invariants == replayed.invariants)
    #expect(record.timeline == replayed.timeline)
  }

  @Test("There are never more copies than allowed, and the start stays")
  func forgets() throws {
    var watched = WatchedRun(try ForkRuns.recovery(), checkpointsMax: 3)
    watched.go(to: watched.until)
    #expect(watched.kept.count == 3 && watched.kept.first == watched.start)
    #expect(watched.kept == watched.kept.sorted())
    watched.go(to: Self.at("14:02:45"))
    #expect(watched.kept.count <= 3 && watched.kept.first == watched.start)
    // A copy is taken again where somebody is.
    #expect(watched.kept.contains { $0 > watched.start && $0 <= watched.now })
  }

  @Test("Who has seen enough is left on the way, and goes on from there")
  func stops() throws {
    let scenario = try ForkRuns.recovery()
    var watched = WatchedRun(scenario)
    var asked = 0
    let isThere = watched.go(to: Self.at("14:02")) {
      asked += 1
      return asked == 10
    }
    #expect(!isThere && watched.now == Self.at("14:00:40") && watched.end == nil)
    watched.go(to: Self.at("14:02"))
    #expect(watched.now == Self.at("14:02"))
    #expect(
      watched.run.simulation.digest
        == straight(scenario, to: Self.at("14:02")).simulation.digest)
  }

  @Test("Nothing lies outside of the run, and a budget that is used up is its end")
  func ends() throws {
    let scenario = try ForkRuns.recovery()
    var watched = WatchedRun(scenario, until: Self.at("14:02"))
    watched.go(to: Self.at("23:00"))
    #expect(watched.now == Self.at("14:02"))
    watched.go(to: Self.at("00:01"))
    #expect(watched.now == watched.start)
    var budget = RunBudget()
    budget.events = 500
    var short = WatchedRun(scenario, budget: budget)
    let isAtEnd = short.go(to: short.until)
    #expect(isAtEnd && short.end == .eventBudget)
    #expect(short.last == short.now && short.now < short.until)
    short.go(to: short.start)
    #expect(short.end == nil && short.now == short.start)
    short.go(to: short.until)
    #expect(short.end == .eventBudget)
  }
}
