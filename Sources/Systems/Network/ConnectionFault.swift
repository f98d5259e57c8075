import Scenarios
import SimulationKernel

/// An injected fault on one announce's connection.
public struct ConnectionFault: Sendable, Hashable {
  /// What a box in the path does to the connection; all but `duplicate` and `halfOpen` are recorded.
  public enum Kind: String, CaseIterable, Sendable {
    /// Both sides are closed, or both are reset.
    case fin, rst
    /// etcd's side is reset and the client's closed, or etcd's is left open for ever.
    case finClientResetServer, finClientServerLeftOpen
    /// The client's sending side alone is closed: etcd's answer comes through.
    case halfClosed
    case responseLost, nothingForwarded
    /// The cut request is handed on as a complete one, by its length or in chunks, or as cut chunks.
    case reframedEmpty, reframedChunkedEnded, reframedChunkedCut
    /// The way goes dead both ways and nobody says so: the client waits for its own time-out, and
    /// the server for ever for what is left of the request.
    case halfOpen
    /// The request reaches etcd twice.
    case duplicate

    /// The box; nil for what is none's doing.
    var box: Etcd.Middlebox? {
      switch self {
      case .fin: .finBoth
      case .rst: .resetBoth
      case .finClientResetServer: .finClientResetServer
      case .finClientServerLeftOpen: .finClientServerLeftOpen
      case .halfClosed: .halfClosed
      case .responseLost: .responseLost
      case .nothingForwarded: .nothingForwarded
      case .reframedEmpty: .reframedEmpty
      case .reframedChunkedEnded: .reframedChunkedEnded
      case .reframedChunkedCut: .reframedChunkedCut
      case .halfOpen: .silent
      case .duplicate: nil
      }
    }
  }

  /// Whose announces can be hit.
  public enum Target: Sendable, Hashable {
    /// First announces of nodes that have just joined.
    case newNodes
    case node(UInt16)
    case anyNode
  }

  /// Which of the target's announces is hit, counted from `at`.
  public enum Occasion: Sendable, Hashable {
    case nth(UInt32)
    case chance(ExactFraction)
  }

  /// Its number among the entries of `faults`, those that a patch has taken away included.
  public var slot: UInt16
  /// From when on it strikes.
  public var at: Instant
  public var kind: Kind
  /// Segments that arrive before it strikes; of no meaning to kinds that hand on all or nothing.
  public var afterSegment: Int
  public var target: Target
  public var occasion: Occasion

  func matches(_ announcement: Announcement) -> Bool {
    switch target {
    case .newNodes: announcement.isFirst
    case .node(let node): announcement.node.rawValue == node
    case .anyNode: true
    }
  }
}
