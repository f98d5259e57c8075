import SimulationKernel
import Testing

/// Measured against points computed with 240 bits; see Reference/make_math_tables.py.
@Suite("KernelMath")
struct KernelMathTests {
  /// The point with the greatest error, and that error.
  private func worst(
    _ points: [ReferencePoints.Point], _ function: ([Double]) -> Double
  ) -> (error: Double, arguments: [Double]) {
    var worst = (error: 0.0, arguments: [Double]())
    for point in points {
      let error = point.error(of: function(point.arguments))
      // Written so that a NaN counts as the worst of all.
      if !(error <= worst.error) { worst = (error, point.arguments) }
    }
    return worst
  }

  @Test("The logarithm is within 0.51 units in the last place")
  func logarithmIsAccurate() {
    let points = ReferencePoints.read(LogarithmReference.lines, arguments: 1)
    #expect(points.count > 3_900)
    let found = worst(points) { KernelMath.log($0[0]) }
    #expect(found.error < 0.51, "at \(found.arguments)")
  }

  @Test("The exponential is within 0.51 units in the last place, subnormal results too")
  func exponentialIsAccurate() {
    let points = ReferencePoints.read(ExponentialReference.lines, arguments: 1)
    #expect(points.count > 4_000)
    #expect(points.count { $0.nearest < 2.2250738585072014e-308 } > 300)
    let found = worst(points) { KernelMath.exp($0[0]) }
    #expect(found.error < 0.51, "at \(found.arguments)")
  }

  @Test("The power is within 0.53 units in the last place")
  func powerIsAccurate() {
    let points = ReferencePoints.read(PowerReference.lines, arguments: 2)
    #expect(points.count > 3_800)
    let found = worst(points) { KernelMath.pow($0[0], $0[1]) }
    #expect(found.error < 0.53, "at \(found.arguments)")
  }

  @Test("The normal quantile is within a relative error of 1e-15")
  func normalQuantileIsAccurate() {
    let points = ReferencePoints.read(NormalQuantileReference.lines, arguments: 1)
    #expect(points.count > 1_800)
    for point in points {
      let error = (KernelMath.normalQuantile(point.arguments[0]) / point.nearest - 1).magnitude
      #expect(error < 1e-15, "at \(point.arguments)")
    }
  }

  @Test("Logarithm and exponential near their zeros are within four units in the last place")
  func differencesAreAccurate() {
    let lines = DifferenceReference.lines
    let exponentials = ReferencePoints.read(lines, arguments: 1)
    let found = worst(exponentials) { KernelMath.expm1($0[0]) }
    #expect(found.error < 4, "at \(found.arguments)")
    var checked = 0
    for (line, point) in zip(lines.split(separator: "\n"), exponentials) {
      let words = line.split(separator: " ")
      guard words.count == 5 else { continue }
      let text = "0 \(words[3]) \(words[4])"
      let error = ReferencePoints.read(text, arguments: 1)[0]
        .error(of: KernelMath.log1p(point.arguments[0]))
      #expect(error < 3, "log1p at \(point.arguments)")
      checked += 1
    }
    #expect(checked > 1_600)
  }

  @Test("The normal distribution function is within 1e-15")
  func normalProbabilityIsAccurate() {
    let points = ReferencePoints.read(NormalProbabilityReference.lines, arguments: 1)
    let found = worst(points) { _ in 0 }
    #expect(found.error > 1e15, "a table of zeros would be noticed")
    for point in points {
      let value = KernelMath.normalProbability(point.arguments[0])
      #expect((value - point.nearest).magnitude < 1e-15, "at \(point.arguments)")
    }
  }

  @Test("The measure of error notices one unit in the last place")
  func measureNoticesOneUnit() {
    let points = ReferencePoints.read(LogarithmReference.lines, arguments: 1)
    let found = worst(points) { KernelMath.log($0[0]).nextUp }
    #expect(found.error > 1)
  }

  @Test("Logarithms of what has none are infinite or not a number")
  func logarithmOfSpecialValues() {
    #expect(KernelMath.log(0) == -.infinity)
    #expect(KernelMath.log(-0.0) == -.infinity)
    #expect(KernelMath.log(-1).isNaN)
    #expect(KernelMath.log(-0x1p-1074).isNaN)
    #expect(KernelMath.log(-.infinity).isNaN)
    #expect(KernelMath.log(.nan).isNaN)
    #expect(KernelMath.log(.infinity) == .infinity)
    #expect(KernelMath.log(1) == 0 && KernelMath.log(1).sign == .plus)
    #expect(KernelMath.log1p(-1) == -.infinity)
    #expect(KernelMath.log1p(-2).isNaN)
    #expect(KernelMath.log1p(.infinity) == .infinity)
    #expect(KernelMath.log1p(.nan).isNaN)
    #expect(KernelMath.log1p(-0.0).sign == .minus)
  }

  @Test("Exponentials leave the doubles at both ends")
  func exponentialOfSpecialValues() {
    #expect(KernelMath.exp(0) == 1)
    #expect(KernelMath.exp(-0.0) == 1)
    #expect(KernelMath.exp(709.782712893384) == 1.7976931348622732e308)
    #expect(KernelMath.exp(709.782712893385) == .infinity)
    #expect(KernelMath.exp(1e300) == .infinity)
    #expect(KernelMath.exp(.infinity) == .infinity)
    #expect(KernelMath.exp(-745.1332191019411) == 0x1p-1074)
    #expect(KernelMath.exp(-745.1332191019412) == 0)
    #expect(KernelMath.exp(-1e300) == 0)
    #expect(KernelMath.exp(-.infinity) == 0)
    #expect(KernelMath.exp(.nan).isNaN)
    #expect(KernelMath.expm1(.infinity) == .infinity)
    #expect(KernelMath.expm1(-.infinity) == -1)
    #expect(KernelMath.expm1(.nan).isNaN)
  }

  @Test(
    "Powers follow the special cases of IEEE 754",
    arguments: [
      (0, 0, 1), (.nan, 0, 1), (1, .nan, 1), (1, .infinity, 1), (-1, .infinity, 1),
      (-1, -.infinity, 1), (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (0, -1, .infinity),
      (-0.0, -1, -.infinity), (-0.0, -2, .infinity), (0, 0.5, 0), (-0.0, -0.5, .infinity),
      (.infinity, 2, .infinity), (.infinity, -2, 0), (-.infinity, 3, -.infinity),
      (-.infinity, 2, .infinity), (-.infinity, -3, -0.0), (2, .infinity, .infinity),
      (2, -.infinity, 0), (0.5, .infinity, 0), (0.5, -.infinity, .infinity), (-8, 3, -512),
      (-8, 2, 64), (-2, -1, -0.5), (2, 1023, 0x1p1023), (2, 1024, .infinity), (2, -1074, 0x1p-1074),
      (2, -1075, 0), (-2, 1025, -.infinity), (-2, -1077, -0.0), (1.5, 1e300, .infinity),
      (0.5, 1e300, 0), (1.5, -1e300, 0), (-1, 1e300, 1), (-1, 9007199254740991, -1),
      (-3, 9007199254740994, .infinity), (3, 1e-300, 1), (10, 2, 100), (9, 0.5, 3),
    ] as [(Double, Double, Double)])
  func powerOfSpecialValues(x: Double, y: Double, expected: Double) {
    let result = KernelMath.pow(x, y)
    #expect(result == expected && result.sign == expected.sign, "found \(result)")
  }

  @Test("Powers of what has none are not a number")
  func powerWithoutValue() {
    #expect(KernelMath.pow(-8, 1.0 / 3).isNaN)
    #expect(KernelMath.pow(-1, 0.5).isNaN)
    #expect(KernelMath.pow(.nan, 1).isNaN)
    #expect(KernelMath.pow(2, .nan).isNaN)
  }

  @Test("Normal quantiles are infinite at the ends and not a number outside")
  func normalQuantileOfSpecialValues() {
    #expect(KernelMath.normalQuantile(0) == -.infinity)
    #expect(KernelMath.normalQuantile(1) == .infinity)
    #expect(KernelMath.normalQuantile(0.5) == 0)
    #expect(KernelMath.normalQuantile(-0.1).isNaN)
    #expect(KernelMath.normalQuantile(1.1).isNaN)
    #expect(KernelMath.normalQuantile(.nan).isNaN)
    #expect(KernelMath.normalProbability(.infinity) == 1)
    #expect(KernelMath.normalProbability(-.infinity) == 0)
    #expect(KernelMath.normalProbability(.nan).isNaN)
  }
}
