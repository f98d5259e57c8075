import Scenarios
import SimulationKernel

/// What a fork changes in a company that runs already: settings from now on, and what people do and
/// what breaks later.
public struct FutureChange: Sendable {
  /// The run's scenario.
  let base: OutageScenario
  /// The run's scenario with the changed steps and faults; its settings are those of `base`.
  public let scenario: OutageScenario
  let settings: RuntimeChange?
  /// Where each step and fault is changed, by its path.
  private let places: [String: SourceLocation]

  /// Reads a merge patch on a scenario whose run has begun.
  ///
  /// - Parameters:
  ///   - patch: Settings that can change at run time, `operators` and `faults`.
  ///   - base: The run's scenario, read from a document.
  /// - Throws: Every parameter that cannot change any more, with the reason, and every wrong value,
  ///   at their places in the patch.
  public init(_ patch: DocumentValue, on base: OutageScenario) throws(ScenarioErrors) {
    guard let document = base.document else {
      preconditionFailure("a run is of a scenario that was read")
    }
    self.base = base
    let members = patch.members ?? []
    func part(_ isPlan: Bool) -> DocumentValue {
      DocumentValue(
        .object(members.filter { Self.plans.contains($0.key) == isPlan }), at: patch.location)
    }
    var errors: [ScenarioError] = []
    var settings: RuntimeChange?
    var scenario = base
    do throws(ScenarioErrors) {
      let part = part(false)
      if part.members?.isEmpty == false { settings = try RuntimeChange(part, on: document) }
    } catch {
      errors += error.errors
    }
    do throws(ScenarioErrors) {
      scenario = try OutageScenario(
        ScenarioDocument(root: document.root.applying(part(true), keepsNulls: true)))
    } catch {
      errors += error.errors
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    self.settings = settings
    self.scenario = scenario
    places = Self.places(in: members)
  }

  /// The change from one scenario to another that differs in its plans only, as far as it matters.
  public init(from base: OutageScenario, to scenario: OutageScenario) {
    self.base = base
    self.scenario = scenario
    settings = nil
    places = [:]
  }

  /// The keys whose entries have times of their own.
  static let plans = ["operators", "faults"]

  /// The place of each entry that a patch touches, and of its time.
  private static func places(in members: [DocumentValue.Member]) -> [String: SourceLocation] {
    var places: [String: SourceLocation] = [:]
    for plan in members where plans.contains(plan.key) {
      places[plan.key] = plan.value.location
      for entry in plan.value.members ?? [] {
        let path = "\(plan.key).\(entry.key)"
        places[path] = (entry.value.members?.first?.value ?? entry.value).location
        if let time = entry.value["at"] { places[path + ".at"] = time.location }
      }
    }
    return places
  }

  /// Where an entry of a plan is changed.
  func place(_ path: String) -> SourceLocation? {
    places[path] ?? places[String(path.prefix { $0 != "." })]
  }

  /// Steps that differ, each as it was and as it becomes.
  var steps: [(old: People.Step?, new: People.Step?)] {
    let (old, new) = (base.configuration.people.steps, scenario.configuration.people.steps)
    return Self.pairs(old, new, by: \.slot).filter { left, right in
      left != right || left.map { base.deployed(by: $0) } != right.map { scenario.deployed(by: $0) }
    }
  }

  /// Faults that differ, each as it was and as it becomes.
  var faults: [(old: Faults.Injection?, new: Faults.Injection?)] {
    let (old, new) = (base.configuration, scenario.configuration)
    return Self.pairs(old.faults, new.faults, by: \.slot).filter { left, right in
      left != right
        || old.connectionFault(of: left) != new.connectionFault(of: right)
    }
  }

  private static func pairs<Element>(
    _ old: [Element], _ new: [Element], by slot: KeyPath<Element, UInt16>
  ) -> [(old: Element?, new: Element?)] {
    let slots = Set((old + new).map { $0[keyPath: slot] }).sorted()
    return slots.map { number in
      (
        old.first { $0[keyPath: slot] == number }, new.first { $0[keyPath: slot] == number }
      )
    }
  }
}

extension OutageScenario {
  /// What a step deploys, as it is written.
  fileprivate func deployed(by step: People.Step) -> DocumentValue? {
    step.action == .deploy ? document?.root["operators"]?[step.name]?["set"] : nil
  }
}

extension OutageConfiguration {
  fileprivate func connectionFault(of injection: Faults.Injection?) -> ConnectionFault? {
    guard let injection, case .connection(let slot) = injection.kind else { return nil }
    return connectionFaults.first { $0.slot == slot }
  }
}
