import SimulationKernel

extension Etcd {
  /// A v2 request that has passed the checks of the HTTP front end.
  public struct Operation: Equatable, Sendable {
    public enum Method: UInt8, Sendable { case get, head, put, post, delete }

    public var method: Method
    public var key: Key
    public var value = Value.empty
    /// Seconds; nil when none was given.
    public var ttl: UInt64?
    public var isDirectory = false
    public var isRecursive = false
    public var isSorted = false
    public var isRefresh = false
    /// nil when it does not matter whether the key exists.
    public var previousExists: Bool?
    /// nil when it does not matter.
    public var previousValue: Value?
    /// 0 when it does not matter.
    public var previousIndex: UInt64 = 0
    public var waits = false
    public var isStream = false
    /// Index to watch from; 0 for the next change.
    public var waitIndex: UInt64 = 0
    /// The answer to a change leaves out the nodes: `noValueOnSuccess`.
    public var omitsNodes = false

    public init(_ method: Method, _ key: Key) {
      self.method = method
      self.key = key
    }
  }

  /// A node in a listing, at its depth below the node that was asked for.
  public struct ListedNode: Equatable, Sendable, BitwiseCopyable {
    public let depth: Int
    public let node: Node
  }

  /// What etcd answers.
  public struct Response: Equatable, Sendable {
    public enum Body: Equatable, Sendable {
      /// A change that was made.
      case changed(Event)
      /// The node that was asked for, followed by what is below it, each directory before its
      /// content.
      case listing([ListedNode])
      /// A watch that has begun; its first event may be there already.
      case watching(WatchStart)
      case failed(Failure)
    }

    public var status: Int
    public var body: Body
    /// The `X-Etcd-Index` header.
    public var etcdIndex: UInt64
    /// The moment of the answer, from which its TTLs count.
    public var time: Instant

    init(_ failure: Failure, at now: Instant) {
      status = failure.status
      body = .failed(failure)
      etcdIndex = failure.index
      time = now
    }
    init(status: Int, body: Body, etcdIndex: UInt64, time: Instant) {
      self.status = status
      self.body = body
      self.etcdIndex = etcdIndex
      self.time = time
    }
  }
}

extension Etcd.Keyspace {
  /// Carries out an operation: picks the store's function as etcd does and runs it.
  public mutating func apply(
    _ operation: Etcd.Operation, now: Instant, into output: inout Etcd.Output
  ) -> Etcd.Response {
    do throws(Etcd.Failure) {
      switch operation.method {
      case .get, .head:
        return try read(operation, now)
      case .put, .post, .delete:
        let event = try write(operation, now: now, into: &output)
        return Etcd.Response(
          status: event.status, body: .changed(event), etcdIndex: event.index, time: now)
      }
    } catch {
      return Etcd.Response(error, at: now)
    }
  }

  /// Carries out a PUT, POST or DELETE; the cheap form of `apply`.
  ///
  /// - Throws: What the store's function throws that the operation leads to.
  /// - Precondition: The operation is a write.
  public mutating func write(
    _ operation: Etcd.Operation, now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    switch operation.method {
    case .put: return try put(operation, now, &output)
    case .post:
      return try createInOrder(
        under: operation.key, value: operation.value,
        expiration: expiration(of: operation, now), makesDirectory: operation.isDirectory,
        now: now, into: &output)
    case .delete: return try delete(operation, now, &output)
    case .get, .head: preconditionFailure("a write changes the store: \(operation.method)")
    }
  }

  /// The node at `key` with the directory's content, or with everything below it.
  ///
  /// Hidden keys are left out, unless `key` itself is one.
  ///
  /// `isSorted`: by name; otherwise in order of creation (etcd: in no order).
  /// - Throws: 100 when the key does not exist, 104 when a file stands above it.
  public func get(
    _ key: Etcd.Key, isRecursive: Bool = false, isSorted: Bool = false
  ) throws(Etcd.Failure) -> [Etcd.ListedNode] {
    guard let top = node(at: key) else { throw absence(of: key) }
    var listing = [Etcd.ListedNode(depth: 0, node: top)]
    var pending = visibleChildren(of: key, isSorted: isSorted, depth: 1)
    while let listed = pending.popLast() {
      listing.append(listed)
      if isRecursive && listed.node.isDirectory {
        pending += visibleChildren(of: listed.node.key, isSorted: isSorted, depth: listed.depth + 1)
      }
    }
    return listing
  }

  /// Last child first, so that the first one is on top of a stack.
  private func visibleChildren(
    of key: Etcd.Key, isSorted: Bool, depth: Int
  ) -> [Etcd.ListedNode] {
    var nodes = children(of: key).filter { !paths[$0.key].isHidden }
    if isSorted {
      nodes.sort { paths.name($0.key).lexicographicallyPrecedes(paths.name($1.key)) }
    }
    return nodes.reversed().map { Etcd.ListedNode(depth: depth, node: $0) }
  }

  private mutating func read(
    _ operation: Etcd.Operation, _ now: Instant
  ) throws(Etcd.Failure) -> Etcd.Response {
    let body: Etcd.Response.Body
    if operation.waits {
      body = .watching(
        try watch(
          operation.key, isRecursive: operation.isRecursive, isStream: operation.isStream,
          since: operation.waitIndex))
    } else {
      body = .listing(
        try get(
          operation.key, isRecursive: operation.isRecursive, isSorted: operation.isSorted))
    }
    return Etcd.Response(status: 200, body: body, etcdIndex: index, time: now)
  }

  private mutating func put(
    _ operation: Etcd.Operation, _ now: Instant, _ output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    let due = expiration(of: operation, now)
    let compares = operation.previousIndex > 0 || isGiven(operation.previousValue)
    switch operation.previousExists {
    case true where !compares:
      return try update(
        operation.key, to: operation.value, expiration: due, isRefresh: operation.isRefresh,
        now: now, into: &output)
    // A create takes no notice of `refresh`, `prevValue` and `prevIndex`.
    case false:
      return try create(
        operation.key, value: operation.value, expiration: due,
        makesDirectory: operation.isDirectory, now: now, into: &output)
    default:
      break
    }
    if compares {
      return try compareAndSwap(
        operation.key, to: operation.value, previousValue: operation.previousValue,
        previousIndex: operation.previousIndex, expiration: due, isRefresh: operation.isRefresh,
        now: now, into: &output)
    }
    return try set(
      operation.key, to: operation.value, expiration: due, makesDirectory: operation.isDirectory,
      isRefresh: operation.isRefresh, now: now, into: &output)
  }

  private mutating func delete(
    _ operation: Etcd.Operation, _ now: Instant, _ output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    if operation.previousIndex > 0 || isGiven(operation.previousValue) {
      return try compareAndDelete(
        operation.key, previousValue: operation.previousValue,
        previousIndex: operation.previousIndex, now: now, into: &output)
    }
    return try delete(
      operation.key, allowsDirectory: operation.isDirectory, isRecursive: operation.isRecursive,
      now: now, into: &output)
  }

  private func isGiven(_ value: Etcd.Value?) -> Bool { value != nil && value != .empty }

  private func expiration(of operation: Etcd.Operation, _ now: Instant) -> Instant? {
    operation.ttl.flatMap { expiration(ttl: $0, now: now) }
  }
}
