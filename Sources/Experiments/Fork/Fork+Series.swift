import Observation
import SimulationKernel

extension Fork {
  /// A quantity over time in every future, at equal steps from the fork on.
  public struct Course: Sendable, Equatable {
    public let name: String
    public let unit: MetricUnit
    public let baseline: [Double]
    /// In the order of `futures`.
    public let futures: [[Double]]

    /// Whether some future differs somewhere.
    public var differs: Bool { futures.contains { $0 != baseline } }
  }

  /// The step between samples; coarser ones are multiples of it.
  public var samplingStep: Duration { baseline.series.first?.step ?? .seconds(10) }

  /// The values in force at `at`, one step later, and so on, up to `end`.
  ///
  /// - Parameters:
  ///   - step: Above zero; rounded up to a multiple of `samplingStep`.
  ///   - end: The last instant, included when a step ends there; nil: the end of the futures.
  /// - Returns: One for each series of the records, and one for each metric that never falls.
  public func courses(every step: Duration, to end: Instant? = nil) -> [Course] {
    let instants = instants(every: step, to: end)
    func course(_ series: TimeSeries, in futures: [[TimeSeries]]) -> Course {
      func values(_ series: TimeSeries?) -> [Double] {
        instants.map { series?.value(at: $0) ?? 0 }
      }
      return Course(
        name: series.name, unit: series.unit, baseline: values(series),
        futures: futures.map { all in values(all.first { $0.name == series.name }) })
    }
    return baseline.series.map { course($0, in: futures.map(\.record.series)) }
      + baselineTotals.map { course($0, in: futures.map(\.totals)) }
  }

  /// The instants of `courses`.
  public func instants(every step: Duration, to end: Instant? = nil) -> [Instant] {
    let end = min(end ?? until, until)
    let step = rounded(step)
    var instants: [Instant] = []
    var next: Instant? = at
    while let instant = next, instant <= end {
      instants.append(instant)
      next = instant.adding(step)
    }
    return instants
  }

  /// A step that samples can be taken at.
  public func rounded(_ step: Duration) -> Duration {
    let unit = samplingStep.nanoseconds
    let count = max(1, step.nanoseconds / unit + (step.nanoseconds % unit == 0 ? 0 : 1))
    return Duration(nanoseconds: count * unit)
  }

  /// From when on the futures are alike again in the users that they serve; the end when they never
  /// are, or when nothing differs.
  public var together: Instant {
    let courses = courses(every: samplingStep)
    let last = courses.filter { $0.name == "users.served" || $0.name == "elixir.nodes.up" }
      .flatMap { course in
        course.futures.compactMap { values in
          course.baseline.indices.last { course.baseline[$0] != values[$0] }
        }
      }.max()
    guard let last else { return until }
    return min(until, at + samplingStep * Int64(last + 1))
  }
}
