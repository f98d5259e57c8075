/// One user's client, numbered from zero within the simulated sample.
@frozen
public struct ClientID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
}

/// One guild ("server" in the product's words) that has members online.
@frozen
public struct GuildID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
}

/// One node of an Elixir cluster, numbered over all clusters.
@frozen
public struct ElixirNodeID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt16
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
}

/// One node of the API cluster; numbers are not used again after a node has gone.
@frozen
public struct APINodeID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt16
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public var index: Int { Int(rawValue) }
}

/// One of the two ScyllaDB clusters.
public enum ScyllaClusterID: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case sessions, guilds
  public var name: String { self == .sessions ? "sessions" : "guilds" }
}
