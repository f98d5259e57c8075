import Scenarios
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
      guard error.isMissing || error.isFolder else {
        throw .inputOutput(
          FileProblem(path: path == "-" ? "standard input" : path, code: error.code))
      }
      let isInput = path == "-"
      let name = isInput ? "standard input" : ArgumentParser.quoted(path)
      let what = error.isFolder ? "\(name) is a folder" : "\(name): \(error.reason)"
      let help = isInput ? nil : error.isFolder ? names(in: path) : nearest(to: path)
      throw .usage(UsageError(what, help: help))
    }
  }

  private static func nearest(to path: String) -> String? {
    let (folder, name) = FileSystem.split(path)
    guard let names = try? FileSystem.names(in: folder) else {
      return "there is no folder \(ArgumentParser.quoted(folder)) either"
    }
    let prefix = path.contains("/") ? (folder == "/" ? "/" : folder + "/") : ""
    if let nearest = SimilarNames.nearest(to: name, among: names.filter({ $0 != name })) {
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
    let document: ScenarioDocument
    do throws(ScenarioErrors) {
      document = try ScenarioDocument(parsing: source)
    } catch {
      throw ScenarioErrors(error.errors + errorsBeside(error, in: source))
    }
    return try checked(document)
  }

  /// What else is wrong in a text with syntax errors.
  private static func errorsBeside(
    _ syntax: ScenarioErrors, in source: SourceText
  ) -> [ScenarioError] {
    guard let remains = ScenarioDocument(recoveredFrom: source) else { return [] }
    do throws(ScenarioErrors) {
      _ = try checked(remains)
      return []
    } catch {
      // What a syntax error has swallowed is not missing.
      return error.errors.filter { found in
        switch found.kind {
        case .missing, .conflict, .unknownName: false
        default: !syntax.errors.contains(found)
        }
      }
    }
  }

  private static func checked(
    _ document: ScenarioDocument
  ) throws(ScenarioErrors) -> ScenarioFile {
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
    for cause in file.causes { check([.withoutCause(cause.name)]) }
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
