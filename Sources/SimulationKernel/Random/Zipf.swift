/// Ranks with Zipf's law: rank k out of `count` with a probability proportional to k^-exponent.
///
/// The finite law itself, not its limit, by rejection from an integral: constant time and memory
/// whatever the count, about 1.1 attempts per rank.
/// - Note: Source: W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from
///   monotone discrete distributions", ACM TOMACS 6(3), 1996, doi:10.1145/235025.235029.
public struct Zipf: Hashable, Sendable, BitwiseCopyable {
  /// The greatest rank.
  public let count: Int
  /// How fast the law falls; zero makes all ranks equally likely.
  public let exponent: Double
  /// The integral of the law's hull at both ends of the ranks.
  private let integralFirst: Double
  private let integralLast: Double
  /// Closer than this to a rank no test is needed.
  private let shortcut: Double

  /// Nil unless the count is at least one (and below 2⁵²) and the exponent in 0...100.
  public init?(count: Int, exponent: Double) {
    guard count >= 1, count < 1 << 52, exponent >= 0, exponent <= 100 else { return nil }
    self.count = count
    self.exponent = exponent
    integralFirst = Zipf.integral(1.5, exponent) - 1
    integralLast = Zipf.integral(Double(count) + 0.5, exponent)
    let second = Zipf.integral(2.5, exponent) - Zipf.weight(2, exponent)
    shortcut = 2 - Zipf.inverseIntegral(second, exponent)
  }

  /// A rank in `1...count`, rank one the most likely.
  public func rank(from stream: RandomStream, for entity: UInt64, draw: UInt64) -> Int {
    // The first attempt needs no nested stream; most draws end there.
    if let rank = attempt(stream.unit(for: entity, draw: draw)) { return rank }
    let more = stream.nested(for: entity, draw: draw)
    var number: UInt64 = 1
    while true {
      if let rank = attempt(more.unit(for: 0, draw: number)) { return rank }
      number += 1
    }
  }

  private func attempt(_ unit: Double) -> Int? {
    let area = integralLast + unit * (integralFirst - integralLast)
    let x = Zipf.inverseIntegral(area, exponent)
    // Compared before conversion: the inverse may leave the range by a rounding error, or be NaN.
    let rank = x >= 1 ? (x < Double(count) ? Int(x + 0.5) : count) : 1
    let k = Double(rank)
    if k - x <= shortcut { return rank }
    let edge = Zipf.integral(k + 0.5, exponent) - Zipf.weight(k, exponent)
    return area >= edge ? rank : nil
  }

  private static func weight(_ x: Double, _ exponent: Double) -> Double {
    KernelMath.exp(-exponent * KernelMath.log(x))
  }

  /// The integral of x^-exponent from 1: (x^(1-exponent) - 1) / (1 - exponent), or log x.
  private static func integral(_ x: Double, _ exponent: Double) -> Double {
    let logarithm = KernelMath.log(x)
    let power = (1 - exponent) * logarithm
    return power == 0 ? logarithm : logarithm * (KernelMath.expm1(power) / power)
  }

  private static func inverseIntegral(_ area: Double, _ exponent: Double) -> Double {
    // Not below -1 but for rounding: the integral stays short of 1 / (exponent - 1).
    let power = max(area * (1 - exponent), -1)
    return KernelMath.exp(power == 0 ? area : area * (KernelMath.log1p(power) / power))
  }
}
