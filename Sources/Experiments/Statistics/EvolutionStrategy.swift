import SimulationKernel

/// Finds the least value of a function of a few numbers in a box, without derivatives and with
/// constraints: the matrix adaptation evolution strategy, a simpler form of CMA-ES.
///
/// A generation of points is drawn around a centre; the better half moves the centre and shapes the
/// next generation's spread. Only the order of the points counts, so that jumps and plateaus of a
/// simulation do no harm. Feasible points come before others, these in the order of their
/// violation. When the spread has shrunk to nothing, it starts again elsewhere with twice as many
/// points.
///
/// A point outside of the box is moved to the nearest in it, and the strategy learns from the step
/// that led there. (Folded back at the sides instead, as is common, points teach steps that nobody
/// made: in simulations the median of the final values was 13 times as high.) The function must give the same value for
/// the same point: simulate every point with the same seeds. What is found then fits those seeds
/// a little too well; judge it on others.
/// - Note: Sources: H.-G. Beyer, B. Sendhoff, "Simplify your covariance matrix adaptation evolution
///   strategy", IEEE Trans. Evol. Comput. 21(5), 2017, doi:10.1109/TEVC.2017.2680320; K. Deb, "An
///   efficient constraint handling method for genetic algorithms", Comput. Methods Appl. Mech. Eng.
///   186, 2000 (the order); A. Auger, N. Hansen, "A restart CMA evolution strategy with increasing
///   population size", CEC 2005.
public struct EvolutionStrategy: Sendable {
  /// What the function says about a point.
  public struct Evaluation: Hashable, Sendable {
    /// To be made small.
    public let objective: Double
    /// By how much a constraint is broken; zero for a feasible point.
    public let violation: Double

    /// - Precondition: The violation is at least zero, and neither is not-a-number.
    public init(objective: Double, violation: Double = 0) {
      precondition(!objective.isNaN, "an objective is a number")
      precondition(violation >= 0, "a violation is zero or more: \(violation)")
      self.objective = objective
      self.violation = violation
    }

    public static func < (left: Evaluation, right: Evaluation) -> Bool {
      (left.violation, left.objective) < (right.violation, right.objective)
    }
  }

  /// A point and its evaluation.
  public struct Candidate: Hashable, Sendable {
    public let point: [Double]
    public let evaluation: Evaluation
  }

  public let box: [ClosedRange<Double>]
  /// The best point told so far, the earliest of equal ones.
  public private(set) var best: Candidate?
  /// Points that were told.
  public private(set) var evaluations = 0
  public private(set) var restarts = 0
  /// In units of the box's sides.
  private var state: State
  /// Steps of the generation that was asked, before they are shaped.
  private var steps: [[Double]] = []
  private let stream: RandomStream
  private var generation: UInt64 = 0

  private static let spreadStart = 0.25
  private static let spreadMin = 1e-7

  /// - Parameters:
  ///   - box: Range of each number; none is empty or infinite.
  ///   - start: A point of the box, such as what people did; its middle if nil.
  ///   - stream: Draws the points.
  public init(box: [ClosedRange<Double>], start: [Double]? = nil, by stream: RandomStream) {
    precondition(!box.isEmpty, "a function has arguments")
    precondition(
      box.allSatisfy { ($0.upperBound - $0.lowerBound).isFinite && $0.upperBound > $0.lowerBound },
      "a box has finite sides: \(box)")
    self.box = box
    self.stream = stream
    let center = start.map { point in
      precondition(point.count == box.count, "a start has the box's numbers: \(point)")
      return zip(point, box).map { value, side in
        precondition(side.contains(value), "a start is in the box: \(value) in \(side)")
        return (value - side.lowerBound) / (side.upperBound - side.lowerBound)
      }
    }
    state = State(
      center: center ?? box.map { _ in 0.5 }, spread: EvolutionStrategy.spreadStart,
      population: EvolutionStrategy.populationMin(box.count))
  }

  /// The least value within a number of evaluations.
  ///
  /// The start is the first point, so that the result is never worse.
  ///
  /// - Parameters:
  ///   - box: Range of each number; none is empty or infinite.
  ///   - start: A point of the box; its middle if nil.
  ///   - budget: Points to be evaluated at most, at least 1.
  ///   - stream: Draws the points.
  ///   - evaluate: The function at several points, which may be evaluated at once; in their order.
  /// - Returns: The best point; feasible if any was.
  public static func minimise(
    over box: [ClosedRange<Double>], from start: [Double]? = nil, budget: Int,
    by stream: RandomStream, evaluate: ([[Double]]) throws -> [Evaluation]
  ) rethrows -> Candidate {
    precondition(budget >= 1, "a budget is a point or more: \(budget)")
    var strategy = EvolutionStrategy(box: box, start: start, by: stream)
    let first = start ?? strategy.pointed(strategy.state.center)
    var best = Candidate(point: first, evaluation: try evaluate([first])[0])
    var left = budget - 1
    while left > 0 {
      let points = strategy.ask()
      // The last generation may be cut short; it then teaches nothing more.
      let evaluated = Array(points.prefix(left))
      let evaluations = try evaluate(evaluated)
      precondition(
        evaluations.count == evaluated.count,
        "points have evaluations: \(evaluated.count), \(evaluations.count)")
      for (point, evaluation) in zip(evaluated, evaluations) where evaluation < best.evaluation {
        best = Candidate(point: point, evaluation: evaluation)
      }
      if evaluated.count == points.count { strategy.tell(evaluations) }
      left -= evaluated.count
    }
    return best
  }

  /// The points of the next generation.
  public mutating func ask() -> [[Double]] {
    let generation = generation
    steps = (0..<state.population).map { member in
      let step = box.indices.map {
        stream.standardNormal(for: generation, draw: UInt64(member * box.count + $0))
      }
      let place = state.moved(by: step)
      guard place.contains(where: { $0 < 0 || $0 > 1 }) else { return step }
      return state.step(to: place.map { min(max($0, 0), 1) }) ?? step
    }
    return steps.map { pointed(state.moved(by: $0)) }
  }

  /// Learns from the evaluations of the points that were asked last, in their order.
  ///
  /// - Precondition: Points were asked, and each has an evaluation.
  public mutating func tell(_ values: [Evaluation]) {
    precondition(!steps.isEmpty, "points are asked before they are told")
    precondition(
      values.count == steps.count, "points have evaluations: \(steps.count), \(values.count)")
    for (step, value) in zip(steps, values) where best.map({ value < $0.evaluation }) ?? true {
      best = Candidate(point: pointed(state.moved(by: step)), evaluation: value)
    }
    let order = values.indices.sorted {
      values[$0] < values[$1] || (!(values[$1] < values[$0]) && $0 < $1)
    }
    state.learn(from: order.map { steps[$0] })
    steps = []
    evaluations += values.count
    generation += 1
    if !(state.spreadGreatest > EvolutionStrategy.spreadMin) { restart() }
  }

  private mutating func restart() {
    restarts += 1
    let place = stream.nested(for: UInt64(restarts), draw: 0)
    state = State(
      center: box.indices.map { place.unit(for: 0, draw: UInt64($0)) },
      spread: EvolutionStrategy.spreadStart, population: 2 * state.population)
  }

  /// A point of the box from one in units of its sides.
  private func pointed(_ place: [Double]) -> [Double] {
    zip(place, box).map { value, side in
      let point = side.lowerBound * (1 - value) + side.upperBound * value
      return min(max(point, side.lowerBound), side.upperBound)
    }
  }

  /// `4 + floor(3 ln n)`.
  private static func populationMin(_ dimensions: Int) -> Int {
    4 + Int(3 * KernelMath.log(Double(dimensions)))
  }
}
