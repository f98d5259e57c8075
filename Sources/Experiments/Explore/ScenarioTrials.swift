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
    /// That it belongs to, for errors.
    static let option = "--push"

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

  // Errors call `--set` the place of what no option gives.
  private func scenario(
    _ sets: [String], of options: [String] = []
  ) throws(ScenarioErrors) -> OutageScenario {
    guard let root = base.document?.root else {
      preconditionFailure("a scenario was read from a document")
    }
    var selections: [PatchSelection] = []
    for (index, set) in sets.enumerated() {
      selections.append(
        index < options.count ? try Self.selection(set, of: options[index]) : .set(set))
    }
    return try OutageScenario(file.applying(selections, to: root))
  }

  private static func selection(
    _ set: String, of option: String
  ) throws(ScenarioErrors) -> PatchSelection {
    let patch = try SetPatch(parsing: set, name: option)
    return .document(ScenarioDocument(root: patch.patch), name: option)
  }

  /// Reads what a trial would run.
  ///
  /// - Parameters:
  ///   - sets: `PATH=VALUE` each.
  ///   - options: The option that gives each of them, at whose name errors have their place.
  ///   - push: What would be changed while it runs. Whether it comes too late for a plan is not known
  ///     before there is a run.
  /// - Throws: What the scenario says against it.
  public func check(
    _ sets: [String], of options: [String] = [], push: Push? = nil
  ) throws(ScenarioErrors) {
    let scenario = try scenario(sets, of: options)
    if let push { _ = try change(push, of: scenario) }
  }

  /// Runs as far as a trial's push, and makes it.
  ///
  /// - Throws: What the scenario says against it, such as that a fault has struck by then.
  public func rehearse(_ trial: Trial) throws(ScenarioErrors) {
    _ = try begin(trial, isStopped: { false })
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
    var selections: [PatchSelection] = []
    for set in push.sets { selections.append(try Self.selection(set, of: Push.option)) }
    return try FutureChange(file.combined(selections, on: root), on: scenario)
  }

  /// Runs all of them.
  ///
  /// - Parameters:
  ///   - trials: Each was accepted by `check`, and has no push.
  ///   - endsWithOutage: Whether a run ends soon after an outage has begun, where nothing else is asked
  ///     of it; looked at every few minutes, so that a report would not see it.
  ///   - jobs: Runs at a time. What comes out does not depend on them.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told how many runs are done.
  /// - Returns: One outcome per trial; nil when stopped.
  public func outcomes(
    of trials: [Trial], endsWithOutage: Bool = false, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int) -> Void = { _ in }
  ) async -> [RunOutcome]? {
    await results(of: trials, endsWithOutage, jobs: jobs, isStopped: isStopped, progress: progress)?
      .map { result in
        switch result {
        case .success(let outcome): return outcome
        case .failure(let error): preconditionFailure("what is run was accepted: \(error.errors)")
        }
      }
  }

  /// Runs all of them, each with its push where it has one.
  ///
  /// - Parameters:
  ///   - trials: Each was accepted by `check`.
  ///   - jobs: Runs at a time. What comes out does not depend on them.
  ///   - isStopped: Once true, runs end where they are.
  /// - Returns: One outcome per trial; nil when stopped.
  /// - Throws: What the first run that cannot be pushed says: by then a fault has struck, or people
  ///   have done what the push would change.
  func outcomes(
    pushing trials: [Trial], jobs: Int, isStopped: @escaping @Sendable () -> Bool
  ) async throws(ScenarioErrors) -> [RunOutcome]? {
    let results = await results(
      of: trials, false, jobs: jobs, isStopped: isStopped, progress: { _ in })
    guard let results else { return nil }
    var outcomes: [RunOutcome] = []
    for result in results { outcomes.append(try result.get()) }
    return outcomes
  }

  private func results(
    of trials: [Trial], _ endsWithOutage: Bool, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool, progress: (_ done: Int) -> Void
  ) async -> [Result<RunOutcome, ScenarioErrors>]? {
    var done = 0
    let results = await ParallelRuns.map(
      count: trials.count, jobs: jobs, isStopped: isStopped,
      work: { result(of: trials[$0], endsWithOutage, isStopped) },
      finished: { _, _ in
        done += 1
        progress(done)
      }
    ).compactMap { $0 ?? nil }
    return results.count == trials.count ? results : nil
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

  /// - Returns: nil when stopped.
  private func result(
    of trial: Trial, _ endsWithOutage: Bool, _ isStopped: () -> Bool
  ) -> Result<RunOutcome, ScenarioErrors>? {
    do throws(ScenarioErrors) {
      guard let run = try begin(trial, isStopped: isStopped) else { return nil }
      return outcome(of: run, endsWithOutage, isStopped).map { .success($0) }
    } catch {
      return .failure(error)
    }
  }

  /// A run with its push made, or at its start where there is none; nil when stopped.
  private func begin(
    _ trial: Trial, isStopped: () -> Bool
  ) throws(ScenarioErrors) -> OngoingRun? {
    let scenario = try scenario(trial.sets)
    var run = OngoingRun(scenario, seed: trial.seed)
    if let push = trial.push {
      guard run.advance(to: push.at, isStopped: isStopped) != .stopped else { return nil }
      try run.apply(try change(push, of: scenario))
    }
    return run
  }

  private func outcome(
    of begun: OngoingRun, _ endsWithOutage: Bool, _ isStopped: () -> Bool
  ) -> RunOutcome? {
    var run = begun
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
