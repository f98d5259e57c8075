import SimulationKernel

/// Which points of its axes a sweep looks at.
public struct SweepDesign: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// All combinations.
    case grid
    /// Independent uniform points.
    case random
    /// As many slices of each axis as points, one point in each.
    case latinHypercube = "latin-hypercube"
    /// Sobol's sequence, scrambled after Owen.
    case sobol
  }

  public let kind: Kind
  /// Points of a design that is no grid; a grid's follow from its axes.
  public let points: Int?
  /// Decides where the points of a design lie that is no grid.
  public let seed: UInt64

  public static let grid = SweepDesign(kind: .grid, points: nil, seed: 1)
  /// More would not be a sweep but a mistake.
  public static let pointsMax = 10_000_000

  public init(kind: Kind, points: Int?, seed: UInt64) {
    self.kind = kind
    self.points = points
    self.seed = seed
  }
}

/// The points of a sweep, each of which can be had without the others.
struct SweepPoints: Sendable {
  private enum Places: Sendable {
    /// How many points apart the values of each axis are.
    case grid(strides: [Int])
    case random(RandomStream)
    case latinHypercube(UnitDesign.LatinHypercube)
    case sobol(SobolSequence)
  }

  let count: Int
  private let axes: [SweepAxis]
  private let places: Places

  /// - Precondition: The axes of a grid are no ranges, a design that is no grid has its number of points,
  ///   and Sobol's sequence as many dimensions as there are axes.
  init(_ axes: [SweepAxis], _ design: SweepDesign) {
    self.axes = axes
    let stream = RandomStream(seed: design.seed, name: "sweep.design")
    switch design.kind {
    case .grid:
      var strides: [Int] = []
      var count = 1
      // The last axis runs fastest.
      for axis in axes.reversed() {
        strides.append(count)
        count *= axis.count ?? 0
      }
      self.count = count
      places = .grid(strides: strides.reversed())
    case .random:
      count = design.points ?? 0
      places = .random(stream)
    case .latinHypercube:
      count = design.points ?? 0
      places = .latinHypercube(
        UnitDesign.LatinHypercube(count: count, dimensions: axes.count, by: stream))
    case .sobol:
      count = design.points ?? 0
      places = .sobol(SobolSequence(dimensions: axes.count, scrambledBy: stream))
    }
  }

  /// The values of a point, one per axis.
  ///
  /// - Precondition: `point` is in `0..<count`.
  func values(of point: Int) -> [(text: String, level: Int?)] {
    precondition(point >= 0 && point < count, "\(point) is one of \(count) points")
    let unit: [Double]
    switch places {
    case .grid(let strides):
      return axes.indices.map { axis in
        let level = point / strides[axis] % (axes[axis].count ?? 1)
        return (axes[axis].text(level: level), level)
      }
    case .random(let stream):
      unit = UnitDesign.randomPoint(point, dimensions: axes.count, by: stream)
    case .latinHypercube(let design): unit = design.point(point)
    case .sobol(let sequence): unit = sequence.point(point)
    }
    return axes.indices.map { axes[$0].value(at: unit[$0]) }
  }
}
