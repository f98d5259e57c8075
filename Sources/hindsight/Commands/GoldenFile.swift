import Experiments
import Reports
import Scenarios

/// Where golden digests are kept: `golden/NAME.json` beside the scenario `NAME.json`.
enum GoldenFile {
  static func path(of scenario: String) -> String {
    let (folder, name) = FileSystem.split(scenario)
    return scenario.contains("/") ? "\(folder)/golden/\(name)" : "golden/\(name)"
  }

  /// The scenario that a golden digest belongs to, whether it is there or not; nil where the file is
  /// not in a place for digests.
  static func scenario(of golden: String) -> String? {
    let (folder, name) = FileSystem.split(golden)
    guard FileSystem.split(folder).name == "golden" else { return nil }
    return folder.contains("/") ? "\(FileSystem.split(folder).folder)/\(name)" : name
  }

  /// What to do about a scenario's golden digest.
  ///
  /// - Parameters:
  ///   - subject: The scenario.
  ///   - isUpdate: Whether to record it.
  ///   - scale: At which scale; nil: the one that it was recorded at, or the scenario's.
  /// - Returns: Whether to compare, to record, or to say that there is none.
  /// - Throws: That a file is there and is none, or cannot be run.
  static func plan(
    for subject: CheckSubject, isUpdate: Bool, scale: String?
  ) throws(CommandFailure) -> CheckSubject.GoldenPlan {
    let path = path(of: subject.path)
    let old = try read(path, isUpdate: isUpdate)
    guard isUpdate else {
      guard let old else { return .missing }
      guard (try? subject.plain(scale: old.scale)) != nil else {
        throw .usage(
          UsageError(
            "\(ArgumentParser.quoted(path)) was recorded at scale \(old.scale), which "
              + "\(ArgumentParser.quoted(subject.path)) cannot be run at",
            help: "'hindsight check --update --scale SHARE' records it anew"))
      }
      return .compare(old)
    }
    let usual = subject.scenario.header.scale.description
    return .record(scale: scale ?? old?.scale ?? usual, replacing: old)
  }

  private static func read(_ path: String, isUpdate: Bool) throws(CommandFailure) -> Golden? {
    guard FileSystem.exists(path) else { return nil }
    let source = try ScenarioSource.read(path)
    guard let document = try? ScenarioDocument(parsing: source), Golden.isGolden(document) else {
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(path)) is no golden digest",
          help: "take it away, and 'hindsight check --update' writes it anew"))
    }
    do throws(Golden.Damage) {
      return try Golden(document)
    } catch {
      // Ours: written anew when that is asked for.
      if isUpdate { return nil }
      throw .usage(
        UsageError(
          "the golden digest \(ArgumentParser.quoted(path)) is damaged: \(error.reason)",
          help: "'hindsight check --update' records it anew, once it is known what has damaged it"))
    }
  }

  /// Writes what has been recorded; a file that would be the same is left alone.
  ///
  /// - Parameter runs: Those whose recording cannot be written are told why.
  /// - Returns: Every file that could not be written.
  static func update(_ runs: inout [CheckRuns]) -> [FileProblem] {
    var problems: [FileProblem] = []
    for index in runs.indices {
      let subject = runs[index].subject
      guard case .record = subject.golden, let record = runs[index].golden else { continue }
      let path = path(of: subject.path)
      let text = Golden(record, of: subject.file.document.root).text
      do throws(FileProblem) {
        if FileSystem.exists(path) {
          let old = try FileSystem.read(path, limit: text.utf8.count + 1)
          guard old != Array(text.utf8) else { continue }
        } else {
          try FileSystem.makeFolder(FileSystem.split(path).folder)
        }
        try AtomicFile.write(text, to: path, existing: .replace)
      } catch {
        runs[index].recordingProblem = "\(TerminalText.safe(error.path)): \(error.reason)"
        problems.append(error)
      }
    }
    return problems
  }
}
