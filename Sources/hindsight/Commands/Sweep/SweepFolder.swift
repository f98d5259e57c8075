import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel

/// The folder of a sweep's results.
///
///     sweep.json                            what is run
///     journal-K-of-N.HOST.PID.RANDOM.jsonl  finished runs, one file per process
///     results.csv, results.jsonl            one row per point, seed and metric
///     manifest.json                         what the tables hold
///
/// Nothing but journals grows, and only by the process that made them; everything else is written under
/// a temporary name and renamed. What several processes write under the same name is the same bytes.
final class SweepFolder {
  static let planName = "sweep.json"
  static let manifestName = "manifest.json"
  static let csvName = "results.csv"
  static let jsonLinesName = "results.jsonl"
  private static let planLimit = 1 << 30

  let path: String
  private(set) var index = SweepIndex()
  private var readers: [Int: RandomAccessFile] = [:]
  /// Where each file of the index lies.
  private var folders: [String] = []
  private var journal: (file: JournalFile, number: Int)?
  private var writer = SweepJournalWriter()

  init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  func file(_ name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  /// Failures that may pass are told from others.
  static func failure(_ problem: FileProblem) -> CommandFailure {
    problem.isTemporary ? .tryAgain(problem) : .inputOutput(problem)
  }

  // MARK: Plan

  /// The plan that the folder holds; nil when there is none.
  func plan() throws(CommandFailure) -> SweepPlan? {
    let name = file(Self.planName)
    guard FileSystem.exists(name) else { return nil }
    let source = SourceText(name: name, bytes: try bytes(of: name))
    if let plan = SweepPlan(source) { return plan }
    throw .usage(
      UsageError(
        "\(ArgumentParser.quoted(name)) is no plan of a sweep that this version can read",
        help: "another folder is chosen with --out"))
  }

  private func bytes(of name: String) throws(CommandFailure) -> [UInt8] {
    do throws(FileProblem) {
      return try FileSystem.read(name, limit: Self.planLimit)
    } catch {
      throw Self.failure(error)
    }
  }

  /// Makes the folder this sweep's, or finds that it is another's.
  ///
  /// - Parameters:
  ///   - plan: Of the sweep; may have more points and seeds than the folder's.
  ///   - shard: The part that is to be run.
  ///   - isResuming: Whether what is finished is to be gone on from.
  ///   - isForced: Whether the plan may have fewer points or seeds than the folder's.
  /// - Throws: That it is another's, or a larger one's, or cannot be written.
  func open(
    _ plan: SweepPlan, _ shard: SweepShard, isResuming: Bool, isForced: Bool
  ) throws(CommandFailure) {
    do throws(FileProblem) {
      try FileSystem.makeFolders(path)
    } catch {
      throw Self.failure(error)
    }
    let shown = ArgumentParser.quoted(path)
    let present = try self.plan()
    if let present {
      if let difference = plan.difference(from: present) {
        throw .usage(
          UsageError(
            "\(shown) holds another sweep, \(TerminalText.safe(difference))",
            help: "another folder is chosen with --out"))
      }
    } else {
      let taken = [Self.manifestName, Self.csvName, Self.jsonLinesName].first {
        FileSystem.exists(file($0))
      }
      if let taken {
        throw .usage(
          UsageError(
            "\(ArgumentParser.quoted(file(taken))) is not of a sweep",
            help: "another folder is chosen with --out"))
      }
    }
    try readJournals()
    // Before anything is recorded, there is nothing to lose; but other shards may have just begun.
    if let present, !isForced, index.runCount > 0 || shard.count > 1, present.text != plan.text,
      !plan.covers(present)
    {
      throw .usage(
        UsageError(
          "\(shown) holds \(Self.size(of: present)), and this sweep, of \(Self.size(of: plan)), "
            + "leaves some out",
          help: (plan.losesPointsByAdding(to: present)
            ? "with another number of points a Latin hypercube has others altogether, so that none "
              + "can be added; grid, random and sobol can be added to; "
            : "all shards of a folder have the same points and seeds; ")
            + "another folder is chosen with --out; --force replaces the folder's plan and tables, "
            + "and keeps what is finished"))
    }
    let own = index.files.filter {
      $0.runs > 0 && (shard.count == 1 || $0.shard == shard.description)
    }
    if !isResuming, !own.isEmpty {
      let runs = own.reduce(0) { $0 + $1.runs }
      let words = runs == 1 ? "a finished run" : "\(NumberText.grouped(UInt64(runs))) finished runs"
      throw .usage(
        UsageError(
          "\(shown) holds \(words) of this sweep already",
          help: "--resume goes on from there; another folder is chosen with --out"))
    }
    guard FileSystem.isWritableFolder(path) else {
      throw Self.failure(FileProblem(path: path))
    }
    try write(plan.text, to: Self.planName)
  }

  private static func size(of plan: SweepPlan) -> String {
    let (points, seeds) = (plan.pointCount, plan.replication)
    let last = seeds.seed(seeds.count - 1)
    return (points == 1 ? "a point" : "\(NumberText.grouped(UInt64(points))) points")
      + (seeds.count == 1 ? " with seed \(last)" : " with seeds \(seeds.firstSeed) to \(last)")
      + (seeds.halfWidth.map { " to within \(NumberText.text($0, .share))" } ?? "")
  }

  /// Writes a file unless it holds that already.
  func write(_ text: String, to name: String) throws(CommandFailure) {
    let target = file(name)
    if FileSystem.size(of: target) == text.utf8.count,
      let present = try? FileSystem.read(target, limit: text.utf8.count + 1),
      present.elementsEqual(text.utf8)
    {
      return
    }
    do throws(FileProblem) {
      try AtomicFile.write(text, to: target, existing: .replace)
    } catch {
      throw Self.failure(error)
    }
  }

  // MARK: Journals

  /// Reads all journals of the folder.
  func readJournals() throws(CommandFailure) { try readJournals(in: path) }

  /// Reads all journals of a folder, which may be another's of the same sweep.
  func readJournals(in folder: String) throws(CommandFailure) {
    do throws(FileProblem) {
      for name in try FileSystem.names(in: folder)
      where name.hasPrefix("journal-") && name.hasSuffix(".jsonl") {
        let number = index.addFile(name)
        folders.append(folder)
        let reader = try RandomAccessFile("\(folder)/\(name)")
        readers[number] = reader
        var scanner = SweepJournalScanner(file: number)
        var offset = 0
        while true {
          let chunk = try reader.read(at: offset, count: Self.chunk)
          guard !chunk.isEmpty else { break }
          offset += chunk.count
          scanner.feed(chunk, to: &index)
        }
        scanner.finish(&index)
        if readers.count > Self.openMax { readers.removeAll() }
      }
    } catch {
      throw Self.failure(error)
    }
    index.sort()
  }

  private static let chunk = 1 << 18

  /// Descriptors that are held open at a time.
  private static let openMax = 200

  /// The bytes at a place of a journal, which may go on behind the line.
  func fetch(_ place: SweepIndex.Place) throws(FileProblem) -> [UInt8] {
    if readers[place.file] == nil {
      if readers.count > Self.openMax { readers.removeAll() }
      readers[place.file] = try RandomAccessFile(
        "\(folders[place.file])/\(index.files[place.file].name)")
    }
    return try readers[place.file]?.read(at: place.offset, count: place.lengthMax) ?? []
  }

  /// Appends a finished run to this process's journal, which is made with the first.
  func append(
    _ outcome: RunOutcome, _ key: SweepKey, plan: SweepPlan, shard: SweepShard
  ) throws(FileProblem) {
    if journal == nil {
      let name =
        "journal-\(shard.index)-of-\(shard.count).\(AtomicFile.processName()).jsonl"
      let made = try JournalFile(creating: file(name))
      try made.append(SweepJournalWriter.header(of: plan, shard: shard))
      AtomicFile.syncFolder(path)
      journal = (made, index.addFile(name))
      folders.append(path)
    }
    guard let journal else { return }
    let lines = writer.lines(for: outcome, key)
    let start = journal.file.size
    try journal.file.append(lines.bytes)
    index.add(lines, to: journal.number, at: start)
  }

  /// Puts this process's journal on the disk, and its runs in order.
  func finish() throws(FileProblem) {
    index.sort()
    try journal?.file.sync()
  }

  /// Says which lines of journals were passed over.
  func warnOfDamage(on console: Console) {
    for file in index.files {
      if file.isTorn {
        console.report(
          "note: the last line of \(TerminalText.safe(file.name)) is torn, and does not count\n")
      }
      if !file.damaged.isEmpty {
        let lines = file.damaged.prefix(5).map(String.init).joined(separator: ", ")
        console.warn(
          "\(TerminalText.safe(file.name)) is damaged in line \(lines)"
            + (file.damaged.count > 5 ? " and others" : "") + "; these runs do not count")
      }
    }
  }

  // MARK: Tables

  /// Goes through all points in order.
  ///
  /// - Parameters:
  ///   - results: What is there.
  ///   - body: Is given each point.
  /// - Returns: What is there, and what is missing.
  /// - Throws: What the system refuses.
  func forEachPoint(
    of results: SweepResults, _ body: (SweepPointSummary) -> Void
  ) throws(CommandFailure) -> SweepCompleteness {
    do throws(FileProblem) {
      return try results.forEachPoint(fetch: fetch) { (summary, _) throws(FileProblem) in
        body(summary)
      }
    } catch {
      throw Self.failure(error)
    }
  }

  /// Writes both tables and the manifest, unless they are there.
  ///
  /// - Parameters:
  ///   - results: What is there.
  ///   - completeness: Of it.
  ///   - isAnew: Whether tables are written that are there by manifest and size, and may be damaged.
  /// - Throws: What the system refuses.
  func writeTables(
    _ results: SweepResults, _ completeness: SweepCompleteness, isAnew: Bool
  ) throws(CommandFailure) {
    if !isAnew, let tables = presentTables(results.plan, completeness) {
      // One of an older version says the same in other words.
      let manifest = SweepManifest(results.plan, completeness, tables: tables)
      return try write(manifest.text, to: Self.manifestName)
    }
    AtomicFile.removeStale(in: path)
    do throws(FileProblem) {
      let tables = SweepTables(results.plan)
      var csv = try Table(file(Self.csvName))
      var lines = try Table(file(Self.jsonLinesName))
      try csv.write(tables.header)
      try results.forEachPoint(fetch: fetch) { (summary, records) throws(FileProblem) in
        let rows = tables.rows(of: summary, records)
        try csv.write(rows.csv)
        try lines.write(rows.jsonLines)
      }
      let manifest = SweepManifest(
        results.plan, completeness,
        tables: [csv.entry(Self.csvName), lines.entry(Self.jsonLinesName)])
      try csv.writer.commit()
      try lines.writer.commit()
      try AtomicFile.write(manifest.text, to: file(Self.manifestName), existing: .replace)
    } catch {
      throw Self.failure(error)
    }
  }

  /// The tables of the folder, where manifest and sizes say that they hold these runs.
  private func presentTables(
    _ plan: SweepPlan, _ completeness: SweepCompleteness
  ) -> [SweepManifest.Table]? {
    let name = file(Self.manifestName)
    guard FileSystem.exists(name),
      let bytes = try? FileSystem.read(name, limit: Self.planLimit),
      let tables = SweepManifest.tables(
        in: SourceText(name: name, bytes: bytes), for: plan, completeness),
      tables.map(\.name) == [Self.csvName, Self.jsonLinesName],
      tables.allSatisfy({ FileSystem.size(of: file($0.name)) == $0.bytes })
    else { return nil }
    return tables
  }

  /// A table on its way, with what the manifest says of it.
  private struct Table {
    let writer: AtomicFile.Writer
    private var bytes = 0

    init(_ path: String) throws(FileProblem) {
      writer = try AtomicFile.Writer(path, existing: .replace)
    }

    mutating func write(_ bytes: [UInt8]) throws(FileProblem) {
      try writer.write(bytes)
      self.bytes += bytes.count
    }

    func entry(_ name: String) -> SweepManifest.Table {
      SweepManifest.Table(name: name, bytes: bytes)
    }
  }
}
