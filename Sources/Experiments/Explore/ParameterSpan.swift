import Scenarios
import SimulationKernel
import Systems

/// A parameter of a scenario, and how much of it is explored.
///
/// Walked evenly on a logarithmic scale where it begins above zero, since what matters is how many
/// times as much; evenly as it is where it begins at zero.
public struct ParameterSpan: Sendable {
  public let path: String
  public let quantity: ParameterQuantity
  /// What the value counts, such as `nodes`; empty where the quantity says it all, or nobody does.
  public let unit: String
  public let low: Double
  public let high: Double
  /// The scenario's own value; nil where it has none.
  public let present: Double?
  /// As the scenario would have it.
  public let presentText: String
  public let lowText: String
  public let highText: String

  /// Digits of values between the ends.
  static let digits = 4
  /// Without a range of the user's, how far it goes to each side of the scenario's value.
  public static let ratioUsual = 10.0

  /// Reads `PATH` or `PATH=LOW..HIGH`.
  ///
  /// Without a range, it goes from a tenth of the scenario's value to ten times that, as far as the
  /// parameter's own range and the rest of the scenario allow.
  ///
  /// - Parameters:
  ///   - text: As on the command line.
  ///   - option: That it belongs to, for errors.
  ///   - trials: The scenario.
  ///   - pushAt: When runs are given the value; nil: from their start.
  /// - Throws: That there is no such parameter, that it is no quantity, or what is wrong with the
  ///   range.
  public init(
    parsing text: String, option: String, in trials: ScenarioTrials, pushAt: Instant? = nil
  ) throws(ScenarioErrors) {
    let source = SourceText(name: option, text: text)
    let place = source.location(0..<source.bytes.count)
    func failure(_ kind: ScenarioError.Kind, _ message: String, _ help: String?) -> ScenarioErrors {
      ScenarioErrors([ScenarioError(kind, message, at: place, help: help)])
    }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts[0])
    let declarations = trials.base.declarations
    guard let found = declarations.first(where: { $0.path == path }) else {
      throw failure(
        .unknownName, "there is no parameter '\(Visible.text(path))'",
        SimilarNames.nearest(to: path, among: declarations.map(\.path)).map {
          "did you mean '\($0)'?"
        } ?? "see 'hindsight list parameters'")
    }
    guard let quantity = ParameterQuantity(found.kind), !found.isList else {
      throw failure(
        .wrongType, "'\(path)' is no number, duration or rate that could be more or less", nil)
    }
    let present = quantity.number(found.valueText)
    let texts: (String, String)
    if parts.count == 2 {
      texts = try Self.ends(String(parts[1]), quantity, failure)
    } else {
      guard let present, present > 0 else {
        throw failure(
          .missing, "'\(path)' is \(found.valueText), which has no tenth and no tenfold",
          "give a range, such as \(path)=LOW..HIGH")
      }
      texts = Self.usual(around: present, quantity, of: found)
    }
    guard let low = quantity.number(texts.0), let high = quantity.number(texts.1), low < high else {
      throw failure(
        .outOfRange, "the range \(texts.0)..\(texts.1) is empty", "write LOW..HIGH")
    }
    let isUsual = parts.count == 1
    let valueStart = path.utf8.count + 1
    let dots = valueStart + texts.0.utf8.count
    let (lowPlace, highPlace) =
      isUsual
      ? (place, place)
      : (source.location(valueStart..<dots), source.location((dots + 2)..<source.bytes.count))
    func placed(
      _ place: SourceLocation, _ work: () throws(ScenarioErrors) -> Void
    ) throws(ScenarioErrors) {
      do throws(ScenarioErrors) { try work() } catch { throw error.moved(from: option, to: place) }
    }
    func check(_ text: String, _ place: SourceLocation) throws(ScenarioErrors) {
      let sets = ["\(path)=\(text)"]
      try placed(place) { () throws(ScenarioErrors) in
        if let pushAt {
          try trials.check([], push: .init(at: pushAt, sets))
        } else {
          try trials.check(sets, of: [option])
        }
      }
    }
    func accepted(
      _ end: Double, _ text: String, _ place: SourceLocation
    ) throws(ScenarioErrors) -> (Double, String) {
      var (number, text) = (end, text)
      guard isUsual, let present else {
        try check(text, place)
        return (number, text)
      }
      // Taken back towards the scenario's value, to where the scenario accepts it.
      for _ in 0..<Self.halvings where (try? check(text, place)) == nil {
        number = quantity.rounded((number * present).squareRoot(), digits: Self.digits)
        text = quantity.text(number, digits: Self.digits)
      }
      try check(text, place)
      return (number, text)
    }
    self.path = path
    self.quantity = quantity
    unit = found.unit
    self.present = present
    presentText = found.valueText
    (self.low, lowText) = try accepted(low, texts.0, lowPlace)
    (self.high, highText) = try accepted(high, texts.1, highPlace)
    guard self.low < self.high else {
      throw failure(
        .conflict, "the scenario accepts no other value of '\(path)'", "give a range")
    }
    guard let pushAt else { return }
    // Only a run tells what is past by then; better now than after half of the work.
    for (text, place) in [(lowText, lowPlace), (highText, highPlace)] {
      try placed(place) { () throws(ScenarioErrors) in
        try trials.rehearse(
          .init([], seed: trials.header.seed, push: .init(at: pushAt, ["\(path)=\(text)"])))
      }
    }
  }

  private static let halvings = 6

  private static func ends(
    _ text: String, _ quantity: ParameterQuantity,
    _ failure: (ScenarioError.Kind, String, String?) -> ScenarioErrors
  ) throws(ScenarioErrors) -> (String, String) {
    let bytes = Array(text.utf8)
    let dots = bytes.indices.dropLast().first { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E }
    guard let dots else {
      throw failure(.syntax, "'\(Visible.text(text))' is no range", "write LOW..HIGH")
    }
    let low = String(decoding: bytes[..<dots], as: UTF8.self)
    let high = String(decoding: bytes[(dots + 2)...], as: UTF8.self)
    for end in [low, high] {
      guard let number = quantity.number(end), number >= 0 else {
        throw failure(
          .wrongType, "'\(Visible.text(end))' is no \(quantity.noun) at or above zero",
          "such as \(quantity.example)")
      }
    }
    return (low, high)
  }

  private static func usual(
    around present: Double, _ quantity: ParameterQuantity, of found: ParameterDeclaration
  ) -> (String, String) {
    let lower = found.lowerText.flatMap(quantity.number) ?? 0
    let upper = found.upperText.flatMap(quantity.number) ?? .infinity
    return (
      quantity.text(max(lower, present / ratioUsual), digits: digits),
      quantity.text(min(upper, present * ratioUsual), digits: digits)
    )
  }

  /// On which side of a range a value lies that is not in it.
  public enum Side: String, Sendable { case below, above }

  /// On which side of the range the scenario's own value lies; nil where it is in it, or there is
  /// none.
  public var presentSide: Side? {
    guard let present else { return nil }
    return present < low ? .below : present > high ? .above : nil
  }

  /// Whether both are amounts of the same thing, so that one can be taken from the other.
  ///
  /// The same parameter, or values of the same unit: nodes and users are both whole numbers and have no
  /// difference.
  public func isAmount(of other: ParameterSpan) -> Bool {
    guard quantity == other.quantity else { return false }
    if path == other.path { return true }
    switch quantity {
    case .duration, .rate: return unit == other.unit
    case .whole, .real: return unit == other.unit && !unit.isEmpty
    }
  }

  // MARK: The scale

  public var isLogarithmic: Bool { low > 0 }

  /// Where a number stands on the scale.
  public func coordinate(of number: Double) -> Double {
    isLogarithmic ? KernelMath.log(number) : number
  }

  public var coordinates: ClosedRange<Double> { coordinate(of: low)...coordinate(of: high) }

  /// The number at a place of the scale, as a scenario can have it.
  public func number(at coordinate: Double) -> Double {
    if coordinate <= coordinates.lowerBound { return low }
    if coordinate >= coordinates.upperBound { return high }
    if let present, present > 0 || !isLogarithmic, coordinate == self.coordinate(of: present) {
      return present
    }
    let number = isLogarithmic ? KernelMath.exp(coordinate) : coordinate
    return quantity.rounded(number, digits: Self.digits)
  }

  /// As a scenario would have it.
  public func text(of number: Double) -> String {
    if number == low { return lowText }
    if number == high { return highText }
    if number == present { return presentText }
    return quantity.text(number, digits: Self.digits)
  }

  /// The patch for a place of the scale.
  public func set(at coordinate: Double) -> String {
    "\(path)=\(text(of: number(at: coordinate)))"
  }

  /// So many values from end to end, evenly on the scale; fewer where neighbours would be the same.
  ///
  /// - Precondition: `count` is at least 2.
  public func values(count: Int) -> [Double] {
    precondition(count >= 2, "a span has two ends: \(count)")
    let (first, last) = (coordinates.lowerBound, coordinates.upperBound)
    var values: [Double] = []
    for step in 0..<count {
      let value = number(at: first + (last - first) * Double(step) / Double(count - 1))
      if values.last != value { values.append(value) }
    }
    return values
  }
}

extension ParameterQuantity {
  public var noun: String {
    switch self {
    case .duration: "duration"
    case .rate: "rate"
    case .whole: "whole number"
    case .real: "number"
    }
  }

  var example: String {
    switch self {
    case .duration: "250ms"
    case .rate: "4000/s"
    case .whole: "12"
    case .real: "0.5"
    }
  }
}
