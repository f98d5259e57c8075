/// What an event of a run came to, and whom it is about: what is remembered of it.
///
/// One event can come to several things (a connection that arrives is admitted or refused); which one
/// it was is read off the counters of the system that took it.
public struct Occurrence: Hashable, Sendable {
  public let kind: Kind
  public let subject: Subject
  /// What the kind says of it, at most `detailMax`; 0 where it says nothing.
  public let detail: UInt32

  /// Larger details are cut to it.
  public static let detailMax: UInt32 = 0xFFFFF

  public init(_ kind: Kind, _ subject: Subject, detail: UInt32 = 0) {
    self.kind = kind
    self.subject = subject
    self.detail = min(detail, Self.detailMax)
  }

  /// Whom an event is about.
  public struct Subject: Hashable, Sendable {
    public enum Sort: UInt8, CaseIterable, Sendable {
      /// The company as a whole, and what has no number of its own.
      case company
      case client, guild, elixirNode, apiNode
      /// A read of a database that an API worker waits for.
      case read
      /// By the number of its `ScyllaClusterID`.
      case database
      /// By its place in `Link.allCases`.
      case link
      /// An entry of `faults`, by its slot.
      case fault
      /// A step of `operators`, by its slot.
      case step
      /// An alert rule, by its place.
      case alert
      case etcd
    }

    public let sort: Sort
    public let number: UInt32

    public init(_ sort: Sort, _ number: UInt32 = 0) {
      self.sort = sort
      self.number = number
    }

    public static let company = Subject(.company)
    static let etcd = Subject(.etcd)
    static func client(_ client: ClientID) -> Subject { Subject(.client, client.rawValue) }
    static func guild(_ guild: GuildID) -> Subject { Subject(.guild, guild.rawValue) }
    static func node(_ node: ElixirNodeID) -> Subject {
      Subject(.elixirNode, UInt32(node.rawValue))
    }
    static func node(_ node: APINodeID) -> Subject { Subject(.apiNode, UInt32(node.rawValue)) }
    static func database(_ cluster: ScyllaClusterID) -> Subject {
      Subject(.database, UInt32(cluster.rawValue))
    }
    /// A slot is used again and again; the last twelve bits of its use count tell reads apart that are
    /// near to each other in time, not those of a whole day.
    static func read(slot: UInt32, generation: UInt16) -> Subject {
      Subject(.read, slot & 0xFFFFF | UInt32(generation) << 20)
    }
    /// Whom a call is for.
    static func caller(_ call: RemoteCall) -> Subject {
      call.kind == .guild ? guild(call.guild) : client(call.attempt.client)
    }
  }
}

extension Occurrence {
  /// In 32 bits: the kind, the sort of the subject, the detail.
  public var content: UInt32 {
    UInt32(kind.rawValue) | UInt32(subject.sort.rawValue) << 8 | detail << 12
  }

  /// What a log holds of an event.
  ///
  /// - Precondition: `content` is that of an occurrence.
  public init(content: UInt32, subject: UInt32) {
    guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: content)),
      let sort = Subject.Sort(rawValue: UInt8(truncatingIfNeeded: content >> 8) & 0xF)
    else { preconditionFailure("a log holds occurrences: \(content)") }
    self.init(kind, Subject(sort, subject), detail: content >> 12)
  }
}
