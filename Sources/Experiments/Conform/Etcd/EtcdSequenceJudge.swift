import SimulationKernel

/// Lays a recorded sequence beside the model of etcd, under every phase of the sweep that could
/// explain it.
enum EtcdSequenceJudge {
  /// The model after some of the operations, which is the same under all of these phases.
  private struct Branch {
    var player: EtcdSequencePlayer
    /// As `SweepPhases` orders them.
    var phases: [Duration]
  }

  /// What differs; empty when the model did as etcd did.
  ///
  /// One phase of the sweep must explain the whole sequence; where none does, the one that explains
  /// most of it is told. Phases part only where one has ended a key and another has not, and what
  /// has differed least so far goes on first: what no phase can explain is met once, not once for
  /// each.
  static func failures(of sequence: EtcdSequence) -> [ConformanceFailure] {
    let best = best(sequence)
    if best.player.failures.isEmpty { return [] }
    var told = Branch(
      player: EtcdSequencePlayer(playing: sequence, tellsAll: true), phases: best.phases)
    while !told.player.isOver {
      _ = sweep(&told)
      told.player.goOn()
    }
    return told.player.failures
  }

  /// The whole sequence under the phases that explain most of it.
  private static func best(_ sequence: EtcdSequence) -> Branch {
    let player = EtcdSequencePlayer(playing: sequence, tellsAll: false)
    var open: [Branch] = []
    var branch = Branch(player: player, phases: SweepPhases.candidates(of: player.times))
    while !branch.player.isOver {
      open += sweep(&branch).reversed()
      branch.player.goOn()
      open.append(branch)
      branch = open.remove(at: mostPromising(open))
    }
    return branch
  }

  /// Of those that differ least the youngest, which is the furthest.
  private static func mostPromising(_ open: [Branch]) -> Int {
    var best = 0
    for place in open.indices
    where open[place].player.differences <= open[best].player.differences {
      best = place
    }
    return best
  }

  /// Sweeps until the next operation under the phase that comes first.
  ///
  /// Those that have ended the same keys by then stay with it; returns the others, each with its like.
  private static func sweep(_ branch: inout Branch) -> [Branch] {
    let instant = branch.player.next
    guard let due = branch.player.nextExpiry, due <= instant else { return [] }
    var ticks = branch.phases.enumerated().map { rank, phase in
      (last: lastTick(until: instant, phase), rank: rank, phase: phase)
    }
    ticks.sort { ($0.last, $0.rank) < ($1.last, $1.rank) }
    var parts: [(rank: Int, branch: Branch)] = []
    var player = branch.player
    var rest = ticks[...]
    while let first = rest.first {
      // What the ticks before ended, these have ended as well.
      while let due = player.nextExpiry, due <= first.last {
        player.sweep(at: firstTick(from: due, first.phase))
      }
      let next = player.nextExpiry ?? .endOfTime
      let same = rest.prefix { $0.last < next }.sorted { $0.rank < $1.rank }
      rest = rest.dropFirst(same.count)
      parts.append((same[0].rank, Branch(player: player, phases: same.map(\.phase))))
    }
    parts.sort { $0.rank < $1.rank }
    branch = parts[0].branch
    return parts.dropFirst().map(\.branch)
  }

  private static func firstTick(from instant: Instant, _ phase: Duration) -> Instant {
    lastTick(until: instant + EtcdServerDriver.sweep - .nanoseconds(1), phase)
  }

  /// The last tick until then; before the start when there was none.
  private static func lastTick(until instant: Instant, _ phase: Duration) -> Instant {
    let tick = EtcdServerDriver.sweep.nanoseconds
    let since = instant.nanoseconds - phase.nanoseconds
    guard since >= 0 else { return .start - .nanoseconds(1) }
    return .start + phase + .nanoseconds(since / tick * tick)
  }
}
