import Observation
import SimulationKernel

/// A finished check: what came of every scenario, and what that means for a pipeline.
public struct Check: Sendable {
  public let scenarios: [ScenarioCheck]
  /// Files that were looked at and are no scenarios, and why.
  public let skipped: [Skipped]
  /// Golden digests whose scenario is not there any more: nobody compares anything with them.
  public let orphans: [Orphan]
  public let version: String
  /// Whether warnings are failures.
  public let isStrict: Bool

  public struct Skipped: Sendable, Equatable {
    public let path: String
    public let reason: String

    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  /// A golden digest without its scenario: nothing is there, or what is there is no scenario.
  public struct Orphan: Sendable, Equatable {
    public let path: String
    /// Where the scenario would be.
    public let scenario: String
    /// What is there instead, such as `is a sweep`; nil: nothing.
    public let reason: String?

    public init(path: String, scenario: String, reason: String? = nil) {
      self.path = path
      self.scenario = scenario
      self.reason = reason
    }
  }

  /// What it comes to, the gravest first.
  public enum Result: String, Sendable, CaseIterable {
    case nondeterministic, failed, incomplete, passed
  }

  public init(
    _ scenarios: [ScenarioCheck], skipped: [Skipped] = [], orphans: [Orphan] = [],
    version: String, isStrict: Bool = false
  ) {
    self.scenarios = scenarios
    self.skipped = skipped
    self.orphans = orphans
    self.version = version
    self.isStrict = isStrict
  }

  public var result: Result {
    let cases = scenarios.flatMap(\.cases)
    if cases.contains(where: { $0.kind == .determinism && $0.outcome == .failed }) {
      return .nondeterministic
    }
    if cases.contains(where: isFailure) || isStrict && !orphans.isEmpty { return .failed }
    // A run that did not come to its end has judged nothing.
    let isIncomplete = scenarios.contains { $0.runs.isIncomplete }
    return isIncomplete || cases.contains { $0.kind == .ending } ? .incomplete : .passed
  }

  /// Whether a case fails the check.
  public func isFailure(_ found: CheckCase) -> Bool {
    switch found.outcome {
    case .failed: found.kind != .ending
    case .warned: isStrict
    case .passed, .notReached, .notExercised: false
    }
  }

  /// Whether a case is shown as an error: it fails the check, or a run of it did not come to its end.
  public func isError(_ found: CheckCase) -> Bool { found.outcome == .failed || isFailure(found) }

  /// Seeds that were run and judged.
  public var seedCount: Int { scenarios.reduce(0) { $0 + $1.runs.records.count } }
  public var events: UInt64 {
    scenarios.reduce(0) { sum, scenario in
      let own = scenario.runs.records.reduce(scenario.runs.golden?.events ?? 0) { $0 &+ $1.events }
      return scenario.runs.cliffs.reduce(sum &+ own) { $0 &+ $1.events }
    }
  }
}
