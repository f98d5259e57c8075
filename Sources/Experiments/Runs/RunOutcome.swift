import Observation
import SimulationKernel
import Systems

/// What an experiment of many runs keeps of each: its figures, without series and texts.
public struct RunOutcome: Sendable, Equatable {
  public let seed: UInt64
  public let digest: Digest
  public let events: UInt64
  public let end: EndReason
  /// From the first injected fault to the end of the run; nil without a fault.
  public let observed: Duration?
  public let metrics: Metrics

  init(
    seed: UInt64, digest: Digest = Digest(), events: UInt64 = 0, end: EndReason = .reachedInstant,
    observed: Duration?, metrics: Metrics
  ) {
    self.seed = seed
    self.digest = digest
    self.events = events
    self.end = end
    self.observed = observed
    self.metrics = metrics
  }

  public init(_ record: RunRecord, of scenario: OutageScenario) {
    seed = record.seed
    digest = record.digest
    events = record.events
    end = record.end
    metrics = record.metrics
    observed = scenario.configuration.faults.map(\.at).min().map { record.endedAt - $0 }
  }
}
