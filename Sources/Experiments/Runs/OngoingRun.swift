import Observation
import Scenarios
import SimulationKernel
import Systems

/// A run on its way, with what watches it: a value, so that a copy is a fork.
public struct OngoingRun: Sendable {
  /// What runs; after a change of the plans, the scenario that has them.
  public private(set) var scenario: OutageScenario
  public let seed: UInt64
  public private(set) var simulation: Simulation<OutageWorld>
  public private(set) var observer: OutageObserver

  /// A run at its start.
  ///
  /// - Parameters:
  ///   - scenario: What to run.
  ///   - seed: nil: the scenario's.
  ///   - budget: What it may use up.
  public init(_ scenario: OutageScenario, seed: UInt64? = nil, budget: RunBudget = RunBudget()) {
    self.scenario = scenario
    self.seed = seed ?? scenario.header.seed
    simulation = scenario.simulation(seed: self.seed, budget: budget)
    observer = OutageObserver(
      from: scenario.header.start, invariants: scenario.invariants)
  }

  /// Handles everything before an instant.
  ///
  /// - Parameters:
  ///   - instant: At `simulation.now` or later.
  ///   - isStopped: Asked a hundred times or fewer; once true, the run stays where it is, with the
  ///     reason `stopped`.
  ///   - progress: Is told as often the share of the way that is done.
  /// - Returns: `reachedInstant` unless there was an earlier end.
  @discardableResult
  public mutating func advance(
    to instant: Instant, isStopped: () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) -> EndReason {
    let start = simulation.now
    let span = instant - start
    for part in 1...100 {
      let next = part == 100 ? instant : start + span / 100 * Int64(part)
      let reason = run(to: next)
      guard reason == .reachedInstant else { return reason }
      progress(Double(part) / 100)
      if part < 100, isStopped() { return .stopped }
    }
    return .reachedInstant
  }

  /// Handles everything before an instant, and has a tracer watch: what is traced changes nothing.
  ///
  /// - Parameters:
  ///   - instant: At `simulation.now` or later.
  ///   - tracer: Is left as the run leaves it.
  ///   - spans: Is given the spans that have ended, often enough that they need little room.
  ///   - isStopped: Asked a hundred times or fewer; once true, the run stays where it is, with the
  ///     reason `stopped`.
  ///   - progress: Is told as often the share of the way that is done.
  /// - Returns: `reachedInstant` unless there was an earlier end.
  public mutating func advance(
    to instant: Instant, watchedBy tracer: inout OutageTracer, spans: ([TraceSpan]) -> Void,
    isStopped: () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) -> EndReason {
    let start = simulation.now
    let span = instant - start
    var reason = EndReason.reachedInstant
    // One pair for the whole way: taken apart and put together it would be copied each time.
    var watchers = ObserverPair(observer, tracer)
    for part in 1...1_000 where reason == .reachedInstant {
      let next = part == 1_000 ? instant : start + span / 1_000 * Int64(part)
      reason = simulation.run(until: next, observer: &watchers)
      spans(watchers.second.take())
      guard part % 10 == 0, reason == .reachedInstant else { continue }
      progress(Double(part) / 1_000)
      if part < 1_000, isStopped() { reason = .stopped }
    }
    observer = watchers.first
    tracer = watchers.second
    return reason
  }

  /// Handles everything before an instant that is near.
  mutating func run(to instant: Instant) -> EndReason {
    simulation.run(until: instant, observer: &observer)
  }

  /// Changes the run's future, from where it is.
  ///
  /// - Throws: What cannot change any more; the run is then as before.
  public mutating func apply(_ change: FutureChange) throws(ScenarioErrors) {
    try simulation.apply(change)
    scenario = change.scenario
  }
}
