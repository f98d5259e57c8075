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
    try ReportFolder(arguments)?.checkWritable()
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
    let findings = try SweepFindings(plan, target, arguments)
    let completeness = findings.completeness
    Self.noteStrangers(completeness, target.index, plan, on: console)
    let isWriting = completeness.isComplete || arguments.has("partial")
    if isWriting {
      try prepare(target, plan)
      // Tables that are there by manifest and size may be damaged: a merge repairs them.
      try target.writeTables(findings.results, completeness, isAnew: true)
    }
    let code = try findings.report(
      target, arguments, reproduce: words, hasTables: isWriting, on: &console)
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
    let taken = ["out", "partial", "format", "timings", "force", "progress", "color", "report"]
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
    func runs(_ points: [Int]) -> String {
      let list = points.prefix(10).map(String.init).joined(separator: ", ")
      return points.count == 1
        ? "runs of point \(list)"
        : "runs of \(NumberText.grouped(UInt64(points.count))) points: \(list)"
          + (points.count > 10 ? ", …" : "")
    }
    let counts = Set(index.files.compactMap { $0.shard.flatMap { SweepShard($0)?.count } }).sorted()
    let missing = completeness.missing
    guard let count = counts.last else {
      return "missing: \(runs(missing)); no shard has begun, so that their number is not known\n"
    }
    guard count > 1 else { return "missing: \(runs(missing))\n" }
    let shards = completeness.missingShards(of: count).map { shard, points in
      "missing: shard \(shard): \(runs(points))\n"
    }.joined()
    guard counts.count > 1 else { return shards }
    // Which of the divisions is to be gone on with is the user's to say: any of them is complete.
    let others = counts.dropLast().map(String.init).joined(separator: " and ")
    return shards
      + "note: journals are of \(others) and of \(count) shards; those that are missing are counted "
      + "by \(count)\n"
  }
}
