import Observation
import Scenarios
import SimulationKernel
import Systems

/// What came of one scenario's runs.
public struct ScenarioCheck: Sendable {
  public let runs: CheckRuns
  /// In order: what is wrong with the runs themselves, invariants, facts, cliffs, effects, the golden digest.
  public let cases: [CheckCase]

  public var subject: CheckSubject { runs.subject }

  /// Judges finished runs.
  public init(_ runs: CheckRuns) {
    self.runs = runs
    cases =
      runs.endingCases + runs.determinismCases + runs.invariantCases + runs.factCases
      + runs.cliffCases + runs.exerciseCases + runs.mitigationCases + runs.goldenCases
  }

  public func cases(_ outcome: CheckCase.Outcome) -> [CheckCase] {
    cases.filter { $0.outcome == outcome }
  }

  /// What any of the judged cases that held in every seed may still fail in: at most this share of the
  /// seeds, at 95 %.
  public var failureBound: Double {
    Proportion.failureBound(afterSuccesses: runs.records.count)
  }
}

extension CheckRuns {
  /// The smallest of the seeds, as numbers.
  private static func smallest(_ records: [RunRecord]) -> RunRecord? {
    records.min { $0.seed < $1.seed }
  }

  // MARK: The runs themselves

  fileprivate var endingCases: [CheckCase] {
    let stuck = records.filter { $0.end != .reachedInstant && $0.end != .ranOut }
    guard let first = Self.smallest(stuck) else { return [] }
    return [
      CheckCase(
        .ending, "ends", title: "Runs come to their end", .failed,
        Proportion(stuck.count, of: records.count), seed: first.seed,
        evidence: .ended(first.end, at: first.endedAt), in: subject)
    ]
  }

  fileprivate var determinismCases: [CheckCase] {
    guard repeated > 0 else { return [] }
    let first = nondeterminism.min { $0.seed < $1.seed }
    return [
      CheckCase(
        .determinism, "repeats", title: "The same run twice is the same",
        first == nil ? .passed : .failed, Proportion(nondeterminism.count, of: repeated),
        seed: first?.seed, evidence: first.map { .nondeterminism($0) } ?? .none, in: subject)
    ]
  }

  // MARK: Invariants and facts

  fileprivate var invariantCases: [CheckCase] {
    guard let ids = records.first?.invariants.map(\.id) else { return [] }
    return ids.indices.map { index in
      let verdicts = records.compactMap { record -> (seed: UInt64, verdict: InvariantVerdict)? in
        guard index < record.invariants.count, record.invariants[index].id == ids[index] else {
          return nil
        }
        return (record.seed, record.invariants[index])
      }.sorted { $0.seed < $1.seed }
      return verdicts[0].verdict.isCoverage
        ? coverage(ids[index], verdicts) : invariant(ids[index], verdicts)
    }
  }

  private func invariant(
    _ id: String, _ verdicts: [(seed: UInt64, verdict: InvariantVerdict)]
  ) -> CheckCase {
    let broken = verdicts.filter { $0.verdict.verdict == .broken }
    let judged = verdicts.filter { $0.verdict.verdict != .vacuous }
    let outcome: CheckCase.Outcome =
      !broken.isEmpty ? .failed : !judged.isEmpty ? .passed : unjudged(verdicts[0].verdict)
    // That a condition never held is said only where that is so in every seed.
    let open = verdicts.first { !$0.verdict.detail.hasSuffix(InvariantVerdict.neverHeld) }
    let shown = broken.first ?? judged.first ?? open ?? verdicts.first
    return CheckCase(
      .invariant, id, title: title(of: verdicts[0].verdict), outcome,
      Proportion(broken.count, of: judged.count), seed: shown?.seed,
      evidence: shown.map { .invariant($0.verdict) } ?? .none, runs: verdicts.count, in: subject)
  }

  /// What it comes to that no run has put an invariant to the test.
  private func unjudged(_ verdict: InvariantVerdict) -> CheckCase.Outcome {
    if verdict.claim == nil { return .notExercised }
    return mayStillHappen ? .notReached : .warned
  }

  /// Whether what was not seen is no news: every run was cut short, or seeds were not run.
  private var mayStillHappen: Bool { lacksSeeds || records.allSatisfy(\.wasCutShort) }

  /// Why it is to hold: in the scenario's words, or what every run promises.
  private func title(of verdict: InvariantVerdict) -> String {
    verdict.claim?.why ?? OutageWorld.promise(of: verdict.id) ?? ""
  }

  /// It is enough that it happens in one seed.
  private func coverage(
    _ id: String, _ verdicts: [(seed: UInt64, verdict: InvariantVerdict)]
  ) -> CheckCase {
    let happened = verdicts.filter { $0.verdict.verdict == .held }
    let shown = happened.first ?? verdicts.first
    return CheckCase(
      .coverage, id, title: title(of: verdicts[0].verdict),
      !happened.isEmpty ? .passed : mayStillHappen ? .notReached : .failed,
      Proportion(verdicts.count - happened.count, of: verdicts.count), seed: shown?.seed,
      evidence: shown.map { .invariant($0.verdict) } ?? .none, in: subject)
  }

  fileprivate var factCases: [CheckCase] {
    guard let facts = records.first?.facts else { return [] }
    return facts.indices.map { index in
      let fact = facts[index].fact
      let outcomes = records.map { record in
        (
          seed: record.seed, verdict: record.facts[index],
          outcome: record.outcome(of: record.facts[index])
        )
      }.sorted { $0.seed < $1.seed }
      let failed = outcomes.filter { $0.outcome == .failed }
      let judged = outcomes.filter { $0.outcome != .notReached }
      let shown = failed.first ?? judged.first
      return CheckCase(
        .fact, fact.id, title: fact.claim,
        !failed.isEmpty ? .failed : judged.isEmpty ? .notReached : .passed,
        Proportion(failed.count, of: judged.count), seed: shown?.seed,
        evidence: shown.map { .fact($0.verdict) } ?? .none, in: subject)
    }
  }

  // MARK: Vacuity

  /// Faults that changed nothing and throttles that never bound, in all seeds in which there were any.
  fileprivate var exerciseCases: [CheckCase] {
    var ids: [String] = []
    for id in records.flatMap({ $0.exercises.map(\.id) }) where !ids.contains(id) {
      ids.append(id)
    }
    return ids.compactMap { id in
      let found = records.compactMap { record in
        record.exercises.first { $0.id == id }.map { (seed: record.seed, exercise: $0) }
      }.sorted { $0.seed < $1.seed }
      let idle = found.filter { $0.exercise.count == 0 }
      guard let shown = found.first(where: { $0.exercise.count > 0 }) ?? found.first else {
        return nil
      }
      return CheckCase(
        shown.exercise.kind == .fault ? .fault : .throttle, id,
        idle.count < found.count ? .passed : mayStillHappen ? .notReached : .warned,
        Proportion(idle.count, of: found.count),
        seed: shown.seed, evidence: .exercise(shown.exercise), in: subject)
    }
  }

  fileprivate var mitigationCases: [CheckCase] {
    guard !records.isEmpty else { return [] }
    return subject.patches.compactMap { patch in
      guard case .mitigation(let name) = patch else { return nil }
      let isIdle = idleMitigations.contains(name)
      let isOpen = openMitigations.contains(name) || (isIdle && lacksSeeds)
      return CheckCase(
        .mitigation, name, title: subject.file.mitigations.first { $0.name == name }?.summary ?? "",
        isOpen ? .notReached : isIdle ? .warned : .passed,
        Proportion(
          isIdle ? records.count : 0, of: openMitigations.contains(name) ? 0 : records.count),
        seed: records[0].seed, in: subject)
    }
  }

  // MARK: The golden digest

  fileprivate var goldenCases: [CheckCase] {
    guard let plan = subject.golden else { return [] }
    func golden(_ outcome: CheckCase.Outcome, _ evidence: CheckCase.Evidence) -> [CheckCase] {
      [
        CheckCase(
          .golden, "digest", title: "Every event is the recorded one", outcome,
          seed: self.golden?.seed, evidence: evidence, in: subject)
      ]
    }
    switch plan {
    case .missing: return golden(.warned, .noGolden)
    case .compare, .record:
      guard let record = self.golden else { return [] }
      let document = subject.file.document.root
      if case .record(_, let old) = plan {
        if let recordingProblem { return golden(.warned, .unrecorded(recordingProblem)) }
        let new = Golden(record, of: document)
        return golden(.passed, .recorded(GoldenRecording(of: new, replacing: old, drift: drift)))
      }
      if let drift { return golden(.failed, .drift(drift)) }
      let scenario = plan.recorded.map { RecordedScenario(of: $0, now: document) } ?? .same
      if case .same = scenario { return golden(.passed, .none) }
      return golden(.warned, .staleGolden(scenario))
    }
  }
}
