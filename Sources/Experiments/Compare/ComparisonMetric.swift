import Observation

/// A figure that comparisons are about; less is better in all of them.
public enum ComparisonMetric: String, CaseIterable, Sendable {
  case userMinutesLost = "users.unserved.minutes"
  case outageMinutes = "outage.minutes"
  case nodesStopped = "elixir.nodes.stopped"
  /// 1 for a run in which under half of the users were served at some time, 0 for any other; its mean
  /// is the probability of an outage.
  case outage = "outage.probability"
  /// From the first fault until 99 % are served for good. A run that loses less than 1 % of the users
  /// recovers in 0 minutes; one that never recovers counts with all of the time that was watched,
  /// which is less than the truth.
  case recoveryMinutes = "outage.recovered.at"
  /// Requests of both databases that were served after their client gave up.
  case wastedWork = "scylla.wasted"

  public var unit: MetricUnit {
    switch self {
    case .userMinutesLost: .userMinutes
    case .outageMinutes, .recoveryMinutes: .minutes
    case .nodesStopped: .nodes
    case .outage: .share
    case .wastedWork: .count
    }
  }

  /// The figure of one run.
  public func value(in outcome: RunOutcome) -> Double {
    let metrics = outcome.metrics
    switch self {
    case .userMinutesLost, .outageMinutes, .nodesStopped: return metrics[rawValue] ?? 0
    case .outage: return (metrics["outage.minutes"] ?? 0) > 0 ? 1 : 0
    case .recoveryMinutes:
      guard !Self.isUnharmed(outcome) else { return 0 }
      return metrics[rawValue] ?? (outcome.observed.map { $0.seconds / 60 } ?? 0)
    case .wastedWork:
      return (metrics["scylla.sessions.wasted"] ?? 0) + (metrics["scylla.guilds.wasted"] ?? 0)
    }
  }

  /// Whether the run's recovery is only known to take longer than the run was watched.
  public static func isUnrecovered(_ outcome: RunOutcome) -> Bool {
    outcome.metrics[recoveryMinutes.rawValue] == nil && !isUnharmed(outcome)
  }

  private static func isUnharmed(_ outcome: RunOutcome) -> Bool {
    let online = outcome.metrics["users.online.before"] ?? 0
    return (outcome.metrics["users.unserved.peak"] ?? 0) <= online * 0.01
  }
}
