import Scenarios
import SimulationKernel

// Conditions and quantities.
extension Invariant.Parser {
  mutating func expression() -> Invariant.Expression { binary(above: 1) }

  /// Operators that bind at least as tightly as `precedence`, grouped to the left.
  private mutating func binary(above precedence: Int) -> Invariant.Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax else { return tooDeep() }
    var left = operand(above: precedence)
    var hasComparison = false
    while let operation = operatorAhead, operation.precedence >= precedence {
      if operation.isComparison, hasComparison {
        report(
          Invariant.Problem(
            "comparisons do not follow each other", at: token.range,
            help: "write 'a < b and b < c'"))
      }
      if operation.isComparison { hasComparison = true }
      if operation.precedence < 4 { hasComparison = false }
      advance()
      left = .binary(operation, left, binary(above: operation.precedence + 1))
    }
    return left
  }

  private var operatorAhead: Invariant.Operator? {
    switch token.kind {
    case .word(let word) where word == "and" || word == "or": Invariant.Operator(rawValue: word)
    case .sign(let sign): Invariant.Operator(rawValue: sign)
    case .word, .number, .percent, .duration, .rate, .clock, .invalid, .end: nil
    }
  }

  private mutating func tooDeep() -> Invariant.Expression {
    let place = token.range
    if !problems.contains(where: { $0.kind == .limit }) {
      report(
        Invariant.Problem(
          "more than \(Self.depthMax) levels of parentheses and operators", at: place,
          kind: .limit))
    }
    skip()
    return .invalid(Invariant.Place(place))
  }

  private mutating func operand(above precedence: Int) -> Invariant.Expression {
    let start = token.range.lowerBound
    if takeWord("not") {
      // Below the comparisons: `not a < b` is `not (a < b)`.
      let operand = binary(above: 3)
      return .not(operand, Invariant.Place(start..<max(start, operand.range.upperBound)))
    }
    if take("-") {
      let operand = binary(above: 7)
      return .negative(operand, Invariant.Place(start..<max(start, operand.range.upperBound)))
    }
    return primary()
  }

  private mutating func primary() -> Invariant.Expression {
    let place = Invariant.Place(token.range)
    switch token.kind {
    case .number(let value):
      advance()
      return .number(value, place)
    case .percent(let value):
      advance()
      return .percent(value, place)
    case .duration(let span):
      advance()
      return .duration(span, place)
    case .rate(let value, let unit):
      advance()
      return .rate(value, unit, place)
    case .invalid:
      skip()
      return .invalid(place)
    case .word(let word): return named(word, place)
    case .sign("("):
      advance()
      let inner = expression()
      expect(")", "to close the parenthesis")
      return inner
    case .clock:
      report(
        Invariant.Problem(
          "a clock time stands only in 'at'", at: token.range,
          help: "such as at(\"15:32\", users.served >= 99%)"))
      advance()
      return .invalid(place)
    case .sign, .end:
      if !isDone {
        report(
          Invariant.Problem(
            "expected a signal, a quantity or a function, found \(found)", at: token.range))
      }
      skip()
      return .invalid(place)
    }
  }

  // MARK: Names

  private mutating func named(_ word: String, _ place: Invariant.Place) -> Invariant.Expression {
    let isCall = tokens[position + 1].kind == .sign("(")
    if ["and", "or"].contains(word) {
      report(
        Invariant.Problem("expected a condition before '\(word)'", at: place.range))
      return .invalid(place)
    }
    advance()
    if isCall { return call(word, place) }
    guard Invariant.Function(rawValue: word) == nil, Invariant.Temporal(rawValue: word) == nil
    else {
      report(
        Invariant.Problem(
          "'\(word)' is a function, not a signal", at: place.range, kind: .wrongType,
          help: "such as \(word)(users.served)"))
      return .invalid(place)
    }
    return .signal(word, place)
  }

  private mutating func call(_ word: String, _ place: Invariant.Place) -> Invariant.Expression {
    guard let function = Invariant.Function(rawValue: word) else { return unknownCall(word, place) }
    advance()
    let argument = expression()
    var span: Duration?
    if take(",") { span = positiveSpan("such as \(word)(\(argument), 5m)") }
    if take(",") {
      report(
        Invariant.Problem(
          "'\(word)' takes a signal and a time", at: token.range,
          help: "such as \(word)(\(argument), 5m)"))
      while !isAtEnd, token.kind != .sign(")") { advance() }
    }
    let end = token.range.upperBound
    expect(")", "at the end of '\(word)'")
    return .call(
      function, argument, over: span,
      Invariant.Place(place.range.lowerBound..<max(place.range.upperBound, end)))
  }

  private mutating func unknownCall(_ word: String, _ place: Invariant.Place)
    -> Invariant.Expression
  {
    if Invariant.Temporal(rawValue: word) != nil {
      report(
        Invariant.Problem(
          "'\(word)' stands at the outside, not in a condition", at: place.range,
          kind: .conflict,
          help: "operators of time do not nest; make invariants of their own of them"))
    } else {
      let usual = ["avg": "mean", "average": "mean", "increase": "delta", "derivative": "rate"]
      let names = Invariant.Function.allCases.map(\.rawValue)
      let nearest = usual[word] ?? SimilarNames.nearest(to: word, among: names)
      report(
        Invariant.Problem(
          "there is no function '\(word)'", at: place.range, kind: .unknownName,
          help: nearest.map { "did you mean '\($0)'?" }
            ?? "there are \(names.joined(separator: ", "))"))
    }
    advance()
    // Its arguments are read for their own errors.
    repeat { _ = argument() } while take(",")
    _ = take(")")
    return .invalid(place)
  }

  private mutating func argument() -> Invariant.Expression {
    if case .word = token.kind, position + 1 < tokens.count,
      tokens[position + 1].kind == .sign(":")
    {
      advance()
      advance()
    }
    if case .clock = token.kind {
      let place = Invariant.Place(token.range)
      advance()
      return .invalid(place)
    }
    return expression()
  }
}
