import SimulationKernel

/// Morris' screening: which of many inputs matter at all, for few runs.
///
/// Trajectories through a grid in the unit cube change one input after the other by a large step;
/// each change has an elementary effect. Large steps, and not the radial design's steps of any
/// size, since a simulation's outcome jumps: divided by a tiny step, a jump looks like a
/// huge effect.
///
/// - Note: Sources: M. D. Morris, "Factorial sampling plans for preliminary computational
///   experiments", Technometrics 33(2), 1991; F. Campolongo, J. Cariboni, A. Saltelli, "An effective
///   screening design for sensitivity analysis of large models", Environmental Modelling & Software
///   22(10), 2007 (mu*, and trajectories far from each other, here chosen one by one).
public struct MorrisScreening: Sendable {
  /// What one input does.
  public struct Effect: Hashable, Sendable {
    /// Mean elementary effect (mu): change of the outcome for a change of the input over its whole
    /// range.
    public let mean: Double
    /// Mean magnitude (mu*): how much the input matters.
    public let magnitude: Double
    /// Standard deviation (sigma): how much the effect depends on the other inputs, on where the
    /// input stands, and on chance.
    public let deviation: Double
    /// The expanded percentile bootstrap's interval of `magnitude`, over the trajectories; nil of
    /// one trajectory.
    public let magnitudeInterval: ClosedRange<Double>?
  }

  public let dimensions: Int
  /// Fewer than were asked for where too few were allowed.
  public let trajectories: Int
  /// Trajectories that were drawn and not allowed, for one of their points.
  public let refused: Int
  /// To be evaluated in this order: `dimensions + 1` points of each trajectory.
  public let points: [[Double]]
  /// Per trajectory and step the input that the step changes.
  private let order: [[Int]]

  /// - Parameters:
  ///   - dimensions: Inputs, at least 1.
  ///   - trajectories: At least 1; 10 to 20 are usual.
  ///   - levels: Of the grid: even, at least 2. A step is `levels / (2 (levels - 1))`.
  ///   - stream: Chooses the trajectories.
  ///   - isAllowed: Whether a point has an outcome. A trajectory with a point that has none is drawn
  ///     again, `redrawsMax` times for each that is wanted.
  /// - Complexity: O(trajectories² · dimensions³).
  public init(
    dimensions: Int, trajectories: Int, levels: Int = 4, by stream: RandomStream,
    isAllowed: ([Double]) -> Bool = { _ in true }
  ) {
    precondition(dimensions > 0, "a screening has inputs: \(dimensions)")
    precondition(trajectories > 0, "a screening has trajectories: \(trajectories)")
    precondition(levels >= 2 && levels % 2 == 0, "a grid has an even number of levels: \(levels)")
    self.dimensions = dimensions
    var pool = Pool(
      size: trajectories * MorrisScreening.candidatesPerTrajectory,
      drawsMax: trajectories
        * (MorrisScreening.candidatesPerTrajectory + MorrisScreening.redrawsMax)
    ) { Trajectory(dimensions: dimensions, levels: levels, number: $0, by: stream) }
    var chosen: [Trajectory] = []
    var refused = 0
    while chosen.count < trajectories, let next = pool.furthest(from: chosen) {
      if next.points.allSatisfy(isAllowed) {
        chosen.append(next)
      } else {
        refused += 1
        pool.refill(from: chosen)
      }
    }
    self.trajectories = chosen.count
    self.refused = refused
    points = chosen.flatMap(\.points)
    order = chosen.map(\.order)
  }

  /// The inputs' effects from the outcomes at `points`.
  ///
  /// - Precondition: There is a finite outcome for each point.
  public func effects(
    of outcomes: [Double], confidence: Double = 0.95, bootstrap: Bootstrap
  ) -> [Effect] {
    precondition(
      outcomes.count == points.count, "points have outcomes: \(points.count), \(outcomes.count)")
    var elementary = [[Double]](repeating: [], count: dimensions)
    for (trajectory, inputs) in order.enumerated() {
      let first = trajectory * (dimensions + 1)
      for (step, input) in inputs.enumerated() {
        let before = first + step
        let change = points[before + 1][input] - points[before][input]
        elementary[input].append((outcomes[before + 1] - outcomes[before]) / change)
      }
    }
    return elementary.map { effects in
      let moments = SampleMoments(effects)
      let magnitudes = effects.map(\.magnitude)
      return Effect(
        mean: moments.mean, magnitude: SampleMoments(magnitudes).mean,
        deviation: moments.deviation,
        magnitudeInterval: bootstrap.meanInterval(of: magnitudes, confidence: confidence))
    }
  }

  /// The places of an input that a design with so many levels uses.
  public static func places(levels: Int = 4) -> [Double] {
    (0..<levels).map { Double($0) / Double(levels - 1) }
  }

  private static let candidatesPerTrajectory = 4
  static let redrawsMax = 50

  /// Candidates, and how far each is from all that were chosen together.
  private struct Pool {
    private var rest: [(trajectory: Trajectory, distance: Double)] = []
    private let drawsMax: Int
    private var draws = 0
    /// How many of the chosen the distances count.
    private var counted = 0
    private let draw: (UInt64) -> Trajectory

    init(size: Int, drawsMax: Int, draw: @escaping (UInt64) -> Trajectory) {
      self.drawsMax = drawsMax
      self.draw = draw
      for _ in 0..<size { refill(from: []) }
    }

    /// Takes the candidate that is furthest from all chosen together; nil when there is none.
    mutating func furthest(from chosen: [Trajectory]) -> Trajectory? {
      if chosen.count > counted, let last = chosen.last {
        for place in rest.indices {
          rest[place].distance += rest[place].trajectory.distance(to: last)
        }
        counted = chosen.count
      }
      var best = 0
      for place in rest.indices where rest[place].distance > rest[best].distance { best = place }
      guard !rest.isEmpty else { return nil }
      return rest.remove(at: best).trajectory
    }

    /// Draws one candidate more, as long as there are draws left.
    mutating func refill(from chosen: [Trajectory]) {
      guard draws < drawsMax else { return }
      let trajectory = draw(UInt64(draws))
      draws += 1
      rest.append((trajectory, chosen.reduce(0) { $0 + trajectory.distance(to: $1) }))
    }
  }

  /// A walk along the grid that changes every input once.
  private struct Trajectory {
    let points: [[Double]]
    let order: [Int]

    init(dimensions: Int, levels: Int, number: UInt64, by stream: RandomStream) {
      let half = levels / 2
      let top = Double(levels - 1)
      var order = Array(0..<dimensions)
      stream.shuffle(&order, for: number, draw: 0)
      // Each input goes up from the lower half of the grid or down from the upper.
      var places = (0..<dimensions).map {
        stream.integer(in: 0..<levels, for: number, draw: UInt64($0) + 1)
      }
      var points = [places.map { Double($0) / top }]
      for input in order {
        places[input] += places[input] < half ? half : -half
        points.append(places.map { Double($0) / top })
      }
      self.points = points
      self.order = order
    }

    /// The distances between all points of two trajectories, added up.
    func distance(to other: Trajectory) -> Double {
      var sum = 0.0
      for point in points {
        for target in other.points {
          var square = 0.0
          for input in point.indices {
            let apart = point[input] - target[input]
            square += apart * apart
          }
          sum += square.squareRoot()
        }
      }
      return sum
    }
  }
}
