import Observation
import SimulationKernel
import Systems

/// How a run differs from the recorded one.
public struct GoldenDrift: Sendable, Equatable {
  /// A checkpoint of a run: a number of events, and when it was reached.
  public struct Place: Sendable, Equatable {
    public let events: UInt64
    /// In this version's run; nil when the run has ended before.
    public let at: Instant?
  }

  public struct Change: Sendable, Equatable {
    public let name: String
    /// Nil: was not there.
    public let old: String?
    /// Nil: is not there any more.
    public let new: String?
  }

  public let old: Golden
  public let new: Golden
  /// Up to where both runs surely agree, and from where on they differ.
  ///
  /// The first different event is between the two. Nil when every event is the recorded one, and only
  /// figures differ.
  public let interval: (agreed: Place, differs: Place)?
  /// Recorded figures and verdicts that are others now.
  public let changes: [Change]
  /// What recorded facts and invariants claim and claim otherwise now.
  public let claims: [Change]
  /// Whether recorded checkpoints are not those of the run that the recorded digest is of.
  public let isDamaged: Bool
  /// What has changed; nil where it was not found out.
  public internal(set) var cause: Cause?
  /// The first different event, where it was found.
  public internal(set) var parting: GoldenParting?
  /// Why this version does not accept the recorded scenario, so that nobody knows what it would do.
  public internal(set) var refusal: String?
  /// What this version does from the interval's start on, where the event was not found.
  public internal(set) var beginning: [Replay.ListedEvent] = []
  /// Why the version that recorded it did not say what it did.
  public internal(set) var problem: EarlierVersion.Problem?

  public enum Cause: String, Sendable {
    /// The scenario's file: this version does with the recorded scenario what was recorded.
    case scenario
    /// This version: the scenario is the recorded one.
    case version
    case both
  }

  public static func == (left: GoldenDrift, right: GoldenDrift) -> Bool {
    left.old == right.old && left.new == right.new && left.changes == right.changes
  }

  /// Whether the run was done at another scale than the recorded one, so that nothing can be compared.
  public var hasOtherScale: Bool { old.scale != new.scale }

  /// Nil when everything that was recorded is as it was; what is new is no drift.
  ///
  /// - Parameters:
  ///   - old: What was recorded.
  ///   - new: What this version does.
  ///   - instant: When this version's run has handled so many events.
  init?(from old: Golden, to new: Golden, instant: (UInt64) -> Instant?) {
    let isSame = old.digest == new.digest && old.events == new.events && old.seed == new.seed
    changes = Self.changes(from: old, to: new)
    claims = GoldenClaims.changes(from: old.document, to: new.document)
    isDamaged = isSame && !old.trail.agreesThroughout(with: new.trail)
    guard !isSame || isDamaged || !changes.isEmpty || !claims.isEmpty else { return nil }
    self.old = old
    self.new = new
    guard !isSame else {
      interval = nil
      return
    }
    let agreed = old.trail.lastAgreement(with: new.trail)
    let step = max(old.trail.interval, new.trail.interval)
    // When one ends, the other's next event is a different one.
    let differs = min(agreed + step, min(old.events, new.events) + 1)
    interval = (
      Place(events: agreed, at: instant(agreed)),
      Place(events: differs, at: differs <= new.events ? instant(differs) : nil)
    )
  }

  private static func changes(from old: Golden, to new: Golden) -> [Change] {
    var changes: [Change] = []
    for verdict in old.verdicts {
      let now = new.verdicts.first { $0.name == verdict.name }?.verdict
      if now != verdict.verdict {
        changes.append(Change(name: verdict.name, old: verdict.verdict, new: now))
      }
    }
    for figure in old.metrics {
      let now = new.metrics.first { $0.name == figure.name }?.value
      if now != figure.value {
        changes.append(
          Change(name: figure.name, old: text(figure.value), new: now.map(text)))
      }
    }
    return changes
  }

  /// Whole numbers as such.
  private static func text(_ value: Double) -> String {
    Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
