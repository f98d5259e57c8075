import Observation
import Reports
import Scenarios

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

/// The file of `--timings`.
enum TimingsFile {
  static let schema = "hindsight.timings/1"

  /// Fails before the run rather than after it.
  static func checkWritable(_ arguments: ParsedArguments) throws(CommandFailure) {
    try file(arguments)?.checkWritable()
  }

  /// Writes the file that the command line names, if it names one.
  static func write(
    _ timings: Timings, command: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) {
    try file(arguments)?.write(JSONWriter.pretty(timings.json(command: command)) + "\n")
  }

  private static func file(_ arguments: ParsedArguments) -> OutputFile? {
    arguments.value("timings").map { path in
      OutputFile(path: path, sort: "file of timings", isForced: arguments.has("force")) { bytes in
        let document = try? ScenarioDocument(parsing: SourceText(name: path, bytes: bytes))
        return document?.root["schema"]?.string == schema
      }
    }
  }
}
