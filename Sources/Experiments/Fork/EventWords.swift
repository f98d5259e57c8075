import Systems

/// Events in words: what was planned by its name in the scenario, the rest as the systems call it.
struct EventWords: Sendable {
  private let steps: [People.Step]
  private let faults: [Faults.Injection]

  /// - Parameters:
  ///   - base: The scenario of the run without a change.
  ///   - changed: That of the changed one; where both have an entry, either names it.
  init(_ base: OutageScenario, _ changed: OutageScenario) {
    steps = changed.configuration.people.steps + base.configuration.people.steps
    faults = changed.configuration.faults + base.configuration.faults
  }

  func text(_ event: OutageEvent) -> String {
    switch event {
    case .people(.stepDue(let slot)): "operators.\(step(slot))"
    case .operations(.deployed(let slot)):
      steps.contains { $0.slot == slot } ? "operators.\(step(slot)) deploys" : "settings change"
    case .operations(.throttleSet(let rate)):
      rate < 0 ? "throttle taken off" : "throttle set to \(Self.rate(rate))/s"
    case .faults(.due(let slot)): "faults.\(fault(slot))"
    case .faults(.over(let slot)): "faults.\(fault(slot)) is over"
    default: Self.plain(event)
    }
  }

  private func step(_ slot: UInt16) -> String {
    steps.first { $0.slot == slot }?.name ?? "\(slot)"
  }
  private func fault(_ slot: UInt16) -> String {
    faults.first { $0.slot == slot }?.id ?? "\(slot)"
  }

  /// Without a zero behind the point that says nothing.
  private static func rate(_ rate: Double) -> String {
    let text = rate.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `gateway(connectionArrived(…))` without the names of modules and types.
  private static func plain(_ event: OutageEvent) -> String {
    var text = ""
    var word = ""
    for character in String(describing: event) {
      if character == "." {
        // What stands before a dot qualifies what follows, unless it is the whole part of a number.
        word = word.allSatisfy(\.isNumber) && !word.isEmpty ? word + "." : ""
      } else if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        text += word
        text.append(character)
        word = ""
      }
    }
    return text + word
  }
}
