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
    try checkModes()
    let seeds = try arguments.count("seeds")
    let jobs = try arguments.count("jobs") ?? Processors.count
    try TimingsFile.checkWritable(arguments)
    let report = ReportFolder(arguments)
    try report?.checkWritable()
    try ExportedJSON.checkWritable(arguments)
    if arguments.has("optimise") {
      return try await searchThrottle(
        seeds: seeds ?? 300, from: first, jobs: jobs, watch, on: &console)
    }
    if arguments.has("causes") {
      return try await takeApart(
        seeds: seeds ?? 20, from: first, jobs: jobs, watch, on: &console)
    }
    let halfWidth = try Self.halfWidth(arguments, of: "the baseline's user-minutes lost")
    let most = seeds ?? (halfWidth == nil ? 20 : 200)
    let wanted = try assumptions()
    let file = try scenarioFile(console)
    guard var plan = try plan(file, console) else {
      return nothing(
        "the scenario has no mitigation to compare",
        help: "mitigations are named patches of the scenario; see 'hindsight list mitigations'",
        words(first: first, count: most), on: console)
    }
    if let until = try ReplayCommand.until(arguments.value("until"), of: plan.header) {
      plan.until = until
    }
    console.warn(plan.sampleWarning)

    Interruption.becomeGraceful()
    var phases = ComparePhases(plan, seeds: most, assumptions: wanted, on: console)
    var runs = ComparisonRuns(plan, version: HindsightVersion.text)
    let runWatch = Stopwatch()
    await extend(
      &runs, to: most, from: first, jobs: jobs, halfWidth: halfWidth, showing: &phases)
    guard let seed = runs.seeds.first else {
      phases.finish()
      return interrupted(
        "before the first seed was finished", words(first: first, count: most), on: console)
    }
    var screening: AssumptionScreening?
    var ends: AssumptionEnds?
    if !wanted.isNone, !runs.isIncomplete {
      screening = await screen(file, plan, jobs: jobs, showing: &phases)
      ends = await self.ends(
        file, runs, screening, most: wanted, from: first, jobs: jobs, showing: &phases)
    }
    phases.finish()
    let runSeconds = runWatch.seconds

    let isUnscreened = !wanted.isNone && screening == nil
    let comparison = Comparison(
      runs, halfWidth: halfWidth, screening: screening, ends: ends, isInterrupted: isUnscreened)
    let patches = selections.map(\.description)
    // The rule comes to the same seeds again; what an interruption left is a count of them.
    let reproduce = words(
      first: seed,
      count: halfWidth == nil || comparison.isIncomplete ? runs.seeds.count : most,
      assumptions: isUnscreened ? "0" : nil,
      hypothesis: runs.unrunSettings.isEmpty || runs.plan.settings.count > 1
        ? nil : runs.plan.settings[0].name)
    try console.write(
      arguments, json: CompareJSON.text(of: comparison, patches: patches),
      text: {
        CompareText(
          comparison, patches: patches, style: $0, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    try report?.write(
      CompareHTML(
        comparison, run: happened(comparison, patches, on: console), patches: patches,
        reproduce: reproduce
      ).text, on: console)
    let timings = timings(runs.events &+ (ends?.runs?.events ?? 0), runSeconds, watch)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "compare", arguments)
    if comparison.isIncomplete { return .interrupted }
    return comparison.isNarrow ? .held : .incomplete
  }

  /// Runs seeds until there are enough of them.
  private func extend(
    _ runs: inout ComparisonRuns, to most: Int, from first: UInt64?, jobs: Int,
    halfWidth: Double?, showing phases: inout ComparePhases
  ) async {
    // A rule that may be asked after every seed; a few at a time keep all processors busy.
    let step = halfWidth == nil ? most : 2
    while runs.seeds.count < most, !runs.isIncomplete {
      let done = runs.seeds.count
      let next = min(step, most - done)
      await runs.extend(
        by: next, from: first, jobs: jobs, isStopped: { Interruption.wasRequested },
        progress: { finished, all in
          let part = Double(finished) / Double(all)
          phases.update((Double(done) + part * Double(next)) / Double(most))
        })
      guard let halfWidth else { continue }
      if Comparison.isNarrow(runs, halfWidth: halfWidth) { break }
    }
    phases.next()
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

  private func plan(
    _ file: ScenarioFile, _ console: Console
  ) throws(CommandFailure) -> ComparisonPlan? {
    guard !file.mitigations.isEmpty else { return nil }
    do throws(ScenarioErrors) {
      return try ComparisonPlan(file, patches: selections, arms: choice(of: file).arms(of: file))
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// The mitigations that are asked for.
  private func choice(of file: ScenarioFile) throws(ScenarioErrors) -> MitigationChoice {
    var choice = MitigationChoice()
    for option in arguments.occurrences {
      switch option.name {
      case "mitigations": try choice.add(list: option.value, option: "--mitigations", of: file)
      case "mitigation": try choice.add(option.value, option: "--mitigation", of: file)
      default: break
      }
    }
    return choice
  }

  /// The patches of every run, from left to right.
  var selections: [PatchSelection] {
    // Those of --mitigation are what is compared.
    arguments.selections { _ in [] }
  }

  // MARK: Options

  /// What `--until-halfwidth` asks for.
  ///
  /// - Parameters:
  ///   - arguments: Of the command.
  ///   - reference: What it is a share of, in words.
  /// - Returns: A share, or nil where the option is not given.
  /// - Throws: That it is no share.
  static func halfWidth(
    _ arguments: ParsedArguments, of reference: String
  ) throws(CommandFailure) -> Double? {
    guard let text = arguments.value("until-halfwidth") else { return nil }
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite,
      case let share = isPercent ? number / 100 : number, share >= 0.0001, share <= 1
    else {
      throw .usage(
        UsageError(
          "'--until-halfwidth' takes a share such as 5%, not \(ArgumentParser.quoted(text))",
          help: "0.01% to 100%, of \(reference)"))
    }
    return share
  }

  /// Refuses options that another mode would not look at.
  private func checkModes() throws(CommandFailure) {
    let modes = ["causes", "optimise"].filter(arguments.has)
    guard let mode = modes.first else { return }
    guard modes.count == 1 else {
      throw .usage(
        UsageError(
          "'--causes' and '--optimise' are two questions", help: "ask them one after the other"))
    }
    if arguments.has("report") {
      throw .usage(
        UsageError(
          "'--report' does not go with '--\(mode)'",
          help: "pages are made of comparisons of mitigations"))
    }
    for option in ["mitigations", "mitigation", "assumptions", "until-halfwidth"]
    where arguments.has(option) {
      throw .usage(
        UsageError(
          "'--\(option)' does not go with '--\(mode)'",
          help: "'--\(mode)' compares no mitigations, and runs as many seeds as '--seeds' says"))
    }
  }

  // MARK: Ends without a report

  func nothing(
    _ message: String, help: String, _ words: [String], on console: Console
  ) -> ExitCode {
    console.reportError(message, help: [help])
    console.report(reproduce: words)
    return .nothingSelected
  }

  func interrupted(_ when: String, _ words: [String], on console: Console) -> ExitCode {
    console.report("interrupted \(when)\n")
    console.report(reproduce: words)
    return .interrupted
  }

  /// The command that gives this comparison again.
  ///
  /// - Parameters:
  ///   - first: The first seed; nil: the scenario's.
  ///   - count: How many seeds.
  ///   - assumptions: How many assumptions are run at their ends; nil: as many as were asked for.
  ///   - hypothesis: The only one of several that was finished; nil: as was asked for.
  /// - Returns: Its words, not quoted for a shell.
  func words(
    first: UInt64?, count: Int, assumptions: String? = nil, hypothesis: String? = nil
  ) -> [String] {
    var words = ["hindsight", "compare", ShellWords.file(path)]
    if let first { words += ["--seed", "\(first)"] }
    words += ["--seeds", "\(count)"]
    if let assumptions = assumptions ?? arguments.value("assumptions") {
      words += ["--assumptions", assumptions]
    }
    if let hypothesis { words += ["--hypothesis", hypothesis] }
    for option in arguments.occurrences {
      switch option.name {
      case "mitigations", "mitigation", "set", "hypothesis", "scale", "until", "until-halfwidth":
        words += ["--\(option.name)", option.value]
      case "causes": words.append("--causes")
      case "optimise": words += ["--optimise", option.value]
      default: break
      }
    }
    return words
  }
}
