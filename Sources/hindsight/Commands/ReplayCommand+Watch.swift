import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems

extension ReplayCommand {
  /// Simulated seconds per second.
  static let speeds = 1...36_000
  private static let speedUsual = 60

  /// The speed that `--watch` begins with; nil where nobody watches.
  ///
  /// - Throws: Options that do not go together, and that there is no terminal.
  func watchSpeed(_ console: Console) throws(CommandFailure) -> Int? {
    guard arguments.has("watch") else {
      guard !arguments.has("speed") else {
        throw .usage(UsageError("'--speed' is that of '--watch'", help: "add --watch"))
      }
      return nil
    }
    let speed = try arguments.count("speed", in: Self.speeds) ?? Self.speedUsual
    let others =
      ["events", "series", "timings", "report", "export-json"]
      + ReplayFormats.Format.allCases.map(\.rawValue)
    let other = arguments.wantsJSON ? "json" : others.first(where: arguments.has)
    if let other {
      throw .usage(
        UsageError(
          "'--watch' and '--\(other)' do not go together",
          help: "--watch plays the run; without it, the run is reported at once"))
    }
    guard console.output.isTerminal, Terminal.isInteractive, !console.output.isDumb else {
      let place =
        console.output.isDumb
        ? "the terminal cannot move its cursor: TERM is dumb"
        : "standard \(console.output.isTerminal ? "input" : "output") is none"
      throw .usage(
        UsageError(
          "'--watch' takes a terminal, and \(place)",
          help: "without --watch, the run is reported at once"))
    }
    return speed
  }

  /// Plays the run in the terminal.
  func watch(
    _ scenario: OutageScenario, _ applied: [PatchSelection], options: Replay.Options, speed: Int,
    on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    var budget = RunBudget()
    if let limit = options.eventLimit { budget.events = limit }
    let run = WatchedRun(
      scenario, seed: options.seed, until: options.until, budget: budget)
    let playback = Playback(
      from: run.start, to: run.until, step: run.run.observer.step, speed: speed,
      marks: Dashboard.marks(of: scenario))
    var session = WatchSession(run, playback, style: console.outputStyle)
    Interruption.becomeGraceful()
    do throws(FileProblem) {
      let screen = try Screen()
      defer { screen.giveBack() }
      try session.show(on: screen)
    } catch {
      throw .inputOutput(error)
    }
    return try leave(session, applied, on: &console)
  }

  /// What stays on the terminal after somebody has watched.
  private func leave(
    _ session: WatchSession, _ applied: [PatchSelection], on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let run = session.run
    let isInterrupted = session.playback.outcome != .quit
    if !isInterrupted, run.now == run.last {
      let record = run.record(
        patches: applied.map(\.description), version: HindsightVersion.text)
      let reproduce = words(of: record, applied)
      try console.write(
        page: ReplayText(record, style: console.outputStyle, reproduce: reproduce).text)
      return Self.exitCode(of: record)
    }
    var words = ["hindsight", "replay", ShellWords.file(path), "--seed", "\(run.run.seed)"]
    words += applied.flatMap(\.words)
    if run.now > run.start { words += ["--until", NumberText.clock(run.now)] }
    if isInterrupted {
      console.report(reproduce: words)
      return .interrupted
    }
    let dashboard = Dashboard(of: run.run, until: run.until)
    let (served, online) = (dashboard.servedNow, dashboard.online)
    try console.write(
      page: """
        watched until \(NumberText.clock(run.now)): \(NumberText.text(served, .users)) of \
        \(NumberText.text(online, .users)) users served
        reproduce: \(ShellWords.line(words))

        """)
    return .held
  }
}
