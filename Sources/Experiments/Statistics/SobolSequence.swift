import SimulationKernel

/// Sobol's sequence: points that fill the unit cube more evenly than random ones.
///
/// The first 2^k points are balanced; other numbers of points are not. Any point can be had without
/// those before it.
///
/// - Note: Source: I. M. Sobol', 1967; direction numbers of S. Joe, F. Y. Kuo, "Constructing Sobol
///   sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30(5), 2008, file
///   new-joe-kuo-6; in Gray code order after I. A. Antonov, V. M. Saleev, 1979.
public struct SobolSequence: Sendable {
  public let dimensions: Int
  private let stream: RandomStream?
  /// Per dimension 32 direction numbers, the highest bit first.
  private let directions: [UInt32]

  public static let dimensionsMax = SobolDirections.table.count + 1

  /// The sequence in so many dimensions.
  ///
  /// With a stream, each coordinate's bits are flipped at random, each by a coin of its own for all
  /// higher bits: every point is uniform, and the set as even as before.
  ///
  /// - Precondition: `dimensions` is in 1...dimensionsMax.
  /// - Note: Source of the scrambling: A. B. Owen, "Randomly permuted (t,m,s)-nets and
  ///   (t,s)-sequences", MCQMC 1995.
  public init(dimensions: Int, scrambledBy stream: RandomStream? = nil) {
    precondition(
      dimensions >= 1 && dimensions <= SobolSequence.dimensionsMax,
      "Sobol's sequence has 1 to \(SobolSequence.dimensionsMax) dimensions: \(dimensions)")
    self.dimensions = dimensions
    self.stream = stream
    directions = (0..<dimensions).flatMap(SobolSequence.directions)
  }

  /// The point of that number, counted from zero, each coordinate in 0..<1.
  ///
  /// - Precondition: `index` is below 2³².
  public func point(_ index: Int) -> [Double] {
    precondition(index >= 0 && index <= UInt32.max, "a point's number has 32 bits: \(index)")
    return (0..<dimensions).map { coordinate(index, $0) }
  }

  private func coordinate(_ index: Int, _ dimension: Int) -> Double {
    var gray = UInt32(index) ^ (UInt32(index) >> 1)
    var bits: UInt32 = 0
    while gray != 0 {
      bits ^= directions[dimension * 32 + gray.trailingZeroBitCount]
      gray &= gray - 1
    }
    guard let stream else { return Double(bits) * 0x1p-32 }
    // The middle of the cell: a scrambled point has no reason to lie on its lower edge.
    return (Double(scrambled(bits, dimension, stream)) + 0.5) * 0x1p-32
  }

  private func scrambled(_ bits: UInt32, _ dimension: Int, _ stream: RandomStream) -> UInt32 {
    var flips: UInt32 = 0
    for level in 0..<32 as Range<UInt64> {
      // The higher bits with a leading one: a number of its own for each node of the tree.
      let node = UInt64(1) << level | UInt64(bits) >> (32 - level)
      let coin = stream.bits(for: UInt64(dimension), draw: node) & 1
      flips |= UInt32(coin) << UInt32(31 - level)
    }
    return bits ^ flips
  }

  private static func directions(_ dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<32).map { 1 << (31 - $0) } }
    let row = SobolDirections.table[dimension - 1]
    let degree = row.count - 1
    let polynomial = row[0]
    var numbers = (0..<degree).map { row[$0 + 1] << UInt32(31 - $0) }
    for place in degree..<32 {
      let old = numbers[place - degree]
      var number = old ^ (old >> UInt32(degree))
      for back in 1..<max(degree, 1) where polynomial >> UInt32(degree - back) & 1 == 1 {
        number ^= numbers[place - back]
      }
      numbers.append(number)
    }
    return numbers
  }
}
