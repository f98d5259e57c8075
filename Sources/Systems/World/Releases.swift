import SimulationKernel

/// What is deployed into the running systems, and what each deployment has replaced.
public struct Releases: Sendable {
  /// A deployment that has been made and not been undone.
  struct Standing: Sendable {
    let step: UInt16
    let places: [Int]
    /// Holds what it has replaced.
    var before: OutageConfiguration
  }

  var planned: [Deployment]
  /// In the order in which they were made.
  var standing: [Standing] = []
  /// Slots of people's steps count up from zero; changes from outside of the run count down.
  private var nextStep = UInt16.max

  init(planned: [Deployment]) {
    self.planned = planned
  }

  mutating func plan(_ change: RuntimeChange) -> UInt16 {
    let step = nextStep
    precondition(step > UInt16.max - 1_000, "a run is changed up to a thousand times: \(step)")
    nextStep -= 1
    planned.append(Deployment(step: step, change: change))
    return step
  }
}

extension OutageWorld {
  /// Takes up a change that nobody in the scenario makes, as for a fork of a run.
  ///
  /// - Returns: The event that makes the change; schedule it.
  public mutating func plan(_ change: RuntimeChange) -> OutageEvent {
    .operations(.deployed(step: releases.plan(change)))
  }

  /// Puts a deployment's values into the running systems.
  mutating func deploy(_ step: UInt16, in context: inout Context<OutageEvent>) {
    guard let deployment = releases.planned.first(where: { $0.step == step }) else { return }
    let values = deployment.change.configuration
    var before = values
    for place in deployment.change.places {
      RuntimeSettings.all[place].save(self, &before)
      RuntimeSettings.all[place].install(values, &self)
    }
    releases.standing.append(
      Releases.Standing(step: step, places: deployment.change.places, before: before))
    settingsChanged(in: &context)
  }

  /// Undoes a deployment: its settings return to what they were before.
  ///
  /// A setting that a later deployment has changed since keeps that one's value; undoing the later
  /// one then leads to what was there before both. Undoing what has not been deployed does nothing.
  mutating func rollBack(_ step: UInt16, in context: inout Context<OutageEvent>) {
    guard let index = releases.standing.lastIndex(where: { $0.step == step }) else { return }
    let undone = releases.standing.remove(at: index)
    for place in undone.places {
      let setting = RuntimeSettings.all[place]
      let later = releases.standing[index...].firstIndex { $0.places.contains(place) }
      if let later {
        setting.copy(undone.before, &releases.standing[later].before)
      } else {
        setting.install(undone.before, &self)
      }
    }
    settingsChanged(in: &context)
  }

  /// Lets the systems act on what they do not look up at each use.
  private mutating func settingsChanged(in context: inout Context<OutageEvent>) {
    gateway.settingsChanged(through: &context)
    etcd.acceptHanging(from: network.announcer, &context)
    sessionsDatabase.watchOverload(through: &context)
    guildsDatabase.watchOverload(through: &context)
    sessionsDatabase.compactionChanged(at: context.now)
    guildsDatabase.compactionChanged(at: context.now)
  }
}
