import Experiments
import SimulationKernel
import Testing

/// A queue with impatient clients, in its simplest form: whose request is not served in its step tries
/// again in the next, and the work for those who have given up is lost.
///
/// With c served per step at most, load l and b waiting, l + b arrive; of those beyond what can be
/// served in time a share of the capacity is wasted. So up to a load there are two steady states, one
/// without a backlog and one in which the backlog keeps itself alive.
private struct RetryMap {
  let capacity = 100.0
  /// Of the served requests, the share that nobody waits for any more once there is a backlog.
  let wasted = 0.3

  /// The backlog after so many steps at a load, from a backlog on.
  func backlog(_ start: Double, load: Double, steps: Int, noise: (Int) -> Double) -> Double {
    var backlog = start
    for step in 0..<steps {
      let arriving = max(0, load + noise(step)) + backlog
      let isLate = backlog > capacity / 4
      let served = min(arriving, isLate ? capacity * (1 - wasted) : capacity)
      backlog = min(arriving - served, 10 * capacity)
    }
    return backlog
  }
}

@Suite("HysteresisSearch")
struct HysteresisSearchTests {
  private func finished(seed: UInt64, size: Double? = nil) -> HysteresisSearch {
    let map = RetryMap()
    let random = RandomStream(seed: seed, name: "test.hysteresis")
    var search = HysteresisSearch(
      falling: ThresholdSearch(range: 50...130, tolerance: 1, direction: nil),
      recovering: ThresholdSearch(range: 10...130, tolerance: 1, direction: nil), from: size)
    /// Normal with deviation 2.
    func noise(_ trial: Int, _ part: UInt64) -> (Int) -> Double {
      { 2 * random.standardNormal(for: UInt64(trial) << 1 | part, draw: UInt64($0)) }
    }
    while let question = search.next {
      switch question {
      case .falls(let load, let trials):
        search.record(
          successes: trials.count {
            map.backlog(0, load: load, steps: 200, noise: noise($0, 0)) > 50
          })
      case .recovers(let load, let trigger, let trials):
        search.record(
          successes: trials.count {
            let fallen = map.backlog(0, load: trigger, steps: 400, noise: noise($0, 0))
            return map.backlog(fallen, load: load, steps: 200, noise: noise($0, 1)) < 50
          })
      }
    }
    return search
  }

  @Test("A bistable map falls at its capacity and comes back far below it", arguments: [1, 2, 3])
  func width(seed: UInt64) throws {
    let search = finished(seed: seed, size: 110)
    let fall = try #require(search.falling.low)...(try #require(search.falling.high))
    let back = try #require(search.recovering.low)...(try #require(search.recovering.high))
    #expect(search.falling.direction == .rising && search.recovering.direction == .falling)
    // It falls when the noise lets a quarter of the capacity pile up: just below the capacity.
    #expect(fall.lowerBound > 92 && fall.upperBound < 102, "\(fall)")
    // A full backlog of 1,000 is worked off in 200 steps when 5 per step of 70 are left for it.
    #expect(back.contains(65.25) || (back.lowerBound - 65.25).magnitude < 1.5, "\(back)")
    #expect(back.upperBound < fall.lowerBound - 20)
  }

  @Test("Without a size, it comes back from the least trigger that was shown to make it fall")
  func size() throws {
    let search = finished(seed: 5)
    #expect(search.size == search.falling.high)
    #expect(search.trials == search.falling.trials + search.recovering.trials)
  }

  @Test("What never falls has nothing to come back from")
  func never() {
    var search = HysteresisSearch(
      falling: ThresholdSearch(range: 0...1, tolerance: 0.1, direction: nil),
      recovering: ThresholdSearch(range: 0...1, tolerance: 0.1, direction: nil))
    while search.next != nil { search.record(successes: 0) }
    #expect(search.size == nil && search.recovering.answers[0].seen.trials == 0)
    #expect(search.falling.verdictEverywhere == false)
  }

  @Test("No trial of the one search is a trial of the other")
  func trials() {
    var search = HysteresisSearch(
      falling: ThresholdSearch(range: 0...1, tolerance: 0.1),
      recovering: ThresholdSearch(range: 0...1, tolerance: 0.1))
    var seen: [Int] = []
    while let question = search.next {
      switch question {
      case .falls(let trigger, let trials):
        seen += trials
        search.record(successes: trigger > 0.4 ? trials.count : 0)
      case .recovers(let push, _, let trials):
        seen += trials
        search.record(successes: push > 0.7 ? trials.count : 0)
      }
    }
    #expect(seen == Array(0..<seen.count) && seen.count == search.trials)
  }
}
