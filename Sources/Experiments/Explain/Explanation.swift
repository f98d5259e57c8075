import Observation
import SimulationKernel
import Systems

/// What was asked of a run, and the events that answer it.
public struct Explanation: Sendable {
  /// What is explained.
  public enum Question: Sendable, Equatable {
    /// A fact, how it came out, and why: its claim's first event, or the last before its time.
    case fact(FactVerdict, FactOutcome)
    /// A broken invariant.
    case invariant(InvariantVerdict)
    /// What befell somebody.
    case subject(Occurrence.Subject)
    /// What befell a client, and whether it was served at the time.
    case client(UInt32, at: Instant, isServed: Bool)
    /// What came of a fault or of an operator's step.
    case cause(Occurrence.Subject)
  }

  public let scenario: String
  public let title: String
  public let seed: UInt64
  public let version: String
  /// What was applied to the scenario, as on the command line.
  public let patches: [String]
  public let scale: String
  /// Share of the users that was simulated.
  public let scaleFraction: Double
  public let start: Instant
  /// How far the run went.
  public let reached: Instant
  /// Events up to there, and their fingerprint: those of `replay --until`, where the run went on to
  /// the instant rather than to an event.
  public let events: UInt64
  public let digest: Digest
  public let names: CauseNames
  public let question: Question
  /// The way to the event; nil where only effects were asked for.
  public let chain: CauseChain?
  public let effects: CauseEffects?
}
