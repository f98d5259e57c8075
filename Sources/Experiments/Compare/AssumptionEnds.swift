import Scenarios

/// The arms at both ends of the assumptions that matter.
public struct AssumptionEnds: Sendable {
  /// An end that cannot be run with every arm.
  public struct Refused: Sendable, Equatable {
    public let setting: String
    /// What the scenario says against it.
    public let reason: String
  }

  /// nil where no end can be run.
  public var runs: ComparisonRuns?
  public let refused: [Refused]

  /// Prepares runs at the ends, without those that contradict a mitigation.
  ///
  /// - Parameters:
  ///   - file: The scenario.
  ///   - plan: The comparison, whose arms and end of runs hold here too.
  ///   - patches: Changes that hold for the baseline and every arm.
  ///   - settings: The ends.
  ///   - version: Of the executable.
  public init(
    _ file: ScenarioFile, of plan: ComparisonPlan, patches: [PatchSelection],
    at settings: [ComparisonPlan.Setting], version: String
  ) {
    var usable: [ComparisonPlan.Setting] = []
    var refused: [Refused] = []
    for setting in settings {
      do throws(ScenarioErrors) {
        _ = try ComparisonPlan(file, patches: patches, arms: plan.arms, settings: [setting])
        usable.append(setting)
      } catch {
        refused.append(
          Refused(setting: setting.name, reason: error.errors.first?.message ?? ""))
      }
    }
    self.refused = refused
    guard !usable.isEmpty,
      var ends = try? ComparisonPlan(file, patches: patches, arms: plan.arms, settings: usable)
    else { return }
    ends.until = plan.until
    runs = ComparisonRuns(ends, version: version)
  }
}
