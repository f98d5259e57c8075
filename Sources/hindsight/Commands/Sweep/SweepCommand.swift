import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel

/// A sweep, from file or options to its folder of results.
struct SweepCommand {
  let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  func run(on console: inout Console) async throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    let jobs = try arguments.count("jobs") ?? Processors.count
    try TimingsFile.checkWritable(arguments)
    guard !arguments.has("partial") else {
      throw .usage(UsageError("'--partial' goes with 'sweep merge'"))
    }
    for option in ["emit", "shard", "dry-run"]
    where arguments.has(option) && arguments.has("report") {
      throw .usage(
        UsageError(
          "'--report' does not go with '--\(option)'",
          help: "a page is of a whole sweep: write it with 'sweep merge' or without '--\(option)'"))
    }
    try ReportFolder(arguments)?.checkWritable()
    let choice = try SweepShardChoice(arguments)
    let sweep = try SweepSource(arguments).sweep(on: console)
    let folder = SweepFolder(folderName(of: sweep.plan))
    if let target = arguments.value("emit").flatMap(SweepEmission.Target.init) {
      return try emit(sweep.plan, choice, target, folder.path, on: &console)
    }
    console.warn(sweep.sampleWarning)
    if arguments.has("dry-run") {
      return try rehearse(sweep, choice, jobs: jobs, on: &console)
    }
    let shard = try choice.shard(on: console)
    try folder.open(
      sweep.plan, shard, isResuming: arguments.has("resume"), isForced: arguments.has("force"))
    folder.warnOfDamage(on: console)
    if let code = try SweepMerge.reportContradictions(in: folder, sweep.plan, on: console) {
      return code
    }

    Interruption.becomeGraceful()
    let runWatch = Stopwatch()
    let (end, events) = try await runAll(sweep, shard, folder, jobs: jobs, on: console)
    let runSeconds = runWatch.seconds
    switch end {
    case .refused(let errors): throw .scenario(console.text(of: errors))
    case .stopped:
      console.report("interrupted; \(folder.index.runCount) finished runs are kept\n")
      console.report(reproduce: words(folder.path))
      return .interrupted
    case .finished: break
    }
    let timings = Timings(
      events: events, readSeconds: watch.seconds - runSeconds, runSeconds: runSeconds,
      totalSeconds: watch.seconds)
    let code =
      shard.count > 1
      ? try reportShard(shard, sweep.plan, folder, on: &console)
      : try report(sweep.plan, folder, on: &console)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "sweep", arguments)
    return code
  }

  /// Runs what is not recorded.
  private func runAll(
    _ sweep: Sweep, _ shard: SweepShard, _ folder: SweepFolder, jobs: Int, on console: Console
  ) async throws(CommandFailure) -> (SweepRuns.End, events: UInt64) {
    let plan = sweep.plan
    let known = SweepRecordedRuns(folder, plan)
    let expected = known.missing(in: plan, shard)
    guard expected > 0 else { return (.finished, 0) }
    var progress = ProgressBar("sweep", on: console)
    var done = 0
    var events: UInt64 = 0
    var problem: FileProblem?
    let end = await SweepRuns.run(
      sweep, shard: shard, jobs: jobs, recorded: known.lost,
      isStopped: { Interruption.wasRequested },
      record: { key, outcome in
        do throws(FileProblem) {
          try folder.append(outcome, key, plan: plan, shard: shard)
        } catch {
          problem = error
          return false
        }
        done += 1
        events &+= outcome.events
        progress.update(min(1, Double(done) / Double(max(1, expected))))
        return true
      })
    progress.finish()
    do throws(FileProblem) {
      try folder.finish()
    } catch {
      problem = problem ?? error
    }
    if let problem { throw SweepFolder.failure(problem) }
    return (end, events)
  }

  // MARK: Reports

  private func report(
    _ plan: SweepPlan, _ folder: SweepFolder, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let findings = try SweepFindings(plan, folder, arguments)
    try folder.writeTables(findings.results, findings.completeness, isAnew: false)
    return try findings.report(
      folder, arguments, reproduce: words(folder.path), hasTables: true, on: &console)
  }

  private func reportShard(
    _ shard: SweepShard, _ plan: SweepPlan, _ folder: SweepFolder, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let points = shard.pointCount(of: plan.pointCount)
    let merge = ["hindsight", "sweep", "merge", ShellWords.file(folder.path)]
    let style = console.outputStyle
    let count = points == 1 ? "1 point" : "\(NumberText.grouped(UInt64(points))) points"
    try console.write(
      arguments,
      json: JSONWriter.pretty(
        .object([
          "schema": "hindsight.sweep/1", "sweep": .string(plan.name),
          "version": .string(plan.version),
          "shard": .string(shard.description), "shardPoints": .integer(Int64(points)),
        ])) + "\n",
      text: { _ in
        (SweepText.head(of: plan, style: style) + [
          "", "shard \(shard) is finished: \(count)",
          "merge:     \(ShellWords.line(merge))",
          "reproduce: \(ShellWords.line(words(folder.path)))",
        ]).map { $0 + "\n" }.joined()
      }, reproduce: words(folder.path))
    return .held
  }

  private func emit(
    _ plan: SweepPlan, _ choice: SweepShardChoice, _ target: SweepEmission.Target,
    _ folder: String, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    guard case .automatic(let count)? = choice.asked else {
      throw .usage(
        UsageError(
          "'--emit' takes the number of shards", help: "write --shard auto/16 for 16 of them"))
    }
    guard arguments.values.first != "-" else {
      throw .usage(
        UsageError("standard input cannot be read on another machine", help: "name a file"))
    }
    if let most = target.shardsMax, count > most {
      throw .usage(
        UsageError(
          "'--emit \(target.rawValue)' takes at most \(NumberText.grouped(UInt64(most))) shards, not "
            + NumberText.grouped(UInt64(count)),
          help: "a shard runs all points of its share: write --shard auto/"
            + "\(min(most, plan.pointCount))"))
    }
    if let warning = SweepEmission.warning(shards: count, target) { console.warn(warning) }
    let emission = SweepEmission(
      name: plan.name, words: words(nil), folder: folder, shards: count, points: plan.pointCount,
      jobs: try arguments.count("jobs"))
    try console.write(emission.text(for: target))
    return .held
  }

  // MARK: Words

  private func folderName(of plan: SweepPlan) -> String {
    arguments.value("out") ?? "\(plan.name).sweep"
  }

  /// The command that gives this sweep again, from what is finished in the folder; nil: without a
  /// folder and a shard, for other machines.
  func words(_ folder: String?) -> [String] {
    var words = ["hindsight", "sweep"] + arguments.values.map(ShellWords.file)
    let kept = [
      "axis", "design", "points", "design-seed", "seeds", "seed", "until-halfwidth", "set",
      "mitigation", "hypothesis", "scale", "until",
    ]
    for option in arguments.occurrences {
      if kept.contains(option.name) || folder != nil && option.name == "shard" {
        words += ["--\(option.name)", option.value]
      }
    }
    guard let folder else { return words }
    return words + (arguments.has("out") ? ["--out", folder] : []) + ["--resume"]
  }
}

/// The runs that a folder held when it was opened.
struct SweepRecordedRuns: Sendable {
  private let index: SweepIndex
  /// User-minutes lost, where a rule asks for them.
  private let values: [SweepKey: Double]

  /// - Note: With a rule, one number per recorded run is held; without, none.
  init(_ folder: SweepFolder, _ plan: SweepPlan) {
    index = folder.index
    var values: [SweepKey: Double] = [:]
    if plan.replication.halfWidth != nil {
      for point in 0..<plan.pointCount {
        let keys = plan.keys(of: point)
        for number in 0..<plan.replication.count {
          let key = keys.key(seed: plan.replication.seed(number))
          guard let place = index.place(of: key), let bytes = try? folder.fetch(place),
            let record = index.record(bytes)
          else { continue }
          values[key] = record.userMinutesLost
        }
      }
    }
    self.values = values
  }

  /// The user-minutes lost in a run; zero where no rule asks for them, nil where it is not recorded.
  var lost: @Sendable (SweepKey) -> Double? {
    { [index, values] key in values[key] ?? (index.place(of: key) == nil ? nil : 0) }
  }

  /// Runs of a shard that are not recorded, all that a rule may ask for included.
  func missing(in plan: SweepPlan, _ shard: SweepShard) -> Int {
    var count = 0
    let repeats = SweepRepeats(plan, shard)
    for point in stride(from: shard.index, to: plan.pointCount, by: shard.count)
    where !repeats.contains(point) {
      let keys = plan.keys(of: point)
      for number in 0..<plan.replication.count
      where index.place(of: keys.key(seed: plan.replication.seed(number))) == nil {
        count += 1
      }
    }
    return count
  }
}
