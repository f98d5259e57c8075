/// What a sweep varies: a parameter, or which mitigation, hypothesis or scenario is run.
public struct SweepAxis: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case parameter, mitigation, hypothesis, scenario
  }

  public enum Levels: Sendable, Equatable {
    /// Values as reports and tables show them; none twice.
    case list([String])
    /// So many values from one end to the other, made when they are asked for; none twice.
    case steps(SweepRange, Int)
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
    switch levels {
    case .list(let values): values.count
    case .steps(_, let count): count
    case .range: nil
    }
  }

  /// A value by its place among all of them.
  ///
  /// - Precondition: The axis is no range, and `level` is in `0..<count`.
  public func text(level: Int) -> String {
    switch levels {
    case .list(let values): return values[level]
    case .steps(let range, let count): return range.level(level, of: count)
    case .range: preconditionFailure("a range has no levels: \(name)")
    }
  }

  /// Whether it has the values of another one in the same order, however both are written down.
  func hasSameValues(as other: SweepAxis) -> Bool {
    if levels == other.levels { return name == other.name }
    guard name == other.name, let count, count == other.count else { return false }
    return (0..<count).allSatisfy { text(level: $0) == other.text(level: $0) }
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
    case .range(let range), .steps(let range, _):
      range.isNumeric && !range.from.contains("/") && !range.to.contains("/")
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
    case .steps(_, let count):
      return (0..<count).contains { SweepQuantity(text(level: $0))?.kind == .real }
    case .range(let range): return !range.isWhole
    }
  }

  /// The value at a place of the unit interval, and which of a list it is.
  ///
  /// Equal parts of the interval belong to the values of a list, and to the whole numbers of a range.
  func value(at place: Double) -> (text: String, level: Int?) {
    if let count {
      let level = min(count - 1, max(0, Int(place * Double(count))))
      return (text(level: level), level)
    }
    guard case .range(let range) = levels else { return ("", nil) }
    return (range.isWhole ? range.wholeText(at: place) : range.text(at: place), nil)
  }
}
