import Scenarios
import Systems
import Testing

@testable import Experiments

@Suite("Playing supervision trees")
struct SupervisorPlayerTests {
  private func script(
    levels: [Supervision.Level], poison: SupervisorCase.Poison? = nil,
    crashes: [SupervisorCase.Crash] = [], until: Int64 = 1_000
  ) throws -> SupervisorCase {
    SupervisorCase(
      id: "s", phase: 0,
      configuration: try Supervision.Configuration(levels: levels, workers: [.permanent]),
      crashes: crashes, poison: poison, observedUntil: until, outcome: SupervisorOutcome())
  }

  @Test("A tree that does not come up tells so and takes no node with it")
  func failsToStart() throws {
    let poison = SupervisorCase.Poison(mode: .initFail, from: 0, to: 10, delay: 0)
    let levels = [Supervision.Level(intensity: 2), Supervision.Level(intensity: 1)]
    let outcome = SupervisorPlayer(playing: try script(levels: levels, poison: poison)).outcome
    #expect(outcome.failsToStart && !outcome.nodeStops && outcome.nodeStop == nil)
    #expect(outcome.giveUps.map(\.level) == [1, 0])
    #expect(outcome.giveUps.allSatisfy { $0.reason == "failed_to_start" })
    #expect(outcome.workerStartFailures == [1] && outcome.workerStarts == [0])
  }

  @Test("A persistent fault takes the product of the levels' crashes")
  func crashesAtOnce() throws {
    let poison = SupervisorCase.Poison(mode: .crashAfter, from: 50, to: 900, delay: 0)
    let levels = [Supervision.Level(intensity: 3), Supervision.Level(intensity: 2)]
    let crash = SupervisorCase.Crash(time: 100, worker: 0, reason: .crash)
    let played = SupervisorPlayer(
      playing: try script(levels: levels, poison: poison, crashes: [crash]))
    #expect(played.outcome.poisonCrashes == 4 * 3 - 1)
    #expect(played.outcome.nodeStop == 100 && played.outcome.nodeStopReason == "shutdown")
  }

  @Test("Restarts without an end are a failure, not an endless judge")
  func isBounded() throws {
    let poison = SupervisorCase.Poison(mode: .crashAfter, from: 0, to: 900, delay: 0)
    let levels = [Supervision.Level(intensity: 1_000_000), Supervision.Level(intensity: 1_000_000)]
    let failures = Conformance.judge(try script(levels: levels, poison: poison))
    #expect(failures.count == 1 && failures.first?.got == ["end": "restarts without an end"])
  }
}
