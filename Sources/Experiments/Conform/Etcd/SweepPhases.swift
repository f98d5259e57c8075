import SimulationKernel

/// When the recorded server's sweep may have ticked.
///
/// No recording tells it, and only its order among the requests matters. A request, the end of a
/// TTL that it sets (whole seconds later) and a tick meet every 500 ms in the same way; so one phase
/// from each gap between requests stands for all, and one of them must explain the whole recording.
enum SweepPhases {
  /// Phases for requests at these times in milliseconds, one from every gap: 500 at most.
  ///
  /// Those of the widest gaps come first: ticks fall into those.
  static func candidates(of times: [Int64]) -> [Duration] {
    let tick = EtcdServerDriver.sweep.nanoseconds / 1_000_000
    let points = Set(times.map { ($0 % tick + tick) % tick }).sorted()
    guard let first = points.first else { return [.milliseconds(tick / 2)] }
    let gaps = zip(points, points.dropFirst() + [first + tick]).map { (start: $0, width: $1 - $0) }
    let widest = gaps.sorted { left, right in
      left.width != right.width ? left.width > right.width : left.start < right.start
    }
    return widest.map { gap in
      Duration.microseconds((gap.start * 1_000 + gap.width * 500) % (tick * 1_000))
    }
  }
}
