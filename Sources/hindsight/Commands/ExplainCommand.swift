import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems

/// An explanation, from file to report.
struct ExplainCommand {
  let arguments: ParsedArguments
  let path: String
  /// What is to be explained, in words.
  let what: [String]

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
    path = arguments.values.first ?? "-"
    what = Array(arguments.values.dropFirst())
  }

  func run(on console: inout Console) throws(CommandFailure) -> ExitCode {
    var options = Explain.Options()
    options.seed = try ReplayCommand.seed(arguments.value("seed"))
    options.limit =
      try arguments.count("max-events", in: 1...CauseLog.limitMax) ?? Explain.Options.usualLimit
    options.wantsEffects = arguments.has("effects")
    let (scenario, applied) = try scenario(console)
    options.until = try ReplayCommand.until(arguments.value("until"), of: scenario.header)
    let target: ExplainTarget
    do throws(ExplainTarget.Problem) {
      target = try ExplainTarget(what, in: scenario)
    } catch {
      throw .usage(UsageError(error.message, help: error.help))
    }
    if let words = target.standIn(for: what, in: scenario) {
      console.report(console.errorStyle.paint("note: \(words)", .dim) + "\n")
    }
    options.at = try time(of: target, options.until, in: scenario.header)
    console.warn(scenario.configuration.sampleWarning)

    let words = words(options.seed ?? scenario.header.seed, applied)
    var progress = ProgressBar("explain", on: console)
    let outcome = Explain.run(
      target, of: scenario, patches: applied.map(\.description), options: options,
      version: HindsightVersion.text, progress: { progress.update($0) })
    progress.finish()
    switch outcome {
    case .explained(let explanation):
      try write(explanation, reproduce: words, on: &console)
      return .held
    case .nothing(let message, let help):
      console.reportError(TerminalText.safe(message), help: help.map(TerminalText.safe))
      console.report(reproduce: words)
      return .nothingSelected
    case .full(let instant):
      let limit = NumberText.grouped(UInt64(options.limit))
      console.reportError(
        "the run has more than the \(limit) events that are remembered: it had come to \(instant)",
        help: [
          "end it earlier with --until, take a smaller --scale, or remember more with --max-events, "
            + "16 bytes each"
        ])
      console.report(reproduce: words)
      return .incomplete
    }
  }

  private func write(
    _ explanation: Explanation, reproduce: [String], on console: inout Console
  ) throws(CommandFailure) {
    if arguments.value("format") == "dot" {
      try console.write(ExplainDOT.text(of: explanation))
      return console.report(reproduce: reproduce)
    }
    try console.write(
      arguments, json: ExplainJSON.text(of: explanation),
      text: { ExplainText(explanation, style: $0, reproduce: reproduce).text },
      reproduce: reproduce)
  }

  private func scenario(
    _ console: Console
  ) throws(CommandFailure) -> (OutageScenario, [PatchSelection]) {
    let source = try ScenarioSource.read(path)
    do throws(ScenarioErrors) {
      let file = try ScenarioSource.checked(source)
      return try ScenarioSource.resolved(file, arguments.selections(of: file))
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// When to look.
  private func time(
    of target: ExplainTarget, _ until: Instant?, in header: ScenarioHeader
  ) throws(CommandFailure) -> Instant? {
    guard let text = arguments.value("at") else { return nil }
    guard target.takesTime else {
      throw .usage(
        UsageError(
          "'--at' goes with a node, a client or a guild",
          help: "other things happen when they do; --until ends the run"))
    }
    guard let instant = Instant(parsing: text) else {
      throw .usage(
        UsageError(
          "'--at' takes a clock time, not \(ArgumentParser.quoted(text))",
          help: "a time is written like 14:30, 14:30:00 or \"1d 00:30:00\""))
    }
    let end = until ?? header.end
    guard instant > header.start, instant <= end else {
      throw .usage(
        UsageError("'--at' is \(instant), and the run goes from \(header.start) to \(end)"))
    }
    return instant
  }

  /// The command that gives this explanation again.
  private func words(_ seed: UInt64, _ applied: [PatchSelection]) -> [String] {
    var words = ["hindsight", "explain", ShellWords.file(path)] + what + ["--seed", "\(seed)"]
    words += applied.flatMap(\.words)
    for option in ["at", "until", "max-events"] {
      if let value = arguments.value(option) { words += ["--\(option)", value] }
    }
    if arguments.has("effects") { words.append("--effects") }
    return words
  }
}
