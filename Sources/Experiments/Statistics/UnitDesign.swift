import SimulationKernel

/// Points of the unit cube at which a function is looked at.
public enum UnitDesign {
  /// Independent uniform points.
  public static func random(count: Int, dimensions: Int, by stream: RandomStream) -> [[Double]] {
    (0..<count).map { point in
      (0..<dimensions).map { stream.unit(for: UInt64(point), draw: UInt64($0)) }
    }
  }

  /// A Latin hypercube: of `count` equal slices of each dimension, each holds one point.
  ///
  /// - Note: Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for
  ///   selecting values of input variables", Technometrics 21(2), 1979.
  public static func latinHypercube(
    count: Int, dimensions: Int, by stream: RandomStream
  ) -> [[Double]] {
    let orders = (0..<dimensions).map {
      KeyedPermutation(stream.nested(for: UInt64($0), draw: 0), count: count)
    }
    let places = stream.nested(for: 0, draw: 1)
    return (0..<count).map { point in
      (0..<dimensions).map { dimension in
        let slice = Double(orders[dimension][point])
        return (slice + places.unit(for: UInt64(point), draw: UInt64(dimension))) / Double(count)
      }
    }
  }

  /// The first points of Sobol's sequence, scrambled after Owen; best with 2^k of them.
  public static func sobol(count: Int, dimensions: Int, by stream: RandomStream) -> [[Double]] {
    let sequence = SobolSequence(dimensions: dimensions, scrambledBy: stream)
    return (0..<count).map(sequence.point)
  }

  /// All combinations of so many levels per axis, as places of levels; the last axis runs fastest.
  ///
  /// - Precondition: Each axis has a level, and the number of combinations fits an integer.
  public static func grid(levels: [Int]) -> [[Int]] {
    var count = 1
    for level in levels {
      precondition(level > 0, "an axis has a level: \(levels)")
      let (product, overflow) = count.multipliedReportingOverflow(by: level)
      precondition(!overflow, "a grid's points can be counted: \(levels)")
      count = product
    }
    return (0..<count).map { index in
      var rest = index
      var point = [Int](repeating: 0, count: levels.count)
      for axis in levels.indices.reversed() {
        point[axis] = rest % levels[axis]
        rest /= levels[axis]
      }
      return point
    }
  }
}
