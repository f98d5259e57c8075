import Scenarios
import SimulationKernel

// Which quantities go together.
extension Invariant.Checker {
  mutating func arithmetic(
    _ operation: Invariant.Operator, _ left: Invariant.Expression, _ right: Invariant.Expression,
    _ expression: Invariant.Expression
  ) -> Typed {
    guard let (one, other) = quantities(left, right) else { return .unknown }
    let (first, second) = (one.typed, other.typed)
    let dimension: Invariant.Dimension? =
      switch operation {
      case .plus, .minus: one.dimension.joined(with: other.dimension)
      case .times: one.dimension.times(other.dimension)
      case .over: one.dimension.over(other.dimension)
      case .or, .and, .less, .atMost, .greater, .atLeast, .equal, .unequal: nil
      }
    guard let dimension else {
      reportMismatch(operation, one, other, expression)
      return .unknown
    }
    if reportsForm(operation, left, right, first, second) { return .unknown }
    var result = Typed(
      kind: .quantity(dimension), node: .arithmetic(operation, first.node, second.node),
      isConstant: first.isConstant && second.isConstant)
    result.hasPercent = first.hasPercent || second.hasPercent
    result.parts =
      first.parts
      + second.parts.filter { part in
        !first.parts.contains { $0.text == part.text }
      }
    switch operation {
    // Parts of one whole add up to a part of it.
    case .plus, .minus: result.whole = first.whole == second.whole ? first.whole : nil
    // A multiple of a part is one of the whole too, but not what a rate makes of it.
    case .times:
      if second.isConstant, dimension == one.dimension { result.whole = first.whole }
      if first.isConstant, dimension == other.dimension { result.whole = second.whole }
    case .over:
      if second.isConstant, dimension == one.dimension { result.whole = first.whole }
    case .or, .and, .less, .atMost, .greater, .atLeast, .equal, .unequal: break
    }
    return result
  }

  private typealias Operand = (
    expression: Invariant.Expression, typed: Typed, dimension: Invariant.Dimension
  )

  /// Both sides of an operation on quantities; reports each side that is none.
  private mutating func quantities(
    _ left: Invariant.Expression, _ right: Invariant.Expression
  ) -> (Operand, Operand)? {
    let (first, second) = (typed(left), typed(right))
    if case .quantity(let one) = first.kind, case .quantity(let other) = second.kind {
      return ((left, first, one), (right, second, other))
    }
    _ = refuseQuantity(second, right)
    _ = refuseQuantity(first, left)
    return nil
  }

  private mutating func reportMismatch(
    _ operation: Invariant.Operator, _ left: Operand, _ right: Operand,
    _ expression: Invariant.Expression
  ) {
    for (side, other) in [(left, right), (right, left)]
    where side.typed.hasPercent && other.dimension.thing != .none && !operation.isComparison {
      let whole = other.typed.whole.map { catalogue.signals[$0].name }
      report(
        .wrongUnit, "a percentage is not added to \(other.dimension.text)", at: side.expression,
        help: whole.map { "divide by the whole first: \(other.expression) / \($0)" })
      return
    }
    let verbs: [Invariant.Operator: String] = [
      .plus: "added to", .minus: "subtracted from", .times: "multiplied by", .over: "divided by",
    ]
    let verb = verbs[operation] ?? "compared with"
    let (first, second) =
      operation == .minus || operation == .plus
      ? (right.dimension, left.dimension) : (left.dimension, right.dimension)
    report(
      .conflict, "\(first.text) cannot be \(verb) \(second.text)", at: expression,
      help: Self.unitHelp(left, right))
  }

  /// What a bare number should have been written like.
  private static func unitHelp(_ left: Operand, _ right: Operand) -> String? {
    for (side, other) in [(left, right), (right, left)] {
      guard case .number(let value, _) = side.expression else { continue }
      let text = "\(Invariant.Expression.number(value, Invariant.Place(0..<0)))"
      if other.dimension == .time { return "write a unit: \(text)s or \(text)ms" }
      if other.dimension.seconds == -1 { return "write a rate: \(text)/s" }
    }
    return nil
  }

  // MARK: Comparisons

  mutating func comparison(
    _ operation: Invariant.Operator, _ left: Invariant.Expression, _ right: Invariant.Expression
  ) -> Typed {
    guard let operands = quantities(left, right) else { return .unknown }
    let (first, second) = (operands.0.typed, operands.1.typed)
    if reportsForm(operation, left, right, first, second) { return .unknown }
    let sides: (Invariant.Node, Invariant.Node)
    if let whole = wholeForPercent(operands.0, operands.1) {
      sides = (.arithmetic(.over, first.node, whole), second.node)
    } else if let whole = wholeForPercent(operands.1, operands.0) {
      sides = (first.node, .arithmetic(.over, second.node, whole))
    } else if refusesPercent(operands.0, operands.1) || refusesPercent(operands.1, operands.0) {
      return .unknown
    } else if operands.0.dimension.joined(with: operands.1.dimension) != nil {
      sides = (first.node, second.node)
    } else {
      reportMismatch(operation, operands.0, operands.1, .binary(operation, left, right))
      return .unknown
    }
    let comparison = Invariant.Comparison(
      operation: operation, left: side(operands.0, node: sides.0),
      right: side(operands.1, node: sides.1))
    return Typed(
      kind: .condition, node: .comparison(comparison),
      isConstant: first.isConstant && second.isConstant)
  }

  /// The whole of a part that is held against a percentage.
  ///
  /// The part is divided by it, rather than the percentage multiplied: the quotient of two counts
  /// that are exactly 7 % is the double that `7%` is.
  private mutating func wholeForPercent(_ part: Operand, _ share: Operand) -> Invariant.Node? {
    guard share.typed.isConstant, share.typed.hasPercent, share.dimension == .ratio,
      part.dimension.seconds == 0, let whole = part.typed.whole
    else { return nil }
    return read(whole)
  }

  /// Reports a percentage of something that is not a part of a whole, or a share without its `%`.
  private mutating func refusesPercent(_ part: Operand, _ share: Operand) -> Bool {
    let things: [Invariant.Dimension.Thing] = [.users, .nodes, .count]
    let counts = things.contains(part.dimension.thing)
    if counts, share.typed.hasPercent, share.typed.isConstant {
      report(
        .wrongUnit,
        "'\(Visible.text("\(part.expression)"))' has no whole for a percentage to be of",
        at: share.expression,
        help: part.dimension.seconds == 0
          ? "compare it with a number, or divide it: \(part.expression) / users.online"
          : "compare it with a rate, such as 4000/s, or with another rate")
      return true
    }
    if counts, part.dimension.seconds == 0, case .number(let value, _) = share.expression,
      value > 0, value < 1
    {
      let percent = Invariant.Expression.percent(value * 100, Invariant.Place(0..<0))
      report(
        .wrongUnit, "\(share.expression) is less than one of \(part.dimension.text)",
        at: share.expression,
        help: part.typed.whole == nil ? nil : "a share of the whole is written \(percent)")
      return true
    }
    if part.typed.isShare, case .number(let value, _) = share.expression, value > 1 {
      let percent = Invariant.Expression.percent(value, Invariant.Place(0..<0))
      report(
        .wrongUnit, "\(share.expression) is more than all of a share", at: share.expression,
        help: "a share is written \(percent)")
      return true
    }
    return false
  }

  private mutating func side(_ operand: Operand, node: Invariant.Node) -> Invariant.Side {
    let text = "\(operand.expression)"
    return Invariant.Side(
      node: node, text: text, shown: operand.typed.node,
      dimension: operand.dimension, whole: operand.typed.whole.map { read($0) },
      isConstant: operand.typed.isConstant, parts: operand.typed.parts.filter { $0.text != text })
  }

  // MARK: Functions

  mutating func call(
    _ function: Invariant.Function, _ argument: Invariant.Expression, _ span: Duration?,
    _ expression: Invariant.Expression
  ) -> Typed {
    let inner = typed(argument)
    checkSpan(span, expression)
    let input: Invariant.WindowPlan.Input
    var result: Typed
    switch inner.kind {
    case .unknown: return .unknown
    case .condition: return refuseQuantity(inner, argument)
    case .distribution(let number):
      guard function.rank != nil || [.min, .max, .mean].contains(function) else {
        report(
          .wrongType, "'\(function.rawValue)' is of a number, and '\(argument)' is a distribution",
          at: expression, help: "take a figure of it: p99(\(argument)) or mean(\(argument), 5m)")
        return .unknown
      }
      if !plan.distributions.contains(number) { plan.distributions.append(number) }
      input = .distribution(number)
      result = Typed(kind: .quantity(Invariant.Dimension(catalogue.signals[number].unit)))
    case .quantity(let dimension):
      guard function.rank == nil else {
        let names = catalogue.signals.filter { $0.form == .distribution }.map(\.name)
        report(
          .wrongType,
          "'\(function.rawValue)' is of a distribution, and '\(argument)' is one number",
          at: expression,
          help: "write max(…) or mean(…); distributions are \(names.joined(separator: ", "))")
        return .unknown
      }
      if inner.isConstant {
        report(.conflict, "'\(argument)' reads no signal, and never changes", at: argument)
        return .unknown
      }
      input = .value(inner.node)
      var dimension = dimension
      if function == .rate { dimension.seconds -= 1 }
      result = Typed(kind: .quantity(dimension))
      result.whole = function == .rate ? nil : inner.whole
      result.isShare = inner.isShare && [.min, .max, .mean].contains(function)
    }
    result.node = .window(plan.windows.count)
    plan.windows.append(Invariant.WindowPlan(function: function, input: input, span: span))
    if case .quantity(let dimension) = result.kind {
      result.parts = [
        Invariant.Side.Part(text: "\(expression)", node: result.node, dimension: dimension)
      ]
    }
    return result
  }

  private mutating func checkSpan(_ span: Duration?, _ expression: Invariant.Expression) {
    guard let span else { return }
    if span < step {
      report(
        .outOfRange,
        "\(Units.text(span)) is shorter than the \(Units.text(step)) between two looks",
        at: expression, help: "set 'every' to \(Units.text(span)) or less")
    } else if span.nanoseconds / step.nanoseconds >= Self.samplesMax {
      report(
        .limit,
        "\(Units.text(span)) are more than \(Self.samplesMax) looks of \(Units.text(step)) each",
        at: expression, help: "set a longer 'every'")
    } else if span.nanoseconds % step.nanoseconds != 0 {
      let below = step * (span.nanoseconds / step.nanoseconds)
      report(
        .outOfRange,
        "\(Units.text(span)) is no multiple of the \(Units.text(step)) between two looks",
        at: expression,
        help: "the nearest are \(Units.text(below)) and \(Units.text(below + step))")
    }
  }
}
