import Scenarios
import SimulationKernel

extension Invariant.Node {
  /// The values that made a condition come out as it did: those of the comparisons that decided it.
  func explanation(_ moment: Invariant.Moment, wanted: Bool) -> String {
    deciding(truth(moment), moment)
      .map { $0.explanation(moment, wanted: wanted) }
      .joined(separator: "; ")
  }

  /// The comparisons because of which the condition is so; all that have no value when it is unknown.
  private func deciding(
    _ truth: Invariant.Truth, _ moment: Invariant.Moment
  ) -> [Invariant.Comparison] {
    switch self {
    case .comparison(let comparison): return [comparison]
    case .not(let operand): return operand.deciding(truth.negated, moment)
    case .logical(_, let left, let right):
      let sides = [left, right].filter { $0.truth(moment) == truth }
      return (sides.isEmpty ? [left, right] : sides).flatMap { $0.deciding(truth, moment) }
    case .constant, .signal, .negative, .arithmetic, .window: return []
    }
  }
}

extension Invariant.Comparison {
  /// `users.served = 4,321,000 (43.2%), wanted >= 99%`, or, of what came true and ought not,
  /// `users.served = 4,321,000 (43.2%), which is < 50%`.
  func explanation(_ moment: Invariant.Moment, wanted: Bool) -> String {
    let isFlipped = left.isConstant && !right.isConstant
    let (first, second) = isFlipped ? (right, left) : (left, right)
    let holds = truth(moment) == .yes
    let link = holds || !wanted ? (holds ? "which is" : "which is not") : "wanted"
    let sign = isFlipped ? operation.mirrored : operation.rawValue
    let bound = second.isConstant ? second.text : second.told(moment, beside: first)
    return "\(first.told(moment, beside: second)), \(link) \(sign) \(bound)"
  }
}

extension Invariant.Operator {
  /// The sign of the same comparison with its sides exchanged.
  fileprivate var mirrored: String {
    switch self {
    case .less: ">"
    case .atMost: ">="
    case .greater: "<"
    case .atLeast: "<="
    case .equal, .unequal, .or, .and, .plus, .minus, .times, .over: rawValue
    }
  }
}

extension Invariant.Side {
  /// `users.served = 4,321,000 (43.2%)`, with the values of what it is made of.
  fileprivate func told(_ moment: Invariant.Moment, beside other: Invariant.Side) -> String {
    let value = shown.value(moment)
    guard value.isFinite else {
      return "\(text) has no value" + list(moment)
    }
    // Beside a bare number a ratio is one too, and a bare number is what it is compared with.
    let isBare =
      dimension.thing == .any || dimension.thing == .something
      || dimension == .ratio && other.dimension.thing == .any
    let dimension = isBare ? other.dimension : dimension
    var told = "\(text) = "
    if let whole {
      let share = value / whole.value(moment)
      let bound = other.isConstant ? other.node.value(moment) : .nan
      told += Invariant.ValueText.text(value, dimension)
      if share.isFinite {
        told += " (\(Invariant.ValueText.text(share, .ratio, apartFrom: bound)))"
      }
    } else {
      told += Invariant.ValueText.text(
        value, dimension, apartFrom: other.isConstant ? other.node.value(moment) : .nan)
    }
    return told + list(moment)
  }

  private func list(_ moment: Invariant.Moment) -> String {
    guard !parts.isEmpty else { return "" }
    let values = parts.map { part in
      let value = part.node.value(moment)
      return value.isFinite
        ? "\(part.text) = \(Invariant.ValueText.text(value, part.dimension))"
        : "\(part.text) has no value"
    }
    return " [\(values.joined(separator: ", "))]"
  }
}
