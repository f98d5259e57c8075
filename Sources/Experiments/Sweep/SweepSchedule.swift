/// Which run of a sweep is next.
///
/// Points in their order, and the seeds of each in theirs. Where a rule decides how many seeds a point
/// has, a point gets its next seed when the one before is finished; processors that would be idle then
/// run further seeds ahead, which count only if the rule comes to ask for them.
struct SweepSchedule: Sendable {
  /// One run of a point.
  struct Run: Sendable, Equatable {
    let point: Int
    /// From 0.
    let replication: Int
    let seed: UInt64
    let key: SweepKey
  }

  /// A point that a rule may want more seeds of.
  private struct OpenPoint: Sendable {
    let point: Int
    let keys: SweepPlan.KeyMaker
    /// User-minutes lost, by replication; nil while it is not known.
    var lost: [Double?] = []
    var running = 0
    /// How many of `lost` the rule has looked at.
    var judged = 0
    var isDecided = false

    mutating func judge(_ replication: SweepPlan.Replication) {
      while !isDecided, judged < lost.count, lost[judged] != nil {
        judged += 1
        isDecided = replication.isEnough(lost[..<judged].compactMap { $0 })
      }
    }
  }

  private let plan: SweepPlan
  private let shard: SweepShard
  /// The user-minutes lost in a run that is recorded, or nil of one that is not.
  ///
  /// Any number does where no rule asks for it.
  private let recorded: @Sendable (SweepKey) -> Double?
  /// What has the runs of an earlier point needs none of its own.
  private let repeats: SweepRepeats
  private var nextPoint: Int
  private var nextReplication = 0
  private var open: [OpenPoint] = []

  init(
    _ plan: SweepPlan, _ shard: SweepShard, recorded: @escaping @Sendable (SweepKey) -> Double?
  ) {
    self.plan = plan
    self.shard = shard
    self.recorded = recorded
    repeats = SweepRepeats(plan, shard)
    nextPoint = shard.index
  }

  private mutating func goOn() {
    repeat {
      nextPoint += shard.count
    } while nextPoint < plan.pointCount && repeats.contains(nextPoint)
  }

  /// Whether there may be more runs of a point that has begun.
  func isOpen(_ point: Int) -> Bool {
    point == nextPoint && nextReplication < plan.replication.count
      || open.contains { $0.point == point }
  }

  /// The next run that is not recorded; nil when there is none, or none before another one finishes.
  mutating func next() -> Run? {
    plan.replication.halfWidth == nil ? nextOfAll() : nextByRule()
  }

  private mutating func nextOfAll() -> Run? {
    while nextPoint < plan.pointCount {
      let keys = plan.keys(of: nextPoint)
      while nextReplication < plan.replication.count {
        let run = run(nextPoint, nextReplication, keys)
        nextReplication += 1
        if recorded(run.key) == nil { return run }
      }
      goOn()
      nextReplication = 0
    }
    return nil
  }

  private mutating func nextByRule() -> Run? {
    if let place = open.firstIndex(where: { $0.running == 0 }) { return begin(place) }
    while nextPoint < plan.pointCount {
      let point = nextPoint
      goOn()
      var entry = OpenPoint(point: point, keys: plan.keys(of: point))
      for number in 0..<plan.replication.count {
        let key = entry.keys.key(seed: plan.replication.seed(number))
        guard let lost = recorded(key) else { break }
        entry.lost.append(lost)
      }
      entry.judge(plan.replication)
      guard !entry.isDecided else { continue }
      open.append(entry)
      return begin(open.count - 1)
    }
    let candidates = open.indices.filter { open[$0].lost.count < plan.replication.count }
    return candidates.min { open[$0].running < open[$1].running }.flatMap { begin($0) }
  }

  private mutating func begin(_ place: Int) -> Run? {
    var number = open[place].lost.count
    // What an earlier process ran ahead.
    while number < plan.replication.count,
      let lost = recorded(open[place].keys.key(seed: plan.replication.seed(number)))
    {
      open[place].lost.append(lost)
      number += 1
    }
    guard number < plan.replication.count else { return nil }
    open[place].lost.append(nil)
    open[place].running += 1
    return run(open[place].point, number, open[place].keys)
  }

  private func run(_ point: Int, _ replication: Int, _ keys: SweepPlan.KeyMaker) -> Run {
    let seed = plan.replication.seed(replication)
    return Run(point: point, replication: replication, seed: seed, key: keys.key(seed: seed))
  }

  /// Takes note of a finished run.
  mutating func finish(_ run: Run, lost: Double) {
    guard let place = open.firstIndex(where: { $0.point == run.point }) else { return }
    open[place].lost[run.replication] = lost
    open[place].running -= 1
    open[place].judge(plan.replication)
    if open[place].isDecided { open.remove(at: place) }
  }
}
