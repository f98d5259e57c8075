/// Points of a shard that are the same as an earlier one of it.
///
/// Designs over whole numbers or lists may come to the same values twice, and two files of a scenario
/// axis may hold the same bytes: such points have the same runs, which are run and recorded once.
public struct SweepRepeats: Sendable {
  /// One bit per point; empty where no point can be the same as another.
  private var bits: [UInt64] = []
  /// How many there are.
  public private(set) var count = 0

  /// - Note: While it is made, 24 bytes per point are held; a bit afterwards.
  public init(_ plan: SweepPlan, _ shard: SweepShard = .whole) {
    guard plan.mayRepeat else { return }
    let seed = plan.replication.firstSeed
    var points: [(key: SweepKey, point: Int)] = []
    points.reserveCapacity(shard.pointCount(of: plan.pointCount))
    for point in stride(from: shard.index, to: plan.pointCount, by: shard.count) {
      points.append((plan.keys(of: point).key(seed: seed), point))
    }
    points.sort { $0.key == $1.key ? $0.point < $1.point : $0.key < $1.key }
    for (last, next) in zip(points, points.dropFirst()) where last.key == next.key {
      if bits.isEmpty { bits = [UInt64](repeating: 0, count: plan.pointCount / 64 + 1) }
      bits[next.point / 64] |= 1 << UInt64(next.point % 64)
      count += 1
    }
  }

  public func contains(_ point: Int) -> Bool {
    !bits.isEmpty && bits[point / 64] >> UInt64(point % 64) & 1 == 1
  }
}

extension SweepPlan {
  /// Whether two points may have the same runs.
  fileprivate var mayRepeat: Bool {
    // A grid has no value of an axis twice.
    guard design.kind == .grid else { return true }
    let contents = scenarios.map(\.content).sorted()
    return zip(contents, contents.dropFirst()).contains { $0 == $1 }
  }

  /// Runs of a shard at most: those of points that coincide once, and fewer where a rule may stop
  /// adding seeds.
  public func runsMax(of shard: SweepShard, _ repeats: SweepRepeats) -> Int {
    (shard.pointCount(of: pointCount) - repeats.count) * replication.count
  }
}
