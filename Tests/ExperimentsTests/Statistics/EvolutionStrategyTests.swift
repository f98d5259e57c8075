import Experiments
import SimulationKernel
import Testing

@Suite("EvolutionStrategy")
struct EvolutionStrategyTests {
  private typealias Evaluation = EvolutionStrategy.Evaluation

  private func found(
    _ box: [ClosedRange<Double>], from start: [Double]? = nil, budget: Int = 300, seed: UInt64 = 1,
    _ function: ([Double]) -> Evaluation
  ) -> EvolutionStrategy.Candidate {
    EvolutionStrategy.minimise(
      over: box, from: start, budget: budget, by: RandomStream(seed: seed, name: "test.optimise")
    ) { $0.map(function) }
  }

  private static func sphere(_ x: [Double]) -> Double {
    x.reduce(0) { $0 + ($1 - 1) * ($1 - 1) }
  }

  private static func rosenbrock(_ x: [Double]) -> Double {
    zip(x, x.dropFirst()).reduce(0) { sum, pair in
      let rise = pair.1 - pair.0 * pair.0
      return sum + 100 * rise * rise + (1 - pair.0) * (1 - pair.0)
    }
  }

  @Test("Six dimensions of a sphere are found within 400 points", arguments: 1...5 as ClosedRange)
  func sphere(seed: UInt64) {
    let best = found(
      Array(repeating: -5...5, count: 6), from: Array(repeating: -3, count: 6), budget: 400,
      seed: seed
    ) { Evaluation(objective: EvolutionStrategyTests.sphere($0)) }
    // It starts at 96; of thirty seeds, pycma leaves 0.07 or less in 28.
    #expect(best.evaluation.objective < 0.1, "seed \(seed): \(best.evaluation.objective)")
  }

  @Test("The bent valley of Rosenbrock's function is followed", arguments: 1...3 as ClosedRange)
  func valley(seed: UInt64) {
    let best = found(
      Array(repeating: -2...2, count: 4), from: [-1, 1, -1, 1], budget: 2_500, seed: seed
    ) { Evaluation(objective: EvolutionStrategyTests.rosenbrock($0)) }
    // Its second minimum, near (-1, 1, 1, 1), has 3.70.
    #expect(best.evaluation.objective < 3.71, "seed \(seed): \(best)")
  }

  @Test("An ellipsoid of condition 10⁴ is learnt and found")
  func ellipsoid() {
    let best = found(Array(repeating: -5...5, count: 4), from: [4, 4, 4, 4], budget: 1_500) { x in
      Evaluation(
        objective: x.enumerated().reduce(0) {
          $0 + KernelMath.pow(10, 4 * Double($1.offset) / 3) * $1.element * $1.element
        })
    }
    #expect(best.evaluation.objective < 1e-3, "\(best)")
  }

  @Test("A minimum in the corner of the box is found")
  func corner() {
    let best = found([0...1, 2...3, -1...1, 0...10]) { x in
      Evaluation(objective: x.reduce(0, +))
    }
    #expect(best.evaluation.objective < 1 + 0.01, "\(best)")
    #expect(zip(best.point, [0...1, 2...3, -1...1, 0...10]).allSatisfy { $1.contains($0) })
  }

  @Test("Under a constraint the best feasible point is found, from an infeasible start")
  func constraint() {
    // The least x + y with x·y of at least 4: 4 at (2, 2).
    let best = found([0.1...10, 0.1...10], from: [0.5, 0.5], budget: 400) { x in
      Evaluation(objective: x[0] + x[1], violation: max(0, 4 - x[0] * x[1]))
    }
    #expect(best.evaluation.violation == 0)
    #expect((4..<4.05).contains(best.evaluation.objective), "\(best)")
  }

  @Test("Steps and a chance constraint, as simulations have them")
  func chance() {
    // Whether a run fails depends on its own limit; at most 1 % of 50 runs may, that is none.
    let random = RandomStream(seed: 3, name: "test.limits")
    let limits = (0..<50 as Range<UInt64>).map {
      random.normal(mean: 6, deviation: 0.5, for: $0, draw: 0)
    }
    let least = limits.min() ?? 0
    let best = found(Array(repeating: 0...3, count: 4), from: [0.5, 0.5, 0.5, 0.5]) { x in
      let load = x.reduce(0, +)
      let failed = Double(limits.count { load > $0 }) / 50
      let spread = x.reduce(0) { $0 + ($1 - load / 4) * ($1 - load / 4) }
      return Evaluation(
        objective: Double(Int(1_000 * (10 - load + spread))), violation: max(0, failed - 0.01))
    }
    #expect(best.evaluation.violation == 0)
    #expect(best.evaluation.objective < 1_000 * (10 - least) + 200, "\(best) \(least)")
  }

  @Test("Without a feasible point the least violation is found; the start is never made worse")
  func infeasible() {
    let best = found([0...1]) { Evaluation(objective: 0, violation: 1 + $0[0]) }
    #expect(best.evaluation.violation < 1.001)
    let start = found([0...1], from: [0.25]) { Evaluation(objective: $0[0] == 0.25 ? -1 : 1) }
    #expect(start.point == [0.25])
  }

  @Test("A finished search starts again with more points, and the same seed gives the same")
  func restarts() {
    var strategy = EvolutionStrategy(
      box: [0...1, 0...1], by: RandomStream(seed: 2, name: "test.restart"))
    let size = strategy.ask().count
    while strategy.restarts == 0 && strategy.evaluations < 5_000 {
      strategy.tell(strategy.ask().map { Evaluation(objective: EvolutionStrategyTests.sphere($0)) })
    }
    #expect(strategy.restarts == 1)
    #expect(strategy.ask().count == 2 * size)
    #expect(strategy.best.map { $0.evaluation.objective < 1e-9 } == true)
    let first = found([0...1], budget: 30) { Evaluation(objective: $0[0]) }
    #expect(first == found([0...1], budget: 30) { Evaluation(objective: $0[0]) })
  }

  @Test("A budget is kept to the point", arguments: [1, 2, 7, 50])
  func budget(budget: Int) {
    var count = 0
    _ = found([0...1, 0...1], budget: budget) { _ in
      count += 1
      return Evaluation(objective: 1)
    }
    #expect(count == budget)
  }

  @Test("A start outside of the box and an empty box are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) {
      _ = EvolutionStrategy(box: [0...1], start: [2], by: RandomStream(key: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = EvolutionStrategy(box: [], by: RandomStream(key: 1))
    }
  }
}
