import Scenarios
import SimulationKernel

// The operators of time.
extension Invariant.Parser {
  /// The whole text; nil when it is no formula.
  mutating func formula() -> Invariant.Formula? {
    guard let temporal = temporalAhead else {
      reportMissingOperator()
      return nil
    }
    advance()
    expect("(", "behind '\(temporal.rawValue)'")
    let formula = formula(temporal)
    expect(")", "at the end of '\(temporal.rawValue)'")
    if !isAtEnd {
      let isJoined = token.kind == .word("and") || token.kind == .word("or")
      report(
        Invariant.Problem(
          isJoined
            ? "'\(temporal.rawValue)' cannot be joined to something else"
            : "expected the end, found \(found)", at: token.range,
          help: isJoined ? "make two invariants of it" : nil))
    }
    return formula
  }

  private var temporalAhead: Invariant.Temporal? {
    guard case .word(let word) = token.kind else { return nil }
    return Invariant.Temporal(rawValue: word)
  }

  private mutating func reportMissingOperator() {
    let names = Invariant.Temporal.allCases.map(\.rawValue)
    if case .word(let word) = token.kind, position + 1 < tokens.count,
      tokens[position + 1].kind == .sign("("), Invariant.Function(rawValue: word) == nil
    {
      let nearest = SimilarNames.nearest(to: word, among: names)
      report(
        Invariant.Problem(
          "there is no operator '\(word)'", at: token.range, kind: .unknownName,
          help: nearest.map { "did you mean '\($0)'?" }
            ?? "an invariant is one of \(names.joined(separator: ", "))"))
      return
    }
    // What is wrong inside of it is told at once.
    let start = token.range.lowerBound
    if !isAtEnd { _ = condition() }
    report(
      Invariant.Problem(
        "an invariant says when its condition holds",
        at: start..<max(start, token.range.lowerBound),
        help: "write always(…), or one of \(names.dropFirst().joined(separator: ", "))"))
  }

  private mutating func formula(_ temporal: Invariant.Temporal) -> Invariant.Formula? {
    switch temporal {
    case .always: return .always(condition())
    case .never: return .never(condition())
    case .sometimes: return .sometimes(condition())
    case .atEnd: return .atEnd(condition())
    case .at:
      let clock = clock()
      guard clock != nil || token.kind == .sign(","), expect(",", "behind the time") else {
        return nil
      }
      let condition = condition()
      return clock.map { .at($0, condition) }
    case .eventually:
      let span = span("within", isRequired: false, of: temporal)
      return .eventually(within: span, condition())
    case .leadsTo:
      let span = span("within", isRequired: false, of: temporal)
      let cause = condition()
      guard expect(",", "between what leads and what it leads to") else { return nil }
      let effect = condition()
      checkLabel(before: cause)
      return .leadsTo(within: span, cause, effect)
    case .stays:
      let span = span("for", isRequired: true, of: temporal)
      let condition = condition()
      return span.map { .stays(for: $0, condition) }
    }
  }

  private mutating func condition() -> Invariant.Expression {
    let condition = expression()
    conditions.append(condition)
    return condition
  }

  private mutating func clock() -> Instant? {
    if case .clock(let instant) = token.kind {
      advance()
      return instant
    }
    report(
      Invariant.Problem(
        "expected a clock time, found \(found)", at: token.range,
        help: "such as at(\"15:32\", …)"))
    skip()
    return nil
  }

  /// The time with its label, such as `within: 15m,`.
  private mutating func span(
    _ label: String, isRequired: Bool, of temporal: Invariant.Temporal
  ) -> Duration? {
    let example = "\(temporal.rawValue)(\(label): 15m, …)"
    if case .word(let word) = token.kind, position + 1 < tokens.count,
      tokens[position + 1].kind == .sign(":")
    {
      if word != label {
        report(
          Invariant.Problem(
            "'\(temporal.rawValue)' takes '\(label):', not '\(word):'", at: token.range,
            kind: .unknownKey, help: "such as \(example)"))
      }
      advance()
      advance()
    } else if case .duration = token.kind, temporal != .leadsTo,
      tokens[position + 1].kind == .sign(",")
    {
      reportLabel(label, at: token.range, example)
    } else {
      if isRequired {
        report(
          Invariant.Problem(
            "expected '\(label):' and a time, found \(found)", at: token.range, kind: .missing,
            help: "such as \(example)"))
      }
      return nil
    }
    let span = positiveSpan("such as \(example)")
    expect(",", "behind the time")
    return span
  }

  private mutating func reportLabel(_ label: String, at range: Range<Int>, _ example: String) {
    report(
      Invariant.Problem("expected '\(label):' before the time", at: range, help: "write \(example)")
    )
  }

  /// What is behind the effect when the time was written without its label.
  private mutating func checkLabel(before cause: Invariant.Expression) {
    guard case .duration(_, let place) = cause, token.kind == .sign(",") else { return }
    reportLabel("within", at: place.range, "leadsTo(within: 5m, …)")
    advance()
    skip()
  }

  mutating func positiveSpan(_ help: String) -> Duration? {
    let place = token.range
    guard case .duration(let span) = token.kind else {
      let isBare = if case .number = token.kind { true } else { false }
      report(
        Invariant.Problem(
          isBare ? "a time has a unit" : "expected a time, found \(found)", at: place,
          kind: isBare ? .missingUnit : .syntax, help: help))
      skip()
      return nil
    }
    advance()
    if span <= .zero {
      report(Invariant.Problem("a time is above zero", at: place, kind: .outOfRange))
      return nil
    }
    return span
  }
}
