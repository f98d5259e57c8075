import Experiments
import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems

extension CommandSpecification {
  static let replay = CommandSpecification(
    name: "replay",
    purpose: "run a scenario once and lay it beside what was reported",
    details: """
      Prints the reported timeline next to the simulated one, the users served over time, every fact \
      with its measured value and tolerance, the assumptions used, and a digest. The same scenario, \
      patches and seed give the same output on every machine. SCENARIO is a file; '-' is standard \
      input.
      """,
    arguments: "SCENARIO", arity: .exactly(1),
    options: [
      OptionSpecification(
        "seed", "N", "seed of all randomness, 64 bits, decimal or 0x…; default: the scenario's"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter; 'hindsight list parameters' names them",
        isRepeatable: true),
      OptionSpecification(
        "mitigation", "NAME", "apply a mitigation of the scenario, or several: 'a+b'",
        isRepeatable: true),
      OptionSpecification(
        "without", "CAUSE", "take a cause of the incident away", isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "use another hypothesis of the scenario", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "until", "TIME", "end the run early, at a clock time such as 14:30 or '1d 00:30'"),
      OptionSpecification("max-events", "N", "give up after so many events (exit code 3)"),
      .format, .json, .exportJSON,
      OptionSpecification(
        "events", "FROM..TO",
        "list these events, counted from 1, with time and digest, instead of a report: to find where "
          + "two versions part"),
      OptionSpecification(
        flag: "watch",
        "play the run in the terminal: space pauses, arrows go back and on, '?' tells all keys"),
      OptionSpecification(
        "speed", "N", "with --watch: simulated seconds per second at its start; default: 60"),
      OptionSpecification(flag: "series", "add the time series to the JSON"),
      .report,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
    ] + ReplayFormats.options + [.force],
    examples: [
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json",
        "what happened, next to what was reported"),
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json --set announce.segments=1 --seed 7",
        "the same day with announces in one segment, and other luck"),
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json --report report",
        "the same as a page to look at: report/index.html"),
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json --scale 1/1000 --until 14:30 --json",
        "a quick look at the first minutes, for a program"),
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json --trace run.perfetto.json",
        "a trace that ui.perfetto.dev opens"),
      Example(
        "hindsight replay scenarios/discord-2020-03-16.json --watch --speed 120",
        "the same day on a dashboard, two minutes a second"),
    ],
    exitCodes: [
      (.held, "every fact and invariant held, or --watch was quit before the end"),
      (.failed, "a fact or an invariant failed"),
      (.usage, "usage or scenario error"), (.incomplete, "stopped early, out of budget"),
      (.nothingSelected, "none of the events of --events"),
    ],
    run: { arguments, console throws(CommandFailure) in
      try ReplayCommand(arguments).run(on: &console)
    })
}

/// One run, from file to report.
struct ReplayCommand {
  let arguments: ParsedArguments
  let path: String

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
    path = arguments.values.first ?? "-"
  }

  func run(on console: inout Console) throws(CommandFailure) -> ExitCode {
    let watch = Stopwatch()
    var options = Replay.Options()
    options.seed = try Self.seed(arguments.value("seed"))
    options.eventLimit = try Self.eventLimit(arguments.value("max-events"))
    let events = try Self.eventNumbers(arguments.value("events"))
    let speed = try watchSpeed(console)
    try TimingsFile.checkWritable(arguments)
    let formats = try ReplayFormats(arguments)
    let report = ReportFolder(arguments)
    if events != nil, report != nil {
      throw .usage(
        UsageError(
          "'--report' does not go with '--events'", help: "'--events' lists events instead"))
    }
    try report?.checkWritable()
    if events != nil, arguments.has("export-json") {
      throw .usage(
        UsageError(
          "'--export-json' does not go with '--events'",
          help: "'--events' prints lines of JSON by itself when '--json' is given"))
    }
    try ExportedJSON.checkWritable(arguments)
    let (scenario, applied) = try scenario(console)
    options.until = try Self.until(arguments.value("until"), of: scenario.header)
    if let events { return try list(events, of: scenario, options: options, on: &console) }
    if let speed {
      return try self.watch(scenario, applied, options: options, speed: speed, on: &console)
    }
    let readSeconds = watch.seconds
    console.warn(scenario.configuration.sampleWarning)

    var progress = ProgressBar("replay", on: console)
    let runWatch = Stopwatch()
    let finished = formats.run(
      scenario, patches: applied.map(\.description), options: options,
      progress: { progress.update($0) })
    let record = finished.record
    let runSeconds = runWatch.seconds
    progress.finish()

    let reproduce = words(of: record, applied)
    try console.write(
      arguments, json: ReplayJSON.text(of: record, hasSeries: arguments.has("series")),
      text: { ReplayText(record, style: $0, reproduce: reproduce).text },
      reproduce: reproduce)
    try formats.write(finished, on: console)
    if let report {
      let story = RunStory.of(record, scenario, on: console)
      try report.write(ReplayHTML(record, story: story, reproduce: reproduce).text, on: console)
    }
    let timings = Timings(
      events: record.events, readSeconds: readSeconds, runSeconds: runSeconds,
      totalSeconds: watch.seconds)
    if !arguments.wantsJSON {
      console.report(console.errorStyle.paint(timings.line, .dim) + "\n")
    }
    try TimingsFile.write(timings, command: "replay", arguments)
    return Self.exitCode(of: record)
  }

  /// A broken promise counts however the run ended; a run without enough events judges no facts.
  static func exitCode(of record: RunRecord) -> ExitCode {
    if record.invariants.contains(where: { $0.verdict == .broken }) { return .failed }
    if RunEnd(record.end) != .horizon { return .incomplete }
    return record.holds ? .held : .failed
  }

  // MARK: Scenario

  private func scenario(
    _ console: Console
  ) throws(CommandFailure) -> (OutageScenario, [PatchSelection]) {
    let source = try ScenarioSource.read(path)
    do throws(ScenarioErrors) {
      let file = try ScenarioSource.checked(source)
      return try ScenarioSource.resolved(file, selections(of: file))
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// The patches, from left to right.
  ///
  /// - Throws: Every mitigation that there is not; what is wrong with the other patches is found when
  ///   they are applied.
  private func selections(of file: ScenarioFile) throws(ScenarioErrors) -> [PatchSelection] {
    var errors: [ScenarioError] = []
    let selections = arguments.selections { names in
      // A single name is looked up with the other patches, whose errors stand in their order.
      guard names.contains("+") || names.isEmpty else { return [.mitigation(names)] }
      do throws(ScenarioErrors) {
        return try MitigationChoice.arm(names, option: "--mitigation", of: file).selections
      } catch {
        errors += error.errors
        return []
      }
    }
    guard !errors.isEmpty else { return selections }
    do throws(ScenarioErrors) {
      _ = try ScenarioSource.resolved(file, selections)
    } catch {
      errors += error.errors
    }
    throw ScenarioErrors(errors)
  }

  // MARK: Options

  static func seed(_ text: String?) throws(CommandFailure) -> UInt64? {
    guard let text else { return nil }
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    // A sign would be accepted by the conversion.
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
      let seed = UInt64(digits, radix: text.hasPrefix("0x") ? 16 : 10)
    else {
      throw .usage(
        UsageError(
          "'--seed' takes a whole number below 2^64, decimal or 0x…, not "
            + ArgumentParser.quoted(text)))
    }
    return seed
  }

  static func eventLimit(_ text: String?) throws(CommandFailure) -> UInt64? {
    guard let text else { return nil }
    guard let limit = UInt64(text), !text.hasPrefix("+"), limit > 0 else {
      throw .usage(
        UsageError(
          "'--max-events' takes a whole number above zero, not \(ArgumentParser.quoted(text))"))
    }
    return limit
  }

  static func until(
    _ text: String?, of header: ScenarioHeader
  ) throws(CommandFailure) -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(parsing: text) else {
      throw .usage(
        UsageError(
          "'--until' takes a clock time, not \(ArgumentParser.quoted(text))",
          help: "a time is written like 14:30, 14:30:00 or \"1d 00:30:00\""))
    }
    guard instant > header.start, instant <= header.end else {
      throw .usage(
        UsageError(
          "'--until' is \(instant), and the scenario runs from \(header.start) to \(header.end)",
          help: instant > header.end
            ? "a later end is set with \(ShellWords.line(["--set", "end=\(text)"]))"
            : nil))
    }
    return instant
  }

  /// The command that gives this run again.
  func words(of record: RunRecord, _ applied: [PatchSelection]) -> [String] {
    var words = ["hindsight", "replay", ShellWords.file(path), "--seed", "\(record.seed)"]
    words += applied.flatMap(\.words)
    for option in ["until", "max-events"] {
      if let value = arguments.value(option) { words += ["--\(option)", value] }
    }
    return words
  }
}
