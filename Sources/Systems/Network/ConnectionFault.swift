import Scenarios
import SimulationKernel

/// How a connection ends under a request that is not complete.
public enum ConnectionEnding: UInt8, BitwiseCopyable, Sendable {
  case fin, rst
  /// A middlebox hands the cut request on as a complete one without a body.
  case reframedEmpty
}

/// An injected fault on one announce's connection.
public struct ConnectionFault: Sendable, Hashable {
  public enum Kind: String, CaseIterable, Sendable {
    case fin, rst, responseLost, nothingForwarded, reframedEmpty
    /// The request goes nowhere and nobody says so: the client waits for its own time-out.
    case halfOpen
    /// The request reaches etcd twice.
    case duplicate

    var ending: ConnectionEnding {
      switch self {
      case .fin: .fin
      case .reframedEmpty: .reframedEmpty
      case .rst, .responseLost, .nothingForwarded, .halfOpen, .duplicate: .rst
      }
    }

    /// What Python's `http.client` raises in the announcing node.
    var outcome: AnnounceOutcome { self == .rst ? .connectionReset : .remoteDisconnected }
  }

  /// Whose announces can be hit.
  public enum Target: Sendable, Hashable {
    /// First announces of nodes that have just joined.
    case newNodes
    case node(UInt16)
    case anyNode
  }

  /// Which of the target's announces is hit, counted from when the fault is armed.
  public enum Occasion: Sendable, Hashable {
    case nth(UInt32)
    case chance(ExactFraction)
  }

  /// Its number among the entries of `faults`, those that a patch has taken away included.
  public var slot: UInt16
  public var at: Instant
  public var kind: Kind
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
