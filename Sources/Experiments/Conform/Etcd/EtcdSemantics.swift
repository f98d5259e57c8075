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
    public var watchers: Int64
    public var isStream: Bool
    public var notified: Int64
  }

  /// A stream whose reader stops reading.
  public struct SlowReader: Sendable, Equatable {
    public var written: Int64
    public var received: Int64
    public var isDeafAfterwards: Bool
  }

  /// Seconds that each expired key was late.
  public var lateness: [Double]?
  /// Instants of expiries, in milliseconds within the tick of 500.
  public var ticks: [Int64]?
  public var readings: [Reading]?
  /// Empty when there are none: then nothing but the figures above can be judged.
  public var steps: [Step] = []
  public var listing: String?
  public var emptyValue: String?
  public var longPoll: Poll?
  public var replays: [Poll]?
  public var quietDirectory: Poll?
  public var childOfDirectory: Poll?
  public var removedParent: Poll?
  public var edges: [Edge]?
  public var staleIndex: Poll?
  public var refreshMoves: (modified: Int64, created: Int64)?
  public var refreshReplay: Poll?
  public var streams: [Stream]?
  public var crowds: [Crowd]?
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
