import SimulationKernel

extension InvariantMonitor {
  /// How it stands when the run is over.
  ///
  /// - Parameters:
  ///   - end: Where the run ended.
  ///   - isWhole: Whether that is where the scenario ends; a run that was cut short proves less.
  /// - Returns: Verdict, place and values.
  func verdict(at end: Instant, isWhole: Bool) -> InvariantVerdict {
    let (verdict, at, detail) = outcome(at: end, isWhole: isWhole)
    return InvariantVerdict(
      id: invariant.id, verdict: verdict, at: at, detail: detail, claim: invariant.claim)
  }

  private typealias Outcome = (InvariantVerdict.Verdict, Instant?, String)

  private func outcome(at end: Instant, isWhole: Bool) -> Outcome {
    if let decision {
      switch decision.verdict {
      case .broken: return (.broken, decision.at, decision.detail)
      case .held: return (.held, nil, "at \(decision.at): \(decision.detail)")
      case .vacuous: return (.vacuous, nil, "at \(decision.at): \(decision.detail)")
      }
    }
    guard let latest else { return (.vacuous, nil, "the run ended before the first look") }
    switch invariant.formula {
    case .always: return unbroken(tally.yes)
    case .never: return unbroken(tally.no)
    case .sometimes:
      return (.vacuous, nil, "not in this run" + unknownRemark)
    case .atEnd: return atEnd(latest, end, isWhole)
    case .at(let time, _):
      return (
        .vacuous, nil,
        time < start ? "\(time) is before the run's start" : "the run ended before \(time)"
      )
    case .eventually(let span, _): return eventually(span, latest, end, isWhole)
    case .leadsTo(let span, _, _): return leadsTo(span, latest, end, isWhole)
    case .stays: return stays
    }
  }

  private var unknownRemark: String {
    tally.unknown > 0 ? ", no value at \(tally.unknown)" : ""
  }

  private func unbroken(_ good: Int) -> Outcome {
    guard good > 0 else { return (.vacuous, nil, "no value at any of \(tally.unknown) looks") }
    return (.held, nil, "at \(good) looks" + unknownRemark)
  }

  private func atEnd(_ latest: Look, _ end: Instant, _ isWhole: Bool) -> Outcome {
    guard isWhole else {
      return (.vacuous, nil, "the run ended at \(end), before the scenario does")
    }
    let values = text(of: latest)
    switch latest.truth {
    case .yes: return (.held, nil, "at \(latest.at): \(values)")
    case .no: return (.broken, latest.at, values)
    case .unknown: return (.vacuous, nil, "at \(latest.at): \(values)")
    }
  }

  private func eventually(
    _ span: Duration?, _ latest: Look, _ end: Instant, _ isWhole: Bool
  ) -> Outcome {
    if span == nil, isWhole {
      return (.broken, latest.at, "not until the end: \(text(of: latest))")
    }
    let due = span.flatMap(start.adding)
    return (.vacuous, nil, "open: \(Self.open(due, end)): \(text(of: latest))")
  }

  private static func open(_ due: Instant?, _ end: Instant) -> String {
    (due.map { "due by \($0), but " } ?? "") + "the run ended at \(end)"
  }

  private func leadsTo(
    _ span: Duration?, _ latest: Look, _ end: Instant, _ isWhole: Bool
  ) -> Outcome {
    guard let open else {
      guard fulfilled > 0 else { return (.vacuous, nil, neverHeld) }
      return (.held, nil, times)
    }
    if span == nil, isWhole {
      return (.broken, latest.at, "\(causeText(open)) led to nothing: \(text(of: latest))")
    }
    let remark = "open since \(open.at): " + Self.open(span.flatMap(open.at.adding), end)
    guard fulfilled > 0 else { return (.vacuous, nil, "\(remark): \(text(of: latest))") }
    return (.held, nil, "\(times); \(remark)")
  }

  /// That nothing was ever to follow from the condition.
  private var neverHeld: String {
    "\(invariant.formula.conditions[0]) \(InvariantVerdict.neverHeld)"
  }

  private var times: String { fulfilled == 1 ? "once" : "\(fulfilled) times" }

  private var stays: Outcome {
    let remark = open.flatMap { since in
      hasLasted ? nil : "open since \(since.at), when the run ended"
    }
    guard fulfilled > 0 else { return (.vacuous, nil, remark ?? neverHeld) }
    return (.held, nil, [times, remark].compactMap { $0 }.joined(separator: "; "))
  }
}
