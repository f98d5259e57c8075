extension Supervision {
  /// The restarts that one supervisor still remembers, by whole seconds of its node's clock.
  ///
  /// `supervisor.erl` keeps a list of `erlang:monotonic_time(1)` readings. Counting equal readings
  /// keeps at most `min(intensity, period) + 1` entries, which matters at an intensity of 1,000.
  struct RestartHistory: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
      let second: Int64
      var restarts: Int64
    }

    /// Oldest first.
    private var entries: [Entry] = []

    /// Restarts remembered, the one that made the supervisor give up included.
    private(set) var count: Int64 = 0

    /// Counts a restart and says whether the supervisor goes on.
    ///
    /// An earlier restart counts while `now <= then + period`, both in whole seconds: the real window
    /// is between `period` and `period + 1` seconds long, by the phase of the clock.
    mutating func accepts(restartIn second: Int64, under level: Level) -> Bool {
      let kept =
        entries.firstIndex { $0.second + Int64(level.period) >= second } ?? entries.endIndex
      if kept > 0 {
        for entry in entries[..<kept] { count -= entry.restarts }
        entries.removeFirst(kept)
      }
      if let last = entries.indices.last, entries[last].second == second {
        entries[last].restarts += 1
      } else {
        entries.append(Entry(second: second, restarts: 1))
      }
      count += 1
      return count <= Int64(level.intensity)
    }

    mutating func forget() {
      entries.removeAll(keepingCapacity: true)
      count = 0
    }
  }
}
