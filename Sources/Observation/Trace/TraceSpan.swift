import SimulationKernel

/// Something of a run that took time, on one node: a span, in the words of tracing tools.
public struct TraceSpan: Sendable, Equatable {
  /// Where a span stands among its causes: what messages of traced systems carry along.
  public struct Context: Hashable, Sendable {
    /// The first cause and all that came of it.
    public let trace: UInt64
    /// The span within the trace.
    public let span: UInt64

    public init(trace: UInt64, span: UInt64) {
      self.trace = trace
      self.span = span
    }
  }

  /// How a span stands to the message that it is about.
  public enum Kind: UInt8, Sendable {
    case `internal`, server, client, producer, consumer
  }

  public enum Outcome: Sendable, Equatable {
    case unset, ok
    case failed(String)
  }

  public enum Value: Sendable, Equatable {
    case text(String)
    case whole(Int)
    case flag(Bool)
  }

  public struct Attribute: Sendable, Equatable {
    public let key: String
    public let value: Value

    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  public let context: Context
  /// Numbers the spans of a run in the order in which they began to be known: a cause comes before
  /// what it causes.
  public var order: UInt32 = 0
  /// The span of the same trace that caused this one; nil for the first.
  public var parent: UInt64?
  /// A second cause, of this or another trace.
  public var link: Context?
  public var kind: Kind
  public var name: String
  public var system: TraceSystem
  /// The node of the system, such as `sessions-17`; a tool's row.
  public var node: String
  public var start: Instant
  /// At `start` or later.
  public var end: Instant
  public var outcome = Outcome.unset
  public var attributes: [Attribute] = []
  /// What is dropped last where there is not room for all; see `TraceRank`.
  public var rank: UInt8
  /// Whether the run ended first.
  public var isUnfinished = false

  public init(
    _ name: String, _ context: Context, parent: UInt64? = nil, link: Context? = nil,
    kind: Kind = .internal, on system: TraceSystem, _ node: String, from start: Instant,
    to end: Instant? = nil, rank: UInt8
  ) {
    self.context = context
    self.parent = parent
    self.link = link
    self.kind = kind
    self.name = name
    self.system = system
    self.node = node
    self.start = start
    self.end = end ?? start
    self.rank = rank
  }

  public mutating func note(_ key: String, _ value: Value) {
    attributes.append(Attribute(key, value))
  }
}

/// A modelled system as tracing tools see it: a process, or a service.
public enum TraceSystem: UInt8, CaseIterable, Sendable {
  case people, faults, api, etcd, elixir, gateway, clients, guilds, sessionsDatabase, guildsDatabase

  /// The name of the service.
  public var name: String {
    switch self {
    case .people: "people"
    case .faults: "faults"
    case .api: "api"
    case .etcd: "etcd"
    case .elixir: "elixir"
    case .gateway: "gateway"
    case .clients: "clients"
    case .guilds: "guilds"
    case .sessionsDatabase: "scylla.sessions"
    case .guildsDatabase: "scylla.guilds"
    }
  }
}
