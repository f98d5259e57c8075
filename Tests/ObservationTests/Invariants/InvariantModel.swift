import SimulationKernel

@testable import Observation

/// Judges an invariant the slow and obvious way: with the whole trace at hand, by definition.
struct InvariantModel {
  let trace: Trace
  let formula: Invariant.Formula
  let isWhole: Bool

  struct Outcome: Equatable {
    let verdict: InvariantVerdict.Verdict
    let at: Instant?
  }

  private var looks: Range<Int> { 0..<trace.looks }
  private func time(_ look: Int) -> Instant { trace.instant(look) }
  /// The last look at or before an instant, if the run has got there.
  private func lastLook(before due: Instant) -> Int? {
    guard trace.end + trace.step > due else { return nil }
    return looks.last { time($0) <= due }
  }

  var outcome: Outcome {
    switch formula {
    case .always(let condition): return safety(condition, bad: false)
    case .never(let condition): return safety(condition, bad: true)
    case .sometimes(let condition):
      let happened = looks.contains { truth(condition, $0) == true }
      return Outcome(verdict: happened ? .held : .vacuous, at: nil)
    case .atEnd(let condition):
      return isWhole ? judged(condition, looks.count - 1) : Outcome(verdict: .vacuous, at: nil)
    case .at(let instant, let condition):
      guard instant >= trace.start, let look = looks.first(where: { time($0) >= instant }) else {
        return Outcome(verdict: .vacuous, at: nil)
      }
      return judged(condition, look)
    case .eventually(let span, let condition):
      return combined([obligation(from: trace.start, first: 0, span, condition)])
    case .leadsTo(let span, let cause, let effect):
      return combined(
        looks.filter { truth(cause, $0) == true }.map {
          obligation(from: time($0), first: $0, span, effect)
        })
    case .stays(let span, let condition): return combined(stays(span, condition))
    }
  }

  private func safety(_ condition: Invariant.Expression, bad: Bool) -> Outcome {
    let truths = looks.map { truth(condition, $0) }
    if let first = truths.firstIndex(of: bad) { return Outcome(verdict: .broken, at: time(first)) }
    return Outcome(verdict: truths.contains(!bad) ? .held : .vacuous, at: nil)
  }

  private func judged(_ condition: Invariant.Expression, _ look: Int) -> Outcome {
    switch truth(condition, look) {
    case true?: Outcome(verdict: .held, at: nil)
    case false?: Outcome(verdict: .broken, at: time(look))
    case nil: Outcome(verdict: .vacuous, at: nil)
    }
  }

  private enum Fate {
    case kept, open
    case broken(Instant)
  }

  private func obligation(
    from instant: Instant, first: Int, _ span: Duration?, _ condition: Invariant.Expression
  ) -> Fate {
    let due = span.map { instant + $0 } ?? .endOfTime
    if looks.contains(where: { $0 >= first && time($0) <= due && truth(condition, $0) == true }) {
      return .kept
    }
    if span == nil { return isWhole ? .broken(trace.end) : .open }
    return lastLook(before: due).map { .broken(time($0)) } ?? .open
  }

  /// Every stretch of looks at which the condition holds.
  private func stays(_ span: Duration, _ condition: Invariant.Expression) -> [Fate] {
    let truths = looks.map { truth(condition, $0) }
    return looks.filter { truths[$0] == true && ($0 == 0 || truths[$0 - 1] != true) }
      .compactMap { first -> Fate? in
        let next = truths[first...].firstIndex { $0 != true } ?? looks.count
        if time(next - 1) - time(first) >= span { return .kept }
        guard next < looks.count else { return .open }
        guard truths[next] == false else { return nil }
        return time(next) - time(first) >= span ? .kept : .broken(time(next))
      }
  }

  private func combined(_ fates: [Fate]) -> Outcome {
    let breaks = fates.compactMap { if case .broken(let instant) = $0 { instant } else { nil } }
    if let first = breaks.min() { return Outcome(verdict: .broken, at: first) }
    let isKept = fates.contains { if case .kept = $0 { true } else { false } }
    return Outcome(verdict: isKept ? .held : .vacuous, at: nil)
  }

  // MARK: Values

  private func truth(_ expression: Invariant.Expression, _ look: Int) -> Bool? {
    switch expression {
    case .not(let operand, _): return truth(operand, look).map { !$0 }
    case .binary(.and, let left, let right):
      let sides = [truth(left, look), truth(right, look)]
      return sides.contains(false) ? false : sides.contains(nil) ? nil : true
    case .binary(.or, let left, let right):
      let sides = [truth(left, look), truth(right, look)]
      return sides.contains(true) ? true : sides.contains(nil) ? nil : false
    case .binary(let operation, let left, let right):
      // Every generated quantity beside a percentage is a share already, or users.
      let isShare = if case .percent = right { true } else { false }
      let whole = isShare && Self.countsUsers(left) ? trace.values["users.online"]?[look] : 1
      guard let first = value(left, look), let second = value(right, look), let whole,
        let part = finite(first / whole)
      else { return nil }
      switch operation {
      case .less: return part < second
      case .atMost: return part <= second
      case .greater: return part > second
      case .atLeast: return part >= second
      case .equal: return part == second
      default: return part != second
      }
    default: return nil
    }
  }

  static func countsUsers(_ expression: Invariant.Expression) -> Bool {
    switch expression {
    case .signal(let name, _): name.hasPrefix("users")
    case .negative(let operand, _), .call(_, let operand, _, _): countsUsers(operand)
    case .binary(_, let left, _): countsUsers(left)
    default: false
    }
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  private func value(_ expression: Invariant.Expression, _ look: Int) -> Double? {
    switch expression {
    case .number(let value, _): return value
    case .percent(let value, _): return value / 100
    case .duration(let span, _): return Double(span.nanoseconds) / 1e9
    case .rate(let value, let unit, _): return value / unit.seconds
    case .signal(let name, _): return trace.values[name]?[look]
    case .negative(let operand, _): return value(operand, look).map { -$0 }
    case .call(let function, let argument, let span, _):
      return figure(function, argument, span, look)
    case .binary(let operation, let left, let right):
      guard let first = value(left, look), let second = value(right, look) else { return nil }
      switch operation {
      case .plus: return finite(first + second)
      case .minus: return finite(first - second)
      case .times: return finite(first * second)
      default: return finite(first / second)
      }
    case .not, .invalid: return nil
    }
  }

  private func figure(
    _ function: Invariant.Function, _ argument: Invariant.Expression, _ span: Duration?, _ look: Int
  ) -> Double? {
    let steps = span.map { Int($0.nanoseconds / trace.step.nanoseconds) } ?? look
    guard look >= steps else { return nil }
    let values = ((look - steps)...look).map { value(argument, $0) }
    let present = values.compactMap { $0 }
    switch function {
    case .min: return present.min()
    case .max: return present.max()
    case .mean: return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    case .delta, .rate:
      guard let first = values[0], let last = values[steps] else { return nil }
      let time = function == .rate ? Double(steps) * trace.step.seconds : 1
      return finite((last - first) / time)
    default: return nil
    }
  }
}
