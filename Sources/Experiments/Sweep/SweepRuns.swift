import Scenarios
import Synchronization
import Systems

/// Runs the points of a sweep.
public enum SweepRuns {
  /// How running came to its end.
  public enum End: Sendable {
    /// Every run of the shard is recorded.
    case finished
    /// Somebody asked to stop, or a run could not be recorded.
    case stopped
    /// The scenario refuses a point.
    case refused(ScenarioErrors)
  }

  /// Runs everything of a shard that is not recorded.
  ///
  /// - Parameters:
  ///   - sweep: What to run.
  ///   - shard: Which points.
  ///   - jobs: Runs at a time.
  ///   - recorded: The user-minutes lost in a run that is recorded, by its key; nil of others.
  ///   - isStopped: Once true, runs end where they are and count for nothing.
  ///   - record: Takes each finished run, in the order of completion; false ends everything.
  /// - Returns: How it ended.
  public static func run(
    _ sweep: Sweep, shard: SweepShard = .whole, jobs: Int,
    recorded: @escaping @Sendable (SweepKey) -> Double?,
    isStopped: @escaping @Sendable () -> Bool = { false },
    record: (SweepKey, RunOutcome) -> Bool
  ) async -> End {
    var schedule = SweepSchedule(sweep.plan, shard, recorded: recorded)
    let isOver = OverFlag()
    let isStopped: @Sendable () -> Bool = { isOver.isSet || isStopped() }
    var running: [Int: Int] = [:]
    var scenarios: [Int: PointScenario] = [:]
    var end = End.finished
    var refusedPoint = Int.max
    await ParallelRuns.stream(
      jobs: jobs, isStopped: isStopped,
      next: { () -> Piece? in
        guard let run = schedule.next() else { return nil }
        let scenario = scenarios[run.point] ?? PointScenario()
        scenarios[run.point] = scenario
        running[run.point, default: 0] += 1
        return Piece(run: run, scenario: scenario)
      },
      work: { piece in piece.result(sweep, isStopped) },
      finished: { piece, result in
        let point = piece.run.point
        running[point, default: 1] -= 1
        switch result {
        case .outcome(let outcome):
          schedule.finish(piece.run, lost: ComparisonMetric.userMinutesLost.value(in: outcome))
          if case .finished = end, !record(piece.run.key, outcome) {
            end = .stopped
            isOver.set()
          }
        case .stopped: if case .finished = end { end = .stopped }
        case .refused(let errors):
          // Of several, that of the first point, whatever the order of completion is.
          if point < refusedPoint { end = .refused(errors) }
          refusedPoint = min(refusedPoint, point)
          isOver.set()
        }
        if running[point] == 0, !schedule.isOpen(point) {
          running[point] = nil
          scenarios[point] = nil
        }
      })
    if case .finished = end, isStopped(), schedule.next() != nil { return .stopped }
    return end
  }

  private enum Result: Sendable {
    case outcome(RunOutcome)
    case stopped
    case refused(ScenarioErrors)
  }

  private struct Piece: Sendable {
    let run: SweepSchedule.Run
    let scenario: PointScenario

    func result(_ sweep: Sweep, _ isStopped: () -> Bool) -> Result {
      let scenario: OutageScenario
      switch self.scenario.value(of: run.point, in: sweep) {
      case .failure(let errors): return .refused(errors)
      case .success(let made): scenario = made
      }
      let record = Replay.run(
        scenario, options: .init(seed: run.seed, until: sweep.until(scenario)),
        version: sweep.plan.version, isStopped: isStopped)
      return record.end == .stopped ? .stopped : .outcome(RunOutcome(record, of: scenario))
    }
  }

  /// The scenario of a point, read by whichever of its runs comes first.
  private final class PointScenario: Sendable {
    private let made = Mutex<Swift.Result<OutageScenario, ScenarioErrors>?>(nil)

    func value(of point: Int, in sweep: Sweep) -> Swift.Result<OutageScenario, ScenarioErrors> {
      made.withLock { made in
        if let made { return made }
        let result = Swift.Result { () throws(ScenarioErrors) in try sweep.scenario(of: point) }
        made = result
        return result
      }
    }
  }

  private final class OverFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
  }
}
