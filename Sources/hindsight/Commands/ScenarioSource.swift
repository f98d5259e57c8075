import Observation
import Scenarios
import SimulationKernel
import Systems

/// Scenarios from files, with errors ready to be shown.
enum ScenarioSource {
  /// The text of a scenario, or of standard input for `-`.
  ///
  /// A file that is not there is a mistake in the command, like an unknown option; anything else that
  /// the system refuses is a failure of input.
  static func read(
    _ path: String, limit: Int = ScenarioParser.Limits().bytes
  ) throws(CommandFailure) -> SourceText {
    do throws(FileProblem) {
      // One byte more than is allowed, so that the parser tells of it.
      let bytes = try FileSystem.read(path, limit: limit + 1)
      return SourceText(name: path == "-" ? "<standard input>" : path, bytes: bytes)
    } catch {
      guard error.isMissing || error.isFolder else { throw .inputOutput(error) }
      let name = ArgumentParser.quoted(path)
      let what = error.isFolder ? "\(name) is a folder" : "\(name): \(error.reason)"
      let help = error.isFolder ? names(in: path) : nearest(to: path)
      throw .usage(UsageError(what, help: help))
    }
  }

  private static func nearest(to path: String) -> String? {
    let (folder, name) = FileSystem.split(path)
    guard let names = try? FileSystem.names(in: folder) else {
      return "there is no folder \(ArgumentParser.quoted(folder)) either"
    }
    let prefix = path.contains("/") ? (folder == "/" ? "/" : folder + "/") : ""
    if let nearest = SimilarNames.nearest(to: name, among: names) {
      return "did you mean \(ArgumentParser.quoted(prefix + nearest))?"
    }
    return self.names(in: folder)
  }

  /// The scenarios that a folder holds, for a hint.
  private static func names(in folder: String) -> String? {
    let files = ((try? FileSystem.names(in: folder)) ?? []).filter { $0.hasSuffix(".json") }
    guard !files.isEmpty else { return nil }
    let shown = files.prefix(5).map { ArgumentParser.quoted($0) }.joined(separator: ", ")
    return "\(ArgumentParser.quoted(folder)) holds \(shown)" + (files.count > 5 ? ", …" : "")
  }

  /// Reads a file and checks all of it: its parameters, and those that each named patch sets.
  ///
  /// - Throws: Every error in the file at once.
  static func checked(_ source: SourceText) throws(ScenarioErrors) -> ScenarioFile {
    let document = try ScenarioDocument(parsing: source)
    let file: ScenarioFile
    do throws(ScenarioErrors) {
      file = try ScenarioFile(document)
    } catch {
      // The patches cannot be applied, but the parameters can be read without them.
      throw ScenarioErrors(error.errors + parameterErrors(in: document))
    }
    var errors: [ScenarioError] = []
    func check(_ selections: [PatchSelection]) {
      do throws(ScenarioErrors) {
        _ = try OutageScenario(try file.resolve(selections).document)
      } catch {
        errors += error.errors
      }
    }
    check([])
    for hypothesis in file.hypotheses where hypothesis.name != file.defaultHypothesis {
      check([.hypothesis(hypothesis.name)])
    }
    for mitigation in file.mitigations { check([.mitigation(mitigation.name)]) }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return file
  }

  /// Applies patches, and reads what they make of the scenario.
  ///
  /// - Throws: The errors of every patch that cannot be applied, and of what the others lead to.
  static func resolved(
    _ file: ScenarioFile, _ selections: [PatchSelection]
  ) throws(ScenarioErrors) -> (OutageScenario, [PatchSelection]) {
    var errors: [ScenarioError] = []
    var usable: [PatchSelection] = []
    for selection in selections {
      do throws(ScenarioErrors) {
        _ = try file.resolve([selection])
        usable.append(selection)
      } catch {
        errors += error.errors
      }
    }
    do throws(ScenarioErrors) {
      let resolved = try file.resolve(usable)
      let scenario = try OutageScenario(resolved.document)
      if errors.isEmpty { return (scenario, resolved.applied) }
    } catch {
      errors += error.errors
    }
    throw ScenarioErrors(errors)
  }

  private static func parameterErrors(in document: ScenarioDocument) -> [ScenarioError] {
    do throws(ScenarioErrors) {
      _ = try OutageScenario(document)
      return []
    } catch {
      return error.errors
    }
  }
}

/// What a scenario may hold, without a scenario.
enum ScenarioDescription {
  /// A describing reader that header, systems, facts and timeline have read from.
  static func reader() -> ParameterReader {
    var reader = ParameterReader.describing()
    _ = ScenarioHeader(reading: &reader)
    _ = OutageConfiguration(scale: Scale(1, in: 1), reading: &reader)
    _ = Fact.list(reading: &reader, units: OutageWorld.metricUnits)
    // As `OutageScenario` reads it; a test compares the two.
    _ = reader.list("timeline") { moment in
      (
        moment.required("at", as: .clock, .scenario, "When the account puts it"),
        moment.required("text", as: .text, .scenario, "What the account says")
      )
    }
    return reader
  }
}
