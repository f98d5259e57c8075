import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

/// A check, from files to an exit code.
struct CheckCommand {
  let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  /// Enough to notice what fails in one seed of seven, as a rule, in about a minute.
  static let seedsUsual = 20

  func run(on console: inout Console) async throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    var options = CheckRuns.Options(
      seeds: try arguments.count("seeds") ?? Self.seedsUsual,
      first: try ReplayCommand.seed(arguments.value("seed")),
      jobs: try arguments.count("jobs") ?? Processors.count, version: HindsightVersion.text)
    let budget = try budgetSeconds()
    try checkUpdate()
    let earlier = try arguments.value("recorded-by").map(EarlierExecutable.init)
    let junit = arguments.value("junit").map(junitFile)
    try junit?.checkWritable()
    try TimingsFile.checkWritable(arguments)
    let found = try CheckSubjects(arguments).read()
    let (subjects, skipped) = (found.subjects, found.skipped)
    guard found.errors.isEmpty else {
      try tell(found.refusal, junit, console)
      throw .scenario(found.text(console, isOnly: arguments.values))
    }
    guard !subjects.isEmpty else {
      let orphans = found.orphans.map {
        Check.Skipped(path: $0.path, reason: "is a golden digest, and its scenario is not there")
      }
      return try nothing(skipped + orphans, junit, console)
    }
    try checkSeeds(of: subjects, options)
    for subject in subjects {
      console.warn(
        subject.scenario.configuration.sampleWarning.map {
          "\(TerminalText.safe(subject.path)): \($0)"
        })
    }

    Interruption.becomeGraceful()
    let deadline = budget.map { ContinuousClock.now + .seconds($0 - watch.seconds) }
    let runWatch = Stopwatch()
    var progress = ProgressBar("check", on: console)
    let isStopped: @Sendable () -> Bool = {
      Interruption.wasRequested || deadline.map { ContinuousClock.now >= $0 } ?? false
    }
    options.recordedBy = earlier?.version(isStopped: isStopped)
    var runs = await CheckRuns.run(
      subjects, options: options, isStopped: isStopped,
      progress: { progress.update(Double($0) / Double($1)) })
    func judged() -> Check {
      Check(
        runs.map(ScenarioCheck.init), skipped: skipped, orphans: found.orphans,
        version: HindsightVersion.text, isStrict: arguments.has("strict"))
    }
    // What the runs come to is not what becomes of files.
    let result = judged().result
    let unwritten = arguments.has("update") ? GoldenFile.update(&runs) : []
    let check = judged()
    progress.finish()
    let runSeconds = runWatch.seconds

    let reproduce = words(options)
    let github = GitHubActions()
    try console.write(
      arguments, json: CheckJSON.text(of: check),
      text: {
        let text = CheckText(check, style: $0, reproduce: reproduce).text
        return github == nil ? text : WorkflowCommands.defused(text)
      }, reproduce: reproduce)
    try junit?.write(JUnitXML.text(of: check))
    github?.tell(check, reproduce: reproduce, on: console)
    let timings = Timings(
      events: check.events, readSeconds: watch.seconds - runSeconds, runSeconds: runSeconds,
      totalSeconds: watch.seconds)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "check", arguments)
    var hasProblem = !unwritten.isEmpty
    for problem in unwritten {
      console.reportError("\(ArgumentParser.quoted(problem.path)): \(problem.reason)")
    }
    if let earlier, !Interruption.wasRequested, !isStopped(),
      let problem = check.scenarios.lazy.compactMap(\.runs.drift?.problem).first
    {
      let path = ArgumentParser.quoted(earlier.path)
      console.reportError("\(path): \(TerminalText.safe(problem.reason))")
      hasProblem = true
    }
    return Interruption.wasRequested
      ? .interrupted : Self.exitCode(of: result, hasProblem: hasProblem)
  }

  /// What the runs have shown is graver than a file that could not be written, or a version that could
  /// not be asked.
  static func exitCode(of result: Check.Result, hasProblem: Bool) -> ExitCode {
    result == .passed && hasProblem ? .inputOutput : exitCode(of: result)
  }

  static func exitCode(of result: Check.Result) -> ExitCode {
    switch result {
    case .nondeterministic: .nondeterminism
    case .failed: .failed
    case .incomplete: .incomplete
    case .passed: .held
    }
  }

  /// Tells a pipeline why nothing was run, where it looks for what was.
  private func tell(
    _ refusal: CheckRefusal, _ junit: OutputFile?, _ console: Console
  ) throws(CommandFailure) {
    GitHubActions()?.tell(refusal, reproduce: words(nil), on: console)
    try junit?.write(JUnitXML.text(of: refusal, reproduce: words(nil)))
  }

  private func nothing(
    _ skipped: [Check.Skipped], _ junit: OutputFile?, _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    let asked = arguments.values.map { ArgumentParser.quoted($0) }.joined(separator: ", ")
    let message = "there is no scenario in \(asked)"
    let reasons = skipped.map { "\(ArgumentParser.quoted($0.path)) \($0.reason)" }
    console.reportError(message, help: reasons)
    // The one file that was asked for has a place for an annotation; folders have none.
    let file = arguments.values.count == 1 && skipped.map(\.path) == arguments.values
    let error = ScenarioError(
      .missing, message, at: nil, notes: reasons.map { ScenarioError.Note($0) })
    try tell(
      CheckRefusal([CheckRefusal.Problem(path: file ? arguments.values[0] : nil, error)]), junit,
      console)
    console.report(reproduce: words(nil))
    return .nothingSelected
  }

  // MARK: Options

  /// Options that change what is run, so that it is not what a golden digest was recorded of.
  static let changes = ["set", "mitigation", "hypothesis", "until"]

  private func checkUpdate() throws(CommandFailure) {
    guard arguments.has("update") else { return }
    guard !arguments.values.contains("-") else {
      throw .usage(
        UsageError(
          "'--update' does not go with standard input",
          help: "a golden digest stands beside the scenario's file"))
    }
    for option in Self.changes where arguments.has(option) {
      throw .usage(
        UsageError(
          "'--update' does not go with '--\(option)'",
          help: "a golden digest is of the scenario as its file has it"))
    }
  }

  /// Seeds follow one another, and there is none beyond the largest.
  private func checkSeeds(
    of subjects: [CheckSubject], _ options: CheckRuns.Options
  ) throws(CommandFailure) {
    for subject in subjects {
      let first = options.first ?? subject.scenario.header.seed
      guard first.addingReportingOverflow(UInt64(options.seeds) - 1).overflow else { continue }
      throw .usage(
        UsageError(
          "there are no \(options.seeds) seeds from \(first) on: a seed is below 2^64"
            + (options.first == nil ? ", in \(ArgumentParser.quoted(subject.path))" : "")))
    }
  }

  private func budgetSeconds() throws(CommandFailure) -> Double? {
    guard let text = arguments.value("budget-minutes") else { return nil }
    guard let minutes = Double(text), minutes > 0, minutes <= 100_000, !text.hasPrefix("+") else {
      throw .usage(
        UsageError(
          "'--budget-minutes' takes a number of minutes above zero, not "
            + ArgumentParser.quoted(text)))
    }
    return minutes * 60
  }

  private func junitFile(_ path: String) -> OutputFile {
    OutputFile(path: path, sort: "JUnit file of a check", isForced: arguments.has("force")) {
      $0.starts(with: Array(JUnitXML.beginning.utf8))
    }
  }

  /// The command that gives this check again.
  private func words(_ options: CheckRuns.Options?) -> [String] {
    var words = ["hindsight", "check"] + arguments.values.map(ShellWords.file)
    if let options {
      if let first = options.first { words += ["--seed", "\(first)"] }
      words += ["--seeds", "\(options.seeds)"]
    }
    for option in arguments.occurrences {
      switch option.name {
      case "set", "mitigation", "hypothesis", "scale", "until", "recorded-by":
        words += ["--\(option.name)", option.value]
      case "strict": words.append("--strict")
      default: break
      }
    }
    return words
  }
}
