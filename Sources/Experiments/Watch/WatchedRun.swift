import Observation
import SimulationKernel
import Systems

/// A run that can be looked at from any of its instants: it goes on, and it goes back.
///
/// The world is a value. A copy is kept at most minutes of the way; going back takes the last copy
/// before the wanted instant and runs on from there, and comes to the same digest as the first time.
public struct WatchedRun: Sendable {
  /// The run as it stands.
  public private(set) var run: OngoingRun
  /// The last instant that may be asked for.
  public let until: Instant
  /// Why the run stands before `until` for good; nil while it can go on.
  public private(set) var end: EndReason?
  /// In order of time; the first is the start, which is never given up.
  private var checkpoints: [OngoingRun]
  private let checkpointsMax: Int

  /// Time from one copy to the next, before some are given up.
  static let spacing = Duration.minutes(1)
  /// What is run at a time, before somebody is asked whether it is enough.
  static let slice = Duration.seconds(1)

  /// A run at its start.
  ///
  /// - Parameters:
  ///   - scenario: What to run.
  ///   - seed: nil: the scenario's.
  ///   - until: The last instant that may be asked for; nil: the scenario's end.
  ///   - budget: What it may use up.
  ///   - checkpointsMax: Copies that are kept, at least 3; nil: as many as some hundred MB hold.
  public init(
    _ scenario: OutageScenario, seed: UInt64? = nil, until: Instant? = nil,
    budget: RunBudget = RunBudget(), checkpointsMax: Int? = nil
  ) {
    run = OngoingRun(scenario, seed: seed, budget: budget)
    // Nothing happens before the start; what watches the run takes its first look.
    _ = run.run(to: scenario.header.start)
    self.until = until ?? scenario.header.end
    checkpoints = [run]
    // A simulated client takes a few dozen bytes, each of which is copied once it has changed.
    let fitting = 8_000_000 / max(1, run.simulation.world.clients.count)
    self.checkpointsMax = max(3, checkpointsMax ?? min(90, fitting))
  }

  public var start: Instant { checkpoints[0].simulation.now }
  public var now: Instant { run.simulation.now }
  /// The last instant that the run can come to.
  public var last: Instant { end == nil ? until : now }

  /// Instants of which there is a copy.
  var kept: [Instant] { checkpoints.map(\.simulation.now) }

  /// Goes to an instant, which may lie before the present one.
  ///
  /// - Parameters:
  ///   - instant: Where to; brought into what the run may be asked for.
  ///   - isEnough: Asked about once per simulated second; once true, the run stays where it is, on its
  ///     way.
  /// - Returns: Whether it stands there, or at its end.
  @discardableResult
  public mutating func go(to instant: Instant, isEnough: () -> Bool = { false }) -> Bool {
    let target = min(max(instant, start), until)
    jump(towards: target)
    while now < target, end == nil {
      let reason = run.run(to: min(target, now + Self.slice))
      guard reason == .reachedInstant else {
        end = reason
        break
      }
      keep()
      if now < target, isEnough() { return false }
    }
    return true
  }

  /// What the run tells where it stands.
  ///
  /// - Parameters:
  ///   - patches: What was applied to the scenario, as on the command line.
  ///   - version: Of the executable.
  /// - Returns: The record of a run that came this far.
  public func record(patches: [String] = [], version: String) -> RunRecord {
    Replay.record(of: run, patches: patches, end: end ?? .reachedInstant, version: version)
  }

  /// Takes the copy from which it is the least way to an instant.
  private mutating func jump(towards target: Instant) {
    guard let nearest = checkpoints.last(where: { $0.simulation.now <= target }),
      target < now || nearest.simulation.now > now
    else { return }
    run = nearest
    end = nil
  }

  /// Keeps a copy of the present, where none is near before it.
  private mutating func keep() {
    let now = now
    let place = checkpoints.firstIndex { $0.simulation.now > now } ?? checkpoints.count
    guard now - checkpoints[place - 1].simulation.now >= Self.spacing else { return }
    checkpoints.insert(run, at: place)
    if checkpoints.count > checkpointsMax { giveUpOne() }
  }

  /// Gives up the copy that is missed least: far from the present, and near to its neighbours.
  private mutating func giveUpOne() {
    let times = kept
    func value(_ index: Int) -> Double {
      let gap = times[index + 1] - times[index - 1]
      let distance = times[index] > now ? times[index] - now : now - times[index]
      return gap.seconds / (distance + Self.spacing).seconds
    }
    let inner = 1..<(times.count - 1)
    if let least = inner.min(by: { (value($0), $0) < (value($1), $1) }) {
      checkpoints.remove(at: least)
    }
  }
}
