import Observation
import SimulationKernel

/// What tells a run from others in a tool that holds many.
public struct RunLabels: Sendable {
  public let scenario: String
  public let seed: UInt64
  public let version: String
  /// The digest: the same for the same run only.
  public let run: String
  public let scale: String
  public let patches: [String]
  public let start: Instant
  public let end: Instant
  public let clock: FileClock

  public init(_ record: RunRecord, clock: FileClock) {
    scenario = record.scenario
    seed = record.seed
    version = record.version
    run = record.digest.description
    scale = record.scale
    patches = record.patches
    start = record.start
    end = record.endedAt
    self.clock = clock
  }
}
