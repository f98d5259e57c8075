import Observation
import SimulationKernel
import Systems

/// Two runs of the same scenario and seed that are not the same: a fault of this program, or of the
/// machine.
public struct Nondeterminism: Sendable, Equatable {
  public let seed: UInt64
  public let digests: [Digest]
  public let events: [UInt64]
  /// Events on which both surely agree.
  public let agreed: UInt64
  /// The first event in which they differ; nil when two further runs did not differ, or when only
  /// figures do.
  public let difference: EventDifference?
  /// Figures and verdicts that differ although every event is the same.
  public let figures: [String]

  /// Lays two finished runs beside each other.
  ///
  /// - Parameters:
  ///   - first: A run at its end, and its record.
  ///   - second: Another one of the same scenario and seed.
  ///   - until: Where both were to end.
  ///   - begin: Begins the first (0) or the second (1) once more, to step to the event.
  /// - Returns: Nil when they are the same.
  static func between(
    _ first: (run: OngoingRun, record: RunRecord), _ second: (run: OngoingRun, record: RunRecord),
    until: Instant, begin: (Int) -> OngoingRun
  ) -> Nondeterminism? {
    let (left, right) = (first.record, second.record)
    let isSame = left.digest == right.digest && left.events == right.events
    let figures = isSame ? differences(left, right) : []
    guard !isSame || !figures.isEmpty else { return nil }
    var difference: EventDifference?
    if !isSame {
      let scenario = first.run.scenario
      difference = Simulation.firstDifference(
        from: begin(0).simulation, and: begin(1).simulation, endingAs: first.run.simulation,
        and: second.run.simulation, until: until,
        describing: EventWords(scenario, scenario).text)
    }
    return Nondeterminism(
      seed: left.seed, digests: [left.digest, right.digest], events: [left.events, right.events],
      agreed: isSame ? left.events : left.digestTrail.lastAgreement(with: right.digestTrail),
      difference: difference, figures: figures)
  }

  private static func differences(_ left: RunRecord, _ right: RunRecord) -> [String] {
    var names = left.metrics.all.filter { right.metrics[$0.name] != $0.value }.map(\.name)
    names += right.metrics.all.filter { left.metrics[$0.name] == nil }.map(\.name)
    names += zip(left.facts, right.facts).filter { $0 != $1 }.map { $0.0.fact.id }
    names += zip(left.invariants, right.invariants).filter { $0 != $1 }.map { $0.0.id }
    names += zip(left.exercises, right.exercises).filter { $0 != $1 }.map { $0.0.id }
    if left.end != right.end { names.append("end") }
    return names
  }
}
