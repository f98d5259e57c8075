import SimulationKernel

/// What a metric's number counts; decides how it is read from a scenario and printed.
public enum MetricUnit: String, Sendable, CaseIterable {
  case users, userMinutes = "user-minutes", minutes, seconds, nodes, count, clusters, ratio
  /// 0 to 1, printed in percent.
  case share
  /// Seconds since local midnight of the incident's day, printed as a clock time.
  case clock
  case perSecond = "/s"
}

/// One figure of a finished run.
public struct Metric: Sendable, Equatable {
  /// Stable dotted name, such as `users.unserved.minutes`.
  public let name: String
  public let unit: MetricUnit
  public let value: Double

  public init(_ name: String, _ unit: MetricUnit, _ value: Double) {
    self.name = name
    self.unit = unit
    self.value = value
  }
}

/// The figures of a run, by name; a metric that has no value (never recovered) is absent.
public struct Metrics: Sendable, Equatable {
  /// Sorted by name.
  public private(set) var all: [Metric] = []

  public init() {}

  public mutating func set(_ name: String, _ unit: MetricUnit, _ value: Double?) {
    guard let value, value.isFinite else { return }
    let place = all.firstIndex { $0.name >= name } ?? all.count
    let metric = Metric(name, unit, value)
    if place < all.count && all[place].name == name {
      all[place] = metric
    } else {
      all.insert(metric, at: place)
    }
  }

  public subscript(name: String) -> Double? { all.first { $0.name == name }?.value }
  public func unit(of name: String) -> MetricUnit? { all.first { $0.name == name }?.unit }
}

/// Values at equal steps of simulated time.
public struct TimeSeries: Sendable, Equatable {
  public let name: String
  public let unit: MetricUnit
  /// Instant of the first value.
  public let start: Instant
  public let step: Duration
  public var values: [Double]

  public init(
    name: String, unit: MetricUnit, start: Instant, step: Duration, values: [Double] = []
  ) {
    self.name = name
    self.unit = unit
    self.start = start
    self.step = step
    self.values = values
  }

  /// The value in force at an instant: the last sample at or before it.
  public func value(at instant: Instant) -> Double? {
    guard instant >= start, !values.isEmpty else { return nil }
    let index = (instant - start).nanoseconds / step.nanoseconds
    return values[Int(min(index, Int64(values.count - 1)))]
  }

  public func instant(of index: Int) -> Instant { start + step * Int64(index) }

  /// The first of every `stride` samples.
  ///
  /// - Precondition: `stride` is above zero.
  public func every(_ stride: Int) -> TimeSeries {
    guard stride > 1 else { return self }
    return TimeSeries(
      name: name, unit: unit, start: start, step: step * Int64(stride),
      values: Swift.stride(from: 0, to: values.count, by: stride).map { values[$0] })
  }
}
