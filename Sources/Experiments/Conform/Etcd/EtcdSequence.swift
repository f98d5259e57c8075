/// A recorded sequence of requests to etcd's v2 API, with every answer and every watch event.
///
/// Indices count from etcd's index at the start of the sequence, times in milliseconds from its
/// first request, keys from the sequence's own directory, which recordings call `/s`.
public struct EtcdSequence: Sendable, Equatable {
  /// A request, or a wait.
  public struct Operation: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
      case put, refresh, delete, get, watch
      case sleepUntil = "sleep_until"
      /// Any request, as it was sent.
      case request

      /// Whether an answer belongs to it; a watch's answers are its events.
      var isAnswered: Bool { self != .watch && self != .sleepUntil }
    }

    public var kind: Kind
    /// When it was sent, in milliseconds.
    public var time: Int64
    public var key = ""
    public var value: String?
    /// As it was sent: a number in digits, or whatever else stood there.
    public var ttl: String?
    public var prevValue: String?
    public var prevExist: Bool?
    public var prevIndex: Int64?
    public var isDirectory = false
    public var isRecursive = false
    public var isStream = false
    public var waitIndex: Int64?
    /// Which watch this starts.
    public var watch: Int64?
    /// When a wait ends, in milliseconds.
    public var until: Int64?
    /// What was sent, when the kind is `request`.
    public var request: EtcdRequest?
    public var response: EtcdAnswer?

    public init(_ kind: Kind, time: Int64) {
      self.kind = kind
      self.time = time
    }

    /// What a report calls it, such as `put /s/a`.
    public var title: String {
      if let request { return "\(request.method) \(request.target)" }
      return key.isEmpty ? kind.rawValue : "\(kind.rawValue) \(key)"
    }
  }

  /// What one watcher was sent.
  public struct Watch: Sendable, Equatable {
    public var id: Int64
    /// Whether the server ended the answer.
    public var isCompleted: Bool
    public var events: [EtcdAnswer]

    public init(id: Int64, isCompleted: Bool, events: [EtcdAnswer]) {
      self.id = id
      self.isCompleted = isCompleted
      self.events = events
    }
  }

  public var id: String
  /// etcd's index before the first operation, where it was recorded.
  ///
  /// Names of keys made in order and some causes hold etcd's own indices.
  public var base: Int64?
  public var operations: [Operation]
  public var watches: [Watch]
  /// etcd's index after the last operation.
  public var finalIndex: Int64

  public init(id: String, operations: [Operation], watches: [Watch], finalIndex: Int64) {
    self.id = id
    self.operations = operations
    self.watches = watches
    self.finalIndex = finalIndex
  }
}

/// An answer or an event of etcd's v2 API as recordings write it.
public struct EtcdAnswer: Sendable, Equatable {
  /// A node of the keyspace; of a recorded date only its presence is kept.
  public struct Node: Sendable, Equatable {
    public var key = ""
    public var value: String?
    public var isDirectory = false
    /// Seconds; absent instead of 0.
    public var ttl: Int64?
    public var hasExpiration = false
    public var modifiedIndex: Int64?
    public var createdIndex: Int64?
    /// What is in the directory, by key; nil when nothing is told of it.
    public var nodes: [Node]?

    public init() {}
  }

  public var status: Int64?
  public var action: String?
  public var node: Node?
  public var prevNode: Node?
  public var errorCode: Int64?
  public var message: String?
  public var cause: String?
  /// Whether the recorder wrote the cause, if only as null; where it did not, nil says nothing.
  public var keepsCause = false
  /// etcd's index in an error; absent when the request did not reach the store.
  public var index: Int64?
  /// The header `X-Etcd-Index`.
  public var etcdIndex: Int64?
  /// The whole body, where it does not depend on the clock.
  public var body: String?
  /// An answer of the HTTP server instead of etcd's API.
  public var text: String?
  /// Where a redirect leads, without the query and with escapes undone.
  public var location: String?

  public init() {}
}
