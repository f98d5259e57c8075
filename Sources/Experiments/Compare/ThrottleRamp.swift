import Scenarios
import SimulationKernel
import Systems

/// A throttle over time: the rates at a few knees, linear between them.
public struct ThrottleRamp: Sendable, Equatable {
  public struct Knee: Sendable, Equatable {
    public let at: Instant
    /// New connections per second.
    public let rate: Double
  }

  /// In order of time; at least one.
  public let knees: [Knee]

  /// When it is set for the last time.
  public var end: Instant { knees[knees.count - 1].at }

  public init(_ knees: [Knee]) {
    precondition(!knees.isEmpty, "a ramp has a knee")
    self.knees = knees
  }

  /// The rate at an instant: that of the first knee before it, of the last one after it.
  public func rate(at instant: Instant) -> Double {
    guard let next = knees.firstIndex(where: { $0.at > instant }) else {
      return knees[knees.count - 1].rate
    }
    guard next > 0 else { return knees[0].rate }
    let (before, after) = (knees[next - 1], knees[next])
    let part =
      Double((instant - before.at).nanoseconds) / Double((after.at - before.at).nanoseconds)
    return before.rate + part * (after.rate - before.rate)
  }

  /// How often an operator sets the throttle while it changes.
  static let step: Duration = .minutes(1)

  /// The operator's settings that follow the ramp, minute by minute.
  var settings: [(at: Instant, rate: Double)] {
    var settings: [(at: Instant, rate: Double)] = []
    var instant = knees[0].at
    while true {
      let rate = rate(at: instant)
      if settings.last?.rate != rate { settings.append((instant, rate)) }
      guard instant < knees[knees.count - 1].at else { return settings }
      instant = min(instant + Self.step, knees[knees.count - 1].at)
    }
  }
}

extension ThrottleRamp {
  /// What people set the throttle to, and when; until it was taken off.
  ///
  /// - Returns: nil without two steps that set a rate at fixed times.
  static func human(of scenario: OutageScenario) -> (names: [String], ramp: ThrottleRamp)? {
    var names: [String] = []
    var knees: [Knee] = []
    for step in scenario.configuration.people.steps {
      guard case .setThrottle(let rate?) = step.action, case .at(let instant) = step.occasion
      else { continue }
      names.append(step.name)
      knees.append(Knee(at: instant, rate: rate))
    }
    guard knees.count >= 2 else { return nil }
    return (names, ThrottleRamp(knees.sorted { $0.at < $1.at }))
  }

  /// The rate in force after people's last step at or before an instant.
  public func stepRate(at instant: Instant) -> Double {
    (knees.last { $0.at <= instant } ?? knees[0]).rate
  }

  /// The patch that takes people's steps away and follows this ramp.
  func patch(replacing names: [String]) throws(ScenarioErrors) -> DocumentValue {
    let removed = names.map { "\(JSONWriter.compact(.string($0))): null" }
    let added = settings.enumerated().map { index, setting in
      "\"ramp-\(index + 1)\": { \"action\": \"setThrottle\", \"at\": \"\(setting.at)\", "
        + "\"rate\": \"\(Self.text(setting.rate))/s\" }"
    }
    let text = "{ \"operators\": { \((removed + added).joined(separator: ", ")) } }"
    return try ScenarioDocument(name: "the ramp", text: text).root
  }

  /// With a tenth of a connection per second.
  private static func text(_ rate: Double) -> String {
    let tenths = Int64(rate * 10 + 0.5)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
