import Experiments
import Scenarios

extension ParsedArguments {
  /// The patches that the options ask for, from left to right.
  ///
  /// - Parameters:
  ///   - set: The option whose value is a `PATH=VALUE`, without the dashes.
  ///   - mitigation: The patches that a value of `--mitigation` asks for.
  /// - Returns: One patch per option, those of `--mitigation` as `mitigation` gives them.
  /// - Throws: What `mitigation` throws; what is wrong with the other patches is found when they are
  ///   applied.
  func selections<Failure>(
    set: String = "set", mitigation: (String) throws(Failure) -> [PatchSelection]
  ) throws(Failure) -> [PatchSelection] {
    var selections: [PatchSelection] = []
    for option in occurrences {
      switch option.name {
      case set: selections.append(.set(option.value))
      case "mitigation": selections += try mitigation(option.value)
      case "without": selections.append(.withoutCause(option.value))
      case "hypothesis": selections.append(.hypothesis(option.value))
      case "scale": selections.append(.scale(option.value))
      default: break
      }
    }
    return selections
  }

  /// The patches that the options ask for, from left to right, where `--mitigation` takes `a+b`.
  ///
  /// - Throws: What is wrong with the first `--mitigation` that does not fit the scenario.
  func selections(of file: ScenarioFile) throws(ScenarioErrors) -> [PatchSelection] {
    try selections { (names) throws(ScenarioErrors) in
      try MitigationChoice.arm(names, option: "--mitigation", of: file).selections
    }
  }
}
