import SimulationKernel

extension Etcd {
  /// What an operation did, in etcd's words.
  public enum Action: UInt8, Sendable, BitwiseCopyable {
    case get, set, create, update, compareAndSwap, delete, compareAndDelete, expire

    /// Whether the key is gone afterwards; such events carry the value only in `previous`.
    public var isRemoval: Bool {
      switch self {
      case .delete, .compareAndDelete, .expire: true
      case .get, .set, .create, .update, .compareAndSwap: false
      }
    }
  }

  /// A key's state at one moment, as responses and events show it.
  public struct Node: Equatable, Sendable, BitwiseCopyable {
    public internal(set) var key: Key
    var valueOrNone: UInt32 = noIndex
    public internal(set) var createdIndex: UInt64
    public internal(set) var modifiedIndex: UInt64
    var expirationOrNever: Int64 = .max
    public internal(set) var isDirectory: Bool

    /// The value; nil for directories and in the event of a removal.
    public var value: Value? { valueOrNone == noIndex ? nil : Value(rawValue: valueOrNone) }

    /// When the key is due; the sweep takes it away at its next tick after that.
    public var expiration: Instant? {
      expirationOrNever == .max ? nil : Instant(nanoseconds: expirationOrNever)
    }

    /// Seconds left, rounded up; nil without an expiration.
    ///
    /// Zero or less for an overdue key. etcd's JSON leaves the field out when it is zero.
    public func ttl(at now: Instant) -> Int64? {
      guard expirationOrNever != .max else { return nil }
      let (left, overflow) = expirationOrNever.subtractingReportingOverflow(now.nanoseconds)
      let span = overflow ? (expirationOrNever < 0 ? Int64.min : Int64.max) : left
      return span / 1_000_000_000 + (span % 1_000_000_000 > 0 ? 1 : 0)
    }
  }

  /// One change of the keyspace: the response to whoever made it, and what watchers are told.
  public struct Event: Equatable, Sendable, BitwiseCopyable {
    public internal(set) var action: Action
    /// A refresh tells no watcher and is skipped when the history is read.
    public internal(set) var isRefresh = false
    var hasPrevious = false
    /// When it happened; the TTLs of an event are those of this moment, however late it is read.
    public internal(set) var time: Instant
    public internal(set) var node: Node
    var previousStorage: Node

    /// The key's state before the change; nil when there was none.
    public var previous: Node? { hasPrevious ? previousStorage : nil }
    public var key: Key { node.key }
    /// etcd's index of the change.
    public var index: UInt64 { node.modifiedIndex }
    /// Whether it leaves the value as it was: who knows the value learns nothing.
    public var isRepeat: Bool {
      hasPrevious && !action.isRemoval && node.isDirectory == previousStorage.isDirectory
        && node.valueOrNone == previousStorage.valueOrNone
    }
    /// Whether the HTTP status is 201 instead of 200.
    public var isCreation: Bool { action == .create || (action == .set && !hasPrevious) }
    /// The HTTP status of the answer to whoever made the change.
    public var status: Int { isCreation ? 201 : 200 }

    init(_ action: Action, node: Node, previous: Node?, time: Instant) {
      self.action = action
      self.node = node
      self.time = time
      hasPrevious = previous != nil
      previousStorage = previous ?? node
    }
  }
}
