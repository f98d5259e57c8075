import Scenarios
import Systems

/// The assumptions of a scenario that an experiment can vary, and those that it cannot.
public struct AssumptionSet: Sendable {
  /// A parameter without a source that is not varied.
  public struct Omitted: Sendable, Equatable {
    public let path: String
    public let reason: Assumption.Omission
  }

  public internal(set) var assumptions: [Assumption]
  public internal(set) var omitted: [Omitted]

  /// What the values that hypotheses set are to an experiment.
  public enum HypothesisRole: Sendable {
    /// Part of settings that are run as such: they stay as they are.
    case setting
    /// Assumptions like all others, of which hypotheses are but some of the values.
    case assumption
  }

  /// Every parameter without a source.
  ///
  /// - Parameters:
  ///   - scenario: As it is run.
  ///   - file: Whose hypotheses set some of them.
  ///   - role: What these are.
  public init(
    of scenario: OutageScenario, in file: ScenarioFile, hypotheses role: HypothesisRole = .setting
  ) {
    let hypotheses = role == .setting ? file.hypotheses : []
    assumptions = []
    omitted = []
    for declaration in scenario.declarations where declaration.source.isAssumption {
      do throws(Assumption.Omission) {
        guard !hypotheses.contains(where: { $0.patch.sets(declaration.path) }) else {
          throw .hypothesis
        }
        guard declaration.location?.fileName != "--set" else { throw .chosen }
        assumptions.append(try Assumption(declaration))
      } catch {
        omitted.append(Omitted(path: declaration.path, reason: error))
      }
    }
  }

  /// Leaves of every range what a scenario accepts by itself.
  ///
  /// - Parameters:
  ///   - places: Between the ends, from 0 to 1, that must be accepted too.
  ///   - progress: Is told the share that is done.
  ///   - isAccepted: Whether the scenario accepts `PATH=VALUE`.
  mutating func narrow(
    places: [Double], progress: (Double) -> Void = { _ in },
    where isAccepted: (_ set: String) -> Bool
  ) {
    let all = assumptions
    assumptions = []
    for (index, assumption) in all.enumerated() {
      progress(Double(index) / Double(all.count))
      do throws(Assumption.Omission) {
        assumptions.append(
          try assumption.narrowed(places: places) { isAccepted("\(assumption.path)=\($0)") })
      } catch {
        omitted.append(Omitted(path: assumption.path, reason: error))
      }
    }
  }
}

extension DocumentValue {
  /// Whether a patch sets the parameter with a dotted path, or something around it.
  fileprivate func sets(_ path: String) -> Bool {
    var value = self
    for key in path.split(separator: ".") {
      guard value.members != nil else { return true }
      guard let next = value[String(key)] else { return false }
      value = next
    }
    return true
  }
}
