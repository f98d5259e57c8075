/// The key-value store that service discovery stands on: etcd 3.4 seen through its v2 API.
///
/// Modelled: the keyspace with its indices and TTLs (`Keyspace`), watches and the event history
/// (`Keyspace.watch`, `EventHistory`), and what the HTTP server makes of the bytes of a request
/// (`ServerConnection`, `Operation`). Left out: authentication, members, statistics and the v3 API.
///
/// - Note: Source: etcd 3.4 `etcdserver/api/v2store`, `etcdserver/api/v2http` and
///   `etcdserver/apply_v2.go`, held against recordings of etcd 3.4.23.
public enum Etcd {}

extension Etcd {
  /// A path of the keyspace, as a small number.
  ///
  /// Only the keyspace that interned the path, and its copies, know what the number means.
  @frozen
  public struct Key: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt32

    @inlinable
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The root directory, `/`.
    @inlinable public static var root: Key { Key(rawValue: 0) }
  }

  /// The text that a key holds, as a small number; equal numbers are equal bytes.
  @frozen
  public struct Value: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt32

    @inlinable
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The empty text: valid for etcd, and what a truncated announce leaves behind.
    @inlinable public static var empty: Value { Value(rawValue: 0) }
  }
}

/// No key, slot or watcher: the end of a chain of indices.
let noIndex = UInt32.max
