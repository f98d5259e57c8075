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

  /// For programs and for laying two lists beside each other: unchanged names, nothing left out.
  func text(_ event: OutageEvent) -> String { planned(event) ?? Self.plain(event) }

  /// For people: `elixir: node stopped, elixir node 119`.
  func sentence(_ event: OutageEvent) -> String { planned(event) ?? Self.spoken(event) }

  /// What the scenario has a name for.
  private func planned(_ event: OutageEvent) -> String? {
    switch event {
    case .people(.stepDue(let slot)): "operators.\(step(slot))"
    case .operations(.deployed(let slot)):
      steps.contains { $0.slot == slot } ? "operators.\(step(slot)) deploys" : "settings change"
    case .operations(.throttleSet(let rate)):
      rate < 0 ? "throttle taken off" : "throttle set to \(Self.rate(rate))/s"
    case .faults(.due(let slot)): "faults.\(fault(slot))"
    case .faults(.over(let slot)): "faults.\(fault(slot)) is over"
    default: nil
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

  private static func spoken(_ event: OutageEvent) -> String {
    guard let system = Mirror(reflecting: event).children.first else {
      return spaced(String(describing: event))
    }
    return spaced(system.label ?? "") + ": " + words(system.value)
  }

  /// A part of an event without the spelling of its type.
  private static func words(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .enum:
      guard let content = mirror.children.first else { return spaced(String(describing: value)) }
      return spaced(content.label ?? "") + ", " + words(content.value)
    case .tuple:
      return members(of: mirror)
    case .optional:
      return mirror.children.first.map { words($0.value) } ?? "none"
    case .struct where !(value is any CustomStringConvertible):
      var noun = spaced(String(describing: type(of: value)))
      if noun.hasSuffix(" id") { noun.removeLast(3) }
      return mirror.children.count == 1
        ? "\(noun) \(mirror.children.first.map { words($0.value) } ?? "")"
        : "\(noun) (\(members(of: mirror)))"
    default:
      return String(describing: value)
    }
  }

  private static func members(of mirror: Mirror) -> String {
    mirror.children.map { label, value in
      let text = words(value)
      // Without a label of its own, or one that the value says again.
      guard let label, !label.hasPrefix("."), case let name = spaced(label), !text.hasPrefix(name)
      else { return text }
      return "\(name) \(text)"
    }.joined(separator: ", ")
  }

  /// `nodeStopped` as `node stopped`, `APINodeID` as `api node id`.
  static func spaced(_ name: String) -> String {
    let characters = Array(name)
    var text = ""
    for (place, character) in characters.enumerated() {
      if place > 0, character.isUppercase {
        let follows = !characters[place - 1].isUppercase
        let begins = place + 1 < characters.count && characters[place + 1].isLowercase
        if follows || begins { text += " " }
      }
      text += character.lowercased()
    }
    return text
  }
}
