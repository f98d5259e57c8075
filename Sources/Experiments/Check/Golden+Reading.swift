import Scenarios
import SimulationKernel

extension Golden {
  /// What is wrong with a recording: no run leaves such a thing.
  public struct Damage: Error, Sendable, Equatable {
    /// Such as `'events' is no whole number`.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// Whether a document says that it is one; it may still be damaged.
  public static func isGolden(_ document: ScenarioDocument) -> Bool {
    document.root["schema"]?.string == schema
  }

  /// Reads what `text` wrote; only the scenario may be missing, as in files of earlier versions.
  ///
  /// - Throws: The first thing that is missing, or that no run leaves.
  public init(_ document: ScenarioDocument) throws(Damage) {
    guard Self.isGolden(document) else { throw Damage("'schema' is not '\(Self.schema)'") }
    let root = document.root
    name = try Self.text("name", root)
    seed = try Self.whole("seed", root)
    scale = try Self.text("scale", root)
    events = try Self.whole("events", root)
    guard let digest = root["digest"]?.string.flatMap(Digest.init(description:)) else {
      throw Damage("'digest' is not sixteen hexadecimal digits")
    }
    self.digest = digest
    trail = try Self.trail(root, events: events)
    metrics = try Self.members("metrics", root).map { member throws(Damage) in
      guard case .number(let number) = member.value.content, let value = number.double else {
        throw Damage("'metrics': \(Visible.quoted(member.key)) is no number")
      }
      return Figure(name: member.key, value: value)
    }
    verdicts = try Self.members("verdicts", root).map { member throws(Damage) in
      guard let verdict = member.value.string else {
        throw Damage("'verdicts': \(Visible.quoted(member.key)) is no text")
      }
      return Verdict(name: member.key, verdict: verdict)
    }
    self.document = root["document"]
    // That of another scenario would explain nothing.
    if let recorded = self.document, recorded["scenario"]?.string != name {
      throw Damage("'document' is not the scenario \(Visible.quoted(name))")
    }
  }

  private static func trail(
    _ root: DocumentValue, events: UInt64
  ) throws(Damage) -> DigestTrail {
    let interval = try whole("interval", root)
    guard let list = root["checkpoints"]?.elements else {
      throw Damage("'checkpoints' is no list")
    }
    let checkpoints = list.compactMap { $0.string.flatMap(Digest.init(description:)) }
    guard checkpoints.count == list.count else {
      throw Damage("an entry of 'checkpoints' is not sixteen hexadecimal digits")
    }
    guard let trail = DigestTrail(interval: interval, checkpoints: checkpoints),
      // A run without events has an interval, too.
      interval <= max(1, events)
    else { throw Damage("'interval' is none of a run of \(events) events") }
    guard UInt64(checkpoints.count) == events / interval else {
      throw Damage(
        "'checkpoints' has \(checkpoints.count) entries, not \(events / interval)")
    }
    return trail
  }

  private static func text(_ key: String, _ root: DocumentValue) throws(Damage) -> String {
    guard let text = root[key]?.string else { throw Damage("'\(key)' is no text") }
    return text
  }

  private static func whole(_ key: String, _ root: DocumentValue) throws(Damage) -> UInt64 {
    guard case .number(let number)? = root[key]?.content, let value = number.uint64 else {
      throw Damage("'\(key)' is no whole number")
    }
    return value
  }

  private static func members(
    _ key: String, _ root: DocumentValue
  ) throws(Damage) -> [DocumentValue.Member] {
    guard let members = root[key]?.members else { throw Damage("'\(key)' is no object") }
    return members
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
