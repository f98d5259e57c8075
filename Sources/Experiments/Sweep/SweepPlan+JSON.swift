import Scenarios
import SimulationKernel

/// The plan as the file `sweep.json` of a folder of results: what a merge needs to know.
extension SweepPlan {
  static let schema = "hindsight.sweep-plan/1"

  /// Long axes and many missing points make long files, which are ours.
  static var limits: ScenarioParser.Limits {
    var limits = ScenarioParser.Limits()
    limits.bytes = 1 << 30
    return limits
  }

  public var json: JSONValue {
    .object([
      "schema": .string(Self.schema), "sweep": .string(name), "version": .string(version),
      "identity": .string(identity.hexadecimal),
      "scenarios": .array(
        scenarios.map {
          ["name": .string($0.name), "content": .string($0.content.hexadecimal)]
        }),
      "patches": .array(patches.map { .string($0) }),
      "until": until.map { .string($0.description) } ?? .null,
      "design": .string(design.kind.rawValue),
      "points": .integer(Int64(pointCount)),
      "designSeed": .unsigned(design.seed),
      "seed": .unsigned(replication.firstSeed),
      "seeds": .integer(Int64(replication.count)),
      "halfWidth": replication.halfWidth.map { .number($0) } ?? .null,
      "axes": .array(
        axes.map { axis in
          switch axis.levels {
          case .list(let values):
            ["axis": .string(axis.name), "values": .array(values.map { .string($0) })]
          case .steps(let range, let count): Self.json(axis, range, steps: count)
          case .range(let range): Self.json(axis, range, steps: nil)
          }
        }),
    ])
  }

  private static func json(_ axis: SweepAxis, _ range: SweepRange, steps: Int?) -> JSONValue {
    .object(
      [
        ("axis", .string(axis.name)), ("from", .string(range.from)), ("to", .string(range.to)),
      ] + (steps.map { [("steps", .integer(Int64($0)))] } ?? []) + [
        ("spacing", range.isLogarithmic ? "log" : "linear"), ("whole", .bool(range.isWhole)),
      ])
  }

  /// The text of `json`, ending in a line break.
  public var text: String { JSONWriter.pretty(json) + "\n" }

  /// Reads what `text` wrote.
  ///
  /// - Returns: nil when it is no plan, or one of a version that wrote it otherwise.
  public init?(_ source: SourceText) {
    guard let root = try? ScenarioDocument(parsing: source, limits: Self.limits).root else {
      return nil
    }
    self.init(root)
  }

  fileprivate init?(_ root: DocumentValue) {
    guard root["schema"]?.string == Self.schema, let name = root["sweep"]?.string,
      let version = root["version"]?.string,
      let scenarios = root["scenarios"]?.elements?.compactMap({ value -> Scenario? in
        guard let name = value["name"]?.string,
          let content = value["content"]?.string.flatMap({ SweepKey(hexadecimal: $0) })
        else { return nil }
        return Scenario(name: name, content: content)
      }), !scenarios.isEmpty,
      let patches = root["patches"]?.elements?.compactMap(\.string),
      let kind = root["design"]?.string.flatMap({ SweepDesign.Kind(rawValue: $0) }),
      let points = root["points"]?.number?.int64,
      (1...Int64(SweepDesign.pointsMax)).contains(points),
      let designSeed = root["designSeed"]?.number?.uint64,
      let firstSeed = root["seed"]?.number?.uint64, let seeds = root["seeds"]?.number?.int64,
      SweepRequest.seedsRange.contains(Int(seeds)),
      let axes = root["axes"]?.elements?.compactMap(Self.axis), !axes.isEmpty,
      axes.count == root["axes"]?.elements?.count, let width = root["halfWidth"]
    else { return nil }
    let halfWidth = width.number?.double
    if let halfWidth {
      guard SweepRequest.halfWidthRange.contains(halfWidth) else { return nil }
    } else {
      guard case .null = width.content else { return nil }
    }
    let isGrid = kind == .grid
    guard !isGrid || SweepAxis.gridCount(axes).map(Int64.init) == points,
      kind != .sobol || axes.count <= SobolSequence.dimensionsMax,
      axes.allSatisfy({ $0.kind != .scenario || $0.count == scenarios.count })
    else { return nil }
    self.init(
      name: name, version: version, scenarios: scenarios, axes: axes,
      design: SweepDesign(kind: kind, points: isGrid ? nil : Int(points), seed: designSeed),
      patches: patches, until: root["until"]?.string.flatMap { Instant(parsing: $0) },
      replication: .init(
        firstSeed: firstSeed, count: Int(seeds), halfWidth: halfWidth))
    guard pointCount == Int(points), root["identity"]?.string == identity.hexadecimal else {
      return nil
    }
  }

  private static func axis(_ value: DocumentValue) -> SweepAxis? {
    guard let name = value["axis"]?.string else { return nil }
    if let values = value["values"]?.elements {
      let texts = values.compactMap(\.string)
      guard !texts.isEmpty, texts.count == values.count else { return nil }
      return SweepAxis(name: name, levels: .list(texts))
    }
    guard let from = value["from"]?.string, let to = value["to"]?.string,
      let spacing = value["spacing"]?.string, case .bool(let isWhole)? = value["whole"]?.content,
      let range = try? SweepRange(
        from: from, to: to, isLogarithmic: spacing == "log", isWhole: isWhole)
    else { return nil }
    guard let steps = value["steps"] else { return SweepAxis(name: name, levels: .range(range)) }
    guard let count = steps.number?.int64.flatMap({ Int(exactly: $0) }),
      SweepAxisRequest.stepsRange.contains(count)
    else { return nil }
    return SweepAxis(name: name, levels: .steps(range, count))
  }

  /// Whether it has the same points in the same order, and nothing else differs either.
  ///
  /// Files of older versions hold the values of a range one by one.
  fileprivate func isSame(as other: SweepPlan) -> Bool {
    identity == other.identity && name == other.name && scenarios == other.scenarios
      && design == other.design && replication == other.replication
      && zip(axes, other.axes).allSatisfy { $0.hasSameValues(as: $1) }
  }

  /// What keeps two sweeps from sharing a folder, in words; nil when nothing does.
  public func difference(from other: SweepPlan) -> String? {
    guard identity != other.identity else { return nil }
    if version != other.version { return "of version \(other.version)" }
    if axes.map(\.name) != other.axes.map(\.name) {
      return "over other axes: \(other.axes.map(\.name).joined(separator: ", "))"
    }
    if patches != other.patches {
      return other.patches.isEmpty
        ? "without patches" : "with other patches: \(other.patches.joined(separator: " "))"
    }
    if until != other.until {
      return other.until.map { "whose runs end at \($0)" } ?? "whose runs end where comparisons do"
    }
    return "of another scenario, or of another state of its file"
  }
}

/// The file `manifest.json`, which says what the tables of a folder hold.
public struct SweepManifest: Sendable {
  public struct Table: Sendable, Equatable {
    public let name: String
    public let bytes: Int

    public init(name: String, bytes: Int) {
      (self.name, self.bytes) = (name, bytes)
    }
  }

  public let plan: SweepPlan
  public let completeness: SweepCompleteness
  public let tables: [Table]

  public init(_ plan: SweepPlan, _ completeness: SweepCompleteness, tables: [Table]) {
    (self.plan, self.completeness, self.tables) = (plan, completeness, tables)
  }

  static let schema = "hindsight.sweep-manifest/1"

  /// The text of the file, ending in a line break; nothing of the wall clock or the machine.
  public var text: String {
    let value: JSONValue = .object([
      "schema": .string(Self.schema), "plan": plan.json,
      "complete": .bool(completeness.isComplete),
      "runs": .integer(Int64(completeness.runs)),
      "missingPoints": .array(completeness.missing.map { .integer(Int64($0)) }),
      "digest": .string(completeness.digest.description),
      "tables": .array(
        tables.map {
          ["name": .string($0.name), "bytes": .integer(Int64($0.bytes))]
        }),
    ])
    return JSONWriter.pretty(value) + "\n"
  }

  /// The tables of a manifest that was written for the same runs of the same plan; nil of any other.
  public static func tables(
    in source: SourceText, for plan: SweepPlan, _ completeness: SweepCompleteness
  ) -> [Table]? {
    guard let root = try? ScenarioDocument(parsing: source, limits: SweepPlan.limits).root,
      root["schema"]?.string == schema,
      let tables = root["tables"]?.elements?.compactMap({ value -> Table? in
        guard let name = value["name"]?.string, let bytes = value["bytes"]?.number?.int64
        else { return nil }
        return Table(name: name, bytes: Int(bytes))
      })
    else { return nil }
    func isText(of plan: SweepPlan) -> Bool {
      SweepManifest(plan, completeness, tables: tables).text.utf8.elementsEqual(source.bytes)
    }
    if isText(of: plan) { return tables }
    guard let present = root["plan"].flatMap({ SweepPlan($0) }), present.isSame(as: plan),
      isText(of: present)
    else { return nil }
    return tables
  }
}
