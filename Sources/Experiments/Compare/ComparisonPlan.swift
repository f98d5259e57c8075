import Scenarios
import SimulationKernel
import Systems

/// What a comparison runs: a baseline and arms, under one or more settings, on the same seeds.
public struct ComparisonPlan: Sendable {
  /// One mitigation, or several together.
  public struct Arm: Sendable, Equatable {
    /// As on the command line: `bounded-queue` or `bounded-queue+gentle-repair`.
    public let name: String
    /// Names of the mitigations, applied from left to right.
    public let mitigations: [String]
    /// What one would change in reality; of several, one sentence each.
    public let summary: String

    public var selections: [PatchSelection] { mitigations.map { .mitigation($0) } }
  }

  /// A view of the world under which everything is run: a hypothesis, or an assumption at one end of
  /// its range.
  public struct Setting: Sendable {
    public let name: String
    /// Applied before the arm's mitigations.
    public let patches: [PatchSelection]

    public init(name: String, patches: [PatchSelection]) {
      self.name = name
      self.patches = patches
    }
  }

  /// A scenario under one setting: without a mitigation, and with those of each arm.
  struct Case: Sendable {
    let setting: Setting
    let baseline: OutageScenario
    let arms: [OutageScenario]
  }

  /// The first is the one that figures are reported of.
  public private(set) var settings: [Setting]
  public let arms: [Arm]
  private(set) var cases: [Case]
  /// The end of every run; unless it is changed, the scenario's `compare.until` or its end.
  public var until: Instant

  /// The scenario without a mitigation, under the first setting.
  public var baseline: OutageScenario { cases[0].baseline }

  public var header: ScenarioHeader { baseline.header }

  /// Why a sample of this size cannot mean what the whole would, or nil if it can.
  public var sampleWarning: String? { baseline.configuration.sampleWarning }

  /// Plans a comparison.
  ///
  /// - Parameters:
  ///   - file: The scenario.
  ///   - patches: Changes that hold for the baseline and every arm.
  ///   - chosenArms: The arms. Empty: every mitigation.
  ///   - chosen: The settings. Empty: the default hypothesis and then every other one.
  /// - Throws: Every error of the patched documents.
  public init(
    _ file: ScenarioFile, patches: [PatchSelection] = [], arms chosenArms: [Arm] = [],
    settings chosen: [Setting] = []
  ) throws(ScenarioErrors) {
    arms = chosenArms.isEmpty ? MitigationChoice.all(of: file) : chosenArms
    settings = chosen.isEmpty ? Self.hypotheses(of: file, patches) : chosen
    var cases: [Case] = []
    var errors = Self.incomparable(arms, of: file)
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    for setting in settings {
      let common = setting.patches + patches
      func scenario(_ mitigations: [PatchSelection]) -> OutageScenario? {
        do throws(ScenarioErrors) {
          return try OutageScenario(file.resolve(common + mitigations).document)
        } catch {
          errors += error.errors
          return nil
        }
      }
      guard let baseline = scenario([]) else { continue }
      let arms = arms.compactMap { scenario($0.selections) }
      cases.append(Case(setting: setting, baseline: baseline, arms: arms))
    }
    guard errors.isEmpty, let first = cases.first else { throw ScenarioErrors(errors) }
    self.cases = cases
    until = first.baseline.comparedUntil ?? first.baseline.header.end
  }

  /// This plan without some of its settings.
  ///
  /// - Parameter kept: Places of those that stay, in order; the first is among them.
  /// - Returns: A plan whose other settings were never asked for.
  func keeping(_ kept: [Int]) -> ComparisonPlan {
    var plan = self
    plan.settings = kept.map { settings[$0] }
    plan.cases = kept.map { cases[$0] }
    return plan
  }

  /// Paths that the two runs of a pair must have in common, and why.
  private static let shared: [(path: [String], reason: String)] = [
    (["seed"], "an arm and the baseline are compared on the same seeds, which --seed names"),
    (["scale"], "samples of two sizes say nothing of each other; --scale holds for all runs"),
    (["start"], "an arm and the baseline begin at the same time; --set start=… holds for all runs"),
    (["end"], "an arm and the baseline end at the same time, which --until names"),
    (
      ["compare", "until"],
      "an arm and the baseline are watched until the same time, which --until names"
    ),
  ]

  /// Mitigations that would make an arm another experiment.
  private static func incomparable(_ arms: [Arm], of file: ScenarioFile) -> [ScenarioError] {
    file.mitigations.filter { mitigation in
      arms.contains { $0.mitigations.contains(mitigation.name) }
    }.flatMap { mitigation in
      shared.compactMap { path, reason in
        member(path, of: mitigation.patch).map { member in
          ScenarioError(
            .conflict,
            "the mitigation \(Visible.quoted(mitigation.name)) sets "
              + "'\(path.joined(separator: "."))' and cannot be compared",
            at: member.keyLocation, help: reason)
        }
      }
    }
  }

  /// What a patch sets at a path; also by taking away an object that the path leads through.
  private static func member(
    _ path: [String], of patch: DocumentValue
  ) -> DocumentValue.Member? {
    guard let key = path.first, let found = patch.member(key) else { return nil }
    guard path.count > 1, found.value.members != nil else { return found }
    return member(Array(path.dropFirst()), of: found.value)
  }

  /// The hypotheses of a file: the default first, or what `patches` name and no other; several that
  /// they name hold together.
  static func hypotheses(
    of file: ScenarioFile, _ patches: [PatchSelection]
  ) -> [Setting] {
    let named = patches.compactMap { patch -> String? in
      if case .hypothesis(let name) = patch { name } else { nil }
    }
    guard named.isEmpty else {
      return [Setting(name: named.joined(separator: "+"), patches: [])]
    }
    var names = file.hypotheses.map(\.name)
    if let usual = file.defaultHypothesis, let place = names.firstIndex(of: usual) {
      names.insert(names.remove(at: place), at: 0)
    }
    guard !names.isEmpty else { return [Setting(name: "as written", patches: [])] }
    return names.map { Setting(name: $0, patches: [.hypothesis($0)]) }
  }
}
