import Scenarios
import SimulationKernel
import Systems

/// Runs of one scenario with parameters at many values.
public struct ScenarioTrials: Sendable {
  /// One run.
  public struct Trial: Sendable, Equatable {
    /// `PATH=VALUE` each, from the start of the run.
    public let sets: [String]
    public let seed: UInt64
    /// What is changed while it runs; nil: nothing.
    public let push: Push?

    public init(_ sets: [String], seed: UInt64, push: Push? = nil) {
      self.sets = sets
      self.seed = seed
      self.push = push
    }
  }

  /// Settings that are changed at an instant of a run.
  public struct Push: Sendable, Equatable {
    public let at: Instant
    /// `PATH=VALUE` each, of parameters that can change at run time, none of a plan.
    public let sets: [String]

    public init(at instant: Instant, _ sets: [String]) {
      at = instant
      self.sets = sets
    }
  }

  public let file: ScenarioFile
  /// Changes that hold for every run, applied before a trial's own.
  public let common: [PatchSelection]
  /// The scenario with `common` and nothing else.
  public let base: OutageScenario
  /// The end of every run; unless it is changed, the scenario's `compare.until` or its end.
  public var until: Instant
  public let version: String

  /// - Parameters:
  ///   - file: The scenario.
  ///   - common: Changes that hold for every run.
  ///   - version: Of the executable.
  /// - Throws: Every error of the patched document.
  public init(
    _ file: ScenarioFile, common: [PatchSelection], version: String
  ) throws(ScenarioErrors) {
    self.file = file
    self.version = version
    let resolved = try file.resolve(common)
    self.common = resolved.applied
    base = try OutageScenario(resolved.document)
    until = base.comparedUntil ?? base.header.end
  }

  public var header: ScenarioHeader { base.header }

  /// Why a sample of this size cannot mean what the whole would, or nil if it can.
  public var sampleWarning: String? { base.configuration.sampleWarning }

  /// What was applied to every run, as on the command line.
  public var patches: [String] { common.map(\.description) }

  func scenario(_ sets: [String]) throws(ScenarioErrors) -> OutageScenario {
    guard let root = base.document?.root else {
      preconditionFailure("a scenario was read from a document")
    }
    return try OutageScenario(file.applying(sets.map { .set($0) }, to: root))
  }

  /// Reads what a trial would run.
  ///
  /// - Throws: What the scenario says against it.
  public func check(_ sets: [String], push: Push? = nil) throws(ScenarioErrors) {
    let scenario = try scenario(sets)
    if let push { _ = try change(push, of: scenario) }
  }

  /// What the scenario says against these values; nil when it accepts them.
  func problem(_ sets: [String]) -> String? {
    do throws(ScenarioErrors) {
      try check(sets)
      return nil
    } catch {
      return error.errors.first?.message ?? ""
    }
  }

  private func change(
    _ push: Push, of scenario: OutageScenario
  ) throws(ScenarioErrors) -> FutureChange {
    guard let root = scenario.document?.root else {
      preconditionFailure("a scenario was read from a document")
    }
    return try FutureChange(
      file.combined(push.sets.map { .set($0) }, on: root), on: scenario)
  }

  /// Runs all of them.
  ///
  /// - Parameters:
  ///   - trials: Each was accepted by `check`.
  ///   - endsWithOutage: Whether a run ends soon after an outage has begun, where nothing else is asked
  ///     of it; looked at every few minutes, so that a push or a report would not see it.
  ///   - jobs: Runs at a time. What comes out does not depend on them.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told how many runs are done.
  /// - Returns: One outcome per trial; nil when stopped.
  public func outcomes(
    of trials: [Trial], endsWithOutage: Bool = false, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int) -> Void = { _ in }
  ) async -> [RunOutcome]? {
    var done = 0
    let outcomes = await ParallelRuns.map(
      count: trials.count, jobs: jobs, isStopped: isStopped,
      work: { outcome(of: trials[$0], endsWithOutage, isStopped) },
      finished: { _, _ in
        done += 1
        progress(done)
      }
    ).compactMap { $0 ?? nil }
    return outcomes.count == trials.count ? outcomes : nil
  }

  /// Runs every point on the same seeds.
  ///
  /// - Parameters:
  ///   - points: `PATH=VALUE` each; each was accepted by `check`.
  ///   - seeds: Of every point.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told how many runs are done.
  /// - Returns: By point, then by seed; nil when stopped.
  func outcomes(
    at points: [[String]], seeds: [UInt64], jobs: Int,
    isStopped: @escaping @Sendable () -> Bool, progress: (_ done: Int) -> Void
  ) async -> [[RunOutcome]]? {
    let trials = points.flatMap { point in seeds.map { Trial(point, seed: $0) } }
    let all = await outcomes(of: trials, jobs: jobs, isStopped: isStopped, progress: progress)
    return all.map { outcomes in
      points.indices.map { Array(outcomes[($0 * seeds.count)..<(($0 + 1) * seeds.count)]) }
    }
  }

  private func outcome(
    of trial: Trial, _ endsWithOutage: Bool, _ isStopped: () -> Bool
  ) -> RunOutcome? {
    do throws(ScenarioErrors) {
      let scenario = try scenario(trial.sets)
      var run = OngoingRun(scenario, seed: trial.seed)
      if let push = trial.push {
        guard run.advance(to: push.at, isStopped: isStopped) != .stopped else { return nil }
        try run.apply(try change(push, of: scenario))
      }
      while endsWithOutage, run.simulation.now + Self.look < until {
        let reason = run.run(to: run.simulation.now + Self.look)
        if isStopped() { return nil }
        let metrics = run.simulation.world.metrics(from: run.observer, at: run.simulation.now)
        guard reason == .reachedInstant, metrics["outage.minutes"] ?? 0 == 0 else {
          return outcome(of: run, reason)
        }
      }
      let end = run.advance(to: until, isStopped: isStopped)
      return end == .stopped ? nil : outcome(of: run, end)
    } catch {
      preconditionFailure("what is run was accepted: \(trial.sets), \(error.errors)")
    }
  }
}

extension ScenarioTrials {
  /// From one look for an outage to the next.
  private static let look = Duration.minutes(2)

  private func outcome(of run: OngoingRun, _ end: EndReason) -> RunOutcome {
    RunOutcome(
      Replay.record(of: run, patches: [], end: end, version: version), of: run.scenario)
  }
}

extension RunOutcome {
  /// Whether under half of the users were served at some time.
  public var isOutage: Bool { ComparisonMetric.outage.value(in: self) > 0 }

  /// Whether it has an outage from which it had not recovered when it ended.
  public var hasFallen: Bool { isOutage && ComparisonMetric.isUnrecovered(self) }
}
