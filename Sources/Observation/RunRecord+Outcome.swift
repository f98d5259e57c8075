import SimulationKernel

/// How a fact came out of a run.
public enum FactOutcome: String, Sendable, CaseIterable {
  case held, failed
  /// The run was cut short before the fact could be judged.
  case notReached
}

extension RunRecord {
  /// Whether the run ended before the scenario did: by its budget, or because it was asked to.
  public var wasCutShort: Bool {
    guard end != .ranOut, let scenarioEnd else { return false }
    return endedAt < scenarioEnd
  }

  /// How a fact came out.
  ///
  /// A run that was cut short cannot judge a fact that has no value yet, nor one that is reported
  /// for later than the run's end. One about the run as a whole, which no time is reported for, may
  /// hold by then, but if it does not, time was too short to tell; unless no time could mend it.
  public func outcome(of verdict: FactVerdict) -> FactOutcome {
    if wasCutShort, !verdict.isBeyondRepair {
      guard verdict.measured != nil else { return .notReached }
      guard let reported = verdict.fact.reported else {
        return verdict.pass ? .held : .notReached
      }
      if reported >= endedAt { return .notReached }
    }
    return verdict.pass ? .held : .failed
  }
}
