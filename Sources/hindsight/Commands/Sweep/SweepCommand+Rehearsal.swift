import Experiments
import Observation
import Reports
import Scenarios

/// What a sweep would run, and about how long that takes.
extension SweepCommand {
  /// Points that are listed.
  private static let shownMax = 20
  /// Seconds after which the one run is cut short, and the rest of it guessed from its simulated time.
  private static let secondsMax = 10.0

  func rehearse(
    _ sweep: Sweep, _ choice: SweepShardChoice, jobs: Int, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let plan = sweep.plan
    let shards: [SweepShard]
    switch choice.asked {
    case nil: shards = [.whole]
    case .given(let shard): shards = [shard]
    case .automatic(let count): shards = (0..<count).map { SweepShard(index: $0, count: count) }
    }
    let runs = shards.reduce(0) { $0 + plan.runsMax(of: $1, SweepRepeats(plan, $1)) }
    let missing = try missingRuns(plan, shards) ?? runs
    try console.write(
      arguments, json: json(plan, shards, runs: runs, recorded: runs - missing),
      text: { text(plan, shards, runs: runs, $0) }, reproduce: words(folderPath(of: plan)))
    if missing < runs {
      console.report(
        "recorded: \(NumberText.grouped(UInt64(runs - missing))) of "
          + "\(NumberText.grouped(UInt64(runs))) runs, in "
          + "\(ArgumentParser.quoted(folderPath(of: plan)))\n")
    }
    guard missing > 0 else { return .held }
    try estimate(sweep, runs: missing, shards: shards.count, jobs: jobs, console)
    return .held
  }

  /// Runs that the folder of results does not hold; nil where it holds nothing of this sweep.
  private func missingRuns(
    _ plan: SweepPlan, _ shards: [SweepShard]
  ) throws(CommandFailure) -> Int? {
    let folder = SweepFolder(folderPath(of: plan))
    guard let present = try folder.plan(), present.identity == plan.identity else { return nil }
    try folder.readJournals()
    let recorded = SweepRecordedRuns(folder, plan)
    return shards.reduce(0) { $0 + recorded.missing(in: plan, $1) }
  }

  private func folderPath(of plan: SweepPlan) -> String {
    arguments.value("out") ?? "\(plan.name).sweep"
  }

  /// Runs one point once, for ten seconds at most, and multiplies.
  private func estimate(
    _ sweep: Sweep, runs: Int, shards: Int, jobs: Int, _ console: Console
  ) throws(CommandFailure) {
    let watch = Stopwatch()
    var share = 0.0
    do throws(ScenarioErrors) {
      var progress = ProgressBar("estimate", on: console)
      defer { progress.finish() }
      try sweep.rehearse(
        0, isStopped: { watch.seconds > Self.secondsMax },
        progress: {
          share = $0
          progress.update($0)
        })
    } catch {
      throw .scenario(console.text(of: error))
    }
    let seconds = watch.seconds / max(share, 0.01)
    let parts = Double(max(1, shards)) * Double(jobs)
    let total = seconds * Double(runs) / parts
    let each = NumberText.fixed(seconds, digits: seconds < 10 ? 2 : 0)
    let how = share < 1 ? "guessed from \(Int(share * 100))% of one" : "one was measured"
    let rule = sweep.plan.replication.halfWidth == nil ? "" : "at most "
    console.report(
      "estimate: \(rule)\(Self.span(total)) with \(shards == 1 ? "" : "\(shards) shards of ")"
        + "\(jobs == 1 ? "one job" : "\(jobs) jobs"): \(NumberText.grouped(UInt64(runs))) runs of "
        + "\(each) s each (\(how))\n")
  }

  /// About how long, in words.
  private static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: "\(NumberText.fixed(max(1, seconds), digits: 0)) s"
    case ..<6_000: "\(NumberText.fixed(seconds / 60, digits: 0)) min"
    case ..<360_000: "\(NumberText.fixed(seconds / 3_600, digits: 1)) h"
    default: "\(NumberText.fixed(seconds / 86_400, digits: 1)) days"
    }
  }

  private func text(
    _ plan: SweepPlan, _ shards: [SweepShard], runs: Int, _ style: TextStyle
  ) -> String {
    var lines = SweepText.head(of: plan, style: style) + [""]
    let isOne = shards.count == 1
    let points = (0..<plan.pointCount).lazy.filter { !isOne || shards[0].contains($0) }
    for point in points.prefix(Self.shownMax) {
      let values = zip(plan.axes, plan.values(of: point)).map { "\($0.name)=\($1)" }
      let items = values.map(TerminalText.safe)
      let filled = TerminalText.filled(items, separator: "  ", columns: style.width - 9)
      for (number, line) in filled.enumerated() {
        let label = number == 0 ? "\(point)" : ""
        lines.append(TerminalText.rightAligned(label, to: 7) + "  " + line)
      }
    }
    let count = isOne ? shards[0].pointCount(of: plan.pointCount) : plan.pointCount
    if count > Self.shownMax {
      lines.append("         … and \(NumberText.grouped(UInt64(count - Self.shownMax))) more")
    }
    let seeds = plan.replication
    lines += [
      "",
      "seeds \(seeds.firstSeed) to \(seeds.seed(seeds.count - 1)) at every point: "
        + (seeds.halfWidth == nil ? "" : "at most ")
        + "\(NumberText.grouped(UInt64(runs))) runs"
        + (runs < count * seeds.count ? ", since points that coincide are run once" : ""),
    ]
    if shards != [.whole] {
      let sizes = shards.prefix(Self.shownMax).map {
        let count = $0.pointCount(of: plan.pointCount)
        return "\($0): \(count == 1 ? "1 point" : "\(count) points")"
      }
      lines += TerminalText.filled(
        ["shard \(sizes[0])"] + sizes.dropFirst(), separator: ", ", columns: style.width)
    }
    lines += ["", "reproduce: \(ShellWords.line(words(folderPath(of: plan)) + ["--dry-run"]))"]
    return lines.map { TerminalText.withoutTrailingSpaces($0) + "\n" }.joined()
  }

  private func json(
    _ plan: SweepPlan, _ shards: [SweepShard], runs: Int, recorded: Int
  ) -> String {
    let isOne = shards.count == 1
    let points = (0..<plan.pointCount).filter { !isOne || shards[0].contains($0) }
    return JSONWriter.pretty(
      .object([
        "schema": "hindsight.sweep/1", "dryRun": true, "plan": plan.json,
        "runs": .integer(Int64(runs)),
        "recorded": .integer(Int64(recorded)),
        "shards": .array(
          shards.map {
            [
              "shard": .string($0.description),
              "points": .integer(Int64($0.pointCount(of: plan.pointCount))),
            ]
          }),
        "points": .array(
          points.map { point in
            [
              "point": .integer(Int64(point)),
              "values": .object(
                zip(plan.axes, plan.values(of: point)).map { (key: $0.name, value: .string($1)) }),
            ]
          }),
      ])) + "\n"
  }
}
