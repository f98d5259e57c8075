import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

/// What a command line asks to be swept: its file, or a scenario with axes.
struct SweepSource {
  let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  /// The sweep, ready to run.
  func sweep(on console: Console) throws(CommandFailure) -> Sweep {
    let asked = try read(on: console)
    var errors = asked.errors
    do throws(ScenarioErrors) {
      let sweep = try Sweep(
        asked.request, sources: asked.sources, version: HindsightVersion.text)
      if errors.isEmpty { return sweep }
    } catch {
      // What is nowhere because it could not be read is told already.
      errors += error.errors.filter { asked.errors.isEmpty || $0.location != nil }
    }
    throw .scenario(console.text(of: ScenarioErrors(errors)))
  }

  /// What is asked for, and everything that is wrong with the file that says so.
  private typealias Asked = (
    request: SweepRequest, sources: [Sweep.Source], errors: [ScenarioError]
  )

  private func read(on console: Console) throws(CommandFailure) -> Asked {
    guard arguments.values.count <= 1 else {
      throw .usage(
        UsageError(
          "'hindsight sweep' takes one sweep or scenario, not \(arguments.values.count) arguments",
          help: "several scenarios are an axis: --axis scenario=a.json,b.json"))
    }
    let axes = try axes(console)
    let isOverScenarios = axes.contains { $0.kind == .scenario }
    guard let path = arguments.values.first else {
      guard isOverScenarios else {
        throw .usage(
          UsageError(
            "there is no sweep and no scenario", help: "see 'hindsight sweep --help'"))
      }
      var request = SweepRequest(name: "scenarios")
      return (try complete(&request, axes), try sources(request, folder: "", console), [])
    }
    let source = try ScenarioSource.read(path)
    if let document = try sweepDocument(source, console) {
      return try read(document, path, axes, console)
    }
    guard !isOverScenarios else {
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(path)) and an axis of scenarios exclude each other",
          help: "name all scenarios on the axis"))
    }
    let file = try checked(source, console)
    let name = file.document.root["scenario"]?.string ?? "sweep"
    var request = SweepRequest(name: name)
    request = try complete(&request, axes)
    guard !request.axes.isEmpty else {
      throw .usage(
        UsageError(
          "there is nothing to vary",
          help: "name an axis, such as --axis supervision.maxRestarts=2,3,4"))
    }
    return (request, [Sweep.Source(name: name, bytes: source.bytes, file: file)], [])
  }

  /// The document of a sweep's file; nil of a scenario, whose errors are told with all others of it.
  private func sweepDocument(
    _ source: SourceText, _ console: Console
  ) throws(CommandFailure) -> ScenarioDocument? {
    do throws(ScenarioErrors) {
      let document = try ScenarioDocument(parsing: source)
      return SweepFile.isSweep(document) ? document : nil
    } catch {
      guard let remains = ScenarioDocument(recoveredFrom: source), SweepFile.isSweep(remains) else {
        return nil
      }
      throw .scenario(console.text(of: error))
    }
  }

  /// A sweep from its file, whose scenarios lie where the file says.
  private func read(
    _ document: ScenarioDocument, _ path: String, _ axes: [SweepAxisRequest], _ console: Console
  ) throws(CommandFailure) -> Asked {
    let file = SweepFile(reading: document)
    var request = file.request
    request = try complete(&request, axes)
    let isOverScenarios = request.axes.contains { $0.kind == .scenario }
    let folder = path == "-" ? "" : path.contains("/") ? FileSystem.split(path).folder + "/" : ""
    guard let scenario = file.scenario else {
      // Without a scenario nothing else can be told.
      guard file.errors.isEmpty || isOverScenarios else {
        throw .scenario(console.text(of: ScenarioErrors(file.errors)))
      }
      return (request, try sources(request, folder: folder, console), file.errors)
    }
    guard !isOverScenarios else {
      guard file.errors.isEmpty else {
        throw .scenario(console.text(of: ScenarioErrors(file.errors)))
      }
      throw .usage(
        UsageError(
          "the scenario of \(ArgumentParser.quoted(path)) and an axis of scenarios exclude each other",
          help: "name all scenarios on the axis"))
    }
    let source = try ScenarioSource.read(scenario.hasPrefix("/") ? scenario : folder + scenario)
    let read = try checked(source, console, beside: file.errors)
    let name = read.document.root["scenario"]?.string ?? scenario
    return (
      request, [Sweep.Source(name: name, bytes: source.bytes, file: read)], file.errors
    )
  }

  /// The scenarios of an axis.
  private func sources(
    _ request: SweepRequest, folder: String, _ console: Console
  ) throws(CommandFailure) -> [Sweep.Source] {
    var sources: [Sweep.Source] = []
    for (path, place) in request.scenarioPaths ?? [] {
      guard path != "-" else {
        throw .usage(UsageError("standard input is no scenario of an axis"))
      }
      let source: SourceText
      do throws(CommandFailure) {
        source = try ScenarioSource.read(path.hasPrefix("/") ? path : folder + path)
      } catch {
        guard case .usage(let problem) = error else { throw error }
        throw .scenario(
          console.text(
            of: ScenarioErrors(
              ScenarioError(
                .unknownName, problem.message, at: place,
                help: problem.help.first))))
      }
      sources.append(
        Sweep.Source(name: path, bytes: source.bytes, file: try checked(source, console)))
    }
    guard !sources.isEmpty else {
      throw .usage(UsageError("the axis of scenarios has none"))
    }
    return sources
  }

  private func checked(
    _ source: SourceText, _ console: Console, beside errors: [ScenarioError] = []
  ) throws(CommandFailure) -> ScenarioFile {
    do throws(ScenarioErrors) {
      return try ScenarioSource.checked(source)
    } catch {
      throw .scenario(console.text(of: ScenarioErrors(errors + error.errors)))
    }
  }

  // MARK: Options

  private func axes(_ console: Console) throws(CommandFailure) -> [SweepAxisRequest] {
    var errors: [ScenarioError] = []
    var axes: [SweepAxisRequest] = []
    for option in arguments.occurrences where option.name == "axis" {
      do throws(ScenarioErrors) {
        axes.append(try SweepAxisRequest(option: option.value))
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw .scenario(console.text(of: ScenarioErrors(errors))) }
    return axes
  }

  /// Adds the options to what a file asks for; an option counts more than the file.
  private func complete(
    _ request: inout SweepRequest, _ axes: [SweepAxisRequest]
  ) throws(CommandFailure) -> SweepRequest {
    request.axes += axes
    let points = try arguments.count("points", in: 1...SweepDesign.pointsMax)
    let kind = arguments.value("design").flatMap(SweepDesign.Kind.init)
    let designSeed = try ReplayCommand.seed(arguments.value("design-seed"))
    request.design = SweepDesign(
      kind: kind ?? request.design.kind, points: points ?? request.design.points,
      seed: designSeed ?? request.design.seed)
    request.seeds = try arguments.count("seeds", in: SweepRequest.seedsRange) ?? request.seeds
    request.firstSeed = try ReplayCommand.seed(arguments.value("seed")) ?? request.firstSeed
    request.halfWidth =
      try CompareCommand.halfWidth(arguments, of: "their mean") ?? request.halfWidth
    if let text = arguments.value("until") {
      guard let until = Instant(parsing: text) else {
        throw .usage(
          UsageError(
            "'--until' takes a clock time, not \(ArgumentParser.quoted(text))",
            help: "a time is written like 14:30, 14:30:00 or \"1d 00:30:00\""))
      }
      request.until = until
    }
    // A name is looked up in each scenario of the sweep.
    request.patches += arguments.selections { [.mitigation($0)] }
    return request
  }
}
