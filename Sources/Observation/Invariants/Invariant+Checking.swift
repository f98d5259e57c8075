import Scenarios
import SimulationKernel

extension Invariant {
  /// Finds the signals of an expression and checks what is compared and added with what.
  struct Checker {
    let catalogue: SignalCatalogue
    /// From one look at the run to the next.
    let step: Duration
    var plan = Plan()
    var problems: [Problem] = []

    /// Samples that a window may keep.
    static let samplesMax: Int64 = 10_000

    init(_ catalogue: SignalCatalogue, every step: Duration) {
      self.catalogue = catalogue
      self.step = step
    }

    /// What an expression turned out to be.
    struct Typed {
      enum Kind {
        case condition
        case quantity(Dimension)
        case distribution(Int)
        /// Its error has been told.
        case unknown
      }

      let kind: Kind
      var node = Node.constant(.nan)
      /// Reads no signal.
      var isConstant = false
      var hasPercent = false
      /// A share of something, which is never above one; a multiple of it or a sum may be.
      var isShare = false
      /// The signal that is all of what this counts.
      var whole: Int?
      var parts: [Side.Part] = []

      static var unknown: Typed { Typed(kind: .unknown) }
    }

    mutating func report(
      _ kind: ScenarioError.Kind, _ message: String, at expression: Expression,
      help: String? = nil
    ) {
      problems.append(Problem(message, at: expression.range, kind: kind, help: help))
    }

    // MARK: Formulas

    mutating func check(_ formula: Formula) {
      if let span = formula.span, let condition = formula.conditions.first {
        if span < step {
          report(
            .outOfRange,
            "\(Units.text(span)) is shorter than the \(Units.text(step)) between two looks",
            at: condition, help: "set 'every' to \(Units.text(span)) or less")
        } else if case .stays = formula, span == step {
          report(
            .outOfRange,
            "\(Units.text(span)) is no longer than the \(Units.text(step)) between two looks, so that "
              + "whatever holds at a look would have lasted",
            at: condition, help: "set 'every' to less than \(Units.text(span))")
        }
      }
      for condition in formula.conditions { check(condition: condition) }
    }

    mutating func check(condition: Expression) {
      let typed = typed(condition)
      switch typed.kind {
      case .condition:
        if typed.isConstant { reportConstant(condition) }
        plan.conditions.append(typed.node)
      case .quantity, .distribution: reportNoCondition(condition, typed)
      case .unknown: break
      }
    }

    private mutating func reportConstant(_ condition: Expression) {
      report(
        .conflict, "this condition reads no signal, so nothing in a run can change it",
        at: condition)
    }

    private mutating func reportNoCondition(_ expression: Expression, _ typed: Typed) {
      let text = Visible.text("\(expression)")
      var help: String?
      if case .distribution = typed.kind {
        help = "compare a percentile: p99(\(text)) < 250ms"
      } else if typed.whole != nil {
        help = "compare it: \(text) >= 99%"
      } else if case .quantity(let dimension) = typed.kind {
        help =
          "compare it: \(text) < \(dimension == .time ? "5s" : dimension == .ratio ? "90%" : "1000")"
      }
      report(
        .wrongType, "a condition is needed here, not \(Self.noun(typed))", at: expression,
        help: help)
    }

    static func noun(_ typed: Typed) -> String {
      switch typed.kind {
      case .condition: "a condition"
      case .quantity(let dimension): dimension.text
      case .distribution: "a distribution"
      case .unknown: "something unknown"
      }
    }

    // MARK: Expressions

    mutating func typed(_ expression: Expression) -> Typed {
      switch expression {
      case .number(let value, _): constant(value, .number)
      case .percent(let value, _): percent(value)
      case .duration(let span, _): constant(span.seconds, .time)
      case .rate(let value, let unit, _): constant(value / unit.seconds, .rate)
      case .signal(let name, _): signal(name, expression)
      case .negative(let operand, _): negative(operand)
      case .not(let operand, _): not(operand)
      case .binary(let operation, let left, let right):
        if operation.isComparison {
          comparison(operation, left, right)
        } else if operation == .and || operation == .or {
          logical(operation, left, right)
        } else {
          arithmetic(operation, left, right, expression)
        }
      case .call(let function, let argument, let span, _):
        call(function, argument, span, expression)
      case .invalid: .unknown
      }
    }

    private func constant(_ value: Double, _ dimension: Dimension) -> Typed {
      Typed(kind: .quantity(dimension), node: .constant(value), isConstant: true)
    }

    /// The double nearest to the share: dividing by a hundred would round a second time.
    private func percent(_ value: Double) -> Typed {
      let text = value.description
      let parts = text.split(separator: "e")
      let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - 2
      var typed = constant(Double("\(parts[0])e\(exponent)") ?? value / 100, .ratio)
      typed.hasPercent = true
      return typed
    }

    private mutating func signal(_ name: String, _ expression: Expression) -> Typed {
      guard let number = catalogue.index(of: name) else {
        reportUnknown(name, expression)
        return .unknown
      }
      let signal = catalogue.signals[number]
      guard signal.form == .value else { return Typed(kind: .distribution(number)) }
      let node = read(number)
      return Typed(
        kind: .quantity(Dimension(signal.unit)), node: node, isShare: signal.unit == .share,
        whole: signal.whole.flatMap(catalogue.index),
        parts: [Side.Part(text: name, node: node, dimension: Dimension(signal.unit))])
    }

    /// What brings a signal to seconds, where it is a time.
    private func factor(of unit: MetricUnit) -> Double {
      switch unit {
      case .minutes, .userMinutes: 60
      case .users, .seconds, .nodes, .count, .clusters, .ratio, .share, .clock, .perSecond: 1
      }
    }

    /// Takes note that a signal is read.
    mutating func read(_ number: Int) -> Node {
      if !plan.values.contains(number) {
        plan.values.append(number)
        plan.values.sort()
      }
      return .signal(number, factor: factor(of: catalogue.signals[number].unit))
    }

    private mutating func reportUnknown(_ name: String, _ expression: Expression) {
      if catalogue.figures.contains(name) {
        report(
          .unknownName, "'\(name)' is known only when a run is over", at: expression,
          help: "state it as a fact, with its bounds")
        return
      }
      let names = catalogue.signals.map(\.name)
      let nearest = SimilarNames.nearest(to: name, among: names)
      report(
        .unknownName, "there is no signal '\(Visible.text(name))'", at: expression,
        help: nearest.map { "did you mean '\($0)'?" })
    }

    private mutating func negative(_ operand: Expression) -> Typed {
      let inner = typed(operand)
      guard case .quantity = inner.kind else { return refuseQuantity(inner, operand) }
      var result = inner
      result.node = .negative(inner.node)
      return result
    }

    private mutating func not(_ operand: Expression) -> Typed {
      let inner = typed(operand)
      guard case .condition = inner.kind else {
        if case .unknown = inner.kind { return .unknown }
        reportNoCondition(operand, inner)
        return .unknown
      }
      return Typed(kind: .condition, node: .not(inner.node), isConstant: inner.isConstant)
    }

    private mutating func logical(
      _ operation: Operator, _ left: Expression, _ right: Expression
    ) -> Typed {
      let sides = [left, right].map { side -> Typed? in
        let typed = typed(side)
        switch typed.kind {
        case .condition: return typed
        case .unknown: return nil
        case .quantity, .distribution:
          reportNoCondition(side, typed)
          return nil
        }
      }
      guard let first = sides[0], let second = sides[1] else { return .unknown }
      // Where both are constant the whole is told of, once.
      if first.isConstant != second.isConstant { reportConstant(first.isConstant ? left : right) }
      if reportsForm(operation, left, right, first, second) { return .unknown }
      return Typed(
        kind: .condition, node: .logical(operation, first.node, second.node),
        isConstant: first.isConstant && second.isConstant)
    }

    /// Reports what stands where a number is needed.
    mutating func refuseQuantity(_ typed: Typed, _ expression: Expression) -> Typed {
      let text = Visible.text("\(expression)")
      switch typed.kind {
      case .quantity, .unknown: break
      case .condition:
        report(
          .wrongType, "a quantity is needed here, not a condition", at: expression,
          help: "conditions are joined with 'and' and 'or'")
      case .distribution:
        report(
          .wrongType, "'\(text)' is a distribution, not one number", at: expression,
          help: "take a figure of it: p99(\(text)) or mean(\(text), 5m)")
      }
      return .unknown
    }
  }
}
