import Experiments
import Observation
import Scenarios
import SimulationKernel

/// What a check found, in words that every report of it uses.
public enum CheckWords {
  // MARK: Shares of seeds

  /// How often something failed, and what that says: `0 of 300 seeds: at most 1 % at 95 %`.
  ///
  /// The bound is Clopper and Pearson's exact one, rounded up.
  public static func frequency(_ failures: Proportion) -> String {
    let head = "\(failures.successes) of \(seeds(failures.trials))"
    guard failures.trials > 0 else { return head }
    let bound = "at most \(percentAtMost(failures.upperBound())) at 95 %"
    guard failures.successes > 0, let share = failures.share else { return "\(head): \(bound)" }
    return "\(head): \(NumberText.trimmed(share * 100, digits: 1)) %, \(bound)"
  }

  static func seeds(_ count: Int) -> String { count == 1 ? "1 seed" : "\(count) seeds" }

  /// How many seeds were run: `20 seeds`, or `7 of 20 seeds`.
  static func seeds(of runs: CheckRuns) -> String {
    let all = seeds(runs.seedsAsked)
    return runs.records.count == runs.seedsAsked ? all : "\(runs.records.count) of \(all)"
  }

  /// A bound in percent with two digits that count, never below what it bounds.
  static func percentAtMost(_ share: Double) -> String {
    let percent = share * 100
    guard percent > 0, percent < 100 else { return percent > 0 ? "100 %" : "0 %" }
    var unit = 1.0
    var digits = 0
    while percent < 10 * unit, digits < 8 {
      unit /= 10
      digits += 1
    }
    // What the logarithms have rounded must not add a whole step.
    let steps = (percent / unit - 1e-9).rounded(.up)
    return NumberText.trimmed(min(100, steps * unit), digits: digits) + " %"
  }

  // MARK: One case

  /// What kind of thing a case is.
  static func noun(_ kind: CheckCase.Kind) -> String {
    switch kind {
    case .golden: "golden"
    case .ending: "run"
    case .determinism: "determinism"
    case .fact, .invariant, .coverage, .cliff, .fault, .throttle, .mitigation: kind.rawValue
    }
  }

  /// `invariant throttle: The gateway is throttled`.
  static func heading(_ found: CheckCase) -> String {
    "\(noun(found.kind)) \(found.id)" + (found.title.isEmpty ? "" : ": \(found.title)")
  }

  /// What happened, and in which seed: a warning has its reason, and no seed that it is about.
  public static func findingWithSeed(_ found: CheckCase) -> String {
    guard found.outcome == .failed, let seed = found.seed else { return finding(found) }
    return "\(finding(found)), seed \(seed)"
  }

  /// What happened, in one line; empty where there is nothing to say.
  public static func finding(_ found: CheckCase) -> String {
    let count = found.frequency.trials
    switch found.evidence {
    case .fact(let verdict):
      let expected = "expected \(FactText.expected(verdict.fact))"
      guard let measured = FactText.measured(verdict) else { return "no value, \(expected)" }
      return "measured \(measured), \(expected)"
    case .invariant(let verdict): return finding(found, verdict)
    case .exercise(let exercise):
      guard found.outcome == .warned else { return "\(exercise.count) \(exercise.unit)" }
      let what = exercise.kind == .fault ? "changed nothing" : "never bound"
      return "\(what) in \(seeds(count)): no \(exercise.unit)"
    case .cliff(let verdict): return finding(verdict)
    case .ended(let reason, let at):
      return "the run ended at \(at), before its time: \(reason.rawValue)"
    case .nondeterminism(let found): return finding(found)
    case .drift(let drift): return finding(drift)
    case .recorded(let recording): return finding(recording)
    case .unrecorded(let reason): return "could not be recorded: \(reason)"
    case .staleGolden(let scenario): return finding(scenario)
    case .noGolden: return "no digest is recorded; --update records one"
    case .none:
      guard found.kind == .mitigation, found.outcome == .warned else { return "" }
      return "altered no event in \(seeds(count)) that the other patches do not alter"
    }
  }

  private static func finding(_ found: CheckCase, _ verdict: InvariantVerdict) -> String {
    let count = found.frequency.trials
    switch found.outcome {
    case .failed where found.kind == .coverage: return "did not happen in \(seeds(count))"
    case .failed:
      let at = verdict.at.map { " at \($0)" } ?? ""
      // A built-in one repeats its promise, which is the title.
      let promise = "\(found.title): "
      let isTold = verdict.claim == nil && verdict.detail.hasPrefix(promise)
      let detail = isTold ? String(verdict.detail.dropFirst(promise.count)) : verdict.detail
      return "broken\(at)" + (detail.isEmpty ? "" : ": \(detail)")
    case .warned:
      let runs = found.runs == 1 ? "1 seed" : "any of \(seeds(found.runs))"
      return verdict.detail.hasSuffix(InvariantVerdict.neverHeld)
        ? "never put to the test: \(verdict.detail) in \(runs)"
        : "never put to the test in \(runs): \(verdict.detail)"
    case .passed, .notReached, .notExercised: return verdict.detail
    }
  }

  private static func finding(_ verdict: CliffVerdict) -> String {
    let claim = verdict.claim
    let times = NumberText.trimmed(claim.atLeast, digits: 3)
    let part = claim.outageWith == .more ? "times" : "divided by"
    let value = "\(claim.path)=\(claim.valueText), today's \(claim.todayText) \(part) \(times)"
    if let refusal = verdict.refusal { return "\(value): the scenario refuses it: \(refusal)" }
    let seen = "an outage in \(verdict.seen.successes) of \(verdict.seen.trials) runs"
    let isOpen = verdict.isOutage == nil ? ", too near to one half to tell" : ""
    return "\(value): \(seen)\(isOpen)"
  }

  private static func finding(_ found: Nondeterminism) -> String {
    guard found.figures.isEmpty else {
      return "the same events gave other figures: \(list(found.figures))"
    }
    let digests = "\(found.digests[0]) and then \(found.digests[1])"
    guard let difference = found.difference else {
      return "\(digests); both agree up to event \(NumberText.grouped(found.agreed)), "
        + "and did not differ when they were run again"
    }
    func side(_ occurrence: EventDifference.Occurrence?) -> String {
      occurrence.map { "\($0.event) at \($0.time)" } ?? "no further event"
    }
    return "\(digests); event \(NumberText.grouped(difference.index + 1)) is "
      + "\(side(difference.left)), and then \(side(difference.right))"
  }

  /// Further lines: where the difference is, and what else is known.
  public static func details(_ found: CheckCase) -> [String] {
    switch found.evidence {
    case .drift(let drift), .recorded(.drift(let drift)): details(drift)
    default:
      [found.claim?.expression].compactMap { $0 }
        + (found.outcome == .failed && found.frequency.trials > 0
          && found.kind != .determinism && found.kind != .cliff
          ? [frequency(found.frequency)] : [])
    }
  }

  static func list(_ words: [String], most: Int = 5) -> String {
    words.prefix(most).joined(separator: ", ")
      + (words.count > most ? " and \(words.count - most) more" : "")
  }

  // MARK: Commands

  /// The command that shows a case again; words that are not quoted for a shell.
  public static func reproduce(_ found: CheckCase, _ scenario: ScenarioCheck) -> [String] {
    let subject = scenario.subject
    let file = ShellWords.file(subject.path)
    let seed = found.seed ?? scenario.runs.firstSeed
    switch (found.kind, found.evidence) {
    case (.determinism, _):
      return ["hindsight", "check", file, "--seed", "\(seed)", "--seeds", "1"] + patches(subject)
    case (.golden, .drift(let drift)), (.golden, .recorded(.drift(let drift))):
      return golden(file, drift.new) + events(drift)
    case (.golden, _): return ["hindsight", "check", file, "--update"]
    case (.coverage, _) where found.outcome == .failed:
      // It takes all of them to see that it happens in none.
      return ["hindsight", "check", file, "--seed", "\(seed)", "--seeds"]
        + ["\(found.frequency.trials)"] + patches(subject)
    case (.cliff, .cliff(let verdict)):
      let value = "\(verdict.claim.path)=\(verdict.claim.valueText)"
      return ["hindsight", "replay", file, "--seed", "\(seed)"] + patches(subject)
        + ["--set", value]
    default:
      return ["hindsight", "replay", file, "--seed", "\(seed)"] + patches(subject)
    }
  }

  /// The first different event where there is one in this version's run, or else where it is.
  private static func events(_ drift: GoldenDrift) -> [String] {
    guard let interval = drift.interval else { return [] }
    if let parting = drift.parting, parting.new != nil {
      return ["--events", "\(parting.number)..\(parting.number)"]
    }
    // Where the run has ended, its last event.
    let first = min(interval.agreed.events + 1, drift.new.events)
    return ["--events", "\(first)..\(max(first, interval.differs.events))"]
  }

  private static func golden(_ file: String, _ golden: Golden) -> [String] {
    ["hindsight", "replay", file, "--seed", "\(golden.seed)", "--scale", golden.scale]
  }

  /// Patches and end of a scenario's runs, as options.
  static func patches(_ subject: CheckSubject) -> [String] {
    let until =
      subject.until == subject.scenario.header.end ? [] : ["--until", subject.until.description]
    return subject.patches.flatMap(\.words) + until
  }

  // MARK: All of it

  /// `2 scenarios, 40 seeds: 1 failed, 2 warnings`.
  public static func total(_ check: Check) -> String {
    let cases = check.scenarios.flatMap(\.cases)
    let failed = cases.filter { $0.outcome == .failed }.count
    let warned = cases.filter { $0.outcome == .warned }.count + check.orphans.count
    let scenarios = check.scenarios.count == 1 ? "1 scenario" : "\(check.scenarios.count) scenarios"
    var text = "\(scenarios), \(seeds(check.seedCount))"
    let asked = check.scenarios.reduce(0) { $0 + $1.runs.seedsAsked }
    if asked > check.seedCount { text += " of \(asked)" }
    text += failed == 0 ? ": nothing failed" : ": \(failed) failed"
    if warned > 0 { text += warned == 1 ? ", 1 warning" : ", \(warned) warnings" }
    if warned > 0, check.isStrict { text += " (strict: failures)" }
    if check.scenarios.contains(where: \.runs.isIncomplete) { text += ", incomplete" }
    return text
  }
}
