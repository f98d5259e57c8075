import Scenarios

/// What recording a golden digest has changed.
public enum GoldenRecording: Sendable {
  /// There was none.
  case first
  /// The file holds what it held.
  case unchanged
  /// Nothing but the scenario, which changes no event, figure or claim.
  case scenario
  /// Further figures or verdicts, and maybe the scenario.
  case additions
  case drift(GoldenDrift)

  init(of new: Golden, replacing old: Golden?, drift: GoldenDrift?) {
    guard let old else {
      self = .first
      return
    }
    if let drift {
      self = .drift(drift)
    } else if old.metrics != new.metrics || old.verdicts != new.verdicts {
      self = .additions
    } else {
      self = old.text == new.text ? .unchanged : .scenario
    }
  }
}

/// How the scenario that a golden digest was recorded of stands to the present one, where every event is
/// the recorded one.
public enum RecordedScenario: Sendable {
  case same
  case changed
  /// An earlier version has recorded the digest alone.
  case missing

  init(of golden: Golden, now document: DocumentValue) {
    guard let recorded = golden.document else {
      self = .missing
      return
    }
    self = recorded == document ? .same : .changed
  }
}
