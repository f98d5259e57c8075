import SimulationKernel

/// Something that a scenario puts in for an effect, and how often it had one.
///
/// A run in which a fault met nothing, or a throttle let everybody in, says nothing about them; that
/// all facts hold is then no comfort.
public struct Exercise: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case fault, throttle
  }

  public let kind: Kind
  /// As the scenario calls it, such as `faults.first-cut`.
  public let id: String
  /// How often it did something in the run: zero or more of `unit`.
  public let count: Int
  /// What is counted, such as `connections hit`.
  public let unit: String

  public init(_ kind: Kind, id: String, count: Int, unit: String) {
    precondition(count >= 0, "effects are zero or more: \(count) of \(id)")
    self.kind = kind
    self.id = id
    self.count = count
    self.unit = unit
  }
}
