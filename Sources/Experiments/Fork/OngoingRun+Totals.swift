import Observation
import SimulationKernel
import Systems

extension OngoingRun {
  /// Runs to an instant, and notes at every step of the samples what has been counted by then.
  ///
  /// What comes of the run is the same as without.
  ///
  /// - Parameters:
  ///   - until: At `simulation.now` or later.
  ///   - isStopped: Asked at every step; once true, the run stays where it is, with the reason
  ///     `stopped`.
  /// - Returns: The metrics that never fall and are no series, from here on, as if the run ended at
  ///   each step; zero while a metric has no value. With them, how the run came to its end.
  mutating func advanceCounting(
    to until: Instant, isStopped: () -> Bool
  ) -> (totals: [TimeSeries], end: EndReason) {
    let (start, step) = (simulation.now, observer.step)
    let sampled = observer.series.map(\.name)
    let counted = OutageWorld.metricUnits.filter {
      OutageWorld.onlyGrows(metric: $0.name) && !sampled.contains($0.name)
    }
    var rows: [[Double]] = Array(repeating: [], count: counted.count)
    var end = EndReason.reachedInstant
    var next = start
    while true {
      let metrics = simulation.world.metrics(from: observer, at: simulation.now)
      for (row, metric) in counted.enumerated() { rows[row].append(metrics[metric.name] ?? 0) }
      // What has ended early stays as it is.
      guard end == .reachedInstant, next < until else { break }
      next = min(until, next.adding(step) ?? until)
      end = isStopped() ? .stopped : run(to: next)
    }
    let totals = zip(counted, rows).map { metric, values in
      TimeSeries(name: metric.name, unit: metric.unit, start: start, step: step, values: values)
    }
    return (totals, end)
  }
}
