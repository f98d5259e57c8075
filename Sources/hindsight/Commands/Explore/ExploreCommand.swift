import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

/// The questions that `sweep` answers by choosing its own points: where the edge is, what the plane of
/// two parameters looks like, how far back one has to go, and what matters.
struct ExploreCommand {
  /// What is asked.
  enum Mode: String, CaseIterable {
    case cliff, phase, hysteresis, sensitivity

    /// Options that belong to this question.
    var options: [String] {
      switch self {
      case .cliff: ["outage-with", "tolerance", "budget"]
      case .phase: ["axis", "budget", "report"]
      case .hysteresis:
        ["trigger", "trigger-size", "push", "push-at", "outage-with", "tolerance", "budget"]
      case .sensitivity: ["most", "trajectories", "base-points", "seeds"]
      }
    }

    /// Options of all questions.
    static let common = [
      "seed", "jobs", "set", "mitigation", "hypothesis", "scale", "until", "format", "timings",
      "force", "progress", "color",
    ]
  }

  let arguments: ParsedArguments
  let path: String
  let mode: Mode

  /// - Returns: nil where nothing of this is asked.
  init?(_ arguments: ParsedArguments) {
    guard let mode = Mode.allCases.first(where: { arguments.has($0.rawValue) }) else { return nil }
    self.arguments = arguments
    self.mode = mode
    path = arguments.values.first ?? "-"
  }

  /// Refuses options of questions where none is asked.
  static func checkIdle(_ arguments: ParsedArguments) throws(CommandFailure) {
    for mode in [Mode.cliff, .hysteresis, .sensitivity] {
      // A sweep has seeds too.
      for option in mode.options where option != "seeds" && arguments.has(option) {
        throw .usage(
          UsageError(
            "'--\(option)' goes with '--\(mode.rawValue)'", help: "see 'hindsight sweep --help'"))
      }
    }
  }

  func run(on console: inout Console) async throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    try checkOptions()
    let jobs = try arguments.count("jobs") ?? Processors.count
    let seed = try ReplayCommand.seed(arguments.value("seed"))
    try TimingsFile.checkWritable(arguments)
    let page = ReportFolder(arguments)
    try page?.checkWritable()
    let trials = try trials(console)
    console.warn(trials.sampleWarning)
    let session = Session(trials: trials, seed: seed, jobs: jobs, readSeconds: watch.seconds)
    Interruption.becomeGraceful()
    let done: Done
    switch mode {
    case .cliff: done = try await cliff(session, on: console)
    case .phase: done = try await phase(session, on: console)
    case .hysteresis: done = try await hysteresis(session, on: console)
    case .sensitivity: done = try await sensitivity(session, on: console)
    }
    guard let report = done.report else {
      console.report("interrupted before there was anything to report\n")
      console.report(reproduce: words)
      return .interrupted
    }
    let reproduce = words
    try console.write(
      arguments, json: report.json(), text: { report.text($0, reproduce) }, reproduce: reproduce)
    if let html = report.html { try page?.write(html(reproduce), on: console) }
    let seconds = watch.seconds
    let timings = Timings(
      events: done.events, readSeconds: session.readSeconds,
      runSeconds: seconds - session.readSeconds, totalSeconds: seconds)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "sweep", arguments)
    if Interruption.wasRequested { return .interrupted }
    return done.isIncomplete ? .incomplete : .held
  }

  /// What every question works with.
  struct Session {
    let trials: ScenarioTrials
    /// nil: the scenario's.
    let seed: UInt64?
    let jobs: Int
    let readSeconds: Double
  }

  /// What came out.
  struct Done {
    struct Report {
      let json: () -> String
      let text: (TextStyle, _ reproduce: [String]) -> String
      /// nil where the question has no page.
      var html: ((_ reproduce: [String]) -> String)?
    }

    /// nil where it was stopped before.
    let report: Report?
    let events: UInt64
    let isIncomplete: Bool
  }

  // MARK: Scenario

  private func trials(_ console: Console) throws(CommandFailure) -> ScenarioTrials {
    guard arguments.values.count == 1 else {
      throw .usage(
        UsageError(
          "'--\(mode.rawValue)' takes one scenario, not \(arguments.values.count)",
          help: "see 'hindsight sweep --help'"))
    }
    let source = try ScenarioSource.read(path)
    var trials: ScenarioTrials
    do throws(ScenarioErrors) {
      let file = try ScenarioSource.checked(source)
      let selections = try arguments.selections(of: file)
      trials = try ScenarioTrials(file, common: selections, version: HindsightVersion.text)
      // Hundreds of runs; a sample this small tells an outage from none.
      if !arguments.has("scale"), trials.header.scale > .oneIn(1_000) {
        trials = try ScenarioTrials(
          file, common: selections + [.scale("1/1000")], version: HindsightVersion.text)
      }
    } catch {
      throw .scenario(console.text(of: error))
    }
    if let until = try ReplayCommand.until(arguments.value("until"), of: trials.header) {
      trials.until = until
    }
    return trials
  }

  // MARK: Options

  /// Refuses what the question would not look at.
  private func checkOptions() throws(CommandFailure) {
    for option in arguments.occurrences
    where option.name != mode.rawValue && !mode.options.contains(option.name)
      && !Mode.common.contains(option.name)
    {
      throw .usage(
        UsageError(
          "'--\(option.name)' does not go with '--\(mode.rawValue)'",
          help: "with it go --\(mode.options.joined(separator: ", --"))"))
    }
  }

  /// A share above zero, such as `5%`.
  func share(_ name: String) throws(CommandFailure) -> Double? {
    guard let text = arguments.value(name) else { return nil }
    guard let share = ParameterQuantity.real.number(text), share >= 0.0001, share <= 1 else {
      throw .usage(
        UsageError(
          "'--\(name)' takes a share from 0.01% to 100%, not \(ArgumentParser.quoted(text))"))
    }
    return share
  }

  func options(_ session: Session) throws(CommandFailure) -> Cliff.Options {
    var options = Cliff.Options()
    options.firstSeed = session.seed
    options.direction = arguments.value("outage-with").map { $0 == "more" ? .rising : .falling }
    if let tolerance = try share("tolerance") { options.tolerance = tolerance }
    if let budget = try arguments.count("budget") { options.budget = budget }
    return options
  }

  /// The command that gives the same again.
  private var words: [String] {
    var list = ["hindsight", "sweep", ShellWords.file(path)]
    for option in arguments.occurrences
    where !["jobs", "format", "timings", "force", "progress", "color", "report"]
      .contains(option.name)
    {
      list.append("--\(option.name)")
      if !option.value.isEmpty { list.append(option.value) }
    }
    return list
  }
}
