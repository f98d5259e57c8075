import Scenarios
import SimulationKernel

/// What the monitoring sees at one instant: the measures that alert rules and conditions may name.
public struct Telemetry: Sendable {
  /// Measures by the name that scenarios use.
  public enum Measure: String, CaseIterable, Sendable {
    case usersServed = "users.served"
    case usersConnected = "users.connected"
    case nodesUp = "elixir.nodes.up"
    case apiUtilisation = "api.utilisation"
    case sessionsUtilisation = "scylla.sessions.utilisation"
    case guildsUtilisation = "scylla.guilds.utilisation"
    case gatewayRefused = "gateway.refused"
  }

  /// One value per measure, in the order of `Measure.allCases`; shares from 0 to 1, and the share of
  /// connections that the gateway has refused since the last look.
  var values: [Double]

  public subscript(_ measure: Measure) -> Double {
    let index = Measure.allCases.firstIndex(of: measure) ?? 0
    return values[index]
  }
}

extension People {
  /// A comparison of one measure with a bound, as in `"users.served < 90%"`.
  public struct Condition: Sendable, Hashable {
    public var measure: Telemetry.Measure
    public var isBelow: Bool
    public var bound: Double
    /// Whether it holds at the bound itself.
    public var includesBound = false

    public func holds(in telemetry: Telemetry) -> Bool {
      let value = telemetry[measure]
      if value == bound { return includesBound }
      return isBelow ? value < bound : value > bound
    }
  }

  /// Pages somebody when its condition has held for a while.
  public struct AlertRule: Sendable {
    public var id: String
    public var condition: Condition
    public var duration: Duration
    public var severity: Int
  }

  /// What an operator does.
  public enum Action: Sendable, Hashable {
    /// Restarts stopped nodes, this many per minute, until none is left.
    case restartNodes(perMinute: Int)
    /// Sets the throttle, in connections per second; nil takes it off.
    case setThrottle(Double?)
    case pauseRepair(ScyllaClusterID)
    case resumeRepair(ScyllaClusterID)
    /// Cuts the rate of major compactions by a share; 0 lets them run at full rate again.
    case throttleCompaction(ScyllaClusterID, by: Double)
    case raiseConnections(Int)
    /// Changes settings of the running systems, by the step's own `set`.
    case deploy
    /// Undoes what the step of this name has deployed.
    case rollBack(deployment: String)
  }

  /// When an operator acts.
  public enum Occasion: Sendable, Hashable {
    case at(Instant)
    /// This long after somebody was first paged for an alert.
    case afterAlert(String, Duration)
    /// This long after a condition held at a look at the monitoring.
    case when(Condition, Duration)
  }

  /// One entry of `operators`.
  public struct Step: Sendable, Hashable {
    /// Its number among the entries of the scenario, those that a patch has taken away included: what
    /// events call it, so that a patch of one step leaves the others' events as they are.
    public var slot: UInt16
    public var name: String
    public var occasion: Occasion
    public var action: Action
    /// For people: why.
    public var note: String
  }

  /// Parameters of monitoring and on-call (`people.*`, `alerts`, `operators`).
  public struct Configuration: Sendable {
    public var evaluationPeriod: Duration
    public var acknowledgeTime: Duration
    /// The tiers above the first, with how long an alert stays unacknowledged before each is paged.
    public var escalations: [(level: UInt8, wait: Duration)]
    public var businessHours: BusinessHours
    /// From severity 1, the worst, to 4.
    public var severities: [Severity]
    public var alerts: [AlertRule]
    public var steps: [Step]
  }
}
