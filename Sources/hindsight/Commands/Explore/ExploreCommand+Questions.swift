import Experiments
import Reports
import Scenarios
import SimulationKernel

extension ExploreCommand {
  /// Where the edge is.
  func cliff(_ session: Session, on console: Console) async throws(CommandFailure) -> Done {
    let options = try options(session)
    do throws(ScenarioErrors) {
      let span = try ParameterSpan(
        parsing: arguments.value("cliff") ?? "", option: "--cliff", in: session.trials)
      var progress = ProgressBar("cliff", on: console)
      defer { progress.finish() }
      let cliff = try await Cliff.search(
        span, of: session.trials, options: options, jobs: session.jobs,
        isStopped: { Interruption.wasRequested }, progress: { progress.update($0) })
      return Done(
        report: Done.Report(
          json: { CliffJSON.text(of: cliff) },
          text: { CliffText(cliff, style: $0, reproduce: $1).text }),
        events: cliff.events, isIncomplete: cliff.isIncomplete)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// The plane of two parameters.
  func phase(_ session: Session, on console: Console) async throws(CommandFailure) -> Done {
    let texts = arguments.occurrences.filter { $0.name == "axis" }.map(\.value)
    guard texts.count == 2 else {
      throw .usage(
        UsageError(
          "'--phase' takes two axes, not \(texts.count)",
          help: "write --axis PATH=LOW..HIGH twice: the first goes across, the second up"))
    }
    var options = PhaseSearch.Options()
    if let budget = try arguments.count("budget") { options.budget = budget }
    do throws(ScenarioErrors) {
      let columns = try PhaseDiagram.Axis(option: texts[0], in: session.trials)
      let rows = try PhaseDiagram.Axis(option: texts[1], in: session.trials)
      var progress = ProgressBar("phase", on: console)
      defer { progress.finish() }
      let diagram = try await PhaseDiagram.search(
        columns: columns, rows: rows, of: session.trials, options: options, from: session.seed,
        jobs: session.jobs, isStopped: { Interruption.wasRequested },
        progress: { progress.update($0) })
      return Done(
        report: Done.Report(
          json: { PhaseJSON.text(of: diagram) },
          text: { PhaseText(diagram, style: $0, reproduce: $1).text },
          html: { PhaseHTML(diagram, reproduce: $0).text }),
        events: diagram.events, isIncomplete: diagram.isIncomplete)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  /// How much harder it is to come back than it was to fall.
  func hysteresis(_ session: Session, on console: Console) async throws(CommandFailure) -> Done {
    guard let trigger = arguments.value("trigger"), let push = arguments.value("push") else {
      let missing = arguments.has("trigger") ? "push" : "trigger"
      throw .usage(
        UsageError(
          "'--\(missing)' is missing: \(missing == "push" ? "what is to help" : "what makes it fall")",
          help: "write --\(missing) PATH=LOW..HIGH"))
    }
    let options = try options(session)
    let at = try pushAt(session)
    do throws(ScenarioErrors) {
      var plan = Hysteresis.Plan(
        trigger: try ParameterSpan(parsing: trigger, option: "--trigger", in: session.trials),
        push: try ParameterSpan(
          parsing: push, option: "--push", in: session.trials, pushAt: at))
      plan.pushAt = at
      plan.size = try size(on: plan.trigger, session)
      var progress = ProgressBar("hysteresis", on: console)
      defer { progress.finish() }
      let hysteresis = try await Hysteresis.search(
        plan, of: session.trials, options: options, jobs: session.jobs,
        isStopped: { Interruption.wasRequested }, progress: { progress.update($0) })
      return Done(
        report: Done.Report(
          json: { HysteresisJSON.text(of: hysteresis) },
          text: { HysteresisText(hysteresis, style: $0, reproduce: $1).text }),
        events: hysteresis.events, isIncomplete: hysteresis.isIncomplete)
    } catch {
      throw .scenario(console.text(of: error))
    }
  }

  private func pushAt(_ session: Session) throws(CommandFailure) -> Instant? {
    guard let text = arguments.value("push-at") else { return nil }
    let trials = session.trials
    guard let at = Instant(parsing: text), at > trials.header.start, at < trials.until else {
      throw .usage(
        UsageError(
          "'--push-at' takes a clock time of the run, not \(ArgumentParser.quoted(text))",
          help: "runs go from \(trials.header.start) to \(trials.until)"))
    }
    return at
  }

  private func size(
    on trigger: ParameterSpan, _ session: Session
  ) throws(ScenarioErrors) -> Double? {
    guard let text = arguments.value("trigger-size") else { return nil }
    let option = "--trigger-size"
    let source = SourceText(name: option, text: text)
    let place = source.location(0..<source.bytes.count)
    do throws(ScenarioErrors) {
      try session.trials.check(["\(trigger.path)=\(text)"], of: [option])
    } catch {
      throw error.moved(from: option, to: place)
    }
    guard let size = trigger.quantity.number(text), size >= trigger.low, size <= trigger.high else {
      throw ScenarioErrors([
        ScenarioError(
          .outOfRange,
          "'--trigger-size' is \(ArgumentParser.quoted(text)), which is not between "
            + "\(trigger.lowText) and \(trigger.highText)", at: place)
      ])
    }
    return size
  }

  /// What matters.
  func sensitivity(_ session: Session, on console: Console) async throws(CommandFailure) -> Done {
    var options = SensitivityAnalysis.Options()
    options.firstSeed = session.seed
    if let most = try arguments.count("most", in: 1...SobolSequence.dimensionsMax / 2) {
      options.most = most
    }
    if let count = try arguments.count("trajectories", in: 2...1_000) {
      options.trajectories = count
    }
    if let count = try arguments.count("base-points", in: 2...100_000) {
      options.basePoints = count
    }
    if let count = try arguments.count("seeds", in: 1...10_000) { options.seeds = count }
    var progress = ProgressBar("sensitivity", on: console)
    let analysis = await SensitivityAnalysis.run(
      session.trials, options: options, jobs: session.jobs,
      isStopped: { Interruption.wasRequested }, progress: { progress.update($0) })
    progress.finish()
    guard let analysis else { return Done(report: nil, events: 0, isIncomplete: true) }
    return Done(
      report: Done.Report(
        json: { SensitivityJSON.text(of: analysis) },
        text: { SensitivityText(analysis, style: $0, reproduce: $1).text }),
      events: analysis.events,
      isIncomplete: analysis.results.isEmpty && analysis.screening.failure != nil)
  }
}
