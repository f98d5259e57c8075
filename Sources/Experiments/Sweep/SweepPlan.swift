import SimulationKernel

/// Which runs a sweep has: everything that its tables depend on, without the scenarios themselves.
public struct SweepPlan: Sendable {
  /// A scenario by its name and the fingerprint of its file.
  public struct Scenario: Sendable, Equatable {
    public let name: String
    public let content: SweepKey

    /// - Parameters:
    ///   - name: As reports show it.
    ///   - bytes: Of its file.
    public init(name: String, bytes: [UInt8]) {
      self.name = name
      content = SweepFingerprint.of(bytes)
    }

    init(name: String, content: SweepKey) {
      (self.name, self.content) = (name, content)
    }
  }

  /// How often each point is run.
  public struct Replication: Sendable, Equatable {
    /// Of the first run at every point; the others follow by one each, the same at all points.
    public let firstSeed: UInt64
    /// Seeds of every point; with a half-width, at most.
    public let count: Int
    /// Seeds are added to a point until its user-minutes lost are known to within this share of
    /// their mean; nil: every point has all seeds.
    public let halfWidth: Double?

    public init(firstSeed: UInt64, count: Int, halfWidth: Double? = nil) {
      self.firstSeed = firstSeed
      self.count = count
      self.halfWidth = halfWidth
    }

    public func seed(_ replication: Int) -> UInt64 { firstSeed &+ UInt64(replication) }
  }

  /// Fit for a file's name.
  public let name: String
  public let version: String
  /// One, or one per value of the scenario axis.
  public let scenarios: [Scenario]
  public let axes: [SweepAxis]
  public let design: SweepDesign
  /// What holds at every point, as on the command line.
  public let patches: [String]
  /// The end of every run; nil: where each scenario's comparisons end.
  public let until: Instant?
  public let replication: Replication
  let points: SweepPoints
  /// What the keys of all runs begin with.
  private let beginning: SweepFingerprint

  init(
    name: String, version: String, scenarios: [Scenario], axes: [SweepAxis], design: SweepDesign,
    patches: [String], until: Instant?, replication: Replication
  ) {
    self.name = name
    self.version = version
    self.scenarios = scenarios
    self.axes = axes
    self.design = design
    self.patches = patches
    self.until = until
    self.replication = replication
    points = SweepPoints(axes, design)
    var print = SweepFingerprint()
    print.combine("hindsight.sweep/1")
    print.combine(version)
    print.combine(UInt64(patches.count))
    for patch in patches { print.combine(patch) }
    print.combine(until.map(\.description) ?? "")
    beginning = print
  }

  public var pointCount: Int { points.count }

  /// The values of a point, one per axis.
  public func values(of point: Int) -> [String] { points.values(of: point).map(\.text) }

  /// What has to be the same for two sweeps to share a folder: more values of an axis, more points and
  /// more seeds may come, nothing else may change.
  public var identity: SweepKey {
    var print = beginning
    print.combine(UInt64(axes.count))
    for axis in axes { print.combine(axis.name) }
    if !axes.contains(where: { $0.kind == .scenario }) {
      print.combine(scenarios[0].content.high)
      print.combine(scenarios[0].content.low)
    }
    return print.key
  }

  /// Whether every run of a plan of the same identity is one of this plan too, so that tables of this
  /// one lack nothing that tables of the other have.
  public func covers(_ other: SweepPlan) -> Bool {
    guard replication.covers(other.replication) else { return false }
    let seed = replication.firstSeed
    func sorted(_ plan: SweepPlan) -> [SweepKey] {
      (0..<plan.pointCount).map { plan.keys(of: $0).key(seed: seed) }.sorted()
    }
    let keys = sorted(self)
    var place = 0
    return sorted(other).allSatisfy { key in
      while place < keys.count, keys[place] < key { place += 1 }
      return place < keys.count && keys[place] == key
    }
  }

  /// Whether points of another plan are missing here for the one reason that there are more of them:
  /// the slices of a Latin hypercube depend on how many there are.
  public func losesPointsByAdding(to other: SweepPlan) -> Bool {
    design.kind == .latinHypercube && other.design.kind == .latinHypercube
      && design.points != other.design.points && design.seed == other.design.seed
      && replication.covers(other.replication)
      && zip(axes, other.axes).allSatisfy { $0.hasSameValues(as: $1) }
  }

  /// Makes the keys of a point's runs.
  public struct KeyMaker: Sendable {
    fileprivate let print: SweepFingerprint

    public func key(seed: UInt64) -> SweepKey {
      var print = print
      print.combine(seed)
      return print.key
    }
  }

  public func keys(of point: Int) -> KeyMaker {
    var print = beginning
    var scenario = scenarios[0]
    for (axis, value) in zip(axes, points.values(of: point)) {
      if axis.kind == .scenario {
        scenario = scenarios[value.level ?? 0]
      } else {
        print.combine(axis.name)
        print.combine(value.text)
      }
    }
    print.combine(scenario.content.high)
    print.combine(scenario.content.low)
    return KeyMaker(print: print)
  }
}

extension SweepPlan.Replication {
  /// Whether it has all seeds of another one, and stops adding them no earlier.
  fileprivate func covers(_ other: Self) -> Bool {
    let offset = other.firstSeed &- firstSeed
    guard offset <= UInt64(count), UInt64(other.count) <= UInt64(count) - offset else {
      return false
    }
    guard let halfWidth else { return true }
    // Without a rule all seeds are run; a narrower interval takes more.
    return other.halfWidth.map { halfWidth <= $0 } ?? false
  }

  /// Whether a point has seeds enough, from its user-minutes lost in the order of the seeds.
  ///
  /// Looking after every seed does no harm: the interval is one of a confidence sequence.
  func isEnough(_ lost: [Double]) -> Bool {
    lost.count >= count || halfWidth != nil && isNarrow(lost)
  }

  /// Whether user-minutes lost are known as well as was asked for; true where nothing was.
  func isNarrow(_ lost: [Double]) -> Bool {
    guard let halfWidth else { return true }
    guard lost.count >= 2 else { return false }
    let rule = StoppingRule(
      .relative(halfWidth), countMin: 2, countMax: .max, sequence: Comparison.sequence)
    return rule.decision(after: lost, reference: SampleMoments(lost).mean) == .reached
  }
}
