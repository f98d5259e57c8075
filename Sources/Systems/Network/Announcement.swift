/// One announce of an API node: an HTTP PUT of its key, in one or two TCP segments.
public struct Announcement: Hashable, Sendable, BitwiseCopyable {
  public let node: APINodeID
  /// Counts the node's announces, from one.
  public let number: UInt16
  /// No announce of this node has been stored yet.
  public let isFirst: Bool
  /// Renews the TTL and leaves the value alone.
  public let isRefresh: Bool

  public init(node: APINodeID, number: UInt16, isFirst: Bool, isRefresh: Bool) {
    self.node = node
    self.number = number
    self.isFirst = isFirst
    self.isRefresh = isRefresh
  }

  var word: UInt64 {
    UInt64(node.rawValue) | UInt64(number) << 16 | (isFirst ? 1 << 32 : 0)
      | (isRefresh ? 1 << 33 : 0)
  }
}
