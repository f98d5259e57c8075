import Scenarios
import SimulationKernel

/// Watches one invariant while a run goes, in memory that its windows decide and nothing else.
struct InvariantMonitor: Sendable {
  let invariant: Invariant
  let start: Instant
  private var windows: [Invariant.Window]
  private var figures: [Double]
  /// Looks at which the (last) condition held, did not hold, and had no value.
  private(set) var tally = (yes: 0, no: 0, unknown: 0)
  /// What nothing that comes can change.
  private(set) var decision: Decision?
  private(set) var latest: Look?
  /// Since when something is open: the oldest obligation of `leadsTo`, the present span of `stays`.
  private(set) var open: Look?
  /// Obligations that were fulfilled, and spans that lasted.
  private(set) var fulfilled = 0
  /// `stays`: the span that is open has lasted already.
  private(set) var hasLasted = false

  struct Decision: Sendable {
    let verdict: InvariantVerdict.Verdict
    let at: Instant
    let detail: String
  }

  init(_ invariant: Invariant, from start: Instant) {
    self.invariant = invariant
    self.start = start
    windows = invariant.plan.windows.map { Invariant.Window($0, every: invariant.every) }
    figures = Array(repeating: .nan, count: windows.count)
  }

  var hasDecided: Bool { decision != nil }

  // MARK: Looking

  /// Looks at a run.
  ///
  /// - Parameters:
  ///   - instant: After those of all earlier looks.
  ///   - values: By the signals' numbers; NaN where there is none.
  ///   - changes: What distributions have gained since the last look, by the signals' numbers; nil
  ///     where nothing counts them.
  mutating func look(at instant: Instant, values: [Double], changes: [LatencyHistogram?]) {
    guard !hasDecided else { return }
    for place in windows.indices {
      switch windows[place].plan.input {
      case .value(let node):
        let moment = Invariant.Moment(values: values, windows: figures)
        figures[place] = windows[place].take(node.value(moment))
      case .distribution(let number):
        figures[place] = windows[place].take(changes[number] ?? LatencyHistogram())
      }
    }
    guard let condition = invariant.plan.conditions.last else { return }
    let moment = Invariant.Moment(values: values, windows: figures)
    judge(Look(at: instant, truth: condition.truth(moment), moment: moment))
  }

  /// Whether the end of a run is to be looked at, although no step leads there.
  func isDue(atEnd end: Instant) -> Bool {
    guard !hasDecided, end > start, latest.map({ $0.at < end }) ?? true else { return false }
    switch invariant.formula {
    case .atEnd: return true
    case .at(let time, _): return time >= start && time <= end
    case .always, .never, .sometimes, .eventually, .leadsTo, .stays: return false
    }
  }

  /// Looks a last time, with the windows as they are.
  mutating func lookLast(at end: Instant, values: [Double]) {
    guard let condition = invariant.plan.conditions.last else { return }
    let moment = Invariant.Moment(values: values, windows: figures)
    judge(Look(at: end, truth: condition.truth(moment), moment: moment))
  }

  /// A look, of which texts are made only when somebody is to read them.
  struct Look: Sendable {
    let at: Instant
    /// Of the (last) condition.
    let truth: Invariant.Truth
    let moment: Invariant.Moment
  }

  private mutating func judge(_ look: Look) {
    switch look.truth {
    case .yes: tally.yes += 1
    case .no: tally.no += 1
    case .unknown: tally.unknown += 1
    }
    latest = look
    switch invariant.formula {
    case .always: if look.truth == .no { decide(.broken, look) }
    case .never: if look.truth == .yes { decide(.broken, look, wanted: false) }
    case .sometimes: if look.truth == .yes { decide(.held, look) }
    case .atEnd: break
    case .at(let time, _): if look.at >= time, time >= start { decide(look.truth.verdict, look) }
    case .eventually(let span, _): judgeEventually(span, look)
    case .leadsTo(let span, _, _): judgeLead(span, look)
    case .stays(let span, _): judgeStay(span, look)
    }
  }

  private mutating func decide(
    _ verdict: InvariantVerdict.Verdict, _ look: Look, _ remark: String = "", wanted: Bool = true
  ) {
    decision = Decision(
      verdict: verdict, at: look.at, detail: remark + text(of: look, wanted: wanted))
  }

  /// The values that made the (last) condition, or the first, come out as it did.
  func text(of look: Look, isCause: Bool = false, wanted: Bool = true) -> String {
    let condition =
      isCause ? invariant.plan.conditions.first : invariant.plan.conditions.last
    return condition?.explanation(look.moment, wanted: wanted) ?? ""
  }

  // MARK: Obligations

  /// Whether the next look comes after the time that a span leaves.
  private func isLast(_ instant: Instant, before due: Instant?) -> Bool {
    guard let due else { return false }
    return instant.adding(invariant.every).map { $0 > due } ?? true
  }

  private mutating func judgeEventually(_ span: Duration?, _ look: Look) {
    if look.truth == .yes { return decide(.held, look) }
    guard let span, isLast(look.at, before: start.adding(span)) else { return }
    decide(.broken, look, "not within \(Units.text(span)): ")
  }

  private mutating func judgeLead(_ span: Duration?, _ look: Look) {
    let isCaused = invariant.plan.conditions[0].truth(look.moment) == .yes
    if look.truth == .yes {
      if isCaused || open != nil { fulfilled += 1 }
      open = nil
      return
    }
    if isCaused, open == nil { open = look }
    guard let open, let span, isLast(look.at, before: open.at.adding(span)) else { return }
    decide(.broken, look, "\(causeText(open)) led to nothing within \(Units.text(span)): ")
  }

  /// What leads to something, and when it happened.
  func causeText(_ look: Look) -> String {
    "\(text(of: look, isCause: true, wanted: false)) at \(look.at)"
  }

  private mutating func judgeStay(_ span: Duration, _ look: Look) {
    if look.truth == .unknown { return open = nil }
    if let since = open?.at, !hasLasted, look.at - since >= span {
      hasLasted = true
      fulfilled += 1
    }
    if look.truth == .yes {
      guard open == nil else { return }
      open = look
      hasLasted = false
    } else if let since = open?.at {
      open = nil
      guard !hasLasted else { return }
      let held = Units.text(look.at - since)
      decide(.broken, look, "held from \(since) on for \(held), not \(Units.text(span)): ")
    }
  }
}

extension Invariant.Truth {
  fileprivate var verdict: InvariantVerdict.Verdict {
    switch self {
    case .yes: .held
    case .no: .broken
    case .unknown: .vacuous
    }
  }
}
