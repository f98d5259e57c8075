/// A fraction of two 64-bit integers in lowest terms, never negative.
///
/// Probabilities and scales are kept exactly: a draw below `numerator` of `denominator` is the same
/// decision on every machine.
public struct ExactFraction: Sendable, Hashable {
  public let numerator: UInt64
  /// Never zero.
  public let denominator: UInt64

  /// - Returns: `nil` when `denominator` is zero.
  public init?(_ numerator: UInt64, _ denominator: UInt64) {
    guard denominator > 0 else { return nil }
    self.init(reducing: UInt128(numerator), over: UInt128(denominator))
  }

  /// - Returns: `nil` when the reduced fraction does not fit, or `denominator` is zero.
  init?(reducing numerator: UInt128, over denominator: UInt128) {
    guard denominator > 0 else { return nil }
    var (divisor, rest) = (numerator, denominator)
    while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
    guard let top = UInt64(exactly: numerator / divisor),
      let bottom = UInt64(exactly: denominator / divisor)
    else { return nil }
    self.numerator = top
    self.denominator = bottom
  }

  private init(checked numerator: UInt64, _ denominator: UInt64) {
    self.numerator = numerator
    self.denominator = denominator
  }

  public static let zero = ExactFraction(checked: 0, 1)
  public static let one = ExactFraction(checked: 1, 1)

  /// One part in `denominator`; one for a denominator of zero.
  public static func oneIn(_ denominator: UInt64) -> ExactFraction {
    ExactFraction(checked: 1, max(1, denominator))
  }

  /// `count` hundredths.
  public static func percent(_ count: UInt64) -> ExactFraction {
    ExactFraction(count, 100) ?? .zero
  }

  /// The nearest double, up to the rounding of both parts.
  public var double: Double { Double(numerator) / Double(denominator) }

  /// `value` times the fraction, rounded to the nearest, ties up; `nil` when it does not fit.
  ///
  /// How a count of users or nodes is brought to a scenario's scale.
  public func of(_ value: Int) -> Int? {
    let product = UInt128(value.magnitude) * UInt128(numerator)
    let rounded = (product * 2 + UInt128(denominator)) / (UInt128(denominator) * 2)
    guard let magnitude = Int(exactly: rounded) else { return nil }
    return value < 0 ? -magnitude : magnitude
  }
}

extension ExactFraction: Comparable {
  public static func < (left: ExactFraction, right: ExactFraction) -> Bool {
    UInt128(left.numerator) * UInt128(right.denominator)
      < UInt128(right.numerator) * UInt128(left.denominator)
  }
}

extension ExactFraction: CustomStringConvertible {
  /// `1/10`, or `3` when whole.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
