import Observation
import Scenarios
import SimulationKernel
import Systems

/// A scenario with its patches, to be checked on several seeds.
public struct CheckSubject: Sendable {
  /// The file, as reports and reproduce lines name it.
  public let path: String
  public let file: ScenarioFile
  /// With the patches applied.
  public let scenario: OutageScenario
  /// What was applied, from left to right, the default hypothesis included.
  public let patches: [PatchSelection]
  /// Where runs end; the scenario's end unless somebody asked for less.
  public let until: Instant
  /// What an earlier version did; nil where nothing is compared.
  public var golden: GoldenPlan?

  /// What to do about the golden digest.
  public enum GoldenPlan: Sendable {
    /// Compare with it.
    case compare(Golden)
    /// Nothing is recorded yet.
    case missing
    /// Record, at this scale, instead of what there may be.
    case record(scale: String, replacing: Golden?)

    /// The scale of the run that it takes; nil for none.
    var scale: String? {
      switch self {
      case .compare(let golden): golden.scale
      case .missing: nil
      case .record(let scale, _): scale
      }
    }

    /// What an earlier version did.
    var recorded: Golden? {
      switch self {
      case .compare(let golden): golden
      case .missing: nil
      case .record(_, let old): old
      }
    }
  }

  /// - Parameters:
  ///   - path: The file, as reports and reproduce lines name it.
  ///   - file: What it holds.
  ///   - scenario: With the patches applied.
  ///   - patches: What was applied, the default hypothesis included.
  ///   - until: Where runs end; nil: at the scenario's end.
  ///   - golden: What an earlier version did; nil to compare nothing.
  public init(
    path: String, file: ScenarioFile, scenario: OutageScenario, patches: [PatchSelection],
    until: Instant? = nil, golden: GoldenPlan? = nil
  ) {
    self.path = path
    self.file = file
    self.scenario = scenario
    self.patches = patches
    self.until = until ?? scenario.header.end
    self.golden = golden
  }

  /// Applies patches to a file and reads what they make of it.
  ///
  /// - Throws: Every error of the patches, or of what they lead to.
  public init(
    path: String, file: ScenarioFile, applying selections: [PatchSelection]
  ) throws(ScenarioErrors) {
    let resolved = try file.resolve(selections)
    self.init(
      path: path, file: file, scenario: try OutageScenario(resolved.document),
      patches: resolved.applied)
  }

  /// The scenario as its file has it, at a scale.
  ///
  /// - Throws: That the scale makes no sense, or no scenario.
  public func plain(scale: String) throws(ScenarioErrors) -> OutageScenario {
    try OutageScenario(try file.resolve([.scale(scale)]).document)
  }

  /// The same without one of its patches.
  ///
  /// - Throws: What the patch was needed for.
  func without(patch index: Int) throws(ScenarioErrors) -> OutageScenario {
    var rest = patches
    rest.remove(at: index)
    return try OutageScenario(try file.resolve(rest).document)
  }

  // MARK: Places

  /// Where the file holds what a case is about; nil where it says nothing of it.
  ///
  /// An invariant knows itself where it is written, which may be in a patch.
  func location(of id: String, kind: CheckCase.Kind) -> SourceLocation? {
    let root = file.document.root
    switch kind {
    case .fact: return root["facts"].flatMap { Self.entry(id, in: $0) }
    case .invariant, .coverage: return nil
    case .cliff: return scenario.cliffs.first { $0.id == id }?.location
    case .fault:
      let name = id.hasPrefix("faults.") ? String(id.dropFirst("faults.".count)) : id
      return root["faults"]?.member(name)?.keyLocation
    case .throttle:
      guard id.hasPrefix("operators.") else { return root.member("throttle")?.keyLocation }
      return root["operators"]?.member(String(id.dropFirst("operators.".count)))?.keyLocation
    case .mitigation: return file.mitigations.first { $0.name == id }?.location
    case .golden, .determinism, .ending: return root.member("scenario")?.keyLocation
    }
  }

  /// An entry of a list by its `id`, or of an object by its key.
  private static func entry(_ id: String, in value: DocumentValue) -> SourceLocation? {
    if let member = value.member(id) { return member.keyLocation }
    return value.elements?.first { $0["id"]?.string == id }?.location
  }
}
