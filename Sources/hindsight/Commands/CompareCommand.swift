import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

/// A comparison, from file to report.
struct CompareCommand {
  let arguments: ParsedArguments
  let path: String

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
    path = arguments.values.first ?? "-"
  }

  func run(on console: inout Console) async throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    let first = try ReplayCommand.seed(arguments.value("seed"))
    let halfWidth = try halfWidth()
    let most = try arguments.count("seeds") ?? (halfWidth == nil ? 20 : 200)
    let jobs = try arguments.count("jobs") ?? Processors.count
    if let file = arguments.value("timings") { try TimingsFile.checkWritable(file, arguments) }
    if arguments.has("optimise") {
      return try await searchThrottle(
        seeds: arguments.count("seeds") ?? 300, from: first, jobs: jobs, watch, on: &console)
    }
    if arguments.has("causes") {
      return try await takeApart(seeds: most, from: first, jobs: jobs, watch, on: &console)
    }
    let assumptions = try arguments.count("assumptions", in: 0...100) ?? 3
    let file = try scenarioFile(console)
    guard var plan = try plan(file, console) else {
      console.reportError(
        "the scenario has no mitigation to compare",
        help: ["mitigations are named patches of the scenario; see 'hindsight list mitigations'"])
      return .nothingSelected
    }

    if let until = try ReplayCommand.until(arguments.value("until"), of: plan.header) {
      plan.until = until
    }

    Interruption.becomeGraceful()
    var runs = ComparisonRuns(plan, version: HindsightVersion.text)
    let runWatch = Stopwatch()
    let isNarrow = await extend(
      &runs, to: most, from: first, jobs: jobs, halfWidth: halfWidth, on: console)
    var screening: AssumptionScreening?
    var ends: ComparisonRuns?
    if assumptions > 0, !runs.isIncomplete, !runs.seeds.isEmpty {
      screening = await screen(file, plan, jobs: jobs, on: console)
      ends = try await self.ends(
        file, runs, screening, most: assumptions, from: first, jobs: jobs, on: console)
    }
    let runSeconds = runWatch.seconds
    guard !runs.seeds.isEmpty else {
      console.report("interrupted before the first seed was finished\n")
      return .interrupted
    }

    let comparison = Comparison(runs, halfWidth: halfWidth, screening: screening, ends: ends)
    let patches = selections.map(\.description)
    // Seeds are added until the rule says so again; what an interruption left is a count of seeds.
    let isRule = halfWidth != nil && !runs.isIncomplete
    let reproduce = words(
      first: runs.seeds[0], count: isRule ? most : runs.seeds.count,
      untilHalfWidth: isRule ? arguments.value("until-halfwidth") : nil)
    try console.write(
      arguments, json: CompareJSON.text(of: comparison, patches: patches),
      text: {
        CompareText(
          comparison, patches: patches, style: $0, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    let timings = timings(runs.events &+ (ends?.events ?? 0), runSeconds, watch)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "compare", arguments)
    if comparison.isIncomplete || Interruption.wasRequested { return .interrupted }
    return isNarrow ? .held : .incomplete
  }

  /// Runs seeds until there are enough of them.
  ///
  /// - Returns: false when the intervals are still too wide with the last seed allowed.
  func extend(
    _ runs: inout ComparisonRuns, to most: Int, from first: UInt64?, jobs: Int,
    halfWidth: Double?, on console: Console
  ) async -> Bool {
    var progress = ProgressBar("compare", on: console)
    defer { progress.finish() }
    // A rule that may be asked after every seed; a few at a time keep all processors busy.
    let step = halfWidth == nil ? most : 2
    while runs.seeds.count < most, !runs.isIncomplete {
      let done = runs.seeds.count
      await runs.extend(
        by: min(step, most - done), from: first, jobs: jobs,
        isStopped: { Interruption.wasRequested },
        progress: { finished, all in
          let part = Double(finished) / Double(all)
          progress.update((Double(done) + part * Double(min(step, most - done))) / Double(most))
        })
      guard let halfWidth else { continue }
      if Comparison.isNarrow(runs, halfWidth: halfWidth, seedsMin: 4) { return true }
    }
    return halfWidth == nil
  }

  func timings(_ events: UInt64, _ runSeconds: Double, _ watch: Stopwatch) -> Timings {
    Timings(
      events: events, readSeconds: watch.seconds - runSeconds, runSeconds: runSeconds,
      totalSeconds: watch.seconds)
  }

  // MARK: Scenario

  func scenarioFile(_ console: Console) throws(CommandFailure) -> ScenarioFile {
    let source = try ScenarioSource.read(path)
    do throws(ScenarioErrors) {
      return try ScenarioSource.checked(source)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  func plan(
    _ file: ScenarioFile, _ console: Console
  ) throws(CommandFailure) -> ComparisonPlan? {
    guard !file.mitigations.isEmpty else { return nil }
    do throws(ScenarioErrors) {
      return try ComparisonPlan(file, patches: selections, arms: arms)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// Names of arms, none for all of them.
  var arms: [String] {
    var names: [String] = []
    for option in arguments.occurrences {
      switch option.name {
      case "mitigations" where option.value != "all":
        names += option.value.split(separator: ",", omittingEmptySubsequences: false)
          .map(String.init)
      case "mitigation": names.append(option.value)
      default: break
      }
    }
    return names
  }

  /// The patches of every run, from left to right.
  var selections: [PatchSelection] {
    arguments.occurrences.compactMap { option in
      switch option.name {
      case "set": .set(option.value)
      case "hypothesis": .hypothesis(option.value)
      case "scale":
        .option(name: "--scale", path: DocumentPath(["scale"]), value: option.value)
      default: nil
      }
    }
  }

  // MARK: Options

  func halfWidth() throws(CommandFailure) -> Double? {
    guard let text = arguments.value("until-halfwidth") else { return nil }
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite,
      case let share = isPercent ? number / 100 : number, share >= 0.0001, share <= 1
    else {
      throw .usage(
        UsageError(
          "'--until-halfwidth' takes a share such as 5%, not \(ArgumentParser.quoted(text))",
          help: "0.01% to 100%, of the baseline's user-minutes lost"))
    }
    return share
  }

  /// The command that gives this comparison again.
  func words(_ seeds: [UInt64]) -> [String] {
    words(first: seeds[0], count: seeds.count)
  }

  func words(first: UInt64, count: Int, untilHalfWidth: String? = nil) -> [String] {
    var words = [
      "hindsight", "compare", ShellWords.file(path), "--seed", "\(first)", "--seeds", "\(count)",
    ]
    if let untilHalfWidth { words += ["--until-halfwidth", untilHalfWidth] }
    for option in arguments.occurrences {
      switch option.name {
      case "mitigations", "mitigation", "set", "hypothesis", "scale", "until", "assumptions":
        words += ["--\(option.name)", option.value]
      case "causes": words.append("--causes")
      case "optimise": words += ["--optimise", option.value]
      default: break
      }
    }
    return words
  }
}
