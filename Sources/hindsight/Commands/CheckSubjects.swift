import Experiments
import Reports
import Scenarios
import SimulationKernel
import Systems

/// The scenarios that a check is asked for, with the patches of its command line.
struct CheckSubjects {
  let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  /// What was found.
  struct Found {
    var subjects: [CheckSubject] = []
    var skipped: [Check.Skipped] = []
    /// Golden digests without a scenario; where none is compared, none is looked for.
    var orphans: [Check.Orphan] = []
    /// Every error of every file, so that nothing is run before all can be.
    var errors: [(path: String, error: ScenarioErrors)] = []

    var refusal: CheckRefusal {
      CheckRefusal(
        errors.flatMap { path, error in
          error.errors.map { CheckRefusal.Problem(path: path == "-" ? nil : path, $0) }
        })
    }

    /// The errors for people.
    ///
    /// Those of a patch have no place in a file, so the file is named, unless it is the only one.
    func text(_ console: Console, isOnly paths: [String]) -> String {
      errors.map { path, error in
        let isElsewhere = error.errors.contains { $0.location?.fileName != path }
        return console.text(of: error)
          + (isElsewhere && paths != [path] ? "    in \(ArgumentParser.quoted(path))\n" : "")
      }.joined()
    }
  }

  /// Reads all of them.
  ///
  /// - Throws: What cannot be read at all, and options that a scenario does not take.
  func read() throws(CommandFailure) -> Found {
    var found = Found()
    for path in try ScenarioFiles.files(at: arguments.values) {
      if let obstacle = FileSystem.obstacle(at: path) {
        found.skipped.append(Check.Skipped(path: path, reason: obstacle))
        continue
      }
      let source = try ScenarioSource.read(path)
      do throws(ScenarioErrors) {
        if let reason = Self.reasonToSkip(source) {
          // A golden digest is what a check looks at, and nothing that was left out.
          if !reason.isEmpty {
            found.skipped.append(Check.Skipped(path: path, reason: reason))
          } else if let scenario = GoldenFile.scenario(of: path) {
            if comparesGolden, let orphan = Self.orphan(path, of: scenario) {
              found.orphans.append(orphan)
            }
          } else {
            found.skipped.append(
              Check.Skipped(
                path: path, reason: "is a golden digest outside of a folder 'golden'"))
          }
          continue
        }
        found.subjects.append(try subject(path, source))
      } catch {
        found.errors.append((path, error))
      }
    }
    guard found.errors.isEmpty else { return found }
    for index in found.subjects.indices {
      found.subjects[index] = try finished(found.subjects[index])
    }
    return found
  }

  /// Whether runs are those that golden digests are recorded of.
  private var comparesGolden: Bool { !CheckCommand.changes.contains(where: arguments.has) }

  /// - Returns: Nil for a scenario; empty for what belongs to a check itself.
  private static func reasonToSkip(_ source: SourceText) -> String? {
    // What is not even JSON is an error, and told as one when it is read as a scenario.
    guard let root = try? ScenarioParser.parse(source) else { return nil }
    guard root.members != nil else { return "is no scenario: it holds \(root.summary)" }
    let document = ScenarioDocument(root: root)
    if Golden.isGolden(document) { return "" }
    if let schema = root["schema"]?.string, schema.hasPrefix("hindsight.") {
      // A replay's names its scenario.
      return "is no scenario: a command has written it, as \(Visible.quoted(schema))"
    }
    // A sweep names its scenario.
    if SweepFile.isSweep(document) { return "is a sweep" }
    if document.root["scenario"] != nil { return nil }
    return "is no scenario: it has no key 'scenario'"
  }

  /// - Returns: Nil when the scenario that a golden digest is of is there, or may be.
  private static func orphan(_ golden: String, of scenario: String) -> Check.Orphan? {
    guard FileSystem.exists(scenario) else {
      return Check.Orphan(path: golden, scenario: scenario)
    }
    // What cannot be read is an error of its own where it is asked for.
    let reason =
      FileSystem.obstacle(at: scenario)
      ?? (try? ScenarioSource.read(scenario)).flatMap(reasonToSkip)
    return reason.map {
      Check.Orphan(
        path: golden, scenario: scenario, reason: $0.isEmpty ? "is a golden digest" : $0)
    }
  }

  private func subject(
    _ path: String, _ source: SourceText
  ) throws(ScenarioErrors) -> CheckSubject {
    let file = try ScenarioSource.checked(source)
    let (scenario, patches) = try ScenarioSource.resolved(file, arguments.selections(of: file))
    return CheckSubject(path: path, file: file, scenario: scenario, patches: patches)
  }

  /// With the end of its runs, and its golden digest.
  private func finished(_ subject: CheckSubject) throws(CommandFailure) -> CheckSubject {
    let header = subject.scenario.header
    let until: Instant?
    do throws(CommandFailure) {
      until = try ReplayCommand.until(arguments.value("until"), of: header)
    } catch {
      guard case .usage(let problem) = error else { throw error }
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(subject.path)): \(problem.message)", help: problem.help.first))
    }
    return CheckSubject(
      path: subject.path, file: subject.file, scenario: subject.scenario,
      patches: subject.patches, until: until,
      golden: comparesGolden && subject.path != "-"
        ? try GoldenFile.plan(
          for: subject, isUpdate: arguments.has("update"), scale: arguments.value("scale"))
        : nil)
  }
}
