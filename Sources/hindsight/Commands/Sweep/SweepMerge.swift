import Experiments
import Observation
import Reports
import Scenarios

/// Puts together what the shards of a sweep have run.
struct SweepMerge {
  let arguments: ParsedArguments
  private let paths: [String]

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
    paths = Array(arguments.values.dropFirst())
  }

  func run(on console: inout Console) throws(CommandFailure) -> ExitCode {
    try check()
    let target = SweepFolder(arguments.value("out") ?? paths[0])
    let plan = try commonPlan()
    if let present = try target.plan(), present.text != plan.text {
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(target.path)) holds another sweep",
          help: "another folder is chosen with --out"))
    }
    var seen: Set<FileSystem.Identity> = []
    for path in paths {
      // The same folder under two names has every run once.
      guard FileSystem.identity(of: path).map({ seen.insert($0).inserted }) ?? true else {
        continue
      }
      try target.readJournals(in: path)
    }
    target.warnOfDamage(on: console)
    if let code = try Self.reportContradictions(in: target, plan, on: console) {
      console.report(reproduce: words)
      return code
    }
    let results = SweepResults(plan, target.index)
    let completeness: SweepCompleteness
    do throws(FileProblem) {
      completeness = try results.completeness(fetch: target.fetch)
    } catch {
      throw SweepFolder.failure(error)
    }
    Self.noteStrangers(completeness, target.index, plan, on: console)
    let isWriting = completeness.isComplete || arguments.has("partial")
    if isWriting { try prepare(target, plan) }
    let code = try Self.report(
      results, completeness, target, arguments, reproduce: words, isWriting: isWriting,
      on: &console)
    guard !completeness.isComplete else { return code }
    console.report(Self.missing(completeness, target.index))
    return .incomplete
  }

  private var words: [String] {
    ["hindsight", "sweep", "merge"] + paths.map(ShellWords.file)
      + (arguments.value("out").map { ["--out", $0] } ?? [])
      + (arguments.has("partial") ? ["--partial"] : [])
  }

  private func check() throws(CommandFailure) {
    guard !paths.isEmpty else {
      throw .usage(
        UsageError("'sweep merge' takes folders", help: "write hindsight sweep merge DIR…"))
    }
    let taken = ["out", "partial", "format", "timings", "force", "progress", "color"]
    if let other = arguments.occurrences.first(where: { !taken.contains($0.name) }) {
      throw .usage(
        UsageError(
          "'--\(other.name)' does not go with 'sweep merge'",
          help: "the folder says what was swept"))
    }
  }

  /// The plan that all folders hold.
  private func commonPlan() throws(CommandFailure) -> SweepPlan {
    var common: SweepPlan?
    for path in paths {
      let shown = ArgumentParser.quoted(path)
      guard FileSystem.isFolder(path) else {
        throw .usage(
          UsageError(
            FileSystem.exists(path) ? "\(shown) is no folder" : "there is no folder \(shown)"))
      }
      guard let plan = try SweepFolder(path).plan() else {
        throw .usage(
          UsageError(
            "\(shown) holds no sweep", help: "a folder of results has a \(SweepFolder.planName)"))
      }
      if let first = common, first.text != plan.text {
        let words = first.difference(from: plan) ?? "with other points or seeds"
        throw .usage(
          UsageError(
            "\(shown) and \(ArgumentParser.quoted(paths[0])) hold different sweeps: the former one "
              + TerminalText.safe(words),
            help: "shards of one sweep are run with the same file and options"))
      }
      common = common ?? plan
    }
    guard let common else { preconditionFailure("there is a folder at least") }
    return common
  }

  private func prepare(_ target: SweepFolder, _ plan: SweepPlan) throws(CommandFailure) {
    do throws(FileProblem) {
      try FileSystem.makeFolders(target.path)
    } catch {
      throw SweepFolder.failure(error)
    }
    if try target.plan() == nil {
      let taken = [SweepFolder.csvName, SweepFolder.jsonLinesName, SweepFolder.manifestName]
        .first { FileSystem.exists(target.file($0)) }
      if let taken {
        throw .usage(
          UsageError(
            "\(ArgumentParser.quoted(target.file(taken))) is not of a sweep",
            help: "another folder is chosen with --out"))
      }
    }
    try target.write(plan.text, to: SweepFolder.planName)
  }

  /// Tells of recorded runs that are of other points or seeds than the plan has.
  ///
  /// Where a rule decides how many seeds a point gets, runs ahead of it are nothing strange.
  private static func noteStrangers(
    _ completeness: SweepCompleteness, _ index: SweepIndex, _ plan: SweepPlan, on console: Console
  ) {
    let count = index.runCount - completeness.runs
    guard plan.replication.halfWidth == nil, count > 0 else { return }
    console.warn(
      count == 1
        ? "a recorded run is of another point or seed than the folder's plan has, and does not count"
        : "\(NumberText.grouped(UInt64(count))) recorded runs are of other points or seeds than the "
          + "folder's plan has, and do not count")
  }

  // MARK: Shared with the sweep itself

  /// Writes the tables, if that is asked for, and prints the points.
  ///
  /// - Returns: `incomplete` where runs are missing, or a point needs more seeds than it may have.
  static func report(
    _ results: SweepResults, _ completeness: SweepCompleteness, _ folder: SweepFolder,
    _ arguments: ParsedArguments, reproduce: [String], isWriting: Bool,
    on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    var showcase = SweepShowcase(of: results.plan)
    var all: [SweepPointSummary] = []
    let body: (SweepPointSummary) -> Void = { summary in
      showcase.add(summary)
      if arguments.wantsJSON { all.append(summary) }
    }
    if isWriting {
      // A merge repairs tables; going on from a large folder that is finished takes no time.
      try folder.writeTables(
        results, completeness, isAnew: arguments.values.first == "merge", body)
    } else {
      try folder.forEachPoint(of: results, body)
    }
    let files =
      isWriting ? [SweepFolder.csvName, SweepFolder.jsonLinesName].map(folder.file) : []
    try console.write(
      arguments, json: SweepJSON.text(of: results.plan, completeness, all),
      text: {
        SweepText(
          results.plan, completeness, showcase, style: $0, files: files, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    return completeness.isComplete && showcase.wideCount == 0 ? .held : .incomplete
  }

  /// Tells of runs that stand in two journals and are not the same.
  ///
  /// - Returns: nil when there is none.
  static func reportContradictions(
    in folder: SweepFolder, _ plan: SweepPlan, on console: Console
  ) throws(CommandFailure) -> ExitCode? {
    let pairs: [(first: SweepIndex.Place, other: SweepIndex.Place)]
    var help: [String] = []
    do throws(FileProblem) {
      pairs = try SweepResults(plan, folder.index).contradictions(fetch: folder.fetch)
      for pair in pairs.prefix(5) {
        let records = [try folder.fetch(pair.first), try folder.fetch(pair.other)]
          .map(folder.index.record)
        let files = [pair.first, pair.other].map { folder.index.files[$0.file].name }
        guard let first = records[0], let other = records[1] else { continue }
        help.append(
          "seed \(first.seed): digest \(first.runDigest) in \(TerminalText.safe(files[0])), "
            + "\(other.runDigest) in \(TerminalText.safe(files[1]))")
      }
    } catch {
      throw SweepFolder.failure(error)
    }
    guard !pairs.isEmpty else { return nil }
    console.reportError(
      pairs.count == 1
        ? "a run was done twice, and was not the same"
        : "\(pairs.count) runs were done twice, and were not the same", help: help)
    return .nondeterminism
  }

  /// Which shards miss points, or which points are missing where shards are not known.
  static func missing(_ completeness: SweepCompleteness, _ index: SweepIndex) -> String {
    func list(_ points: [Int]) -> String {
      points.prefix(10).map(String.init).joined(separator: ", ") + (points.count > 10 ? ", …" : "")
    }
    let counts = Set(index.files.compactMap { $0.shard.flatMap { SweepShard($0)?.count } })
    guard counts.count == 1, let count = counts.first, count > 1 else {
      return
        "missing: runs of \(completeness.missing.count) points: \(list(completeness.missing))\n"
    }
    return completeness.missingShards(of: count).map { shard, points in
      "missing: shard \(shard): runs of \(points.count == 1 ? "point" : "\(points.count) points:") "
        + "\(list(points))\n"
    }.joined()
  }
}
