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
    try TimingsFile.checkWritable(arguments)
    try ReportFolder(arguments)?.checkWritable()
    try ExportedJSON.checkWritable(arguments)
    guard arguments.has("at") else {
      throw .usage(
        UsageError(
          "'--at' is missing: when to fork",
          help: "write --at 14:30, or --at 'users.served < 50%'"))
    }
    var plan = try plan(console)
    plan.seed = seed
    guard !plan.futures.isEmpty else { return nothing(plan.refusals, console) }
    try setEnd(of: &plan)
    console.warn(plan.sampleWarning)
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
      reportReproduce(console)
      return .interrupted
    case .neverHeld(let nearest):
      console.reportError(
        "'\(TerminalText.safe(nearest.condition))' holds at no time before \(plan.until)",
        help: ["the nearest was \(NumberText.text(nearest.value, .share)) at \(nearest.at)"])
      reportReproduce(console)
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
    try ReportFolder(arguments)?.write(
      ForkHTML(fork, reproduce: reproduce).text, on: console)
  }

  private func nothing(_ refusals: [ForkPlan.Refusal], _ console: Console) -> ExitCode {
    console.reportError(
      refusals.isEmpty ? "there is nothing to change" : "nothing of it can change any more",
      help: refusals.isEmpty
        ? ["say what with --set PATH=VALUE or --mitigation NAME"]
        : refusals.map { "\(TerminalText.safe($0.name)): \(TerminalText.safe($0.reason))" })
    reportReproduce(console)
    return .nothingSelected
  }

  /// The line for runs that end without a report.
  private func reportReproduce(_ console: Console) {
    let seed = arguments.value("seed").map { ["--seed", $0] } ?? []
    console.report(
      reproduce: ["hindsight", "fork", ShellWords.file(path)] + seed + optionsAgain)
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
    let requests: [ForkPlan.Request]
    do throws(ScenarioErrors) {
      requests = try self.requests(file)
    } catch {
      throw .scenario(console.text(of: error))
    }
    try check(requests)
    do throws(ScenarioErrors) {
      return try ForkPlan(file, given: given, at: point, futures: requests)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// Refuses names that a report could not tell apart or show, and futures without a change.
  private func check(_ requests: [ForkPlan.Request]) throws(CommandFailure) {
    for (index, request) in requests.enumerated() {
      let name = ArgumentParser.quoted(request.name)
      let isPlain = request.name.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
      }
      guard isPlain, request.name.contains(where: { $0 != " " }) else {
        throw .usage(
          UsageError(
            "a future cannot be called \(name)",
            help: "a name has something to read, and no control characters"))
      }
      guard request.name != Fork.usualName else {
        throw .usage(
          UsageError(
            "a future cannot be called \(name)", help: "the one without a change is called that"))
      }
      guard !requests[..<index].contains(where: { $0.name == request.name }) else {
        throw .usage(
          UsageError(
            "two futures are called \(name)",
            help: "each --fork needs a name of its own, and each mitigation is one future"))
      }
      guard !request.patches.isEmpty else {
        throw .usage(
          UsageError(
            "the future \(name) changes nothing",
            help: "say what with --set or --mitigation behind --fork"))
      }
    }
  }

  /// What holds in every future, from left to right.
  private var given: [PatchSelection] {
    // --set and --mitigation belong to a future.
    arguments.selections(set: "given") { _ in [] }
  }

  /// The futures, in the order of the command line.
  private func requests(_ file: ScenarioFile) throws(ScenarioErrors) -> [ForkPlan.Request] {
    var common: [PatchSelection] = []
    var named: [(name: String, patches: [PatchSelection])] = []
    var listed = MitigationChoice()
    func add(_ patches: [PatchSelection]) {
      if named.isEmpty {
        common += patches
      } else {
        named[named.count - 1].patches += patches
      }
    }
    for option in arguments.occurrences {
      switch option.name {
      case "fork": named.append((option.value, common))
      case "set": add([.set(option.value)])
      case "mitigation":
        add(
          try MitigationChoice.arm(option.value, option: "--mitigation", of: file).selections)
      case "mitigations": try listed.add(list: option.value, option: "--mitigations", of: file)
      default: break
      }
    }
    if named.isEmpty, !common.isEmpty { named.append((name(of: common), common)) }
    return named.map { ForkPlan.Request(name: $0.name, patches: $0.patches) }
      + listed.arms(of: file).map { arm in
        // Of all mitigations, those that come too late are no mistake of whoever asked.
        ForkPlan.Request(
          name: arm.name, patches: arm.selections,
          isOptional: listed.hasAll && !listed.named.contains(arm))
      }
  }

  /// What a future is called that nobody has named.
  private func name(of patches: [PatchSelection]) -> String {
    let names = arguments.occurrences.filter { $0.name == "mitigation" }.map(\.value)
    let isOnly = patches.allSatisfy { if case .mitigation = $0 { true } else { false } }
    return isOnly && names.count == 1 ? names[0] : "changed"
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
    return words + optionsAgain
  }

  /// The options that decide what comes out, as they were given.
  private var optionsAgain: [String] {
    let names = [
      "at", "set", "mitigation", "mitigations", "fork", "given", "hypothesis", "scale", "until",
      "step",
    ]
    return arguments.occurrences.filter { names.contains($0.name) }
      .flatMap { ["--\($0.name)", $0.value] }
  }
}
