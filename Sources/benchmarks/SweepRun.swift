import Experiments
import Foundation
import Scenarios
import SimulationKernel
import Synchronization

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
    let keys = Dictionary(
      uniqueKeysWithValues: (0..<points).map { (sweep.plan.keys(of: $0).key(seed: 1), $0) })
    var digests: [UInt64] = []
    let time = wallNanoseconds {
      digests = result {
        var digests = [UInt64](repeating: 0, count: points)
        _ = await SweepRuns.run(
          sweep, jobs: jobs, recorded: { _ in nil },
          record: { key, outcome in
            if let point = keys[key] { digests[point] = outcome.digest.value }
            return true
          })
        return digests
      }
    }
    var digest = Digest()
    for value in digests { digest.combine(value) }
    return Sample(
      nanoseconds: time, operations: points, digest: digest, pending: nil, queueBytes: nil)
  }

  /// Journals so many finished runs as a sweep does; operations are runs, and the time is that on the
  /// wall, since a disk is waited for.
  static func measureJournal(runs: Int) -> Sample {
    let (sweep, outcome) = example(runs: runs)
    return withFolder { folder in
      var writer = SweepJournalWriter()
      var index = SweepIndex()
      let number = index.addFile("journal")
      var size = 0
      let time = wallNanoseconds {
        let file = JournalPlayer(creating: "\(folder)/journal")
        for point in 0..<runs {
          let lines = writer.lines(for: outcome, sweep.plan.keys(of: point).key(seed: 1))
          file.append(lines.bytes)
          index.add(lines, to: number, at: size)
          size += lines.bytes.count
        }
        file.sync()
      }
      var digest = Digest()
      digest.combine(UInt64(size))
      return Sample(
        nanoseconds: time, operations: runs, digest: digest, pending: runs, queueBytes: nil)
    }
  }

  /// What the command does that goes on with a sweep of which every run is there; operations are runs.
  ///
  /// Reads scenario and axes, the folder's plan and its journal, holds both plans against each other as
  /// if the sweep had changed, looks for a run to do, sums up every point, and finds the tables in place.
  static func measureResume(runs: Int) -> Sample {
    let (example, outcome) = example(runs: runs)
    return withFolder { folder in
      var writer = SweepJournalWriter()
      let file = JournalPlayer(creating: "\(folder)/journal")
      file.append(SweepJournalWriter.header(of: example.plan, shard: .whole))
      for point in 0..<runs {
        file.append(writer.lines(for: outcome, example.plan.keys(of: point).key(seed: 1)).bytes)
      }
      file.sync()
      write(example.plan.text, to: "\(folder)/sweep.json")
      var digest = Digest()
      func resume(_ body: (SweepPlan, SweepCompleteness) -> Void) {
        let sweep = sweep(points: max(2, runs))
        let present = SweepPlan(read("\(folder)/sweep.json"))
        precondition(present.map(sweep.plan.covers) == true, "the folder is of this sweep")
        let journal = JournalPlayer(reading: "\(folder)/journal")
        let index = journal.index()
        let isKnown: @Sendable (SweepKey) -> Double? = { index.place(of: $0) == nil ? nil : 0 }
        let isFinished = result {
          if case .finished = await SweepRuns.run(
            sweep, jobs: 1, recorded: isKnown, record: { _, _ in false })
          {
            return true
          }
          return false
        }
        precondition(isFinished, "every run is there")
        let completeness = SweepResults(sweep.plan, index).forEachPoint(
          fetch: { journal.read(at: $0.offset, count: $0.lengthMax) },
          { summary, _ in digest.combine(UInt64(summary.seeds)) })
        digest.combine(completeness.digest.value)
        precondition(completeness.isComplete, "every run is found")
        body(sweep.plan, completeness)
      }
      resume { plan, completeness in
        write(
          SweepManifest(plan, completeness, tables: []).text, to: "\(folder)/manifest.json")
      }
      digest = Digest()
      let time = nanoseconds {
        resume { plan, completeness in
          let tables = SweepManifest.tables(
            in: read("\(folder)/manifest.json"), for: plan, completeness)
          precondition(tables?.isEmpty == true, "the tables are in place")
        }
      }
      return Sample(
        nanoseconds: time, operations: runs, digest: digest, pending: runs, queueBytes: nil)
    }
  }

  // MARK: Files

  /// Gives a folder of its own, which is removed in the end.
  private static func withFolder(_ body: (String) -> Sample) -> Sample {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID())")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      return body(folder.path)
    } catch {
      preconditionFailure("a benchmark needs a folder for its files: \(error)")
    }
  }

  private static func write(_ text: String, to path: String) {
    let file = JournalPlayer(creating: path)
    file.append(Array(text.utf8))
  }

  private static func read(_ path: String) -> SourceText {
    guard let data = FileManager.default.contents(atPath: path) else {
      preconditionFailure("what was written can be read: \(path)")
    }
    return SourceText(name: path, bytes: Array(data))
  }

  /// Writes and reads as the executable's own files do: each piece in one write, what is written put on
  /// the disk once a second.
  private final class JournalPlayer {
    private let descriptor: Int32
    private var synced = ContinuousClock.now

    init(creating path: String) {
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      precondition(descriptor >= 0, "a journal can be made: \(path)")
    }

    init(reading path: String) {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      precondition(descriptor >= 0, "a journal can be read: \(path)")
    }

    deinit { _ = close(descriptor) }

    func append(_ bytes: [UInt8]) {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      precondition(count == bytes.count, "the disk has room")
      if ContinuousClock.now - synced > .seconds(SweepJournalWriter.syncSeconds) { sync() }
    }

    func sync() {
      precondition(fsync(descriptor) == 0 || errno == EINVAL, "the disk takes what it is given")
      synced = .now
    }

    func read(at offset: Int, count: Int) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
      }
    }

    func index() -> SweepIndex {
      var index = SweepIndex()
      var scanner = SweepJournalScanner(file: index.addFile("journal"))
      var offset = 0
      while true {
        let chunk = read(at: offset, count: 1 << 18)
        guard !chunk.isEmpty else { break }
        offset += chunk.count
        scanner.feed(chunk, to: &index)
      }
      scanner.finish(&index)
      index.sort()
      return index
    }
  }

  /// A sweep of so many points, and one real outcome for all of them.
  private static func example(runs: Int) -> (Sweep, RunOutcome) {
    let sweep = sweep(points: max(2, runs))
    let example: RunOutcome? = result {
      var example: RunOutcome?
      _ = await SweepRuns.run(
        sweep, jobs: 1, recorded: { _ in nil },
        record: { _, outcome in
          example = outcome
          return false
        })
      return example
    }
    guard let example else { preconditionFailure("a run has an outcome") }
    return (sweep, example)
  }

  private static func wallNanoseconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    let span = (ContinuousClock.now - start).components
    return Double(span.seconds) * 1e9 + Double(span.attoseconds) / 1e9
  }

  /// The result of asynchronous work; benchmarks are measured one after the other.
  private static func result<Value: Sendable>(
    of body: @escaping @Sendable () async -> Value
  ) -> Value {
    let box = Box<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let value = await body()
      box.value.withLock { $0 = value }
      done.signal()
    }
    done.wait()
    guard let value = box.value.withLock({ $0 }) else {
      preconditionFailure("the work is done when it says so")
    }
    return value
  }

  private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
