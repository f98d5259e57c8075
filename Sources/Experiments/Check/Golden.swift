import Observation
import Scenarios
import SimulationKernel

/// A scenario's recorded run: its digest with checkpoints, and a summary that people can read.
///
/// Of the scenario as its file has it, without patches, with its own seed, to its end, at a recorded
/// scale. A change to it is a reviewed change of behaviour.
public struct Golden: Sendable, Equatable {
  public static let schema = "hindsight.golden/1"
  /// Few enough checkpoints to be read in a difference.
  static let checkpointsMax = 64

  public let name: String
  public let seed: UInt64
  /// As the command line takes it.
  public let scale: String
  public let events: UInt64
  public let digest: Digest
  public let trail: DigestTrail
  /// The figures, sorted by name.
  public let metrics: [Figure]
  /// `held`, `failed` or `notReached` by fact; `held`, `broken` or `vacuous` by invariant.
  public let verdicts: [Verdict]
  /// The scenario that was run, as its file had it, without comments; nil in files of earlier versions.
  public let document: DocumentValue?

  public struct Figure: Sendable, Equatable {
    public let name: String
    public let value: Double
  }

  public struct Verdict: Sendable, Equatable {
    /// `facts.…` or `invariants.…`.
    public let name: String
    public let verdict: String
  }

  /// What a run leaves.
  ///
  /// - Parameters:
  ///   - record: The run.
  ///   - document: What was run, as its file has it.
  public init(_ record: RunRecord, of document: DocumentValue?) {
    self.document = document
    name = record.scenario
    seed = record.seed
    scale = record.scale
    events = record.events
    digest = record.digest
    trail = record.digestTrail.thinned(to: Self.checkpointsMax)
    // What is no number cannot be written, and is not compared.
    metrics = record.metrics.all.filter(\.value.isFinite)
      .map { Figure(name: $0.name, value: $0.value) }
    let facts = record.facts.map {
      Verdict(name: "facts.\($0.fact.id)", verdict: record.outcome(of: $0).rawValue)
    }
    let invariants = record.invariants.map {
      Verdict(name: "invariants.\($0.id)", verdict: $0.verdict.rawValue)
    }
    // As the file has them.
    verdicts = (facts + invariants)
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  // MARK: As a file

  public var json: JSONValue {
    .object([
      "schema": .string(Self.schema), "name": .string(name), "seed": .unsigned(seed),
      "scale": .string(scale), "events": .unsigned(events), "digest": .string(digest.description),
      "interval": .unsigned(trail.interval),
      "checkpoints": .array(trail.checkpoints.map { .string($0.description) }),
      "metrics": .object(metrics.map { (key: $0.name, value: .number($0.value)) }),
      "verdicts": .object(verdicts.map { (key: $0.name, value: .string($0.verdict)) }),
      "document": document.map { .document($0) },
    ])
  }

  /// Ends in a line break.
  public var text: String { JSONWriter.pretty(json) + "\n" }
}
