import Scenarios
import SimulationKernel
import Systems

/// When a run is forked: at a time, or as soon as a condition holds.
public enum ForkPoint: Sendable, Hashable {
  case at(Instant)
  case when(People.Condition, text: String)

  /// How often a condition is looked at, from the scenario's start on.
  public static let lookPeriod = Duration.seconds(1)

  /// Reads a clock time, or a condition on a measure of the monitoring.
  ///
  /// - Parameters:
  ///   - text: `14:30`, or `scylla.sessions.utilisation > 0.9`.
  ///   - name: What errors call the place that it comes from.
  /// - Throws: What is wrong with it, with the nearest measure.
  public init(parsing text: String, name: String = "--at") throws(ScenarioErrors) {
    if let instant = Instant(parsing: text) {
      self = .at(instant)
      return
    }
    let source = SourceText(name: name, text: text)
    let place = source.location(0..<source.bytes.count)
    guard text.contains("<") || text.contains(">") else {
      throw ScenarioErrors(
        ScenarioError(
          .wrongType, "this is neither a time nor a condition", at: place,
          help: "write 14:30, or a condition such as 'users.served < 90%'"))
    }
    self = .when(try People.Condition(parsing: text, at: place), text: text)
  }
}

/// The value of a condition's measure that came nearest to its bound.
public struct NearestApproach: Sendable, Equatable {
  public let condition: String
  public let value: Double
  public let at: Instant
}

extension OngoingRun {
  /// Runs until a condition holds, or up to `end`.
  ///
  /// Looked at on whole multiples of `ForkPoint.lookPeriod` after the scenario's start, the start
  /// itself left out. The run then stands at the first instant at which it held. Rates and means are
  /// those of the monitoring's last evaluation period.
  ///
  /// - Returns: nil when it held; the nearest value when it did not before `end`.
  mutating func advance(
    until condition: People.Condition, text: String, before end: Instant,
    isStopped: () -> Bool, progress: (Double) -> Void
  ) -> NearestApproach? {
    let start = scenario.header.start
    let looks = (end - start).nanoseconds / ForkPoint.lookPeriod.nanoseconds
    let period = simulation.world.people.configuration.evaluationPeriod
    let window = Int(max(1, period.nanoseconds / ForkPoint.lookPeriod.nanoseconds))
    // As old as the period is long, oldest first.
    var counts = [simulation.world.telemetryCounts(at: start)]
    var nearest: NearestApproach?
    var look: Int64 = 1
    while look <= looks, start + ForkPoint.lookPeriod * look < end {
      let instant = start + ForkPoint.lookPeriod * look
      guard run(to: instant) == .reachedInstant else { break }
      let telemetry = simulation.world.telemetry(since: counts[0], at: instant)
      counts.append(simulation.world.telemetryCounts(at: instant))
      if counts.count > window { counts.removeFirst() }
      if condition.holds(in: telemetry) { return nil }
      let value = telemetry[condition.measure]
      if nearest.map({ condition.isBelow ? value < $0.value : value > $0.value }) ?? true {
        nearest = NearestApproach(condition: text, value: value, at: instant)
      }
      if look % 60 == 0 {
        progress(Double(look) / Double(max(1, looks)))
        if isStopped() { break }
      }
      look += 1
    }
    return nearest ?? NearestApproach(condition: text, value: 0, at: start)
  }
}
