/// Whole numbers, chances and evenly spread durations: all exact, without bias.
extension RandomStream {
  /// A whole number in `0..<bound`, each equally likely.
  ///
  /// - Precondition: `bound` is above zero.
  /// - Note: Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1),
  ///   2019, doi:10.1145/3230636.
  @inlinable
  public func integer(below bound: UInt64, for entity: UInt64, draw: UInt64) -> UInt64 {
    precondition(bound > 0, "a bound is above zero")
    let product = bits(for: entity, draw: draw).multipliedFullWidth(by: bound)
    if product.low < bound, product.low < (0 &- bound) % bound {
      return redrawnInteger(below: bound, for: entity, draw: draw)
    }
    return product.high
  }

  /// Goes on after a first rejected attempt, on a stream nested in the draw.
  @usableFromInline
  func redrawnInteger(below bound: UInt64, for entity: UInt64, draw: UInt64) -> UInt64 {
    let stream = nested(for: entity, draw: draw)
    let rejected = (0 &- bound) % bound
    var attempt: UInt64 = 1
    while true {
      let product = stream.bits(for: 0, draw: attempt).multipliedFullWidth(by: bound)
      if product.low >= rejected { return product.high }
      attempt += 1
    }
  }

  /// A whole number in `range`, each equally likely.
  ///
  /// - Precondition: `range` is not empty.
  @inlinable
  public func integer(in range: Range<Int>, for entity: UInt64, draw: UInt64) -> Int {
    precondition(!range.isEmpty, "a range to draw from is not empty")
    let width = UInt64(truncatingIfNeeded: range.upperBound &- range.lowerBound)
    let offset = integer(below: width, for: entity, draw: draw)
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  /// A whole number in `range`, each equally likely.
  @inlinable
  public func integer(in range: ClosedRange<Int>, for entity: UInt64, draw: UInt64) -> Int {
    let width = UInt64(truncatingIfNeeded: range.upperBound &- range.lowerBound)
    let offset = wholeNumber(upTo: width, for: entity, draw: draw)
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  /// A whole number in `0...limit`, each equally likely; the limit may be the greatest of all.
  @inlinable
  func wholeNumber(upTo limit: UInt64, for entity: UInt64, draw: UInt64) -> UInt64 {
    limit == .max
      ? bits(for: entity, draw: draw) : integer(below: limit &+ 1, for: entity, draw: draw)
  }

  /// Whether something with the chance `numerator`/`denominator` happens: exact to the last bit.
  ///
  /// Answers `U < numerator/denominator` for a uniform U with as many bits as it takes. So whoever
  /// is hit at one chance is hit at every greater chance too, whatever the denominators are. A
  /// chance of one or more always happens; with a denominator of zero it happens unless the
  /// numerator is zero too.
  @inlinable
  public func chance(
    _ numerator: UInt64, in denominator: UInt64, for entity: UInt64, draw: UInt64
  ) -> Bool {
    // With U = (bits + rest) / 2⁶⁴ and 0 <= rest < 1, the question is whether
    // bits * denominator + rest * denominator < numerator * 2⁶⁴.
    let product = bits(for: entity, draw: draw).multipliedFullWidth(by: denominator)
    if product.high >= numerator { return false }
    let missing = 0 &- product.low
    if numerator - product.high > 1 || missing == 0 || missing >= denominator { return true }
    return isRestBelow(missing, in: denominator, for: entity, draw: draw)
  }

  /// Settles a chance that 64 bits left open: whether a fresh uniform is below the fraction.
  @usableFromInline
  func isRestBelow(
    _ numerator: UInt64, in denominator: UInt64, for entity: UInt64, draw: UInt64
  ) -> Bool {
    nested(for: entity, draw: draw).chance(numerator, in: denominator, for: 0, draw: 0)
  }

  /// Whether something with this probability happens.
  @inlinable
  public func chance(_ probability: Probability, for entity: UInt64, draw: UInt64) -> Bool {
    chance(probability.numerator, in: probability.denominator, for: entity, draw: draw)
  }

  /// A span between zero and `limit`, both included, each nanosecond equally likely.
  ///
  /// A negative limit gives the span between it and zero.
  @inlinable
  public func uniform(upTo limit: Duration, for entity: UInt64, draw: UInt64) -> Duration {
    let span = wholeNumber(upTo: limit.nanoseconds.magnitude, for: entity, draw: draw)
    // A limit of Int64.min has a magnitude that only its own negation fits.
    let offset = Int64(truncatingIfNeeded: span)
    return Duration(nanoseconds: limit.nanoseconds < 0 ? 0 &- offset : offset)
  }

  /// A span in `range`, both ends included, each nanosecond equally likely.
  @inlinable
  public func uniform(
    in range: ClosedRange<Duration>, for entity: UInt64, draw: UInt64
  ) -> Duration {
    let low = range.lowerBound.nanoseconds
    let width = UInt64(bitPattern: range.upperBound.nanoseconds &- low)
    let offset = wholeNumber(upTo: width, for: entity, draw: draw)
    return Duration(nanoseconds: low &+ Int64(truncatingIfNeeded: offset))
  }
}
