import Observation
import Scenarios
import SimulationKernel
import Systems

/// One thing that a check has looked at, over all seeds.
public struct CheckCase: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case fact, invariant
    /// How far from the edge the scenario is.
    case cliff
    /// Something that has to happen in one seed at least.
    case coverage
    /// Whether something that was put in had an effect.
    case fault, throttle, mitigation
    /// Whether runs are what an earlier version recorded.
    case golden
    /// Whether the same run twice is the same.
    case determinism
    /// Whether runs come to their end.
    case ending
  }

  public enum Outcome: String, Sendable, CaseIterable {
    case passed, failed
    /// It was not put to the test, so that it says nothing; with `--strict` a failure.
    case warned
    /// Runs ended before it could be judged.
    case notReached
    /// A built-in promise that these runs had no use for.
    case notExercised
  }

  public let kind: Kind
  /// As the scenario calls it.
  public let id: String
  /// In words; empty where the id says it all.
  public let title: String
  public let outcome: Outcome
  /// Seeds that failed, and of how many that could be judged; of a cliff, runs with an outage.
  public let frequency: Proportion
  /// The smallest seed that failed; of a warning, the first; nil where seeds do not matter.
  public let seed: UInt64?
  /// What that seed did.
  public let evidence: Evidence
  /// Seeds of an invariant that were looked at, whether they could be judged or not; else zero.
  public let runs: Int
  /// Where it is written: in the file, or an invariant in a patch.
  public let location: SourceLocation?

  /// What a run has to say about it.
  public enum Evidence: Sendable {
    case none
    case fact(FactVerdict)
    case invariant(InvariantVerdict)
    case exercise(Exercise)
    case cliff(CliffVerdict)
    case ended(EndReason, at: Instant)
    case nondeterminism(Nondeterminism)
    case drift(GoldenDrift)
    case recorded(GoldenRecording)
    /// Why the digest could not be recorded.
    case unrecorded(String)
    /// Every event is the recorded one, of another scenario.
    case staleGolden(RecordedScenario)
    case noGolden

    fileprivate var claim: InvariantVerdict.Claim? {
      if case .invariant(let verdict) = self { verdict.claim } else { nil }
    }
  }

  init(
    _ kind: Kind, _ id: String, title: String = "", _ outcome: Outcome,
    _ frequency: Proportion = Proportion(0, of: 0), seed: UInt64? = nil,
    evidence: Evidence = .none, runs: Int = 0, in subject: CheckSubject
  ) {
    self.kind = kind
    self.id = id
    self.title = title
    self.outcome = outcome
    self.frequency = frequency
    self.seed = seed
    self.evidence = evidence
    self.runs = runs
    location = evidence.claim?.location ?? subject.location(of: id, kind: kind)
  }

  /// What the scenario claims, of an invariant of its own.
  public var claim: InvariantVerdict.Claim? { evidence.claim }

  /// When it went wrong, where a run can tell.
  public var at: Instant? {
    switch evidence {
    case .invariant(let verdict): verdict.at
    case .fact(let verdict):
      verdict.fact.unit == .clock
        ? verdict.measured.flatMap { Duration(representableSeconds: $0) }
          .map { Instant(nanoseconds: $0.nanoseconds) } : nil
    case .ended(_, let at): at
    case .nondeterminism(let found): found.difference?.left?.time ?? found.difference?.right?.time
    case .drift(let drift): drift.parting?.at ?? drift.interval?.agreed.at
    case .exercise, .cliff, .recorded, .unrecorded, .staleGolden, .noGolden, .none: nil
    }
  }
}
