import Scenarios
import SimulationKernel

/// All that a run tells about itself; nothing of the wall clock or the machine.
public struct RunRecord: Sendable {
  public var scenario: String
  public var title: String
  public var seed: UInt64
  public var version: String
  /// What was applied to the scenario, as on the command line.
  public var patches: [String]
  public var scale: String
  /// Share of the users that was simulated.
  public var scaleFraction: Double
  public var start: Instant
  public var digest: Digest
  public var digestTrail: DigestTrail
  public var events: UInt64
  public var end: EndReason
  public var endedAt: Instant
  public var metrics: Metrics
  public var series: [TimeSeries]
  public var facts: [FactVerdict]
  public var invariants: [InvariantVerdict]
  /// Parameters without a source, with the values used.
  public var assumptions: [ParameterDeclaration]
  /// What was reported and what the run did, in order of time.
  public var timeline: [TimelineEntry]
  /// When the scenario ends, nil when that is not known; a run that ended before it was cut short.
  public var scenarioEnd: Instant?
  /// How often faults and throttles had an effect.
  public var exercises: [Exercise]

  public init(
    scenario: String, title: String, seed: UInt64, version: String, patches: [String],
    scale: String, scaleFraction: Double, start: Instant, digest: Digest,
    digestTrail: DigestTrail, events: UInt64, end: EndReason, endedAt: Instant, metrics: Metrics,
    series: [TimeSeries], facts: [FactVerdict], invariants: [InvariantVerdict],
    assumptions: [ParameterDeclaration], timeline: [TimelineEntry], scenarioEnd: Instant? = nil,
    exercises: [Exercise] = []
  ) {
    self.scenario = scenario
    self.title = title
    self.seed = seed
    self.version = version
    self.patches = patches
    self.scale = scale
    self.scaleFraction = scaleFraction
    self.start = start
    self.digest = digest
    self.digestTrail = digestTrail
    self.events = events
    self.end = end
    self.endedAt = endedAt
    self.metrics = metrics
    self.series = series
    self.facts = facts
    self.invariants = invariants
    self.assumptions = assumptions
    self.timeline = timeline
    self.scenarioEnd = scenarioEnd
    self.exercises = exercises
  }

  public func series(_ name: String) -> TimeSeries? { series.first { $0.name == name } }
  /// Whether no fact failed and no invariant broke; facts that the run did not reach are left out.
  public var holds: Bool {
    facts.allSatisfy { outcome(of: $0) != .failed }
      && invariants.allSatisfy { $0.verdict != .broken }
  }
}

/// A moment of the incident: as reported, as simulated, or both.
public struct TimelineEntry: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// Somebody decided it: input.
    case action
    /// It came out of the model.
    case outcome
    /// An injected fault.
    case fault
  }

  public let kind: Kind
  /// What happened, in words.
  public let text: String
  /// When the account puts it; nil where it says nothing.
  public let reported: Instant?
  /// When it happened in the run; nil where it did not.
  public let simulated: Instant?
  /// The fact that measures this moment; nil where none does.
  public let fact: String?

  public init(
    _ kind: Kind, _ text: String, reported: Instant?, simulated: Instant?, fact: String? = nil
  ) {
    self.kind = kind
    self.text = text
    self.reported = reported
    self.simulated = simulated
    self.fact = fact
  }
}

/// How a promise of a modelled system came out of a run.
public struct InvariantVerdict: Sendable, Equatable {
  public enum Verdict: String, Sendable {
    case held, broken
    /// Never put to the test.
    case vacuous
  }

  public let id: String
  public let verdict: Verdict
  /// When it was first seen broken, for the figures of which see `detail`; nil where it was not.
  public let at: Instant?
  public let detail: String
  /// What the scenario claims; nil of a promise that every run has to keep.
  public let claim: Claim?

  /// How the detail ends of one whose condition never held, so that nothing was to follow from it.
  public static let neverHeld = "never held"

  /// Whether it is a coverage, which has to hold in one run of many: one in which it did not happen
  /// is `vacuous`.
  public var isCoverage: Bool { claim?.isCoverage ?? false }

  /// An invariant as the scenario states it.
  public struct Claim: Sendable, Equatable {
    /// In canonical form.
    public let expression: String
    /// Why it is to hold; may be empty.
    public let why: String
    /// A run can only say whether it happened (`held`) or not (`vacuous`): some run of many has to.
    public let isCoverage: Bool
    /// Where it is written: in the scenario or in a patch.
    public let location: SourceLocation

    public init(expression: String, why: String, isCoverage: Bool, location: SourceLocation) {
      self.expression = expression
      self.why = why
      self.isCoverage = isCoverage
      self.location = location
    }
  }

  public init(
    id: String, verdict: Verdict, at: Instant? = nil, detail: String = "", claim: Claim? = nil
  ) {
    self.id = id
    self.verdict = verdict
    self.at = at
    self.detail = detail
    self.claim = claim
  }
}
