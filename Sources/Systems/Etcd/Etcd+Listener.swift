extension Etcd {
  /// The listening socket of a server that stops accepting at its limit of descriptors.
  ///
  /// Who comes when no connection is free is connected all the same, by the kernel, and waits in its
  /// one queue without an answer or an error, until another connection closes or the limit is raised.
  /// What waits is taken in order of arrival, whether its client has given up meanwhile or not. When
  /// the queue is full as well, the kernel drops the attempts to connect.
  ///
  /// - Note: Source: the recording `fd_limit_400` of etcd 3.4.23; the length of the queue is Linux's
  ///   `net.core.somaxconn` since 5.4, which Go asks for.
  public struct Listener<Client: BitwiseCopyable & Sendable>: Sendable {
    /// Connections that may stand.
    public var limit: Int
    /// Connections that stand.
    public private(set) var standing = 0
    /// The most that ever stood.
    public private(set) var peak = 0
    /// Who waits for a connection, in order.
    private var waiting = Queueing.Ring<Client>()

    public init(limit: Int) {
      self.limit = limit
    }

    /// Descriptors that the server has in use or keeps free for itself.
    public static var ownDescriptors: Int { 150 }

    /// Connections that the kernel keeps waiting.
    public static var backlog: Int { 4_096 }

    /// Connections that a process with this limit of descriptors accepts.
    public static func limit(descriptors: Int) -> Int { max(0, descriptors - ownDescriptors) }

    // Asked about every request. As calls, each would be given a copy of what holds the listener.

    /// Whether a request has to wait.
    @inline(__always)
    public var isFull: Bool { standing >= limit }

    public var waitingCount: Int { waiting.count }

    /// A connection is accepted, and stands.
    @inline(__always)
    public mutating func open() {
      standing += 1
      peak = max(peak, standing)
    }

    /// A connection is accepted for the moment that its request takes.
    @inline(__always)
    public mutating func openBriefly() { peak = max(peak, standing + 1) }

    /// - Precondition: A connection stands.
    @inline(__always)
    public mutating func close() {
      precondition(standing > 0, "only a connection that stands can close")
      standing -= 1
    }

    /// A request comes while there is no connection for it.
    ///
    /// `keepsTrying`: its client connects again and again where there is no place to wait. Simplified:
    /// it comes to its turn as if there had been one.
    ///
    /// - Returns: Whether it waits now.
    @discardableResult
    public mutating func wait(_ client: Client, keepsTrying: Bool = false) -> Bool {
      guard keepsTrying || waiting.count < Self.backlog else { return false }
      waiting.append(client)
      return true
    }

    /// Who gets the connection that is free; nil when none is, or nobody waits.
    ///
    /// It is the caller's to `open` it, or to do without one that nobody will use.
    @inline(__always)
    public mutating func acceptNext() -> Client? {
      waiting.isEmpty || isFull ? nil : waiting.popFirst()
    }
  }
}
