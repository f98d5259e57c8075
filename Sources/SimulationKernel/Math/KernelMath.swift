/// Elementary functions whose result is the same bits on every machine and in every build.
///
/// The C library picks other code on other processors and changes the last bit. These use only
/// `+ - * /` and square root, which IEEE 754 rounds correctly everywhere, and no fused
/// multiply-add. All are measured against tables made with 240 bits.
public enum KernelMath {
  /// The square root of the magnitude, correctly rounded.
  ///
  /// Generic on purpose: for a `Double` an unoptimised build would call the C library's `sqrt`,
  /// which an executable without other C code does not link. The magnitude rules out a negative
  /// number, for which an optimised build would do so too.
  static func squareRoot<Number: FloatingPoint>(_ x: Number) -> Number {
    x.magnitude.squareRoot()
  }
}
