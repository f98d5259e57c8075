import Observation
import Scenarios
import SimulationKernel
import Systems

extension CheckRuns {
  /// Events that are told where the first different one is not known.
  private static let beginningLength = 3

  /// How a golden run differs from the recorded one, and where the two part.
  ///
  /// Costs nothing when every event is the recorded one; otherwise a few runs at the recorded scale.
  ///
  /// - Parameters:
  ///   - runs: With the golden run at its end.
  ///   - earlier: The version that recorded it; nil when it is not at hand.
  ///   - version: Of this executable, for the record.
  ///   - isStopped: Once true, what is not found yet stays so.
  /// - Returns: Nil when there is nothing to compare, or no difference.
  static func drift(
    of runs: CheckRuns, earlier: EarlierVersion?, version: String, isStopped: () -> Bool
  ) -> GoldenDrift? {
    let subject = runs.subject
    guard let old = subject.golden?.recorded, let record = runs.golden,
      let scenario = try? subject.plain(scale: record.scale),
      var drift = GoldenDrift(
        from: old, to: Golden(record, of: subject.file.document.root),
        instant: { events in
          var simulation = scenario.simulation(seed: record.seed)
          simulation.run(events: events)
          return simulation.now
        })
    else { return nil }
    // Runs at two scales have nothing to do with each other.
    guard let interval = drift.interval, !drift.hasOtherScale else { return drift }
    func listing(from first: UInt64) -> EventListing {
      EventListing(
        first...max(first, record.events), of: scenario, options: .init(seed: record.seed))
    }
    let present = DocumentPrinter.text(of: subject.file.document.root)
    let recorded = old.document.map(DocumentPrinter.text)
    if let document = old.document, recorded != present {
      let run: (scenario: OutageScenario, record: RunRecord)?
      do throws(ScenarioErrors) {
        run = try repeated(document, of: old, version: version, isStopped)
      } catch {
        run = nil
        drift.refusal = error.errors.first.map { problem in
          (problem.location.map { "\($0): " } ?? "") + problem.message
        }
      }
      guard !isStopped() else { return drift }
      if let run, run.record.digest == old.digest, run.record.events == old.events {
        drift.cause = .scenario
        let first = run.record.digestTrail.lastAgreement(with: record.digestTrail) + 1
        drift.parting = GoldenParting(
          EventListing(
            first...max(first, old.events), of: run.scenario, options: .init(seed: old.seed)),
          listing(from: first), from: first)
        return drift
      }
      // What this version does not run, it does not run otherwise either.
      drift.cause = drift.refusal == nil ? .both : nil
    } else if recorded != nil {
      drift.cause = .version
    }
    let first = interval.agreed.events + 1
    if let earlier {
      do throws(EarlierVersion.Problem) {
        drift.parting = try GoldenParting(
          asking: earlier, of: old, scenario: recorded ?? present, listing(from: first),
          from: first, to: interval.differs.events)
      } catch {
        drift.problem = error
      }
    }
    if drift.parting == nil {
      var events = listing(from: first)
      while drift.beginning.count < beginningLength, let event = events.next() {
        drift.beginning.append(events.listed(event))
      }
    }
    return drift
  }

  /// This version's run of a recorded scenario.
  ///
  /// - Returns: Nil when it was stopped.
  /// - Throws: Why this version does not take the scenario.
  private static func repeated(
    _ document: DocumentValue, of golden: Golden, version: String, _ isStopped: () -> Bool
  ) throws(ScenarioErrors) -> (scenario: OutageScenario, record: RunRecord)? {
    let file = try ScenarioFile(ScenarioDocument(root: document))
    let scenario = try OutageScenario(try file.resolve([.scale(golden.scale)]).document)
    guard
      let run = complete(
        OngoingRun(scenario, seed: golden.seed), until: scenario.header.end, version: version,
        isStopped)
    else { return nil }
    return (scenario, run.record)
  }
}
