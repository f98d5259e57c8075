import SimulationKernel

/// Points of the unit cube at which a function is looked at.
public enum UnitDesign {
  /// Independent uniform points.
  public static func random(count: Int, dimensions: Int, by stream: RandomStream) -> [[Double]] {
    (0..<count).map { randomPoint($0, dimensions: dimensions, by: stream) }
  }

  /// One of the points of `random`, by its number, counted from zero.
  public static func randomPoint(
    _ point: Int, dimensions: Int, by stream: RandomStream
  ) -> [Double] {
    (0..<dimensions).map { stream.unit(for: UInt64(point), draw: UInt64($0)) }
  }

  /// A Latin hypercube: of `count` equal slices of each dimension, each holds one point.
  public static func latinHypercube(
    count: Int, dimensions: Int, by stream: RandomStream
  ) -> [[Double]] {
    let design = LatinHypercube(count: count, dimensions: dimensions, by: stream)
    return (0..<count).map(design.point)
  }

  /// A Latin hypercube, any point of which can be had without the others.
  ///
  /// - Note: Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for
  ///   selecting values of input variables", Technometrics 21(2), 1979.
  public struct LatinHypercube: Sendable {
    public let count: Int
    /// Which slice of a dimension a point lies in.
    private let orders: [KeyedPermutation]
    /// Where in its slice.
    private let places: RandomStream

    public init(count: Int, dimensions: Int, by stream: RandomStream) {
      self.count = count
      orders = (0..<dimensions).map {
        KeyedPermutation(stream.nested(for: UInt64($0), draw: 0), count: count)
      }
      places = stream.nested(for: 0, draw: 1)
    }

    /// The point of that number, counted from zero, each coordinate in 0..<1.
    public func point(_ point: Int) -> [Double] {
      orders.indices.map { dimension in
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
