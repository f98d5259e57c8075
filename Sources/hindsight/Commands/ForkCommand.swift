import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems

/// A fork, from file to report.
struct ForkCommand {
  let arguments: ParsedArguments
  let path: String

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
    path = arguments.values.first ?? "-"
  }

  func run(on console: inout Console) async throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    let seed = try ReplayCommand.seed(arguments.value("seed"))
    let step = try step()
    let jobs = try arguments.count("jobs") ?? Processors.count
    if let file = arguments.value("timings") { try TimingsFile.checkWritable(file, arguments) }
    guard arguments.has("at") else {
      throw .usage(
        UsageError(
          "'--at' is missing: when to fork",
          help: "write --at 14:30, or --at 'users.served < 50%'"))
    }
    var plan = try plan(console)
    plan.seed = seed
    guard !plan.futures.isEmpty else { return nothing(plan, console) }
    try setEnd(of: &plan)
    let readSeconds = watch.seconds

    Interruption.becomeGraceful()
    let runWatch = Stopwatch()
    var prefixSeconds = 0.0
    let outcome: Fork.Outcome
    do throws(ScenarioErrors) {
      var progress = ProgressBar("fork", on: console)
      defer { progress.finish() }
      outcome = try await Fork.run(
        plan, jobs: jobs, version: HindsightVersion.text,
        isStopped: { Interruption.wasRequested },
        prefixDone: { prefixSeconds = runWatch.seconds }, progress: { progress.update($0) })
    } catch {
      throw .scenario(console.text(of: error))
    }
    let runSeconds = runWatch.seconds
    switch outcome {
    case .stopped:
      console.report("interrupted before the futures were finished\n")
      return .interrupted
    case .neverHeld(let nearest):
      console.reportError(
        "'\(TerminalText.safe(nearest.condition))' holds at no time before \(plan.until)",
        help: ["the nearest was \(NumberText.text(nearest.value, .share)) at \(nearest.at)"])
      return .nothingSelected
    case .forked(let fork):
      guard !fork.futures.isEmpty else { return nothing(fork.refusals, console) }
      try report(fork, step: step, on: &console)
      let events =
        fork.prefixEvents
        + ([fork.baseline] + fork.futures.map(\.record)).reduce(0) {
          $0 + $1.events - fork.prefixEvents
        }
      let timings = Timings(
        events: events, readSeconds: readSeconds, runSeconds: runSeconds,
        totalSeconds: watch.seconds)
      if !arguments.wantsJSON {
        let saved = NumberText.fixed(
          prefixSeconds * Double(fork.futures.count), digits: 2)
        console.report(
          console.errorStyle.paint("\(timings.line), about \(saved) s saved", .dim) + "\n")
      }
      try TimingsFile.write(timings, command: "fork", arguments)
      return .held
    }
  }

  private func report(
    _ fork: Fork, step: Duration?, on console: inout Console
  ) throws(CommandFailure) {
    let reproduce = words(fork)
    try console.write(
      arguments, json: ForkJSON.text(of: fork, step: step),
      text: { ForkText(fork, step: step, style: $0, reproduce: reproduce).text },
      reproduce: reproduce)
  }

  private func nothing(_ plan: ForkPlan, _ console: Console) -> ExitCode {
    nothing(plan.refusals, console)
  }

  private func nothing(_ refusals: [ForkPlan.Refusal], _ console: Console) -> ExitCode {
    console.reportError(
      refusals.isEmpty ? "there is nothing to change" : "nothing of it can change any more",
      help: refusals.isEmpty
        ? ["say what with --set PATH=VALUE or --mitigation NAME"]
        : refusals.map { "\(TerminalText.safe($0.name)): \(TerminalText.safe($0.reason))" })
    return .nothingSelected
  }

  // MARK: Plan

  private func plan(_ console: Console) throws(CommandFailure) -> ForkPlan {
    let source = try ScenarioSource.read(path)
    let point: ForkPoint
    let file: ScenarioFile
    do throws(ScenarioErrors) {
      point = try ForkPoint(parsing: arguments.value("at") ?? "")
      file = try ScenarioSource.checked(source)
    } catch {
      throw .scenario(console.text(of: error))
    }
    let requests = requests(file)
    for (index, request) in requests.enumerated()
    where requests[..<index].contains(where: { $0.name == request.name }) {
      throw .usage(
        UsageError(
          "two futures are called \(ArgumentParser.quoted(request.name))",
          help: "each --fork needs a name of its own, and each mitigation is one future"))
    }
    do throws(ScenarioErrors) {
      return try ForkPlan(file, given: given, at: point, futures: requests)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// What holds in every future, from left to right.
  private var given: [PatchSelection] {
    arguments.occurrences.compactMap { option in
      switch option.name {
      case "given": .set(option.value)
      case "hypothesis": .hypothesis(option.value)
      case "scale":
        .option(name: "--scale", path: DocumentPath(["scale"]), value: option.value)
      default: nil
      }
    }
  }

  /// The futures, in the order of the command line.
  private func requests(_ file: ScenarioFile) -> [ForkPlan.Request] {
    var common: [PatchSelection] = []
    var named: [(name: String, patches: [PatchSelection])] = []
    var listed: [ForkPlan.Request] = []
    func add(_ patch: PatchSelection) {
      if named.isEmpty {
        common.append(patch)
      } else {
        named[named.count - 1].patches.append(patch)
      }
    }
    for option in arguments.occurrences {
      switch option.name {
      case "fork": named.append((option.value, common))
      case "set": add(.set(option.value))
      case "mitigation": add(.mitigation(option.value))
      case "mitigations":
        let isAll = option.value == "all"
        let names =
          isAll
          ? file.mitigations.map(\.name)
          : option.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        listed += names.map { name in
          ForkPlan.Request(
            name: name, patches: name.split(separator: "+").map { .mitigation(String($0)) },
            isOptional: isAll)
        }
      default: break
      }
    }
    if named.isEmpty, !common.isEmpty { named.append((Self.name(of: common), common)) }
    return named.map { ForkPlan.Request(name: $0.name, patches: $0.patches) } + listed
  }

  /// What a future is called that nobody has named.
  private static func name(of patches: [PatchSelection]) -> String {
    if patches.count == 1, case .mitigation(let name) = patches[0] { return name }
    return "changed"
  }

  // MARK: Options

  private func setEnd(of plan: inout ForkPlan) throws(CommandFailure) {
    let header = plan.scenario.header
    if let until = try ReplayCommand.until(arguments.value("until"), of: header) {
      plan.until = until
    }
    guard case .at(let instant) = plan.point else { return }
    guard instant > header.start, instant < plan.until else {
      throw .usage(
        UsageError(
          "'--at' is \(instant), and the futures lie between \(header.start) and \(plan.until)",
          help: instant == header.start
            ? "a change from the start is a replay: hindsight replay … --set" : nil))
    }
  }

  private func step() throws(CommandFailure) -> Duration? {
    guard let text = arguments.value("step") else { return nil }
    guard let step = Duration(parsing: text), step >= .seconds(1) else {
      throw .usage(
        UsageError(
          "'--step' takes a duration such as 5m, not \(ArgumentParser.quoted(text))",
          help: "samples are 10 s apart; a step is rounded up to a multiple"))
    }
    return step
  }

  /// The command that gives this fork again.
  private func words(_ fork: Fork) -> [String] {
    var words = ["hindsight", "fork", ShellWords.file(path), "--seed", "\(fork.baseline.seed)"]
    if !arguments.has("hypothesis"),
      let usual = fork.baseline.patches.first, usual.hasPrefix("--hypothesis ")
    {
      words += ["--hypothesis", String(usual.dropFirst("--hypothesis ".count))]
    }
    for option in arguments.occurrences {
      switch option.name {
      case "at", "set", "mitigation", "mitigations", "fork", "given", "hypothesis", "scale",
        "until", "step":
        words += ["--\(option.name)", option.value]
      default: break
      }
    }
    return words
  }
}
