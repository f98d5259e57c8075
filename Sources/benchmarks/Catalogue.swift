import SimulationKernel

/// A named benchmark with its usual and its quick size.
struct Benchmark {
  let name: String
  let repetitions: Int
  let run: (_ isQuick: Bool) -> Sample
  /// Left out of a quick run: it is the size that is interesting.
  var isLarge = false

  /// Benchmarks whose names agree up to the first variant are repeated in turn, so that whatever
  /// else the machine does meets them alike.
  var group: String {
    let variants = [
      "/heap", "/fused", "/unspecialised", "/invariants", "/unwatched", "/causes", "/jobs-1",
      "/jobs-2",
    ]
    for variant in variants where name.hasSuffix(variant) {
      return String(name.dropLast(variant.count))
    }
    return name
  }

  /// Runs benchmarks of one group in turn until each has its repetitions.
  static func measure(_ group: [Benchmark], isQuick: Bool) -> [Measurement] {
    var samples: [[Sample]] = group.map { _ in [] }
    var peaks: [Double?] = group.map { _ in nil }
    let rounds = isQuick ? 2 : group.map(\.repetitions).max() ?? 0
    for round in 0..<rounds {
      for (index, benchmark) in group.enumerated()
      where isQuick || round < benchmark.repetitions {
        PeakMemory.reset()
        samples[index].append(benchmark.run(isQuick))
        peaks[index] = [peaks[index], PeakMemory.mebibytes].compactMap { $0 }.max()
      }
    }
    return group.indices.map {
      Measurement(name: group[$0].name, samples: samples[$0], peakMiB: peaks[$0])
    }
  }
}

/// All benchmarks, in the order in which they run.
enum Catalogue {
  static var all: [Benchmark] {
    var all: [Benchmark] = []
    for pending in [1_000, 100_000, 1_000_000, 10_000_000] {
      all += hold(ExponentialIncrements.self, pending: pending, withHeap: true)
    }
    for pending in [1, 2] {
      all += hold(ExponentialIncrements.self, pending: pending, withHeap: true)
    }
    for pending in [1_000, 100_000, 1_000_000] {
      all += hold(TiedIncrements.self, pending: pending, withHeap: pending == 1_000_000)
      all += hold(TiedSecondIncrements.self, pending: pending, withHeap: false)
      all += hold(BimodalIncrements.self, pending: pending, withHeap: pending == 1_000_000)
      all += hold(ParetoIncrements.self, pending: pending, withHeap: pending == 1_000_000)
    }
    return all + worlds
  }

  private static func hold<Ahead: Increments>(
    _: Ahead.Type, pending: Int, withHeap: Bool
  ) -> [Benchmark] {
    let radix = Benchmark(
      name: "hold/\(Ahead.name)/\(pending)", repetitions: pending >= 10_000_000 ? 3 : 5,
      run: { isQuick in
        HoldModel<EventQueue<HoldEvent>, Ahead>.measure(
          pending: pending, steps: isQuick ? 200_000 : max(4_000_000, pending))
      }, isLarge: pending >= 1_000_000)
    guard withHeap else { return [radix] }
    let heap = Benchmark(
      name: "hold/\(Ahead.name)/\(pending)/heap", repetitions: pending >= 10_000_000 ? 1 : 3,
      run: { isQuick in
        HoldModel<BinaryHeap, Ahead>.measure(
          pending: pending, steps: isQuick ? 200_000 : max(2_000_000, pending / 2))
      }, isLarge: pending >= 1_000_000)
    return [radix, heap]
  }

  private static var worlds: [Benchmark] {
    [
      Benchmark(name: "phold", repetitions: 7) {
        PHOLD.measure(events: $0 ? 200_000 : 8_000_000)
      },
      Benchmark(name: "phold/fused", repetitions: 7) {
        PHOLD.measureFused(events: $0 ? 200_000 : 8_000_000)
      },
      Benchmark(name: "phold/unspecialised", repetitions: 3) {
        PHOLD.measureUnspecialised(events: $0 ? 200_000 : 2_000_000)
      },
      Benchmark(name: "heartbeats", repetitions: 3) {
        HeartbeatWorld.measure(sessions: $0 ? 10_000 : 1_000_000)
      },
      Benchmark(name: "fan-out/1000", repetitions: 5) {
        FanOutWorld.measure(watchers: 1_000, events: $0 ? 200_000 : 8_000_000)
      },
      Benchmark(name: "company", repetitions: 9) {
        CompanyRun.measure(isQuick: $0, invariants: [])
      },
      Benchmark(name: "company/invariants", repetitions: 9) {
        CompanyRun.measure(isQuick: $0, invariants: CompanyRun.invariants)
      },
      Benchmark(name: "company/unwatched", repetitions: 9) {
        CompanyRun.measureCauses(isQuick: $0, hasCauses: false)
      },
      Benchmark(name: "company/causes", repetitions: 9) {
        CompanyRun.measureCauses(isQuick: $0, hasCauses: true)
      },
      Benchmark(name: "sweep/jobs-1", repetitions: 3) {
        SweepRun.measure(points: $0 ? 3 : 400, jobs: 1)
      },
      Benchmark(name: "sweep/jobs-2", repetitions: 3) {
        SweepRun.measure(points: $0 ? 3 : 400, jobs: 2)
      },
      Benchmark(name: "sweep/journal/10000", repetitions: 3) {
        SweepRun.measureJournal(runs: $0 ? 100 : 10_000)
      },
      Benchmark(name: "sweep/journal/100000", repetitions: 3) {
        SweepRun.measureJournal(runs: $0 ? 200 : 100_000)
      },
      Benchmark(name: "sweep/resume/100000", repetitions: 3) {
        SweepRun.measureResume(runs: $0 ? 200 : 100_000)
      },
    ]
  }

  /// Pairs whose ratio says something: what it says, and the two names.
  static let ratios: [(text: String, over: String, under: String)] =
    [1_000, 100_000, 1_000_000, 10_000_000].map {
      (
        "binary heap / radix queue at \($0)", "hold/exponential/\($0)/heap",
        "hold/exponential/\($0)"
      )
    } + [
      ("PHOLD through the kernel / fused by hand", "phold", "phold/fused"),
      ("PHOLD unspecialised / specialised", "phold/unspecialised", "phold"),
      ("a run with ten invariants / without", "company/invariants", "company"),
      ("a run with its causes / without", "company/causes", "company/unwatched"),
      ("runs of a sweep with two jobs / with one", "sweep/jobs-1", "sweep/jobs-2"),
      ("a run of a sweep / its journal", "sweep/jobs-1", "sweep/journal/100000"),
    ]
}
