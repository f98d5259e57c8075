/// The share of the users, and of the capacities that they share, that a run simulates.
///
/// Nodes stay what they are (each watches, crashes and restarts for itself); users, guilds, database
/// shards, workers, queue bounds and rates shrink alike.
public struct Scale: Sendable, Hashable {
  public let numerator: Int
  public let denominator: Int

  /// - Precondition: 0 < numerator <= denominator.
  public init(_ numerator: Int, in denominator: Int) {
    precondition(numerator > 0, "a scale is above zero: \(numerator)")
    precondition(numerator <= denominator, "a scale is at most one: \(numerator)/\(denominator)")
    self.numerator = numerator
    self.denominator = denominator
  }

  public var fraction: Double { Double(numerator) / Double(denominator) }

  /// The scaled count, rounded to the nearest and at least one (zero stays zero).
  public func count(_ whole: Int) -> Int {
    guard whole > 0 else { return 0 }
    let (high, low) = whole.multipliedFullWidth(by: numerator)
    let (quotient, remainder) = denominator.dividingFullWidth((high, low))
    // Not twice the remainder, which need not fit.
    return max(1, remainder >= denominator - remainder ? quotient + 1 : quotient)
  }

  public func rate(_ whole: Double) -> Double { whole * fraction }

  /// What a count of simulated things stands for.
  public func whole(_ simulated: Int) -> Double {
    Double(simulated) * Double(denominator) / Double(numerator)
  }
}
