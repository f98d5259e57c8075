import Observation
import Scenarios
import SimulationKernel
import Systems

/// Several futures of one run from one instant, with the same randomness.
public struct Fork: Sendable {
  /// One future.
  public struct Future: Sendable {
    public let name: String
    public let summary: String
    /// What it changes, as on the command line.
    public let patches: [String]
    public let record: RunRecord
    /// What has been counted, as `Fork.baselineTotals`.
    public let totals: [TimeSeries]
    /// The first event in which it differs from the future without a change (left); nil: none does.
    public let difference: EventDifference?
  }

  public let at: Instant
  /// The condition that held at `at` for the first time; nil when the time was given.
  public let condition: String?
  public let until: Instant
  /// Events before the fork, which were run once for all futures.
  public let prefixEvents: UInt64
  /// What would have happened without a change.
  public let baseline: RunRecord
  /// The metrics that never fall while a run goes on, from the fork to the end of the futures.
  ///
  /// Each is what it would be if the run ended there; none has a series of its own.
  public let baselineTotals: [TimeSeries]
  public let futures: [Future]
  public let refusals: [ForkPlan.Refusal]

  /// Events that did not have to be run again.
  public var savedEvents: UInt64 {
    prefixEvents.multipliedReportingOverflow(by: UInt64(futures.count)).partialValue
  }

  /// What the future without a change is called.
  public static let usualName = "as it was"

  /// How it came out.
  public enum Outcome: Sendable {
    case forked(Fork)
    /// The condition held at no time.
    case neverHeld(NearestApproach)
    case stopped
  }

  /// What the futures start from.
  struct Origin: Sendable {
    let trunk: OngoingRun
    let branches: [(future: ForkPlan.Future, run: OngoingRun)]
    let refusals: [ForkPlan.Refusal]
  }

  /// Runs to the instant once, and from there every future.
  ///
  /// - Parameters:
  ///   - plan: What to do.
  ///   - jobs: Futures at a time; what comes out does not depend on it.
  ///   - version: Of the executable, for the records.
  ///   - isStopped: Once true, everything ends.
  ///   - prefixDone: Told when the common part has been run.
  ///   - progress: The share of the work that is done.
  /// - Returns: The fork, or why there is none.
  /// - Throws: Every step and fault that is past at the instant, at its place in its patch.
  public static func run(
    _ plan: ForkPlan, jobs: Int = 1, version: String,
    isStopped: @escaping @Sendable () -> Bool = { false }, prefixDone: () -> Void = {},
    progress: (Double) -> Void = { _ in }
  ) async throws(ScenarioErrors) -> Outcome {
    var trunk = OngoingRun(plan.scenario, seed: plan.seed)
    let parts = Double(plan.futures.count + 2)
    var condition: String?
    switch plan.point {
    case .at(let instant):
      let end = trunk.advance(
        to: instant, isStopped: isStopped, progress: { progress($0 / parts) })
      guard end != .stopped else { return .stopped }
    case .when(let wanted, let text):
      condition = text
      let nearest = trunk.advance(
        until: wanted, text: text, before: plan.until, isStopped: isStopped,
        progress: { progress($0 / parts) })
      if isStopped() { return .stopped }
      if let nearest { return .neverHeld(nearest) }
    }
    prefixDone()
    let origin = try branch(trunk, plan)
    let first = origin.trunk
    let starts = [trunk] + origin.branches.map(\.run)
    let until = plan.until
    var done = 1.0
    let ends = await ParallelRuns.map(
      count: starts.count, jobs: jobs, isStopped: isStopped,
      work: { index -> (run: OngoingRun, totals: [TimeSeries], end: EndReason) in
        var run = starts[index]
        let (totals, end) = run.advanceCounting(to: until, isStopped: isStopped)
        return (run, totals, end)
      },
      finished: { _, _ in
        done += 1
        progress(done / parts)
      }
    ).compactMap { $0 }
    guard ends.count == starts.count, !ends.contains(where: { $0.end == .stopped }) else {
      return .stopped
    }
    let differences = await ParallelRuns.map(
      count: origin.branches.count, jobs: jobs,
      work: { index in
        let names = EventWords(first.scenario, origin.branches[index].run.scenario)
        return Simulation.firstDifference(
          from: first.simulation, and: starts[index + 1].simulation,
          endingAs: ends[0].run.simulation, and: ends[index + 1].run.simulation, until: until,
          describing: names.sentence)
      })
    let futures = origin.branches.indices.map { index in
      let future = origin.branches[index].future
      return Future(
        name: future.name, summary: future.summary, patches: future.patches,
        record: Replay.record(
          of: ends[index + 1].run, patches: plan.patches + future.patches,
          end: ends[index + 1].end, version: version),
        totals: ends[index + 1].totals, difference: differences[index] ?? nil)
    }
    return .forked(
      Fork(
        at: trunk.simulation.now, condition: condition, until: until,
        prefixEvents: trunk.simulation.eventCount,
        baseline: Replay.record(
          of: ends[0].run, patches: plan.patches, end: ends[0].end, version: version),
        baselineTotals: ends[0].totals, futures: futures, refusals: origin.refusals))
  }

  private static func branch(
    _ trunk: OngoingRun, _ plan: ForkPlan
  ) throws(ScenarioErrors) -> Origin {
    var branches: [(future: ForkPlan.Future, run: OngoingRun)] = []
    var refusals = plan.refusals
    var errors: [ScenarioError] = []
    for future in plan.futures {
      var run = trunk
      do throws(ScenarioErrors) {
        try run.apply(future.change)
        branches.append((future, run))
      } catch {
        if plan.optional.contains(future.name) {
          refusals.append(ForkPlan.Refusal(future.name, error, isLate: true))
        } else {
          errors += error.errors
        }
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return Origin(trunk: trunk, branches: branches, refusals: refusals)
  }
}
