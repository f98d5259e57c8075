// What comes out of an expression by its form alone, whatever its signals are.
extension Invariant.Checker {
  /// Reports an operation whose sides settle it: a condition that no run can change proves nothing.
  ///
  /// Only sides that are the same as they are written; what is equal by arithmetic is not found, and
  /// a side that is a constant is told of elsewhere.
  ///
  /// - Returns: Whether there was something to report.
  mutating func reportsForm(
    _ operation: Invariant.Operator, _ left: Invariant.Expression, _ right: Invariant.Expression,
    _ first: Typed, _ second: Typed
  ) -> Bool {
    guard !first.isConstant, !second.isConstant,
      let reason = Self.form(operation, left, right)
    else { return false }
    report(.conflict, reason, at: .binary(operation, left, right))
    return true
  }

  private static func form(
    _ operation: Invariant.Operator, _ left: Invariant.Expression, _ right: Invariant.Expression
  ) -> String? {
    switch operation {
    case .equal, .atLeast, .atMost:
      left == right ? "both sides are the same, so this can never fail" : nil
    case .unequal, .less, .greater:
      left == right ? "both sides are the same, so this can never hold" : nil
    case .minus: left == right ? "both sides are the same, so this is always 0" : nil
    case .over: left == right ? "both sides are the same, so this is always 1" : nil
    case .or:
      areOpposite(left, right)
        ? "one side is the opposite of the other, so this can never fail" : nil
    case .and:
      areOpposite(left, right)
        ? "one side is the opposite of the other, so this can never hold" : nil
    case .plus, .times: nil
    }
  }

  private static func areOpposite(
    _ left: Invariant.Expression, _ right: Invariant.Expression
  ) -> Bool {
    if case .not(let operand, _) = right, operand == left { return true }
    if case .not(let operand, _) = left, operand == right { return true }
    return false
  }
}
