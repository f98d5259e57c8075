import Observation
import Scenarios
import SimulationKernel
import Systems

/// Runs of one seed that begin alike: the common part is run once.
enum SharedPrefix {
  /// Runs a scenario and others that come to differ from it later.
  ///
  /// - Parameters:
  ///   - baseline: The first scenario.
  ///   - others: Others, each with the instant up to which it runs like `baseline`, as
  ///     `OutageScenario.divergence` gives it.
  ///   - seed: Of all of them.
  ///   - until: Where all of them end.
  ///   - version: Of the executable.
  ///   - isStopped: Once true, runs end where they are.
  /// - Returns: The record of `baseline`, and then those of `others` in their order, each the same as
  ///   if it had been run by itself; nil when stopped.
  static func run(
    _ baseline: OutageScenario, _ others: [(scenario: OutageScenario, from: Instant)],
    seed: UInt64, until: Instant, version: String, isStopped: () -> Bool
  ) -> [RunRecord]? {
    var trunk = OngoingRun(baseline, seed: seed)
    var records: [RunRecord?] = Array(repeating: nil, count: others.count + 1)
    let order = others.indices.sorted { (others[$0].from, $0) < (others[$1].from, $1) }
    for index in order {
      let other = others[index]
      guard trunk.advance(to: min(other.from, until), isStopped: isStopped) != .stopped
      else { return nil }
      // A run that cannot go on has one future, whatever is planned for later.
      var branch = trunk
      do throws(ScenarioErrors) {
        try branch.apply(FutureChange(from: baseline, to: other.scenario))
      } catch {
        preconditionFailure("scenarios that diverge later can be forked until then: \(error)")
      }
      let end = branch.advance(to: until, isStopped: isStopped)
      guard end != .stopped else { return nil }
      records[index + 1] = Replay.record(of: branch, patches: [], end: end, version: version)
    }
    let end = trunk.advance(to: until, isStopped: isStopped)
    guard end != .stopped else { return nil }
    records[0] = Replay.record(of: trunk, patches: [], end: end, version: version)
    return records.compactMap { $0 }
  }
}
