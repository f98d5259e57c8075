import SimulationKernel

extension EvolutionStrategy {
  /// Where and how widely points are drawn, and what that was learnt from.
  struct State: Sendable {
    private(set) var center: [Double]
    let population: Int
    private var spread: Double
    /// Turns independent normal numbers into a step; rows of the matrix M.
    private var shape: [[Double]]
    /// The evolution path: recent steps of the centre, before they were shaped.
    private var path: [Double]
    private let weights: [Double]
    private let pathRate: Double
    private let pathShapeRate: Double
    private let stepsShapeRate: Double
    private let damping: Double
    private let weightsEffective: Double
    /// Expected length of a standard normal step.
    private let lengthExpected: Double

    /// All constants are those of table 1 of Beyer and Sendhoff.
    init(center: [Double], spread: Double, population: Int) {
      let size = Double(center.count)
      self.center = center
      self.population = population
      self.spread = spread
      path = center.map { _ in 0 }
      shape = center.indices.map { row in center.indices.map { $0 == row ? 1 : 0 } }
      let parents = population / 2
      let raw = (1...parents).map {
        KernelMath.log(Double(population + 1) / 2) - KernelMath.log(Double($0))
      }
      let sum = raw.reduce(0, +)
      weights = raw.map { $0 / sum }
      let effective = 1 / weights.reduce(0) { $0 + $1 * $1 }
      weightsEffective = effective
      pathRate = (effective + 2) / (effective + size + 5)
      pathShapeRate = 2 / ((size + 1.3) * (size + 1.3) + effective)
      stepsShapeRate = min(
        1 - pathShapeRate,
        2 * (effective - 2 + 1 / effective) / ((size + 2) * (size + 2) + effective))
      damping = 1 + pathRate + 2 * max(0, ((effective - 1) / (size + 1)).squareRoot() - 1)
      lengthExpected = size.squareRoot() * (1 - 1 / (4 * size) + 1 / (21 * size * size))
    }

    /// The spread along the widest of the box's sides, in units of the side.
    var spreadGreatest: Double {
      spread
        * shape.reduce(0) { greatest, row in
          max(greatest, row.reduce(0) { $0 + $1 * $1 }.squareRoot())
        }
    }

    /// The place that a step leads to.
    func moved(by step: [Double]) -> [Double] {
      let shaped = shaped(step)
      return center.indices.map { center[$0] + spread * shaped[$0] }
    }

    /// The step that leads to a place, or nil where the shape has become too flat to tell.
    ///
    /// - Note: Gaussian elimination with partial pivoting.
    func step(to place: [Double]) -> [Double]? {
      var rows = shape
      var step = center.indices.map { (place[$0] - center[$0]) / spread }
      for column in rows.indices {
        var pivot = column
        for row in rows.indices[column...]
        where rows[row][column].magnitude > rows[pivot][column].magnitude { pivot = row }
        rows.swapAt(column, pivot)
        step.swapAt(column, pivot)
        for row in rows.indices[(column + 1)...] {
          let factor = rows[row][column] / rows[column][column]
          for next in column..<rows.count { rows[row][next] -= factor * rows[column][next] }
          step[row] -= factor * step[column]
        }
      }
      for row in rows.indices.reversed() {
        for next in rows.indices[(row + 1)...] { step[row] -= rows[row][next] * step[next] }
        step[row] /= rows[row][row]
      }
      return step.allSatisfy(\.isFinite) ? step : nil
    }

    /// - Parameter ordered: The steps of all points, the best first.
    mutating func learn(from ordered: [[Double]]) {
      let chosen = ordered.prefix(weights.count)
      let mean = center.indices.map { place in
        zip(weights, chosen).reduce(0) { $0 + $1.0 * $1.1[place] }
      }
      center = moved(by: mean)
      let kept = 1 - pathRate
      let gain = (weightsEffective * pathRate * (2 - pathRate)).squareRoot()
      path = path.indices.map { kept * path[$0] + gain * mean[$0] }
      reshape(from: chosen)
      let length = path.reduce(0) { $0 + $1 * $1 }.squareRoot()
      spread *= KernelMath.exp(pathRate / damping * (length / lengthExpected - 1))
    }

    private func shaped(_ step: [Double]) -> [Double] {
      shape.map { row in zip(row, step).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// M becomes M (I + (c1 (s sᵀ - I) + cw (Σ w z zᵀ - I)) / 2).
    private mutating func reshape(from chosen: ArraySlice<[Double]>) {
      let rest = 1 - (pathShapeRate + stepsShapeRate) / 2
      let pathShaped = shaped(path)
      let stepsShaped = chosen.map(shaped)
      for row in shape.indices {
        for column in shape.indices {
          var fromSteps = 0.0
          for (place, step) in chosen.enumerated() {
            fromSteps += weights[place] * stepsShaped[place][row] * step[column]
          }
          shape[row][column] =
            rest * shape[row][column] + pathShapeRate / 2 * pathShaped[row] * path[column]
            + stepsShapeRate / 2 * fromSteps
        }
      }
    }
  }
}
