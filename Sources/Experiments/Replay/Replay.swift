import Observation
import Scenarios
import SimulationKernel
import Systems

/// One run of a scenario, and all that it tells.
public enum Replay {
  /// How to run.
  public struct Options: Sendable {
    /// nil: the scenario's.
    public var seed: UInt64?
    /// Ends the run early; nil: the scenario's end.
    public var until: Instant?
    /// At most this many events.
    public var eventLimit: UInt64?

    public init(seed: UInt64? = nil, until: Instant? = nil, eventLimit: UInt64? = nil) {
      self.seed = seed
      self.until = until
      self.eventLimit = eventLimit
    }
  }

  /// Runs the scenario once.
  ///
  /// - Parameters:
  ///   - scenario: What to run.
  ///   - patches: What was applied to its document, as on the command line.
  ///   - options: Seed and end.
  ///   - version: Of the executable, for the record.
  ///   - isStopped: Asked a hundred times or fewer; once true, the run ends where it is, with the
  ///     reason `stopped`.
  ///   - progress: Is told as often the share of simulated time that is done.
  /// - Returns: The record of the run.
  public static func run(
    _ scenario: OutageScenario, patches: [String] = [], options: Options = Options(),
    version: String, isStopped: () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) -> RunRecord {
    var budget = RunBudget()
    if let limit = options.eventLimit { budget.events = limit }
    var run = OngoingRun(scenario, seed: options.seed, budget: budget)
    let end = run.advance(
      to: options.until ?? scenario.header.end, isStopped: isStopped, progress: progress)
    return record(of: run, patches: patches, end: end, version: version)
  }

  /// What a run tells that has come to its end.
  static func record(
    of run: OngoingRun, patches: [String], end: EndReason, version: String
  ) -> RunRecord {
    let (simulation, observer, scenario) = (run.simulation, run.observer, run.scenario)
    let metrics = simulation.world.metrics(from: observer, at: simulation.now)
    // A run that has nothing more to do has come to its end.
    let isWhole = end == .ranOut || simulation.now >= scenario.header.end
    let facts = scenario.facts.map {
      $0.verdict(in: metrics, onlyGrows: OutageWorld.onlyGrows(metric: $0.measure))
    }
    return RunRecord(
      scenario: scenario.header.name, title: scenario.header.title, seed: run.seed,
      version: version,
      patches: patches, scale: scenario.header.scale.description,
      scaleFraction: scenario.configuration.scale.fraction, start: scenario.header.start,
      digest: simulation.digest, digestTrail: simulation.digestTrail,
      events: simulation.eventCount, end: end, endedAt: simulation.now, metrics: metrics,
      series: observer.series, facts: facts,
      invariants: observer.invariants(
        of: simulation.world, at: simulation.now, isWhole: isWhole),
      assumptions: scenario.declarations.filter(\.source.isAssumption),
      timeline: Timeline.entries(
        of: scenario, simulation.world, metrics, until: simulation.now, isWhole: isWhole),
      scenarioEnd: scenario.header.end, exercises: simulation.world.exercises(at: simulation.now))
  }
}
