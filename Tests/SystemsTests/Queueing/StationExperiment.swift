import Foundation
import SimulationKernel

@testable import Systems

/// Keyed draws for experiments; the C library's logarithm is good enough to judge by.
struct Draws {
  private let stream: RandomStream
  private var count: UInt64 = 0

  init(seed: UInt64, name: String) { stream = RandomStream(seed: seed, name: name) }

  /// Uniform on (0, 1].
  mutating func unit() -> Double {
    count += 1
    return Double((stream.bits(for: 0, draw: count) >> 11) + 1) * 0x1p-53
  }

  /// Exponential with a mean in seconds, as whole nanoseconds.
  mutating func exponential(mean: Double) -> Int64 { Int64(-log(unit()) * mean * 1e9) }
}

/// One station fed by a Poisson stream, and what its customers saw.
struct StationExperiment {
  enum Service {
    case exponential(mean: Double)
    case constant(Double)
    /// Mean 1: 0.2 seconds or 4.2 seconds, four to one.
    case twoPoint

    func draw(_ draws: inout Draws) -> Int64 {
      switch self {
      case .exponential(let mean): draws.exponential(mean: mean)
      case .constant(let seconds): Int64(seconds * 1e9)
      case .twoPoint: draws.unit() <= 0.8 ? 200_000_000 : 4_200_000_000
      }
    }
  }

  struct Completion {
    let arrival: Int64
    let start: Int64
    let end: Int64
  }

  var servers = 1
  var bound = Int.max
  var discipline = Queueing.Discipline.fifo
  /// Arrivals per second.
  var rate: Double
  var service: Service
  /// Seconds that are run before anything is counted.
  var warmUp = 500.0
  /// Seconds that are counted.
  var length: Double
  /// Jobs that are there at the start.
  var backlog = 0

  struct Result {
    /// Of jobs that arrived in the counted time and left before its end.
    var completions: [Completion] = []
    /// Statistics of the counted time, and of the whole run.
    var before = Queueing.Statistics()
    var after = Queueing.Statistics()
    /// Sum of times in the system as the customers' clocks have it, over the whole run.
    var timeInSystem: UInt128 = 0
    /// The same of those still in the system at the end.
    var timeOfOpen: UInt128 = 0
    /// When the station was first empty, or nil.
    var emptied: Int64?

    func mean(_ quantity: (Completion) -> Double) -> Double {
      completions.reduce(0) { $0 + quantity($1) } / Double(completions.count)
    }
    var meanSojourn: Double { mean { Double($0.end - $0.arrival) / 1e9 } }
    var meanWait: Double { mean { Double($0.start - $0.arrival) / 1e9 } }
    func share(sojournAbove seconds: Double) -> Double {
      mean { Double($0.end - $0.arrival) / 1e9 > seconds ? 1 : 0 }
    }
    var shareWaiting: Double { mean { $0.start > $0.arrival ? 1 : 0 } }
    var shareRefused: Double {
      let refused = Double(after.refusals - before.refusals)
      return refused / (refused + Double(after.arrivals - before.arrivals))
    }
  }

  func run(seed: UInt64, untilEmpty: Bool = false) -> Result {
    var result = Result()
    var arrivals = Draws(seed: seed, name: "arrivals")
    var services = Draws(seed: seed, name: "services")
    var pool = Queueing.ServerPool<UInt32>(
      servers: servers, bound: bound, discipline: discipline)
    // At most a few servers: looking through all of them is faster than a queue in debug builds.
    var inService: [(end: Int64, arrival: Int64, start: Int64)] = []
    let from = Int64(warmUp * 1e9)
    let until = from + Int64(length * 1e9)
    for _ in 0..<backlog where pool.arrive(0, at: .start) == .started {
      inService.append((service.draw(&services), 0, 0))
    }
    var nextArrival = arrivals.exponential(mean: 1 / rate)
    var isCounting = false
    while true {
      var first = 0
      for index in inService.indices where inService[index].end < inService[first].end {
        first = index
      }
      let nextEnd = inService.isEmpty ? Int64.max : inService[first].end
      let time = min(nextArrival, nextEnd)
      if !isCounting, time >= from {
        isCounting = true
        result.before = pool.statistics(at: Instant(nanoseconds: from))
      }
      if time >= until { break }
      let now = Instant(nanoseconds: time)
      if nextEnd <= nextArrival {
        let done = inService.remove(at: first)
        result.timeInSystem += UInt128(UInt64(time - done.arrival))
        if done.arrival >= from {
          result.completions.append(
            Completion(arrival: done.arrival, start: done.start, end: time))
        }
        let next = pool.release(at: now) { dropped in
          result.timeInSystem += UInt128(UInt64((now - dropped.arrival).nanoseconds))
        }
        if let next {
          inService.append((time + service.draw(&services), next.arrival.nanoseconds, time))
        }
        if pool.inSystem == 0, result.emptied == nil {
          result.emptied = time
          if untilEmpty { break }
        }
      } else {
        if pool.arrive(0, at: now) == .started {
          inService.append((time + service.draw(&services), time, time))
        }
        nextArrival += arrivals.exponential(mean: 1 / rate)
      }
    }
    let end = result.emptied.map { untilEmpty ? $0 : until } ?? until
    result.after = pool.statistics(at: Instant(nanoseconds: end))
    for job in inService { result.timeOfOpen += UInt128(UInt64(end - job.arrival)) }
    for arrival in pool.waitingArrivals {
      result.timeOfOpen += UInt128(UInt64(end - arrival.nanoseconds))
    }
    return result
  }
}

/// A mean over independent replications with its confidence interval.
struct Interval: CustomStringConvertible {
  let mean: Double
  let halfWidth: Double

  /// 99.9 % by Student's t with 19 degrees of freedom.
  ///
  /// - Precondition: there are 20 replications.
  init(of values: [Double]) {
    precondition(values.count == 20, "the quantile is for 20 replications: \(values.count)")
    let mean = values.reduce(0, +) / 20
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
    self.mean = mean
    halfWidth = 3.8834 * (variance / 20).squareRoot()
  }

  func contains(_ value: Double) -> Bool { abs(value - mean) <= halfWidth }
  /// Half width relative to an exact value: an interval that contains everything proves nothing.
  func isSharp(_ value: Double, within share: Double) -> Bool { halfWidth <= share * abs(value) }
  var description: String { "\(mean) ± \(halfWidth)" }
}
