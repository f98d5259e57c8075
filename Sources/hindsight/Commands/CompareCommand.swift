import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

extension CommandSpecification {
  static let compare = CommandSpecification(
    name: "compare",
    purpose: "run mitigations against no mitigation, on the same seeds",
    details: """
      Runs the scenario without a mitigation and with each, on the same seeds: randomness belongs to \
      each client and node, so that what a mitigation does not touch happens alike. Prints each one's \
      effect with a 95 % interval, the mitigations that cannot be told apart, and the hypotheses \
      under which all this holds. Without --hypothesis every hypothesis of the scenario is run; \
      figures are those of the first.
      """,
    arguments: "SCENARIO", arity: .exactly(1),
    options: [
      OptionSpecification(
        "mitigations", "A,B,…|all", "mitigations to compare, 'a+b' for two at once; default: all"),
      OptionSpecification(
        "mitigation", "NAME", "one more mitigation to compare, or several together: 'a+b'",
        isRepeatable: true),
      OptionSpecification("seeds", "N", "seeds, one after the other; default: 20"),
      OptionSpecification(
        "until-halfwidth", "SHARE",
        "add seeds until every arm's user-minutes lost are known to within this share of the "
          + "baseline's, --seeds at most (default then: 200)"),
      OptionSpecification(
        "assumptions", "N",
        "also run every arm at both ends of the N assumptions that matter most, found by a Morris "
          + "screening; default: 3, 0 for none"),
      OptionSpecification(
        flag: "causes",
        "take the incident apart instead: each cause's share of the lost user-minutes"),
      OptionSpecification("seed", "N", "the first seed; default: the scenario's"),
      OptionSpecification("jobs", "N", "runs at a time; default: one per processor"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter in every run", isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "run under this hypothesis only", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "until", "TIME", "end every run at a clock time; default: the scenario's compare.until"),
      .format, .json,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
      .force,
    ],
    examples: [
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json",
        "every mitigation under every hypothesis"),
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json --mitigations "
          + "bounded-queue,bounded-queue+gentle-repair --hypothesis window --seeds 30",
        "what a second mitigation adds to the first"),
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json --mitigation earlier-throttle "
          + "--until-halfwidth 1%",
        "as many seeds as it takes for a difference that small"),
    ],
    exitCodes: [
      (.held, "compared"), (.usage, "usage or scenario error"),
      (.incomplete, "stopped before intervals were narrow enough"),
      (.nothingSelected, "no mitigation to compare"),
      (.interrupted, "interrupted; what was finished is printed"),
    ],
    run: { arguments, console async throws(CommandFailure) in
      try await CompareCommand(arguments).run(on: &console)
    })
}

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
    let most = try count("seeds") ?? (halfWidth == nil ? 20 : 200)
    let jobs = try count("jobs") ?? Processors.count
    if let file = arguments.value("timings") { try TimingsFile.checkWritable(file, arguments) }
    if arguments.has("causes") {
      return try await takeApart(seeds: most, from: first, jobs: jobs, watch, on: &console)
    }
    let assumptions = try assumptionCount()
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
    let reproduce = words(runs.seeds)
    if arguments.wantsJSON {
      try console.write(CompareJSON.text(of: comparison, patches: patches))
      console.report("reproduce: \(ShellWords.line(reproduce))\n")
    } else {
      try console.write(
        CompareText(
          comparison, patches: patches, style: console.outputStyle, reproduce: reproduce
        ).text)
    }
    let timings = Timings(
      events: runs.events &+ (ends?.events ?? 0), readSeconds: watch.seconds - runSeconds,
      runSeconds: runSeconds,
      totalSeconds: watch.seconds)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    if let file = arguments.value("timings") {
      try TimingsFile.write(timings, command: "compare", to: file, force: arguments.has("force"))
    }
    if comparison.isIncomplete || Interruption.wasRequested { return .interrupted }
    return isNarrow ? .held : .incomplete
  }

  /// Runs seeds until there are enough of them.
  ///
  /// - Returns: false when the intervals are still too wide with the last seed allowed.
  private func extend(
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

  // MARK: Assumptions

  /// Seeds at the ends of assumptions: enough to tell which way an effect goes.
  private static let endSeedsMax = 5

  private func screen(
    _ file: ScenarioFile, _ plan: ComparisonPlan, jobs: Int, on console: Console
  ) async -> AssumptionScreening? {
    var progress = ProgressBar("screen assumptions", on: console)
    defer { progress.finish() }
    return await AssumptionScreening.run(
      file, plan, patches: selections, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
  }

  /// The arms at both ends of the assumptions that matter; nil when none does.
  private func ends(
    _ file: ScenarioFile, _ runs: ComparisonRuns, _ screening: AssumptionScreening?, most: Int,
    from first: UInt64?, jobs: Int, on console: Console
  ) async throws(CommandFailure) -> ComparisonRuns? {
    let lost = SampleMoments(runs.baseline(0).map(ComparisonMetric.userMinutesLost.value))
    let settings =
      screening?.settings(most: most, reference: lost.mean, usual: runs.plan.settings[0]) ?? []
    guard !settings.isEmpty else { return nil }
    var plan: ComparisonPlan
    do throws(ScenarioErrors) {
      plan = try ComparisonPlan(file, patches: selections, arms: arms, settings: settings)
    } catch {
      throw .scenario(console.text(of: error))
    }
    plan.until = runs.plan.until
    var ends = ComparisonRuns(plan, version: HindsightVersion.text)
    var progress = ProgressBar("assumptions", on: console)
    defer { progress.finish() }
    await ends.extend(
      by: min(Self.endSeedsMax, runs.seeds.count), from: first, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
    return ends
  }

  // MARK: Causes

  private func takeApart(
    seeds count: Int, from first: UInt64?, jobs: Int, _ watch: Stopwatch, on console: inout Console
  ) async throws(CommandFailure) -> ExitCode {
    let file = try scenarioFile(console)
    guard (1...Shapley.causesMax).contains(file.causes.count) else {
      console.reportError(
        file.causes.isEmpty
          ? "the scenario names no causes"
          : "the scenario names \(file.causes.count) causes, more than \(Shapley.causesMax)",
        help: ["'causes' holds named patches, each of which takes one cause away"])
      return .nothingSelected
    }
    var plan: CauseAnalysis.Plan
    do throws(ScenarioErrors) {
      plan = try CauseAnalysis.Plan(file, patches: selections)
    } catch {
      throw .scenario(console.text(of: error))
    }
    if let until = try ReplayCommand.until(arguments.value("until"), of: plan.header) {
      plan.until = until
    }
    Interruption.becomeGraceful()
    var progress = ProgressBar("causes", on: console)
    let runWatch = Stopwatch()
    let analysis = await CauseAnalysis.run(
      plan, seeds: count, from: first, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
    progress.finish()
    let runSeconds = runWatch.seconds
    guard let analysis else {
      console.report("interrupted before the first seed was finished\n")
      return .interrupted
    }
    let patches = selections.map(\.description)
    let reproduce = words(analysis.seeds)
    if arguments.wantsJSON {
      try console.write(CausesJSON.text(of: analysis, patches: patches))
      console.report("reproduce: \(ShellWords.line(reproduce))\n")
    } else {
      try console.write(
        CausesText(analysis, patches: patches, style: console.outputStyle, reproduce: reproduce)
          .text)
    }
    if let file = arguments.value("timings") {
      let timings = Timings(
        events: analysis.events, readSeconds: watch.seconds - runSeconds, runSeconds: runSeconds,
        totalSeconds: watch.seconds)
      try TimingsFile.write(timings, command: "compare", to: file, force: arguments.has("force"))
    }
    return analysis.isIncomplete ? .interrupted : .held
  }

  // MARK: Scenario

  private func scenarioFile(_ console: Console) throws(CommandFailure) -> ScenarioFile {
    let source = try ScenarioSource.read(path)
    do throws(ScenarioErrors) {
      return try ScenarioSource.checked(source)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  private func plan(
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
  private var arms: [String] {
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
  private var selections: [PatchSelection] {
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

  func count(_ name: String) throws(CommandFailure) -> Int? {
    guard let text = arguments.value(name) else { return nil }
    guard let count = Int(text), !text.hasPrefix("+"), (1...1_000_000).contains(count) else {
      throw .usage(
        UsageError(
          "'--\(name)' takes a whole number from 1 to 1000000, not "
            + ArgumentParser.quoted(text)))
    }
    return count
  }

  private func assumptionCount() throws(CommandFailure) -> Int {
    guard let text = arguments.value("assumptions") else { return 3 }
    guard let count = Int(text), !text.hasPrefix("+"), (0...100).contains(count) else {
      throw .usage(
        UsageError(
          "'--assumptions' takes a whole number from 0 to 100, not "
            + ArgumentParser.quoted(text)))
    }
    return count
  }

  private func halfWidth() throws(CommandFailure) -> Double? {
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
  private func words(_ seeds: [UInt64]) -> [String] {
    let file = path.hasPrefix("-") && path != "-" ? "./" + path : path
    var words = [
      "hindsight", "compare", file, "--seed", "\(seeds[0])", "--seeds", "\(seeds.count)",
    ]
    for option in arguments.occurrences {
      switch option.name {
      case "mitigations", "mitigation", "set", "hypothesis", "scale", "until", "assumptions":
        words += ["--\(option.name)", option.value]
      case "causes": words.append("--causes")
      default: break
      }
    }
    return words
  }
}
