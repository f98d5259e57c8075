import Scenarios
import SimulationKernel
import Systems

/// What runs at a claim's value showed: whether the edge is as far away as it says.
public struct CliffVerdict: Sendable {
  public let claim: CliffClaim
  public let seen: Proportion
  /// Whether an outage was shown to be likelier than not; nil where the runs leave it open.
  public let isOutage: Bool?
  /// The seed that shows it: the first with an outage where there is one, or else the first.
  public let seed: UInt64
  public let events: UInt64
  /// What the scenario says against the value; nil when it accepts it.
  public let refusal: String?

  /// Runs are made this many at a time, until they have shown something.
  static let batch = 8

  /// Tries a claim.
  ///
  /// - Parameters:
  ///   - claim: Of the scenario.
  ///   - trials: The scenario.
  ///   - first: The first seed.
  ///   - jobs: Runs at a time. What comes out does not depend on them.
  ///   - isStopped: Once true, runs end where they are.
  /// - Returns: nil when it was stopped.
  static func of(
    _ claim: CliffClaim, trials: ScenarioTrials, from first: UInt64, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool
  ) async -> CliffVerdict? {
    let sets = ["\(claim.path)=\(claim.valueText)"]
    if let problem = trials.problem(sets) {
      return CliffVerdict(
        claim: claim, seen: Proportion(0, of: 0), isOutage: nil, seed: first, events: 0,
        refusal: problem)
    }
    let sequence = ProportionSequence()
    var outages = 0
    var made = 0
    var events: UInt64 = 0
    var shown: UInt64?
    while made < claim.runs {
      let count = min(batch, claim.runs - made)
      let batch = (made..<(made + count)).map {
        ScenarioTrials.Trial(sets, seed: first &+ UInt64($0))
      }
      guard
        let outcomes = await trials.outcomes(
          of: batch, endsWithOutage: true, jobs: jobs, isStopped: isStopped)
      else { return nil }
      made += count
      outages += outcomes.count(where: \.isOutage)
      events = outcomes.reduce(events) { $0 &+ $1.events }
      shown = shown ?? outcomes.first(where: \.isOutage)?.seed
      if !sequence.allows(0.5, after: Proportion(outages, of: made)) { break }
    }
    let seen = Proportion(outages, of: made)
    return CliffVerdict(
      claim: claim, seen: seen,
      isOutage: sequence.allows(0.5, after: seen) ? nil : 2 * outages > made,
      seed: shown ?? first, events: events, refusal: nil)
  }
}

extension CheckRuns {
  /// The verdicts on all claims of a subject, as far as they were reached.
  static func cliffs(
    of runs: CheckRuns, jobs: Int, version: String, isStopped: @escaping @Sendable () -> Bool
  ) async -> [CliffVerdict] {
    let subject = runs.subject
    guard !subject.scenario.cliffs.isEmpty,
      var trials = try? ScenarioTrials(subject.file, common: subject.patches, version: version)
    else { return [] }
    trials.until = min(trials.until, subject.until)
    var verdicts: [CliffVerdict] = []
    for claim in subject.scenario.cliffs {
      guard
        let verdict = await CliffVerdict.of(
          claim, trials: trials, from: runs.firstSeed, jobs: jobs, isStopped: isStopped)
      else { break }
      verdicts.append(verdict)
    }
    return verdicts
  }

  var cliffCases: [CheckCase] {
    cliffs.map { verdict in
      let outcome: CheckCase.Outcome =
        switch (verdict.refusal, verdict.isOutage) {
        case (.some, _), (nil, true?): .failed
        case (nil, false?): .passed
        case (nil, nil): .warned
        }
      return CheckCase(
        .cliff, verdict.claim.id, title: verdict.claim.why, outcome, verdict.seen,
        seed: verdict.seed, evidence: .cliff(verdict), in: subject)
    }
  }
}
