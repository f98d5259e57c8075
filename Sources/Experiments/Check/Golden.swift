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
    metrics = record.metrics.all.map { Figure(name: $0.name, value: $0.value) }
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

  /// Whether a document says that it is one; it may still be damaged.
  public static func isGolden(_ document: ScenarioDocument) -> Bool {
    document.root["schema"]?.string == schema
  }

  /// Reads what `text` wrote.
  ///
  /// - Returns: Nil when something is missing, or no run leaves such a thing.
  public init?(_ document: ScenarioDocument) {
    let root = document.root
    func number(_ key: String) -> DocumentNumber? {
      if case .number(let number)? = root[key]?.content { number } else { nil }
    }
    guard Self.isGolden(document), let name = root["name"]?.string,
      let seed = number("seed")?.uint64, let scale = root["scale"]?.string,
      let events = number("events")?.uint64,
      let digest = root["digest"]?.string.flatMap(Digest.init(description:)),
      let interval = number("interval")?.uint64, let list = root["checkpoints"]?.elements
    else { return nil }
    let checkpoints = list.compactMap { $0.string.flatMap(Digest.init(description:)) }
    guard checkpoints.count == list.count,
      let trail = DigestTrail(interval: interval, checkpoints: checkpoints),
      // Before anything is multiplied.
      interval <= max(1, events), UInt64(checkpoints.count) <= events / interval,
      // That of another scenario would explain nothing.
      root["document"].map({ $0["scenario"]?.string == name }) ?? true
    else { return nil }
    self.document = root["document"]
    self.name = name
    self.seed = seed
    self.scale = scale
    self.events = events
    self.digest = digest
    self.trail = trail
    metrics = (root["metrics"]?.members ?? []).compactMap { member in
      guard case .number(let number) = member.value.content, let value = number.double else {
        return nil
      }
      return Figure(name: member.key, value: value)
    }
    verdicts = (root["verdicts"]?.members ?? []).compactMap { member in
      member.value.string.map { Verdict(name: member.key, verdict: $0) }
    }
  }
}

extension Digest {
  /// Reads sixteen hexadecimal digits.
  init?(description: String) {
    guard description.utf8.count == 16, description.utf8.first != UInt8(ascii: "+"),
      description.utf8.first != UInt8(ascii: "-"), let value = UInt64(description, radix: 16)
    else { return nil }
    self.init()
    self.value = value
  }
}
