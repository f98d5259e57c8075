import Scenarios
import SimulationKernel

/// How much user traffic there is over the day: straight lines between points, repeated daily.
public struct LoadCurve: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    public let at: Instant
    /// Traffic as a multiple of what `api.nodes.initial` nodes carry at the autoscaler's target.
    public let load: Double
    public init(at: Instant, load: Double) {
      self.at = at
      self.load = load
    }
  }

  public let points: [Point]

  /// - Precondition: not empty; strictly rising times within one day.
  public init(_ points: [Point]) {
    precondition(!points.isEmpty, "a load curve has a point")
    self.points = points
  }

  public func load(at instant: Instant) -> Double {
    let day: Int64 = 86_400_000_000_000
    let time = instant.nanoseconds % day
    guard let next = points.firstIndex(where: { $0.at.nanoseconds > time }) else {
      return between(points[points.count - 1], points[0], time, wrapping: day)
    }
    if next == 0 { return between(points[points.count - 1], points[0], time + day, wrapping: day) }
    return between(points[next - 1], points[next], time, wrapping: 0)
  }

  private func between(_ left: Point, _ right: Point, _ time: Int64, wrapping: Int64) -> Double {
    let span = right.at.nanoseconds + wrapping - left.at.nanoseconds
    guard span > 0 else { return left.load }
    let share = Double(time - left.at.nanoseconds) / Double(span)
    return left.load + (right.load - left.load) * share
  }
}
