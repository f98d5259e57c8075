import Scenarios
import SimulationKernel
import Testing

@testable import Observation

@Suite("Printing of invariants")
struct InvariantPrintingTests {
  private static let place = Invariant.Place(0..<0)

  @Test("Printing and parsing give back what was there", arguments: 0..<8 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for round in 0..<500 {
      let formula = Self.formula(&dice)
      let text = formula.description
      var parser = Invariant.Parser(text)
      let read = parser.formula()
      #expect(parser.problems.isEmpty, "seed \(seed), round \(round): \(text)")
      #expect(read == formula, "seed \(seed), round \(round): \(text)")
      #expect(read?.description == text, "seed \(seed), round \(round): \(text)")
    }
  }

  private static func formula(_ dice: inout Dice) -> Invariant.Formula {
    let condition = expression(&dice, depth: 5)
    let span = duration(&dice)
    switch dice.below(8) {
    case 0: return .always(condition)
    case 1: return .never(condition)
    case 2: return .sometimes(condition)
    case 3: return .atEnd(condition)
    case 4:
      let time = Instant.start + .milliseconds(Int64(dice.below(200_000_000)))
      return .at(time, condition)
    case 5: return .eventually(within: dice.below(2) == 0 ? nil : span, condition)
    case 6:
      return .leadsTo(
        within: dice.below(2) == 0 ? nil : span, condition, expression(&dice, depth: 3))
    default: return .stays(for: span, condition)
    }
  }

  private static func duration(_ dice: inout Dice) -> Duration {
    let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 86_400_000_000_000]
    return Duration(nanoseconds: dice.pick(units) * Int64(dice.below(1_000) + 1))
  }

  private static func number(_ dice: inout Dice) -> Double {
    switch dice.below(4) {
    case 0: Double(dice.below(10))
    case 1: Double(dice.below(1_000_000)) / 1_000
    case 2: Double(dice.below(1_000)) * 1e20
    default: Double(dice.below(1_000) + 1) * 1e-12
    }
  }

  /// Of any form, whether it makes sense or not.
  private static func expression(_ dice: inout Dice, depth: Int) -> Invariant.Expression {
    switch dice.below(depth > 0 ? 10 : 5) {
    case 0: return .number(number(&dice), place)
    case 1: return .percent(number(&dice), place)
    case 2: return .duration(duration(&dice), place)
    case 3: return .rate(number(&dice), dice.pick(Invariant.RateUnit.allCases), place)
    case 4: return .signal(dice.pick(["a", "users.served", "x_1.y2", "s", "m.h", "e5"]), place)
    case 5: return .negative(expression(&dice, depth: depth - 1), place)
    case 6: return .not(expression(&dice, depth: depth - 1), place)
    case 7:
      return .call(
        dice.pick(Invariant.Function.allCases), expression(&dice, depth: depth - 1),
        over: dice.below(2) == 0 ? nil : duration(&dice), place)
    default:
      return .binary(
        dice.pick(Invariant.Operator.allCases), expression(&dice, depth: depth - 1),
        expression(&dice, depth: depth - 1))
    }
  }

  @Test(
    "Free forms have one canonical form",
    arguments: [
      ("always( (users.served>=99 %) )", nil),
      ("always((users.served>=99%))", "always(users.served >= 99%)"),
      ("at('15:32',load<0.5)", "at(\"15:32:00\", load < 0.5)"),
      ("at(15:32:10.5, load < 50%)", "at(\"15:32:10.5\", load < 50%)"),
      ("stays(for:90s,load<1)", "stays(for: 90s, load < 1)"),
      ("leadsTo(a<1,b>2)", "leadsTo(a < 1, b > 2)"),
      ("leadsTo(within: 2h30m, a < 1, not (b > 2))", "leadsTo(within: 150m, a < 1, not b > 2)"),
      ("never(a-(b-c)-d<-(-e)*2)", "never(a - (b - c) - d < --e * 2)"),
      ("never(a < 1 and (b < 1 or c < 1))", "never(a < 1 and (b < 1 or c < 1))"),
      ("never((a < 1 and b < 1) or c < 1)", "never(a < 1 and b < 1 or c < 1)"),
      ("sometimes(rate(a,60s)>4000/s)", "sometimes(rate(a, 1m) > 4000/s)"),
      ("sometimes(a/b.c > 4 / s)", "sometimes(a / b.c > 4 / s)"),
      ("atEnd(wait < 5µs)", "atEnd(wait < 5us)"),
    ])
  func canonical(text: String, wanted: String?) {
    var parser = Invariant.Parser(text)
    let formula = parser.formula()
    #expect(parser.problems.isEmpty == (wanted != nil), "\(parser.problems)")
    if let wanted { #expect(formula?.description == wanted) }
  }

  @Test("No text stops the parser", arguments: 0..<4 as Range<UInt64>)
  func survives(seed: UInt64) {
    var dice = Dice(seed: seed)
    let words = [
      "always", "(", ")", ",", "within", ":", "5m", "99%", "users.served", "<", ">=", "and", "or",
      "not", "-", "/", "max", "p99", "'15:32'", "\"", "1e400", "7x", "é", "=", "5/s", "leadsTo",
      ".",
    ]
    for _ in 0..<500 {
      let text = (0..<dice.below(12)).map { _ in dice.pick(words) }.joined(separator: " ")
      var parser = Invariant.Parser(text)
      let formula = parser.formula()
      // Either it is told what is wrong, or what was read prints and reads again.
      if parser.problems.isEmpty {
        var second = Invariant.Parser(formula?.description ?? "")
        #expect(second.formula() == formula, "seed \(seed): \(text)")
      }
      for problem in parser.problems {
        #expect(problem.range.upperBound <= text.utf8.count, "seed \(seed): \(text)")
      }
    }
  }

  @Test("Depth and length are limited")
  func limits() {
    let deep = String(repeating: "(", count: 100_000)
    var parser = Invariant.Parser("always(\(deep)")
    _ = parser.formula()
    #expect(parser.problems.contains { $0.kind == .limit })
    var nested = Invariant.Parser("always(\(String(repeating: "(", count: 400))a < 1)")
    _ = nested.formula()
    #expect(nested.problems.contains { $0.kind == .limit })
    var minus = Invariant.Parser("always(\(String(repeating: "-", count: 900))a < 1)")
    _ = minus.formula()
    #expect(minus.problems.contains { $0.kind == .limit })
  }
}
