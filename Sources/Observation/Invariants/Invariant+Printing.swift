import Scenarios
import SimulationKernel

// The canonical text: parsing it gives the same expression again.

extension Invariant.Formula: CustomStringConvertible {
  public var description: String {
    func within(_ span: Duration?) -> String { span.map { "within: \(Units.text($0)), " } ?? "" }
    return switch self {
    case .always(let condition): "always(\(condition))"
    case .never(let condition): "never(\(condition))"
    case .sometimes(let condition): "sometimes(\(condition))"
    case .atEnd(let condition): "atEnd(\(condition))"
    case .at(let instant, let condition): "at(\"\(instant)\", \(condition))"
    case .eventually(let span, let condition): "eventually(\(within(span))\(condition))"
    case .leadsTo(let span, let cause, let effect): "leadsTo(\(within(span))\(cause), \(effect))"
    case .stays(let span, let condition): "stays(for: \(Units.text(span)), \(condition))"
    }
  }
}

extension Invariant.Expression: CustomStringConvertible {
  public var description: String {
    switch self {
    case .number(let value, _): Self.text(value)
    case .percent(let value, _): Self.text(value) + "%"
    case .duration(let span, _): Units.text(span)
    case .rate(let value, let unit, _): "\(Self.text(value))/\(unit.rawValue)"
    case .signal(let name, _): name
    case .negative(let operand, _): "-" + operand.text(above: 7)
    case .not(let operand, _): "not " + operand.text(above: 3)
    case .binary(let operation, let left, let right): Self.text(operation, left, right)
    case .call(let function, let argument, let span, _):
      "\(function.rawValue)(\(argument)\(span.map { ", \(Units.text($0))" } ?? ""))"
    case .invalid: "?"
    }
  }

  private static func text(
    _ operation: Invariant.Operator, _ left: Self, _ right: Self
  ) -> String {
    let own = operation.precedence
    // Operators of equal rank group to the left; comparisons do not follow each other.
    return left.text(above: operation.isComparison ? own + 1 : own)
      + " \(operation.rawValue) " + right.text(above: own + 1)
  }

  private func text(above precedence: Int) -> String {
    let own =
      switch self {
      case .binary(let operation, _, _): operation.precedence
      case .not: 3
      case .negative: 7
      case .number, .percent, .duration, .rate, .signal, .call, .invalid: 8
      }
    return own < precedence ? "(\(self))" : description
  }

  /// Whole numbers without `.0`.
  private static func text(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
