import Reports
import Scenarios

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How long a command took: of the machine, so never part of a result.
struct Timings: Sendable {
  let events: UInt64
  let readSeconds: Double
  let runSeconds: Double
  let totalSeconds: Double

  var eventsPerSecond: Double { runSeconds > 0 ? Double(events) / runSeconds : 0 }

  /// For people, such as `1.24 s, 5.1 M events/s`.
  var line: String {
    let rate =
      eventsPerSecond >= 1e6
      ? NumberText.fixed(eventsPerSecond / 1e6, digits: 1) + " M"
      : NumberText.fixed(eventsPerSecond, digits: 0)
    return "\(NumberText.fixed(totalSeconds, digits: 2)) s, \(rate) events/s"
  }

  func json(command: String) -> JSONValue {
    [
      "schema": .string(TimingsFile.schema), "command": .string(command),
      "version": .string(HindsightVersion.text), "events": .unsigned(events),
      "eventsPerSecond": .number(eventsPerSecond), "readSeconds": .number(readSeconds),
      "runSeconds": .number(runSeconds), "totalSeconds": .number(totalSeconds),
    ]
  }
}

/// The file of `--timings`: an earlier one of ours is replaced, anything else only with `--force`.
enum TimingsFile {
  static let schema = "hindsight.timings/1"

  /// Fails before the run rather than after it.
  static func checkWritable(
    _ path: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) {
    guard !FileSystem.isFolder(path) else {
      throw .inputOutput(FileProblem(path: path, code: EISDIR))
    }
    let folder = FileSystem.split(path).folder
    guard FileSystem.isWritableFolder(folder) else {
      throw .inputOutput(FileProblem(path: folder))
    }
    guard !arguments.has("force"), !isOurs(path) else { return }
    if FileSystem.exists(path) {
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(path)) exists and is no file of timings",
          help: "--force overwrites it"))
    }
  }

  /// Writes the file that the command line names, if it names one.
  static func write(
    _ timings: Timings, command: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) {
    guard let path = arguments.value("timings") else { return }
    let force = arguments.has("force")
    let text = JSONWriter.pretty(timings.json(command: command)) + "\n"
    do throws(FileProblem) {
      try AtomicFile.write(text, to: path, existing: force || isOurs(path) ? .replace : .keep)
    } catch {
      throw .inputOutput(error)
    }
  }

  private static func isOurs(_ path: String) -> Bool {
    guard FileSystem.exists(path), let bytes = try? FileSystem.read(path, limit: 1 << 16),
      let document = try? ScenarioDocument(parsing: SourceText(name: path, bytes: bytes))
    else { return false }
    return document.root["schema"]?.string == schema
  }
}
