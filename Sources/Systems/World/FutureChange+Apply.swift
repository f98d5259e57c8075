import Scenarios
import SimulationKernel

extension Simulation<OutageWorld> {
  /// Changes the future of a run, from `now` on.
  ///
  /// New settings hold before anything else happens at `now`. Steps and faults whose times lie at
  /// `now` or later can be moved, added, changed and removed; what has happened cannot. A changed
  /// plan leads to the same events as if the run had been started with it.
  ///
  /// - Throws: Every step and fault that is past, at its place in the patch; the run is as before.
  public mutating func apply(_ change: FutureChange) throws(ScenarioErrors) {
    let (steps, faults) = (change.steps, change.faults)
    let errors = world.errors(in: change, at: now)
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    guard change.settings != nil || !steps.isEmpty || !faults.isEmpty else { return }

    var added: [(time: Instant, event: OutageEvent)] = []
    if let settings = change.settings { added.append((now, world.plan(settings))) }
    var takenBack = world.plannedSteps
    for (old, new) in steps {
      // The occasion has come but not its delay passed; the hands are held back.
      if let old, old.occasion != new?.occasion { takenBack.insert(old.slot) }
    }
    if !steps.isEmpty || !faults.isEmpty { world.adopt(change.scenario, since: start) }
    for step in world.people.configuration.steps {
      guard case .at(let time) = step.occasion, time >= now else { continue }
      added.append((time, .people(.stepDue(step.slot))))
    }
    for fault in world.faults.plan where fault.isDue && fault.at >= now {
      added.append((fault.at, .faults(.due(fault.slot))))
    }
    reschedule(
      takingBack: { event in
        switch event {
        case .people(.stepDue(let slot)): takenBack.contains(slot)
        case .faults(.due): true
        default: false
        }
      }, adding: added)
  }
}

extension OutageWorld {
  /// Steps whose events wait for a time that was planned from the start.
  fileprivate var plannedSteps: Set<UInt16> {
    Set(
      zip(people.configuration.steps, people.takenAt).compactMap { step, taken in
        guard taken == nil, case .at = step.occasion else { return nil }
        return step.slot
      })
  }

  fileprivate mutating func adopt(_ scenario: OutageScenario, since start: Instant) {
    people.adopt(scenario.configuration.people.steps, since: start)
    faults.plan = scenario.configuration.faults
    network.adopt(scenario.configuration.connectionFaults)
    let changes = releases.planned.filter { $0.step > UInt16.max - 1_000 }
    releases.planned = scenario.configuration.deployments + changes
  }

  // MARK: What is past

  fileprivate func errors(in change: FutureChange, at now: Instant) -> [ScenarioError] {
    change.steps.compactMap { past($0.old, $0.new, of: change, at: now) }
      + change.faults.compactMap { past($0.old, $0.new, of: change, at: now) }
  }

  private func past(
    _ old: People.Step?, _ new: People.Step?, of change: FutureChange, at now: Instant
  ) -> ScenarioError? {
    let path = "operators.\(old?.name ?? new?.name ?? "")"
    let index = old.flatMap { people.index(ofSlot: $0.slot) }
    if let index, let taken = people.takenAt[index] {
      return ScenarioError(
        .conflict, "'\(path)' is past at \(now): it was done at \(taken)",
        at: change.place(path), help: "add a step of another name to do more")
    }
    guard let new else { return nil }
    switch new.occasion {
    case .at(let time):
      return time >= now ? nil : isPast("\(path).at", time, of: change, at: now)
    case .afterAlert(let name, _):
      let alert = people.configuration.alerts.firstIndex { $0.id == name }
      guard old?.occasion != new.occasion, let alert,
        let paged = people.alerts[alert].firstPagedAt
      else { return nil }
      return ScenarioError(
        .conflict, "'\(path)' waits for an alert that paged somebody at \(paged), before \(now)",
        at: change.place(path), help: "give it a time with 'at'")
    case .when:
      // From now on somebody looks whether it holds.
      return nil
    }
  }

  private func past(
    _ old: Faults.Injection?, _ new: Faults.Injection?, of change: FutureChange, at now: Instant
  ) -> ScenarioError? {
    let path = "faults.\(old?.id ?? new?.id ?? "")"
    if let old, old.at < now {
      return ScenarioError(
        .conflict, "'\(path)' is past at \(now): it struck at \(old.at)", at: change.place(path),
        help: "add a fault of another name to break more")
    }
    guard let new, new.at < now else { return nil }
    return isPast("\(path).at", new.at, of: change, at: now)
  }

  private func isPast(
    _ path: String, _ time: Instant, of change: FutureChange, at now: Instant
  ) -> ScenarioError {
    let entry = path.split(separator: ".").prefix(2).joined(separator: ".")
    return ScenarioError(
      .conflict, "\(time) is past at \(now)", at: change.place(path) ?? change.place(entry),
      help: "'\(path)' can be \(now) or later")
  }
}
