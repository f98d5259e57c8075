import SimulationKernel

/// Which spans of a run are kept: those of what many were told by their number, all others.
public enum TraceSampling: String, CaseIterable, Sendable {
  /// By how many recipients a message has.
  case fanOut = "fan-out"
  /// Everything.
  case all

  /// The share of a message's recipients whose spans are kept.
  ///
  /// One recipient: all. Up to 100 one in the square root of them, 10 % of 100; then ten of them, 0.1 %
  /// of 10,000; beyond that 0.1 %.
  ///
  /// - Parameter recipients: How many are told.
  /// - Returns: Above 0 and at most 1.
  /// - Note: Source: the share for 1, about 100 and 10,000 recipients with which Discord traces its
  ///   Elixir systems; in between they are joined by powers.
  public func share(of recipients: Int) -> Double {
    guard self == .fanOut else { return 1 }
    switch recipients {
    case ..<2: return 1
    case ..<100: return 1 / Double(recipients).squareRoot()
    case ..<10_000: return 10 / Double(recipients)
    default: return 0.001
    }
  }
}

/// The order in which spans give way where a file has no room for all of them.
///
/// The highest goes last. Below the kind of the span it is a draw by what the span is about, so that what
/// belongs together goes together, and what fits into a small file is in a larger one too.
public enum TraceRank {
  /// What a message of many was to one recipient.
  public static let message: UInt8 = 0
  /// What became of a node.
  public static let node: UInt8 = 64
  /// What was put in: faults and operators; and the alerts.
  public static let frame: UInt8 = 128
  /// Nothing is left below this one.
  public static let end: UInt8 = 192

  /// The rank of a span: each step up within its kind holds half as many.
  ///
  /// - Parameters:
  ///   - kind: One of the above.
  ///   - draw: 64 uniform bits that stand for what the span is about.
  /// - Returns: From `kind` to `kind` and 63.
  public static func rank(_ kind: UInt8, _ draw: UInt64) -> UInt8 {
    kind + UInt8(min(63, draw.leadingZeroBitCount))
  }
}
