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
  public let settings: [Setting]
  public let arms: [Arm]
  let cases: [Case]
  /// The end of every run; unless it is changed, the scenario's `compare.until` or its end.
  public var until: Instant

  public var header: ScenarioHeader { cases[0].baseline.header }

  /// Plans a comparison.
  ///
  /// - Parameters:
  ///   - file: The scenario.
  ///   - patches: Changes that hold for the baseline and every arm.
  ///   - names: Of the arms, each a mitigation; `a+b` is both together. Empty: every mitigation.
  ///   - chosen: The settings. Empty: the default hypothesis and then every other one.
  /// - Throws: Every unknown name, and every error of the patched documents.
  public init(
    _ file: ScenarioFile, patches: [PatchSelection] = [], arms names: [String] = [],
    settings chosen: [Setting] = []
  ) throws(ScenarioErrors) {
    arms = try Self.arms(names, of: file)
    settings = chosen.isEmpty ? Self.hypotheses(of: file, patches) : chosen
    var cases: [Case] = []
    var errors: [ScenarioError] = []
    for setting in settings {
      let common = setting.patches + patches
      func scenario(_ mitigations: [String]) -> OutageScenario? {
        do throws(ScenarioErrors) {
          let selections = common + mitigations.map { PatchSelection.mitigation($0) }
          return try OutageScenario(file.resolve(selections).document)
        } catch {
          errors += error.errors
          return nil
        }
      }
      guard let baseline = scenario([]) else { continue }
      let arms = arms.compactMap { scenario($0.mitigations) }
      cases.append(Case(setting: setting, baseline: baseline, arms: arms))
    }
    guard errors.isEmpty, let first = cases.first else { throw ScenarioErrors(errors) }
    self.cases = cases
    until = first.baseline.comparedUntil ?? first.baseline.header.end
  }

  /// The hypotheses of a file: the default first, or the one that `patches` name and no other.
  static func hypotheses(
    of file: ScenarioFile, _ patches: [PatchSelection]
  ) -> [Setting] {
    let named = patches.compactMap { patch -> String? in
      if case .hypothesis(let name) = patch { name } else { nil }
    }
    if let name = named.last { return [Setting(name: name, patches: [])] }
    var names = file.hypotheses.map(\.name)
    if let usual = file.defaultHypothesis, let place = names.firstIndex(of: usual) {
      names.insert(names.remove(at: place), at: 0)
    }
    guard !names.isEmpty else { return [Setting(name: "as written", patches: [])] }
    return names.map { Setting(name: $0, patches: [.hypothesis($0)]) }
  }

  private static func arms(
    _ names: [String], of file: ScenarioFile
  ) throws(ScenarioErrors) -> [Arm] {
    let texts = names.isEmpty ? file.mitigations.map(\.name) : names
    var arms: [Arm] = []
    for text in texts {
      let parts = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
      // Also finds unknown names, with the nearest.
      _ = try file.resolve(parts.map { .mitigation($0) })
      let summaries = parts.compactMap { part in
        file.mitigations.first { $0.name == part }?.summary
      }
      arms.append(
        Arm(name: text, mitigations: parts, summary: summaries.joined(separator: " ")))
    }
    return arms
  }
}
