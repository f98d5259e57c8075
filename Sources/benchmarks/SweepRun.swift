import Experiments
import Foundation
import Scenarios
import SimulationKernel

/// A sweep of runs that take a moment each: what journals, indices and jobs cost beside the runs.
enum SweepRun {
  private static let scenario = """
    { "scenario": "benchmark", "end": "00:00:40", "scale": "1/100000", "seed": 1,
      "elixir": { "clusters": { "sessions": 10, "guilds": 4, "presence": 2, "other": 2 } },
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:30", "cluster": "sessions", "count": 4 } } }
    """

  /// A sweep of so many points, of one seed each.
  static func sweep(points: Int) -> Sweep {
    do {
      var request = SweepRequest(
        name: "benchmark",
        axes: [try SweepAxisRequest(option: "announce.retryDelay=100ms..10s/\(points)")])
      request.seeds = 1
      return try Sweep(
        request,
        sources: [
          Sweep.Source(
            name: "benchmark", bytes: Array(scenario.utf8),
            file: ScenarioFile(ScenarioDocument(name: "benchmark.json", text: scenario)))
        ], version: "benchmark")
    } catch {
      preconditionFailure("the sweep of a benchmark is sound: \(error)")
    }
  }

  /// Runs with so many jobs; operations are runs, and the time is that on the wall.
  static func measure(points: Int, jobs: Int) -> Sample {
    let sweep = sweep(points: points)
    var digests = [UInt64](repeating: 0, count: points)
    let keys = Dictionary(
      uniqueKeysWithValues: (0..<points).map { (sweep.plan.keys(of: $0).key(seed: 1), $0) })
    let time = wallNanoseconds {
      waitFor {
        _ = await SweepRuns.run(
          sweep, jobs: jobs, recorded: { _ in nil },
          record: { key, outcome in
            if let point = keys[key] { digests[point] = outcome.digest.value }
            return true
          })
      }
    }
    var digest = Digest()
    for value in digests { digest.combine(value) }
    return Sample(
      nanoseconds: time, operations: points, digest: digest, pending: nil, queueBytes: nil)
  }

  /// Lines for so many finished runs; operations are runs.
  static func measureJournal(runs: Int) -> Sample {
    let (plan, outcome) = example(runs: runs)
    var writer = SweepJournalWriter()
    var bytes = 0
    var index = SweepIndex()
    let file = index.addFile("journal")
    let time = nanoseconds {
      for point in 0..<runs {
        let lines = writer.lines(for: outcome, plan.keys(of: point).key(seed: 1))
        index.add(namesOf: outcome)
        index.add(written: lines.bytes[lines.run], to: file, at: bytes + lines.run.lowerBound)
        bytes += lines.bytes.count
      }
    }
    var digest = Digest()
    digest.combine(UInt64(bytes))
    return Sample(
      nanoseconds: time, operations: runs, digest: digest, pending: runs, queueBytes: nil)
  }

  /// What a resumed sweep does beside running.
  ///
  /// Reads a journal, looks for every point, and sums all of them up; operations are runs.
  static func measureResume(runs: Int) -> Sample {
    let (plan, outcome) = example(runs: runs)
    var writer = SweepJournalWriter()
    var journal = SweepJournalWriter.header(of: plan, shard: .whole)
    for point in 0..<runs {
      journal += writer.lines(for: outcome, plan.keys(of: point).key(seed: 1)).bytes
    }
    var digest = Digest()
    let time = nanoseconds {
      var index = SweepIndex()
      var scanner = SweepJournalScanner(file: index.addFile("journal"))
      for start in stride(from: 0, to: journal.count, by: 1 << 20) {
        scanner.feed(Array(journal[start..<min(journal.count, start + 1 << 20)]), to: &index)
      }
      scanner.finish(&index)
      let results = SweepResults(plan, index)
      func fetch(_ place: SweepIndex.Place) -> [UInt8] {
        Array(journal[place.offset..<(place.offset + place.length)])
      }
      let completeness = results.completeness(fetch: fetch)
      results.forEachPoint(fetch: fetch) { summary, _ in digest.combine(UInt64(summary.seeds)) }
      digest.combine(completeness.digest.value)
      precondition(completeness.isComplete, "every run is found: \(completeness.missing.count)")
    }
    return Sample(
      nanoseconds: time, operations: runs, digest: digest, pending: runs, queueBytes: nil)
  }

  /// A plan of so many points, and one real outcome for all of them.
  private static func example(runs: Int) -> (SweepPlan, RunOutcome) {
    let sweep = sweep(points: max(2, runs))
    var example: RunOutcome?
    waitFor {
      _ = await SweepRuns.run(
        sweep, jobs: 1, recorded: { _ in nil },
        record: { _, outcome in
          example = outcome
          return false
        })
    }
    guard let example else { preconditionFailure("a run has an outcome") }
    return (sweep.plan, example)
  }

  private static func wallNanoseconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    let span = (ContinuousClock.now - start).components
    return Double(span.seconds) * 1e9 + Double(span.attoseconds) / 1e9
  }

  /// Lets asynchronous work finish; benchmarks are measured one after the other.
  private static func waitFor(_ body: () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    withoutActuallyEscaping(body) { body in
      let box = UncheckedBody(body: body)
      Task.detached {
        await box.body()
        done.signal()
      }
      done.wait()
    }
  }

  /// The caller waits until the body is done, so that what it captures is nobody else's meanwhile.
  private struct UncheckedBody: @unchecked Sendable {
    let body: () async -> Void
  }
}
