import Observation
import Scenarios
import SimulationKernel
import Systems

extension Replay {
  /// A run that was traced.
  public struct Traced: Sendable {
    /// The same as of the run that nobody traces.
    public let record: RunRecord
    /// What the sampling has left out, each with all that would have come of it.
    public let leftOut: Int
  }

  /// Runs the scenario once and tells what took time in it.
  ///
  /// - Parameters:
  ///   - scenario: What to run.
  ///   - patches: What was applied to its document, as on the command line.
  ///   - options: Seed and end.
  ///   - version: Of the executable, for the record.
  ///   - sampling: Which of many recipients of a message are traced.
  ///   - spans: Is given spans as they end, in no particular order.
  ///   - progress: Is told a hundred times or fewer the share of simulated time that is done.
  /// - Returns: The record of the run, and what was left out of its trace.
  public static func trace(
    _ scenario: OutageScenario, patches: [String] = [], options: Options = Options(),
    version: String, sampling: TraceSampling = .fanOut, spans: ([TraceSpan]) -> Void,
    progress: (Double) -> Void = { _ in }
  ) -> Traced {
    var budget = RunBudget()
    if let limit = options.eventLimit { budget.events = limit }
    var run = OngoingRun(scenario, seed: options.seed, budget: budget)
    var tracer = OutageTracer(seed: run.seed, sampling: sampling)
    let end = run.advance(
      to: options.until ?? scenario.header.end, watchedBy: &tracer, spans: spans,
      progress: progress)
    tracer.finish(at: run.simulation.now)
    spans(tracer.take())
    return Traced(
      record: record(of: run, patches: patches, end: end, version: version),
      leftOut: tracer.leftOut)
  }
}
