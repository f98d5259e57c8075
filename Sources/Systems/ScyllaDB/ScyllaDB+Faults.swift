import SimulationKernel

// What breaks in a cluster during a run, and what becomes of the reads that it meets.
//
// A node that goes down takes its shards with it. What waits for them is lost: nobody answers, and
// whoever asked runs into its own time-out and asks again, elsewhere. What they have in hand, some
// milliseconds' worth, is finished by another replica, beside what that has to do anyway. Reads that
// come later find their majority among the replicas that are left, or none; the traffic of served users
// crowds on fewer shards. A node that comes back serves at once: hints and repair of what it missed
// are left out.
extension ScyllaDB {
  /// What breaks; faults that overlap add up, among themselves and with the configuration.
  public enum Fault: Hashable, Sendable, BitwiseCopyable {
    /// So many more nodes are down.
    case nodesDown(UInt16)
    /// One more node serves so many times slower than the others.
    case nodeSlow(factor: Double)
    /// So many more of all reads go to one partition.
    case hotPartition(share: Double)

    var word: UInt64 {
      switch self {
      case .nodesDown(let count): UInt64(count)
      case .nodeSlow(let factor): factor.bitPattern >> 8 | 1 << 60
      case .hotPartition(let share): share.bitPattern >> 8 | 2 << 60
      }
    }
  }

  /// The faults that last at the moment.
  struct Damage: Sendable, Equatable {
    private var faults: [Fault] = []
    private(set) var nodesDown = 0
    /// What each slow node takes longer than a sound one, in multiples of that, added up.
    private(set) var slowness = 0.0
    private(set) var hotShare = 0.0
    /// Nodes were lost so many times: numbers the draws of who is lost with them.
    fileprivate(set) var losses: UInt64 = 0

    fileprivate mutating func change(_ fault: Fault, isOver: Bool) {
      if !isOver {
        faults.append(fault)
      } else if let index = faults.firstIndex(of: fault) {
        faults.remove(at: index)
      }
      // Added up anew, so that nothing of a healed one is left behind by rounding.
      (nodesDown, slowness, hotShare) = (0, 0, 0)
      for fault in faults {
        switch fault {
        case .nodesDown(let count): nodesDown += Int(count)
        case .nodeSlow(let factor): slowness += factor - 1
        case .hotPartition(let share): hotShare += share
        }
      }
    }
  }

  /// Nodes that are down, at most all.
  var nodesDown: Int {
    min(configuration.nodes, configuration.nodesDown + damage.nodesDown)
  }
  /// Nodes whose shards serve; never none, so that somebody is there to be overloaded.
  var nodesServing: Int { max(1, configuration.nodes - nodesDown) }

  /// What the slow nodes take longer, added up, in multiples of a sound node's time.
  var slowness: Double { configuration.slowNodeFactor - 1 + damage.slowness }

  var hotPartitionShare: Double {
    min(Self.hotPartitionMax, configuration.hotPartitionShare + damage.hotShare)
  }
  /// The greatest share of the reads that go to one partition.
  static let hotPartitionMax = 0.9

  /// A fault begins, or is over.
  mutating func change<P: Ports>(_ fault: Fault, isOver: Bool, _ ports: inout P) {
    let before = nodesDown
    damage.change(fault, isOver: isOver)
    let after = nodesDown
    guard after != before else { return }
    if after > before {
      damage.losses += 1
      let (up, lost) = (UInt64(configuration.nodes - before), UInt64(after - before))
      let (draws, number) = (outages, damage.losses)
      let waited = loseWaiting(at: ports.now) { read in
        draws.integer(below: up, for: UInt64(read.key), draw: number) < lost
      }
      totals.lost += waited
    }
    for read in resizeShards(at: ports.now) { begin(read, &ports) }
  }
}
