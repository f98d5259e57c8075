/// A recorded walk through etcd's TTLs, refreshes, watches and history.
///
/// Every part may be missing; each that is there is a case. Texts of etcd are kept as it wrote them.
public struct EtcdSemantics: Sendable {
  /// A named request with its answer, and what a watcher above all keys saw of it.
  public struct Step: Sendable, Equatable {
    public var name: String
    public var status: Int64?
    /// Nil for a wait.
    public var answer: EtcdAnswer?
    public var events: [EtcdAnswer]
  }

  /// What one long poll brought: an answer, or nothing in time.
  public struct Poll: Sendable, Equatable {
    public var status: Int64?
    public var text: String?
    /// The header `X-Etcd-Index`: etcd's index when the watch began.
    public var etcdIndex: Int64?
    /// What Python raised instead of an answer.
    public var exception: String?
  }

  /// What was read of a key's TTL after so many seconds.
  public struct Reading: Sendable, Equatable {
    public var seconds: Double
    /// 0 for a key without a TTL left.
    public var ttl: Int64
    public var errorCode: Int64?
  }

  /// A look into the history, so many changes behind the last one.
  public struct Edge: Sendable, Equatable {
    public var back: Int64
    public var status: Int64
    public var errorCode: Int64?
    public var message: String?
    public var cause: String?
    /// etcd's index in an error.
    public var index: Int64?
    public var action: String?
    public var replayedBack: Int64?
  }

  /// A stream from an index on, with past and later changes.
  public struct Stream: Sendable, Equatable {
    public var name: String
    public var isFuture: Bool
    public var values: [String]
    public var isClosed: Bool
  }

  /// Watchers on one key, and how many of them were told of a change.
  public struct Crowd: Sendable, Equatable {
    /// How many were to watch, how many could not connect, and how many etcd took.
    public var watchers: Int64
    public var failures: Int64
    public var accepted: Int64
    public var isStream: Bool
    public var notified: Int64
    /// Milliseconds until the first watcher was told, half of them, 99 of 100 and the last.
    public var latencies: [Double]
  }

  /// What a recorder says of all lateness together, in seconds.
  public struct LatenessFigures: Sendable, Equatable {
    public var count: Int64
    public var min: Double
    public var median: Double
    public var mean: Double
    public var max: Double
  }

  /// More watchers than etcd has descriptors for.
  public struct DescriptorLimit: Sendable, Equatable {
    public var limit: Int64
    public var attempted: Int64
    public var connected: Int64
    public var failures: Int64
    /// Watches that etcd took.
    public var established: Int64
    /// Of those that waited for a descriptor, how many were served after as many were free.
    public var freed: Int64
    public var served: Int64
    /// What an announce met before, at the limit, after some watchers have gone, and after all.
    public var puts: [String]
  }

  /// A stream whose reader stops reading.
  public struct SlowReader: Sendable, Equatable {
    public var written: Int64
    public var received: Int64
    /// How the recorder's reading ended: `timeout` when the server did not end the answer.
    public var end: String
    public var isDeafAfterwards: Bool
  }

  /// Seconds that each expired key was late.
  public var lateness: [Double]?
  public var latenessFigures: LatenessFigures?
  /// One of the expiries.
  public var sampleExpiry: EtcdAnswer?
  /// Instants of expiries, in milliseconds within the tick of 500.
  public var ticks: [Int64]?
  public var readings: [Reading]?
  /// Empty when there are none: then nothing but the figures above can be judged.
  public var steps: [Step] = []
  public var listing: String?
  public var emptyValue: String?
  public var longPoll: Poll?
  public var replays: [Poll]?
  /// Index of the change around which the replays are.
  public var replayedIndex: Int64?
  public var quietDirectory: Poll?
  public var childOfDirectory: Poll?
  public var removedParent: Poll?
  public var edges: [Edge]?
  public var staleIndex: Poll?
  public var refreshMoves: (before: Int64, modified: Int64, created: Int64)?
  public var refreshReplay: Poll?
  public var streams: [Stream]?
  public var crowds: [Crowd]?
  public var descriptorLimits: [DescriptorLimit] = []
  public var slowReader: SlowReader?

  /// Names of the parts, as recordings write them.
  static let sections = [
    "ttl_lateness", "ttl_poll_transitions", "steps", "listing_with_empty_value",
    "get_empty_value_raw", "long_poll_empty_value_one_event", "wait_index_replay",
    "non_recursive_watch_on_dir_no_event_timeout", "non_recursive_watch_on_dir_child_put",
    "watch_child_parent_recursively_deleted", "event_history_1000",
    "stale_waitIndex_on_quiet_key", "refresh_index", "refresh_event_via_waitIndex",
    "slow_stream_reader", "stream_with_waitIndex", "many_watchers",
  ]
}
