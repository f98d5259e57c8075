import SimulationKernel

/// What values a parameter may take; bounds belong to it.
public struct ParameterRange<Value: Sendable>: Sendable {
  /// `nil` where only the type's own end is the bound, which nobody wants to read.
  let lower: Value?
  let upper: Value?
  private let isBelow: @Sendable (Value, Value) -> Bool

  /// A range with a bound where there is one.
  public init(lower: Value?, upper: Value?) where Value: Comparable {
    self.lower = lower
    self.upper = upper
    isBelow = { $0 < $1 }
  }

  /// A range of the durations; every word of the choice is in it.
  public init<Choice>(durations range: ClosedRange<Duration>)
  where Value == ChoiceOrDuration<Choice> {
    lower = .duration(range.lowerBound)
    upper = .duration(range.upperBound)
    isBelow = { left, right in
      guard case .duration(let first) = left, case .duration(let second) = right else {
        return false
      }
      return first < second
    }
  }

  func contains(_ value: Value) -> Bool {
    if let lower, isBelow(value, lower) { return false }
    if let upper, isBelow(upper, value) { return false }
    return true
  }

  /// `5s to 20s`, `at least 1`, `at most 5`; empty without bounds.
  func text(_ format: ParameterFormat<Value>) -> String {
    switch (lower.map(format.text), upper.map(format.text)) {
    case (let lower?, let upper?): lower == upper ? lower : "\(lower) to \(upper)"
    case (let lower?, nil): "at least \(lower)"
    case (nil, let upper?): "at most \(upper)"
    case (nil, nil): ""
    }
  }
}

extension ParameterRange where Value == Duration {
  public init(_ range: ClosedRange<Duration>) {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    self.init(
      lower: lower.nanoseconds == .min ? nil : lower,
      upper: upper.nanoseconds == .max ? nil : upper)
  }

  /// Spans that are not negative.
  public static var notNegative: ParameterRange { ParameterRange(lower: .zero, upper: nil) }
}

extension ParameterRange where Value == Instant {
  public init(_ range: ClosedRange<Instant>) {
    self.init(
      lower: range.lowerBound == .start ? nil : range.lowerBound,
      upper: range.upperBound == .endOfTime ? nil : range.upperBound)
  }
}

extension ParameterRange where Value == Int {
  public init(_ range: ClosedRange<Int>) {
    self.init(
      lower: range.lowerBound == .min ? nil : range.lowerBound,
      upper: range.upperBound == .max ? nil : range.upperBound)
  }
}

extension ParameterRange where Value == Double {
  public init(_ range: ClosedRange<Double>) {
    let largest = Double.greatestFiniteMagnitude
    self.init(
      lower: range.lowerBound <= -largest ? nil : range.lowerBound,
      upper: range.upperBound >= largest ? nil : range.upperBound)
  }
}

extension ParameterRange where Value == ExactFraction {
  public init(_ range: ClosedRange<ExactFraction>) {
    self.init(lower: range.lowerBound, upper: range.upperBound)
  }
}
