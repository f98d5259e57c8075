import SimulationKernel

/// Where guilds lie on the ring: a systematic sample of it, so that small samples are fair.
///
/// With a hash for each guild, 3,000 guilds that stand for three million lose 2 % more or fewer of
/// them with half of the nodes than the whole would, by chance, and a node may have most of the large
/// ones. Here each node has its share of the guilds, and of the guilds of any size: guilds in the
/// order of their ranks go round the nodes' arcs, laid end to end node by node, in steps of the
/// golden ratio. At full scale it is as good as a hash.
/// - Note: Source: L. Kuipers, H. Niederreiter, "Uniform distribution of sequences", Wiley 1974,
///   chapter 2, section 3: the discrepancy of multiples of an irrational number.
struct GuildPlacement: Sendable {
  private let firsts: [UInt64]
  /// Where each arc begins when all are laid end to end.
  private let starts: [UInt64]
  private let offset: UInt64

  /// 2^64 / golden ratio.
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(on ring: HashRing, offset: UInt64) {
    let arcs = ring.arcsByMember.filter { $0.length > 0 }
    firsts = arcs.map(\.first)
    var start: UInt64 = 0
    starts = arcs.map { arc in
      defer { start &+= arc.length }
      return start
    }
    self.offset = offset
  }

  /// The guild's hash, for as long as the run lasts.
  ///
  /// - Complexity: O(log arcs).
  func hash(of guild: GuildID) -> UInt64 {
    let place = offset &+ UInt64(guild.rawValue) &* Self.step
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return firsts[low] &+ (place - starts[low])
  }
}
