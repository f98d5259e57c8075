import SimulationKernel
import Testing

@testable import Observation

/// Monitors, which keep next to nothing, against a model that keeps the whole run.
@Suite("Monitors against the model")
struct InvariantMonitorModelTests {
  private static let place = Invariant.Place(0..<0)

  @Test("Random invariants on random runs come out alike", arguments: 0..<8 as Range<UInt64>)
  func agree(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var verdicts: [InvariantVerdict.Verdict: Int] = [:]
    for round in 0..<150 {
      let formula = Self.formula(&dice)
      let trace = Self.trace(&dice)
      let invariant = try InvariantFixture.invariant(formula.description)
      #expect(invariant.formula == formula)
      let isWhole = dice.below(2) == 0
      let found = trace.verdict(invariant, isWhole: isWhole)
      let wanted = InvariantModel(trace: trace, formula: formula, isWhole: isWhole).outcome
      #expect(
        found.verdict == wanted.verdict && found.at == wanted.at,
        "seed \(seed), round \(round): \(formula): \(found), wanted \(wanted)")
      verdicts[wanted.verdict, default: 0] += 1
    }
    // Otherwise the runs or the invariants say nothing.
    for verdict in [InvariantVerdict.Verdict.held, .broken, .vacuous] {
      #expect(verdicts[verdict, default: 0] > 10, "seed \(seed): \(verdicts)")
    }
  }

  private static func trace(_ dice: inout Dice) -> Trace {
    let looks = 1 + dice.below(25)
    var trace = Trace(looks: looks)
    func column(_ dice: inout Dice, _ values: [Double], gaps: Int) -> [Double?] {
      var last = dice.pick(values)
      return (0..<looks).map { _ in
        if dice.below(3) == 0 { last = dice.pick(values) }
        return dice.below(100) < gaps ? nil : last
      }
    }
    let gaps = dice.pick([0, 0, 10, 60])
    trace.values["users.online"] = column(&dice, [0, 10, 10, 10], gaps: 0)
    trace.values["users.served"] = column(&dice, [0, 3, 7, 9, 10], gaps: gaps)
    trace.values["clients.attempts"] = column(&dice, [0, 5, 20, 1e300], gaps: gaps)
    trace.values["load"] = column(&dice, [0, 0.07, 0.5, 1], gaps: gaps)
    trace.values["wait"] = column(&dice, [0, 0.25, 10], gaps: gaps)
    return trace
  }

  private static func formula(_ dice: inout Dice) -> Invariant.Formula {
    let first = condition(&dice, depth: 2)
    let span = Duration.seconds(Int64(11 + dice.below(90)))
    switch dice.below(8) {
    case 0: return .always(first)
    case 1: return .never(first)
    case 2: return .sometimes(first)
    case 3: return .atEnd(first)
    case 4: return .at(.start + .hours(14) + .seconds(Int64(dice.below(300)) - 30), first)
    case 5: return .eventually(within: dice.below(4) == 0 ? nil : span, first)
    case 6:
      return .leadsTo(
        within: dice.below(4) == 0 ? nil : span, first, condition(&dice, depth: 1))
    default: return .stays(for: span, first)
    }
  }

  private static func condition(_ dice: inout Dice, depth: Int) -> Invariant.Expression {
    switch dice.below(depth > 0 ? 7 : 4) {
    case 4: return .not(condition(&dice, depth: depth - 1), place)
    case 5, 6:
      return .binary(
        dice.pick([.and, .or]), condition(&dice, depth: depth - 1),
        condition(&dice, depth: depth - 1))
    default: return comparison(&dice)
    }
  }

  private static func comparison(_ dice: inout Dice) -> Invariant.Expression {
    let operation = dice.pick(Invariant.Operator.allCases.filter(\.isComparison))
    let percent = Invariant.Expression.percent(dice.pick([0, 7, 30, 50, 70, 99, 100]), place)
    switch dice.below(6) {
    case 0: return .binary(operation, quantity("users.served", &dice, depth: 2), percent)
    case 1: return .binary(operation, quantity("load", &dice, depth: 2), percent)
    case 2:
      return .binary(
        operation, quantity("users.served", &dice, depth: 1),
        quantity("users.online", &dice, depth: 1))
    case 3:
      let rate = Invariant.Expression.call(
        .rate, quantity("clients.attempts", &dice, depth: 1), over: span(&dice), place)
      return .binary(
        operation, rate, .rate(dice.pick([0, 1, 30]), dice.pick([.second, .minute]), place))
    case 4:
      return .binary(
        operation, quantity("wait", &dice, depth: 2),
        .duration(dice.pick([.milliseconds(250), .seconds(10)]), place))
    default:
      return .binary(
        operation,
        .binary(
          .over, quantity("clients.attempts", &dice, depth: 1),
          quantity("users.served", &dice, depth: 1)), .number(dice.pick([0, 1, 2.5]), place))
    }
  }

  private static func span(_ dice: inout Dice) -> Duration? {
    dice.below(3) == 0 ? nil : .seconds(Int64(10 * (1 + dice.below(6))))
  }

  /// Something of the dimension of a signal.
  private static func quantity(
    _ name: String, _ dice: inout Dice, depth: Int
  ) -> Invariant.Expression {
    switch dice.below(depth > 0 ? 6 : 1) {
    case 1: return .negative(quantity(name, &dice, depth: depth - 1), place)
    case 2:
      let left = quantity(name, &dice, depth: depth - 1)
      let right = Invariant.Expression.signal(name, place)
      // Nothing minus itself, which is refused.
      return .binary(left == right ? .plus : dice.pick([.plus, .minus]), left, right)
    case 3:
      return .binary(
        dice.pick([.times, .over]), quantity(name, &dice, depth: depth - 1),
        .number(dice.pick([0, 2, 3]), place))
    case 4, 5:
      return .call(
        dice.pick([.min, .max, .mean, .delta]), quantity(name, &dice, depth: depth - 1),
        over: span(&dice), place)
    default: return .signal(name, place)
    }
  }
}
