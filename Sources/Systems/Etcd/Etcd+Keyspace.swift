import SimulationKernel

extension Etcd {
  /// etcd's v2 store: a tree of directories and files with one index that counts the changes.
  ///
  /// A value: a copy is a checkpoint and goes its own way. Operations take interned keys and
  /// values, so that a hot operation touches no string. Every operation takes the current instant;
  /// the store has no clock, and somebody outside calls `expireKeys` at every tick of the sweep
  /// (etcd: 500 ms). Until then an overdue key is readable.
  ///
  /// Watchers are told through an `Output`, in etcd's order.
  ///
  /// - Note: Source: etcd 3.4 `etcdserver/api/v2store`.
  public struct Keyspace: Equatable, Sendable {
    /// What does not change while the store runs.
    public struct Configuration: Equatable, Sendable {
      /// Events that the history keeps.
      ///
      /// etcd: 1,000.
      public var historyLength = 1_000
      /// Events that wait for a slow reader of a stream before it is dropped.
      ///
      /// etcd: 100.
      public var watcherBuffer = 100
      /// Unix time of the run's origin in nanoseconds; by default local midnight of 16 March 2020
      /// in San Francisco.
      ///
      /// Decides only what etcd makes of absurdly large TTLs.
      public var unixTimeAtOrigin: Int64 = 1_584_342_000_000_000_000

      public init() {}
    }

    /// What a key's number stands for at the moment.
    ///
    /// One per interned path, absent ones included.
    struct Entry: Equatable, Sendable, BitwiseCopyable {
      enum Kind: UInt8, Sendable, BitwiseCopyable { case absent, file, directory }

      var expiration: Int64 = .max
      var createdIndex: UInt64 = 0
      var modifiedIndex: UInt64 = 0
      var parent: UInt32
      var value: UInt32 = 0
      var heapSlot = noIndex
      var firstChild = noIndex
      var lastChild = noIndex
      var next = noIndex
      var previous = noIndex
      var firstWatcher = noIndex
      var lastWatcher = noIndex
      var kind = Kind.absent
    }

    public let configuration: Configuration
    /// Number of changes so far; every successful write and every expiry adds one.
    public internal(set) var index: UInt64
    public internal(set) var history: EventHistory
    var paths = PathTable()
    var values = ValueTable()
    var entries: [Entry]
    var expiries = ExpiryHeap()
    var hub = WatcherPool()

    /// - Precondition: `index` leaves room to count; the lengths in `configuration` are positive.
    public init(configuration: Configuration = Configuration(), index: UInt64 = 0) {
      precondition(index < .max / 2, "an index has room to grow: \(index)")
      self.configuration = configuration
      self.index = index
      history = EventHistory(capacity: configuration.historyLength)
      entries = [Entry(parent: noIndex, kind: .directory)]
    }

    // MARK: Names

    /// The key of a path.
    ///
    /// `a`, `/a`, `//a/` and `/b/../a` are the same key, as in etcd.
    ///
    /// - Complexity: O(length), with hashing; resolve once and keep the key.
    public mutating func intern(_ path: String) -> Key { intern(path: path.utf8) }

    /// The key of a path given as bytes.
    public mutating func intern(path: some Collection<UInt8>) -> Key {
      let key = paths.intern(path)
      growEntries()
      return key
    }

    /// The number of a value.
    public mutating func intern(value: String) -> Value { values.intern(Array(value.utf8)) }
    public mutating func intern(value: [UInt8]) -> Value { values.intern(value) }

    /// The path of a key, with a leading slash; as in etcd's answers, each byte that is not UTF-8 is
    /// a replacement character.
    public func path(of key: Key) -> String { GoText.repaired(paths.bytes(of: key)) }
    /// A value, repaired in the same way.
    public func text(of value: Value) -> String { GoText.repaired(values[value]) }
    public func bytes(of value: Value) -> [UInt8] { values[value] }

    mutating func growEntries() {
      while entries.count < paths.count {
        let parent = paths[Key(rawValue: UInt32(entries.count))].parent
        entries.append(Entry(parent: parent))
      }
    }

    // MARK: Reading

    /// Whether the key holds a value, is a directory, or neither.
    public func isFile(_ key: Key) -> Bool { entries[Int(key.rawValue)].kind == .file }
    public func isDirectory(_ key: Key) -> Bool { entries[Int(key.rawValue)].kind == .directory }

    /// The key's state; nil when there is no such key.
    ///
    /// The cheap form of `get`.
    public func node(at key: Key) -> Node? {
      let entry = entries[Int(key.rawValue)]
      return entry.kind == .absent ? nil : Node(key, entry)
    }

    /// The keys directly in a directory, oldest first, hidden ones included; no allocation.
    public func children(of key: Key) -> Children {
      Children(entries: entries, upcoming: entries[Int(key.rawValue)].firstChild)
    }

    /// A directory's keys in order of their creation.
    public struct Children: Sequence, IteratorProtocol {
      let entries: [Entry]
      var upcoming: UInt32

      public mutating func next() -> Node? {
        guard upcoming != noIndex else { return nil }
        let entry = entries[Int(upcoming)]
        defer { upcoming = entry.next }
        return Node(Key(rawValue: upcoming), entry)
      }
    }

    /// Why a key that does not exist cannot be found.
    ///
    /// etcd walks down from the root: it names the first component that is missing, or the file
    /// that stands where a directory should.
    func absence(of key: Key) -> Failure {
      var missing = key.rawValue
      var above = entries[Int(missing)].parent
      while above != noIndex {
        switch entries[Int(above)].kind {
        case .directory:
          return Failure(.keyNotFound, .path(Key(rawValue: missing)), index: index)
        case .file:
          return Failure(.notADirectory, .path(Key(rawValue: above)), index: index)
        case .absent:
          missing = above
          above = entries[Int(above)].parent
        }
      }
      preconditionFailure("the root is always a directory")
    }
  }
}

extension Etcd.Node {
  init(_ key: Etcd.Key, _ entry: Etcd.Keyspace.Entry) {
    self.init(
      key: key, valueOrNone: entry.kind == .file ? entry.value : noIndex,
      createdIndex: entry.createdIndex, modifiedIndex: entry.modifiedIndex,
      expirationOrNever: entry.expiration, isDirectory: entry.kind == .directory)
  }
}
