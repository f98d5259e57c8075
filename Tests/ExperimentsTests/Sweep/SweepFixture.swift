import Scenarios
import SimulationKernel

@testable import Experiments

/// A scenario of which a debug build does a run in a moment, and sweeps over it.
enum SweepFixture {
  static let text = """
    {
      "scenario": "tiny", "seed": 5, "scale": "1/100000", "end": "00:00:12",
      "elixir": { "clusters": { "sessions": 10, "guilds": 4, "presence": 2, "other": 2 } },
      "hypotheses": {
        "soon": { "summary": "Soon.", "patch": {} },
        "late": { "summary": "Late.", "patch": { "announce": { "retryDelay": "9s" } } }
      },
      "mitigations": {
        "idle": { "summary": "Nothing.", "patch": {} },
        "one": { "summary": "In one.", "patch": { "announce": { "segments": 1 } } },
        "late": {
          "summary": "Stops later.", "patch": { "faults": { "stop": { "at": "00:00:06" } } }
        }
      },
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:04", "cluster": "sessions", "count": 4 }
      }
    }
    """

  static func source(_ text: String = text) throws -> Sweep.Source {
    Sweep.Source(
      name: "tiny", bytes: Array(text.utf8),
      file: try ScenarioFile(ScenarioDocument(name: "tiny.json", text: text)))
  }

  static func sweep(
    _ axes: [String], seeds: Int = 2, firstSeed: UInt64? = nil, halfWidth: Double? = nil,
    design: SweepDesign = .grid, patches: [PatchSelection] = [], text: String = text
  ) throws -> Sweep {
    var request = SweepRequest(
      name: "tiny", axes: try axes.map { try SweepAxisRequest(option: $0) })
    request.seeds = seeds
    request.firstSeed = firstSeed
    request.halfWidth = halfWidth
    request.design = design
    request.patches = patches
    return try Sweep(request, sources: [try source(text)], version: "test")
  }

  /// What a sweep with these axes is refused for.
  static func errors(
    _ axes: [String], design: SweepDesign = .grid, patches: [PatchSelection] = []
  ) -> [String] {
    do {
      _ = try sweep(axes, design: design, patches: patches)
      return []
    } catch let errors as ScenarioErrors {
      return errors.errors.map {
        "\($0.location?.description ?? "") \($0.message) | \($0.help ?? "")"
      }
    } catch {
      return ["\(error)"]
    }
  }
}

/// Journals in memory.
struct MemoryJournals {
  var files: [[UInt8]] = []
  private var writers: [SweepJournalWriter] = []

  /// - Returns: The number of a new journal.
  mutating func begin(_ plan: SweepPlan, _ shard: SweepShard = .whole) -> Int {
    files.append(SweepJournalWriter.header(of: plan, shard: shard))
    writers.append(SweepJournalWriter())
    return files.count - 1
  }

  mutating func append(_ outcome: RunOutcome, _ key: SweepKey, to file: Int) {
    files[file] += writers[file].lines(for: outcome, key).bytes
  }

  /// What reading all of them finds, in pieces of so many bytes.
  func index(chunk: Int = 1 << 16) -> SweepIndex {
    var index = SweepIndex()
    for (number, bytes) in files.enumerated() {
      _ = index.addFile("journal-\(number)")
      var scanner = SweepJournalScanner(file: number)
      for start in stride(from: 0, to: bytes.count, by: chunk) {
        scanner.feed(Array(bytes[start..<min(bytes.count, start + chunk)]), to: &index)
      }
      scanner.finish(&index)
    }
    index.sort()
    return index
  }

  func fetch(_ place: SweepIndex.Place) -> [UInt8] {
    Array(files[place.file][place.offset...].prefix(place.lengthMax))
  }

  /// Both tables and the manifest, as one text; the missing points where there are some.
  func tables(_ plan: SweepPlan) -> String {
    let results = SweepResults(plan, index())
    let completeness = results.completeness(fetch: fetch)
    guard completeness.isComplete else { return "missing: \(completeness.missing)" }
    let tables = SweepTables(plan)
    var (csv, lines) = (tables.header, [UInt8]())
    results.forEachPoint(fetch: fetch) { summary, records in
      let rows = tables.rows(of: summary, records)
      csv += rows.csv
      lines += rows.jsonLines
    }
    let manifest = SweepManifest(plan, completeness, tables: [])
    return String(decoding: csv + lines, as: UTF8.self) + manifest.text
  }

  /// Runs a part of a sweep into a new journal, from what is recorded; at most so many runs.
  mutating func run(
    _ sweep: Sweep, shard: SweepShard = .whole, jobs: Int = 1, most: Int = .max
  ) async -> SweepRuns.End {
    let known = index()
    let bytes = self
    let lost: @Sendable (SweepKey) -> Double? = { key in
      known.place(of: key).flatMap { known.record(bytes.fetch($0)) }?.userMinutesLost
    }
    let file = begin(sweep.plan, shard)
    var done: [(RunOutcome, SweepKey)] = []
    let end = await SweepRuns.run(
      sweep, shard: shard, jobs: jobs, recorded: lost,
      record: { key, outcome in
        guard done.count < most else { return false }
        done.append((outcome, key))
        return true
      })
    for (outcome, key) in done { append(outcome, key, to: file) }
    return end
  }
}
