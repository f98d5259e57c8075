import Scenarios

/// New values for parameters of a company that runs already.
public struct RuntimeChange: Sendable {
  /// Places in `RuntimeSettings.all`, in the order of the patch.
  let places: [Int]
  /// Holds the new values; nothing else of it counts.
  let configuration: OutageConfiguration

  /// The parameters that change.
  public var paths: [String] { places.map { RuntimeSettings.all[$0].path } }

  /// Reads a merge patch on a scenario whose run has begun.
  ///
  /// - Parameters:
  ///   - patch: The changes; null brings a parameter's default back.
  ///   - document: The scenario, resolved.
  ///   - known: Errors of the scenario itself, which are not reported again.
  /// - Throws: Every parameter that cannot change any more, with the reason, and every wrong value,
  ///   at their places in the patch.
  public init(
    _ patch: DocumentValue, on document: ScenarioDocument, known: [ScenarioError] = []
  ) throws(ScenarioErrors) {
    var reader = ParameterReader(
      ScenarioDocument(root: document.root.applying(patch, keepsNulls: true)))
    let scenario = OutageScenario(reading: &reader)
    var errors: [ScenarioError] = []
    do {
      try reader.finish()
    } catch {
      errors = error.errors.filter { !known.contains($0) }
    }
    var places: [Int] = []
    for leaf in Self.leaves(of: patch, below: []) {
      let path = DocumentPath(leaf.keys).description
      let found = RuntimeSettings.places(of: path)
      places += found.filter { !places.contains($0) }
      // What no system reads is an error already, with the nearest name.
      let isKnown = scenario.declarations.contains { $0.path == path }
      guard found.isEmpty, isKnown || errors.isEmpty else { continue }
      errors.append(
        ScenarioError(
          .conflict,
          "'\(path)' cannot change while the company runs: \(RuntimeSettings.refusal(of: path))",
          at: leaf.value.location,
          help: RuntimeSettings.help(instead: path)))
    }
    if places.isEmpty, errors.isEmpty {
      errors.append(ScenarioError(.missing, "nothing is changed here", at: patch.location))
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    self.places = places
    configuration = scenario.configuration
  }

  /// What a patch sets, by the keys that lead there.
  private static func leaves(
    of value: DocumentValue, below keys: [String]
  ) -> [(keys: [String], value: DocumentValue)] {
    guard let members = value.members else { return [(keys, value)] }
    return members.flatMap { leaves(of: $0.value, below: keys + [$0.key]) }
  }
}

/// A change that a step of `operators` makes.
public struct Deployment: Sendable {
  public let step: UInt16
  public let change: RuntimeChange
}

extension OutageScenario {
  /// Reads what the steps of `operators` deploy, once the rest of the document has been read.
  ///
  /// A step that has errors of its own deploys nothing.
  mutating func readDeployments(
    in document: ScenarioDocument, known: [ScenarioError]
  ) -> [ScenarioError] {
    var errors: [ScenarioError] = []
    for step in configuration.people.steps {
      guard case .deploy = step.action,
        let patch = document.root["operators"]?[step.name]?["set"], patch.members != nil
      else { continue }
      do throws(ScenarioErrors) {
        let change = try RuntimeChange(patch, on: document, known: known)
        configuration.deployments.append(
          Deployment(step: step.slot, change: change))
      } catch {
        errors += error.errors
      }
    }
    return errors
  }
}
