extension KernelMath {
  /// The natural logarithm.
  ///
  /// At most 0.52 units in the last place from the exact value, for all arguments. Zero gives -∞;
  /// negative numbers give not-a-number.
  ///
  /// The argument is 2^k·z with z around one, and z lies in one of 128 cells with a centre c whose
  /// reciprocal has few bits, so that r = z/c - 1 is exact: log x = k ln 2 + log c + log(1 + r).
  /// The cell around one has c = 1, which keeps results near zero relatively exact.
  /// - Note: Method: P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE
  ///   floating-point arithmetic", ACM TOMS 16(4), 1990, doi:10.1145/98267.98294.
  public static func log(_ x: Double) -> Double {
    var bits = x.bitPattern
    // One test finds zero, subnormals, negatives, infinity and NaN.
    if bits &- 0x0010_0000_0000_0000 >= 0x7FE0_0000_0000_0000 {
      if x == 0 { return -.infinity }
      if x.isNaN || x == .infinity { return x }
      if x < 0 { return .nan }
      bits = (x * 0x1p52).bitPattern &- (52 << 52)
    }
    let cell = LogarithmCell(bits)
    let whole = cell.exponent * KernelMathTables.ln2High + cell.logarithmHigh
    let r = cell.restHigh + cell.restLow
    let rounding = (cell.restHigh - r) + cell.restLow
    let sum = whole + r
    let low = (whole - sum) + r + rounding
    let r2 = r * r
    // The series of log(1 + r); |r| < 2^-7.4 leaves the ninth term below 2^-69.
    let upper = (1.0 / 5 - r * (1.0 / 6)) + r2 * (1.0 / 7 - r * 0.125)
    let series = r2 * ((-0.5 + r * (1.0 / 3)) + r2 * (-0.25 + r * upper))
    let tail = cell.exponent * KernelMathTables.ln2Low + cell.logarithmLow
    return sum + (series + (low + tail))
  }

  /// The natural logarithm as a sum of two doubles, with a relative error below 2^-66.
  ///
  /// Takes the bits of a positive normal number, or of a subnormal one times 2^52 with 52 taken off
  /// the exponent.
  static func logarithmPair(_ bits: UInt64) -> (high: Double, low: Double) {
    let cell = LogarithmCell(bits)
    let r = cell.restHigh + cell.restLow
    let rounding = (cell.restHigh - r) + cell.restLow
    // Each step keeps what its rounding lost; r²/2 is split because it needs the extra bits too.
    let whole = cell.exponent * KernelMathTables.ln2High + cell.logarithmHigh
    let sum = whole + r
    let lost = (whole - sum) + r + rounding
    let tail = cell.exponent * KernelMathTables.ln2Low + cell.logarithmLow
    let half = -0.5 * r
    let halfHigh = -0.5 * cell.restHigh
    let square = cell.restHigh * halfHigh
    let high = sum + square
    let squareLost = (sum - high) + square
    let squareLow = cell.restLow * (half + halfHigh)
    let r2 = r * r
    let upper = (1.0 / 7 - r * 0.125) + r2 * (1.0 / 9 - r * 0.1)
    let series = r2 * r * ((1.0 / 3 - r * 0.25) + r2 * ((1.0 / 5 - r * (1.0 / 6)) + r2 * upper))
    let low = ((tail + lost) + (squareLow + squareLost)) + series
    let rounded = high + low
    return (rounded, (high - rounded) + low)
  }
}

/// A number taken apart for the logarithm: 2^exponent times a significand in one of 128 cells.
private struct LogarithmCell {
  let exponent: Double
  /// log c, in two parts.
  let logarithmHigh: Double
  let logarithmLow: Double
  /// z/c - 1, in two exact parts; the square of the first is exact too.
  let restHigh: Double
  let restLow: Double

  @inline(__always)
  init(_ bits: UInt64) {
    let offset = bits &- KernelMathTables.logarithmOrigin
    let index = 3 * Int(truncatingIfNeeded: (offset >> 45) & 127)
    exponent = Double(Int64(bitPattern: offset) >> 52)
    let significand = bits &- (offset & 0xFFF0_0000_0000_0000)
    let z = Double(bitPattern: significand)
    let upper = Double(bitPattern: (significand &+ 0x8000_0000) & 0xFFFF_FFFF_0000_0000)
    let inverse = KernelMathTables.logarithm[index]
    logarithmHigh = KernelMathTables.logarithm[index + 1]
    logarithmLow = KernelMathTables.logarithm[index + 2]
    restHigh = upper * inverse - 1
    restLow = (z - upper) * inverse
  }
}
