import Scenarios
import SimulationKernel

extension People.Configuration {
  /// Reads `people.*`, `alerts` and `operators`; actions lie within `span`.
  public init(
    during span: Range<Instant> = .start..<(.endOfTime),
    reading reader: inout ParameterReader
  ) {
    evaluationPeriod = reader.duration(
      "people.evaluationPeriod", default: .seconds(15), in: .seconds(1) ... .minutes(10),
      .assumption(), "How often alert rules are evaluated")
    acknowledgeTime = reader.duration(
      "people.acknowledgeTime", default: .minutes(2), in: .zero ... .hours(2), .assumption(),
      "From a page to its acknowledgement; until then it escalates (people.escalation)")
    escalations = Self.escalations(reading: &reader)
    businessHours = People.BusinessHours(reading: &reader)
    severities = People.Severity.all(reading: &reader)
    alerts = reader.dictionary("alerts") { rule, id in
      let text = rule.required(
        "when", as: .text, .scenario, "The condition, such as users.served < 90%")
      let duration = rule.duration(
        "for", default: .seconds(30), in: .zero ... .hours(2), .assumption(),
        "How long the condition must hold")
      let severity = rule.integer(
        "severity", default: 1, in: 1...4, .operations,
        "1 pages two tiers at once, 2 one, 3 one in business hours, 4 nobody")
      guard let condition = People.Condition(reading: text, at: "when", of: &rule) else {
        return nil
      }
      return People.AlertRule(
        id: id, condition: condition, duration: duration, severity: severity)
    }.map(\.value)
    let rules = alerts
    var undone: [(name: String, place: SourceLocation?)] = []
    steps = reader.dictionary("operators") { step, name in
      let occasion = Self.occasion(of: &step, alerts: rules, during: span)
      let action = Self.action(of: &step)
      let note =
        step.optional("note", as: .text, .scenario, "What the account says of it") ?? ""
      guard let occasion, let action else { return nil }
      if case .rollBack(let name) = action, step.isSet("deployment") {
        undone.append((name, step.location(of: "deployment")))
      }
      return People.Step(
        slot: UInt16(clamping: step.position), name: name, occasion: occasion, action: action,
        note: note)
    }.map(\.value)
    let deployments = steps.compactMap { step -> String? in
      if case .deploy = step.action { step.name } else { nil }
    }
    for (name, place) in undone where !deployments.contains(name) {
      reader.report(
        ScenarioError(
          .unknownName, "there is no deployment '\(name)' to undo", at: place,
          help: SimilarNames.nearest(to: name, among: deployments).map {
            "did you mean '\($0)'?"
          }))
    }
    // The numbers at the end are those of changes from outside of the run.
    let slots = steps.map { Int($0.slot) + 1 }.max() ?? 0
    for (name, count) in [("alerts", alerts.count), ("operators", slots)]
    where count > Int(UInt16.max) - 1_000 {
      reader.fail(name, "'\(name)' has \(count) entries, more than 64535", kind: .outOfRange)
    }
  }

  private static func escalations(
    reading reader: inout ParameterReader
  ) -> [(level: UInt8, wait: Duration)] {
    let waits: [Int64] = [20, 45, 90]
    let escalations = waits.enumerated().map { index, minutes in
      let level = UInt8(index + 2)
      return (
        level: level,
        wait: reader.duration(
          "people.escalation.tier\(level)", default: .minutes(minutes),
          in: .seconds(1) ... .days(7), .operations,
          "From a page to that of tier \(level), unless it is acknowledged by then")
      )
    }
    for (lower, upper) in zip(escalations, escalations.dropFirst()) where upper.wait < lower.wait {
      let paths = [lower, upper].map { "people.escalation.tier\($0.level)" }
      reader.conflict(
        paths, "tier \(upper.level) is paged before tier \(lower.level)",
        help: "'\(paths[1])' has to be as long as '\(paths[0])', or longer")
    }
    return escalations
  }

  private static func occasion(
    of step: inout ParameterReader, alerts: [People.AlertRule], during span: Range<Instant>
  ) -> People.Occasion? {
    let delay = step.duration(
      "delay", default: .zero, in: .zero ... .hours(24), .assumption(),
      "From the occasion to the action")
    let at = step.optional("at", as: .clock, .scenario, "Time of the action")
    let alert = step.optional("afterAlert", as: .text, .scenario, "The alert that starts it")
    let when = step.optional("when", as: .text, .scenario, "The condition that starts it")
    guard [at != nil, alert != nil, when != nil].filter({ $0 }).count == 1 else {
      step.fail("at", "an operator acts on one of 'at', 'afterAlert' and 'when'")
      return nil
    }
    if let at {
      guard let due = at.adding(delay) else {
        step.fail("at", "'at' and 'delay' lead past the end of time", kind: .outOfRange)
        return nil
      }
      step.check(due, at: "at", during: span)
      return .at(due)
    }
    if let alert {
      guard let rule = alerts.first(where: { $0.id == alert }) else {
        step.fail(
          "afterAlert", "there is no alert \(alert)", kind: .unknownName,
          help: SimilarNames.nearest(to: alert, among: alerts.map(\.id)).map {
            "did you mean '\($0)'?"
          })
        return nil
      }
      guard rule.severity < 4 else {
        step.fail(
          "afterAlert", "nobody is paged for the alert \(alert): its severity is 4",
          help: "give it a severity from 1 to 3, or act 'when' its condition holds")
        return nil
      }
      return .afterAlert(alert, delay)
    }
    guard let condition = People.Condition(reading: when ?? "", at: "when", of: &step) else {
      return nil
    }
    return .when(condition, delay)
  }

  private enum ActionName: String, CaseIterable, Sendable {
    case restartNodes, setThrottle, liftThrottle, pauseRepair, resumeRepair, throttleCompaction
    case raiseEtcdConnections, deploy, rollBack
  }

  private static func action(of step: inout ParameterReader) -> People.Action? {
    let name = step.required(
      "action", as: .choice(placeholder: ActionName.deploy), .scenario, "What the operator does")
    return step.branch(on: "action", name) { step, name in parts(of: name, &step) }
  }

  /// What an action needs to be told beside its name.
  private static func parts(
    of name: ActionName, _ step: inout ParameterReader
  ) -> People.Action {
    switch name {
    case .restartNodes:
      return .restartNodes(
        perMinute: step.integer(
          "perMinute", default: 10, in: 1...10_000, unit: "nodes", .assumption(),
          "Nodes restarted per minute by hand"))
    case .setThrottle:
      return .setThrottle(
        step.required(
          "rate", as: .rate, in: .init(0.001...10_000_000), .assumption(),
          "New connections let in"))
    case .liftThrottle: return .setThrottle(nil)
    case .pauseRepair, .resumeRepair:
      let cluster = ScyllaClusterID.read(&step)
      return name == .pauseRepair ? .pauseRepair(cluster) : .resumeRepair(cluster)
    case .throttleCompaction:
      let cluster = ScyllaClusterID.read(&step)
      return .throttleCompaction(
        cluster,
        by: step.required(
          "share", as: .share, in: .init(0...1), .scenario,
          "Share by which the rate of major compactions is cut; 0 takes the throttle off"))
    case .raiseEtcdConnections:
      return .raiseConnections(
        step.integer(
          "connections", default: 200_000, in: 100...1_000_000, unit: "connections",
          .assumption(), "The new cap"))
    case .deploy:
      // The scenario reads these, which knows every system's parameters.
      if let set = step.claim("set") {
        if set.members == nil {
          step.fail("set", "'set' takes an object, not \(set.summary)", kind: .wrongType)
        }
      } else if step.isSet("action") {
        // Without an action nobody knows that this is a deployment.
        step.fail("set", "'set' is missing: what the deployment changes", kind: .missing)
      }
      return .deploy
    case .rollBack:
      return .rollBack(
        deployment: step.required(
          "deployment", as: .text, .scenario, "The step that deployed what is undone"))
    }
  }
}

extension People.BusinessHours {
  init(reading reader: inout ParameterReader) {
    func hour(_ name: String, _ hour: Int64, _ summary: String) -> Instant {
      let usual = Instant.start + .hours(hour)
      return reader.read(
        "people.businessHours.\(name)", as: .clock, default: .value(usual), range: nil,
        .assumption(), summary) ?? usual
    }
    from = hour("from", 9, "Start of the hours in which alerts of severity 3 are paged")
    to = hour("to", 18, "End of those hours")
  }
}

extension People.Severity {
  static func all(reading reader: inout ParameterReader) -> [People.Severity] {
    func target(
      _ severity: Int, _ name: String, _ value: Duration, _ source: ParameterSource,
      _ summary: String
    ) -> Duration {
      reader.duration(
        "people.severity\(severity).\(name)", default: value, in: .zero ... .days(7), source,
        summary)
    }
    let tiers: [UInt8] = [2, 1, 1]
    let acknowledged: [(Duration, ParameterSource)] = [
      (.minutes(5), .assumption("an immediate response")), (.minutes(15), .operations),
      (.minutes(15), .operations),
    ]
    let resolved: [Duration] = [.hours(1), .hours(4), .hours(24)]
    var severities = (0..<3).map { index in
      People.Severity(
        tier: tiers[index], waitsForBusinessHours: index == 2,
        acknowledgeTarget: target(
          index + 1, "acknowledge", acknowledged[index].0, acknowledged[index].1,
          "Target from a page of severity \(index + 1) to its acknowledgement"),
        resolveTarget: target(
          index + 1, "resolve", resolved[index], .operations,
          "Target from an alert of severity \(index + 1) to its end"))
    }
    severities.append(
      People.Severity(
        tier: 0, waitsForBusinessHours: false, acknowledgeTarget: nil, resolveTarget: nil))
    return severities
  }
}

extension People.Condition {
  /// Reads a condition that stands alone, such as an option's value.
  ///
  /// - Throws: What is wrong with it, at `place`, with the nearest measure.
  public init(parsing text: String, at place: SourceLocation) throws(ScenarioErrors) {
    let value = DocumentValue(.string(text), at: place)
    var reader = ParameterReader(
      ScenarioDocument(
        root: DocumentValue(
          .object([.init(key: "when", keyLocation: place, value: value)]), at: place)))
    reader.claim("when")
    let condition = Self(reading: text, at: "when", of: &reader)
    try reader.finish()
    guard let condition else {
      preconditionFailure("a condition that is none is reported: \(text)")
    }
    self = condition
  }

  /// Reads `MEASURE < BOUND`, with `<`, `<=`, `>` or `>=`, with or without spaces; the bound is a share,
  /// as a number or in percent.
  init?(reading text: String, at path: String, of reader: inout ParameterReader) {
    let sides = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "<>".contains($0) })
    func trimmed(_ text: Substring) -> String {
      var text = text
      while text.first == " " { text.removeFirst() }
      while text.last == " " { text.removeLast() }
      return String(text)
    }
    var parts = sides.map(trimmed)
    let includesBound = sides.count == 2 && sides[1].first == "="
    if includesBound { parts[1] = trimmed(sides[1].dropFirst()) }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      reader.fail(
        path, "'\(text)' is not a condition", kind: .wrongType,
        help: "write a measure, one of <, <=, > and >=, and a bound, such as users.served < 90%")
      return nil
    }
    guard let measure = Telemetry.Measure(rawValue: parts[0]) else {
      let names = Telemetry.Measure.allCases.map(\.rawValue)
      reader.fail(
        path, "there is no measure '\(parts[0])'", kind: .unknownName,
        help: SimilarNames.nearest(to: parts[0], among: names).map { "did you mean '\($0)'?" }
          ?? "there are \(names.joined(separator: ", "))")
      return nil
    }
    let isPercent = parts[1].hasSuffix("%")
    guard let number = Double(isPercent ? String(parts[1].dropLast()) : parts[1]), number.isFinite
    else {
      reader.fail(
        path, "'\(parts[1])' is not a number or a share", kind: .wrongType,
        help: "write 0.9 or 90%")
      return nil
    }
    let bound = isPercent ? number / 100 : number
    guard (0...1).contains(bound) else {
      reader.fail(
        path, "'\(parts[1])' is not a share", kind: .outOfRange,
        help: "a share is 0 to 1, or 0% to 100%")
      return nil
    }
    self.init(
      measure: measure, isBelow: text.dropFirst(sides[0].count).first == "<", bound: bound,
      includesBound: includesBound)
  }
}
