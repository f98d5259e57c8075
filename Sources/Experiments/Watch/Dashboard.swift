import Observation
import SimulationKernel

/// What a run looks like at an instant: what people in front of its monitoring would see, and more.
///
/// Counts are those of all users, not of the sample.
public struct Dashboard: Sendable, Equatable {
  /// Nodes of one cluster.
  public struct Cluster: Sendable, Equatable {
    public var name: String
    public var all: Int
    public var up: Int
    /// Booting, or started and not yet in the ring.
    public var starting: Int

    public var stopped: Int { max(0, all - up - starting) }
  }

  public struct Database: Sendable, Equatable {
    public var name: String
    /// Mean of the last sampling step, 0 to 1.
    public var utilisation: Double
    /// Requests that wait.
    public var queue: Double
    /// Share of its time that repair takes now, 0 to 1.
    public var repair: Double
  }

  public struct EtcdConnections: Sendable, Equatable {
    public var standing: Int
    /// How many may stand.
    public var limit: Int
    /// How many wait for one that closes.
    public var waiting: Int
  }

  public struct APINodes: Sendable, Equatable {
    public var serving: Int
    public var booting: Int
    /// Share of the workers that are busy, 0 to 1.
    public var utilisation: Double
  }

  /// Something that was put in, or that people saw or did.
  public struct Entry: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
      case fault, action, alert, outcome
    }

    public var kind: Kind
    public var at: Instant
    /// In words; a scenario's are not safe for a terminal.
    public var text: String
  }

  public var title: String
  public var seed: UInt64
  public var scale: String
  public var start: Instant
  public var until: Instant
  public var now: Instant
  public var events: UInt64
  public var digest: Digest

  /// Users who want to be connected.
  public var online: Double
  /// Those who have a session and all of their guilds, from the start to now.
  public var served: TimeSeries
  public var servedNow: Double
  public var connected: Double

  public var clusters: [Cluster]
  public var databases: [Database]
  /// New connections per second that may pass; nil: as many as come.
  public var throttle: Double?
  /// Connections per second over the last sampling step: those that came, and those that a throttle
  /// refused.
  public var attempts: Double
  public var refused: Double
  public var etcd: EtcdConnections
  /// Real-time nodes whose watcher watches, of all.
  public var watching: Int
  public var api: APINodes
  /// Guilds that are loaded, 0 to 1.
  public var guilds: Double
  /// In order of time.
  public var entries: [Entry]
  /// Names of the alerts that fire.
  public var firing: [String]
}
