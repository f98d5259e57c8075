import Scenarios

/// Which of the modelled systems a recording is of.
public enum ConformanceKind: String, Sendable, CaseIterable {
  case etcd
  case supervisor
  case truncatedPut = "truncated-put"
}

/// What came of laying a recording beside the models.
public struct ConformanceReport: Sendable, Equatable {
  public let kind: ConformanceKind
  /// Cases that were judged.
  public let cases: Int
  /// Cases that the recording holds and that cannot be judged: the real runs disagreed among
  /// themselves, so there is no one outcome to agree with.
  public let skipped: Int
  /// Every difference, in the order of the recording; at most one for each step of a case.
  public let failures: [ConformanceFailure]
  /// Cases without a difference.
  public let passed: Int

  /// A report on `judged` cases: the differences of each, none for a case that agrees.
  init(_ kind: ConformanceKind, judged: [[ConformanceFailure]], skipped: Int = 0) {
    self.kind = kind
    self.skipped = skipped
    cases = judged.count
    passed = judged.count(where: \.isEmpty)
    failures = judged.flatMap(\.self)
  }

  public var holds: Bool { failures.isEmpty }
}

/// One step of one case in which the model and the recorded system differ.
public struct ConformanceFailure: Sendable, Equatable {
  /// The case, by the name that the recording gives it.
  public let id: String
  /// Counted from 0; what holds of the whole case stands at the step behind its last one.
  public let step: Int
  /// What happens at that step, such as `put /s/a`.
  public let action: String
  /// What the real system did: an object with the differing parts only, by their paths.
  public let expected: JSONValue
  /// What the model did: the same parts.
  public let got: JSONValue
}
