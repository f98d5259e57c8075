import Scenarios
import SimulationKernel

/// A sweep as somebody asked for it, in a file or with options, before scenarios are looked at.
public struct SweepRequest: Sendable {
  /// Fit for a file's name.
  public var name: String
  public var axes: [SweepAxisRequest]
  public var design: SweepDesign
  /// Where the design stands, for errors.
  public var designPlace: SourceLocation?
  /// Where the hypothesis of the sweep's file stands, which is the first of `patches`.
  public var hypothesisPlace: SourceLocation?
  /// What holds at every point, from left to right.
  public var patches: [PatchSelection]
  public var until: Instant?
  /// nil: the first scenario's.
  public var firstSeed: UInt64?
  public var seeds: Int?
  public var halfWidth: Double?

  public init(name: String, axes: [SweepAxisRequest] = [], patches: [PatchSelection] = []) {
    self.name = name
    self.axes = axes
    self.patches = patches
    design = .grid
  }

  public static let seedsRange = 1...1_000_000
  static let halfWidthRange = 0.0001...1
  static let seedsUsual = 20
  static let seedsUsualOfRule = 200

  /// Scenario files that the scenario axis names, in its order; nil without such an axis.
  public var scenarioPaths: [(path: String, place: SourceLocation)]? {
    guard let axis = axes.first(where: { $0.kind == .scenario }),
      case .list(let values) = axis.values
    else { return nil }
    return values.map { ($0.plainText, $0.location) }
  }
}

/// The file of a sweep.
///
///     {
///       "sweep": "restarts",
///       "scenario": "discord-2020-03-16.json",
///       "set": { "scale": "1/1000" },
///       "axes": {
///         "supervision.maxRestarts": [2, 3, 4, 5],
///         "throttle.rate": { "from": "100/s", "to": "4000/s", "steps": 5, "spacing": "log" },
///         "mitigation": ["none", "bounded-queue"]
///       },
///       "seeds": 20
///     }
public struct SweepFile: Sendable {
  public let request: SweepRequest
  /// The scenario's file, seen from the folder of the sweep's; nil where an axis names scenarios.
  public let scenario: String?
  /// Everything that is wrong with the file; `request` is then the rest of it, to be held against its
  /// scenario for further errors.
  public let errors: [ScenarioError]

  /// Whether a document is a sweep, and no scenario.
  public static func isSweep(_ document: ScenarioDocument) -> Bool {
    document.root["sweep"] != nil && document.root["axes"] != nil
      || document.root["sweep"] != nil && document.root["start"] == nil
  }

  /// Reads a sweep.
  ///
  /// - Throws: Every error of the file at once, without those of its scenario.
  public init(_ document: ScenarioDocument) throws(ScenarioErrors) {
    self.init(reading: document)
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
  }

  /// Reads a sweep, whatever is wrong with it.
  public init(reading document: ScenarioDocument) {
    var reader = ParameterReader(document)
    var request = SweepRequest(
      name: reader.required("sweep", as: .scenarioName, .scenario, "The sweep's stable name."))
    reader.claim("$schema")
    _ = reader.text("description", default: "", .scenario, "What is asked, in words.")
    scenario = reader.optional(
      "scenario", as: .text, .scenario, "The scenario's file, seen from the sweep's folder.")
    request.axes = Self.axes(&reader)
    if let name: String = reader.optional(
      "hypothesis", as: .text, .scenario, "The hypothesis at every point.")
    {
      request.patches.append(.hypothesis(name))
      request.hypothesisPlace = reader.location(of: "hypothesis")
    }
    if let set = reader.claim("set") {
      if set.members == nil {
        reader.report(
          ScenarioError(.wrongType, "'set' takes an object, not \(set.summary)", at: set.location))
      } else {
        request.patches.append(
          .document(ScenarioDocument(root: set), name: "set \(set.compactText)"))
      }
    }
    if let scale = reader.claim("scale") {
      request.patches.append(
        .document(
          ScenarioDocument(
            root: SetPatch(DocumentPath(["scale"]), to: scale, at: scale.location).patch),
          name: "--scale \(scale.plainText)"))
    }
    request.until = reader.optional(
      "until", as: .clock, .scenario, "The end of every run.")
    let kind = reader.choice(
      "design", default: SweepDesign.Kind.grid, .scenario, "Which points of the axes are run.")
    request.designPlace = reader.location(of: "design") ?? reader.location(of: "points")
    let points = reader.optional(
      "points", as: .integer, in: .init(1...SweepDesign.pointsMax), unit: "points", .scenario,
      "Points of a design that is no grid.")
    let designSeed = reader.read(
      "designSeed", as: .seed, default: 1, range: nil, .scenario,
      "Decides where the points of a design lie that is no grid.")
    request.design = SweepDesign(kind: kind, points: points, seed: designSeed)
    request.seeds = reader.optional(
      "seeds", as: .integer, in: .init(SweepRequest.seedsRange), unit: "seeds", .scenario,
      "Seeds of every point.")
    request.firstSeed = reader.optional(
      "seed", as: .seed, .scenario, "The first seed of every point.")
    request.halfWidth = reader.optional(
      "untilHalfWidth", as: .share, in: .init(SweepRequest.halfWidthRange), .scenario,
      "Seeds are added until user-minutes lost are known to within this share.")
    if scenario != nil, request.axes.contains(where: { $0.kind == .scenario }) {
      reader.fail("scenario", "'scenario' and an axis of scenarios exclude each other")
    }
    if scenario == nil, !request.axes.contains(where: { $0.kind == .scenario }) {
      reader.fail("scenario", "'scenario' is missing: the file to sweep", kind: .missing)
    }
    do throws(ScenarioErrors) {
      try reader.finish()
      errors = []
    } catch {
      errors = error.errors
    }
    self.request = request
  }

  private static func axes(_ reader: inout ParameterReader) -> [SweepAxisRequest] {
    guard let value = reader.claim("axes") else {
      reader.fail(
        "axes", "'axes' is missing: what the sweep varies", kind: .missing,
        help: #"such as "axes": { "supervision.maxRestarts": [2, 3, 4] }"#)
      return []
    }
    guard let members = value.members else {
      reader.report(
        ScenarioError(
          .wrongType, "'axes' takes an object, not \(value.summary)", at: value.location))
      return []
    }
    return members.compactMap { member in
      do throws(ScenarioErrors) {
        return try SweepAxisRequest(member)
      } catch {
        for found in error.errors { reader.report(found) }
        return nil
      }
    }
  }
}
