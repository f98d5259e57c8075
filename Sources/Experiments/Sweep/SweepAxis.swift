/// What a sweep varies: a parameter, or which mitigation, hypothesis or scenario is run.
public struct SweepAxis: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case parameter, mitigation, hypothesis, scenario
  }

  public enum Levels: Sendable, Equatable {
    /// Values as reports and tables show them; none twice.
    case list([String])
    /// Any value between two ends; of designs without a grid.
    case range(SweepRange)
  }

  /// The dotted path of a parameter, or one of the words of `Kind`: a column of the tables.
  public let name: String
  public let levels: Levels

  public init(name: String, levels: Levels) {
    self.name = name
    self.levels = levels
  }

  public var kind: Kind { Kind(rawValue: name) ?? .parameter }

  /// The word for no mitigation.
  public static let noMitigation = "none"

  /// How many values there are; nil for a range.
  public var count: Int? {
    if case .list(let values) = levels { values.count } else { nil }
  }

  /// The points of a grid.
  ///
  /// - Returns: nil where an axis is a range, or the points are too many to be counted.
  static func gridCount(_ axes: [SweepAxis]) -> Int? {
    var count = 1
    for axis in axes {
      guard let levels = axis.count else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: levels)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  /// Whether every value is a number without a unit.
  var isNumeric: Bool {
    switch levels {
    case .list(let values):
      values.allSatisfy { SweepQuantity($0).map { $0.kind == .whole || $0.kind == .real } ?? false }
        && !values.contains { $0.contains("/") }
    case .range(let range): range.isNumeric && !range.from.contains("/") && !range.to.contains("/")
    }
  }

  /// Whether every value is a number without a unit, and some have a decimal point or may have one.
  ///
  /// Tables then write all of them with one: a reader that takes the type of a column from its first
  /// rows would read the others as whole numbers.
  var isDecimal: Bool {
    guard isNumeric else { return false }
    switch levels {
    case .list(let values): return values.contains { SweepQuantity($0)?.kind == .real }
    case .range(let range): return !range.isWhole
    }
  }

  /// The value at a place of the unit interval, and which of a list it is.
  func value(at place: Double) -> (text: String, level: Int?) {
    switch levels {
    case .list(let values):
      let level = min(values.count - 1, max(0, Int(place * Double(values.count))))
      return (values[level], level)
    case .range(let range): return (range.text(at: place), nil)
    }
  }
}
