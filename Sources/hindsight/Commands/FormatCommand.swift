import Scenarios

extension CommandSpecification {
  static let format = CommandSpecification(
    name: "format",
    purpose: "write scenarios in their canonical form",
    details: """
      Two spaces, keys in their order, comments kept. Files are rewritten in place; '-' reads standard \
      input and writes standard output. JSON names the files and whether they were canonical.
      """,
    arguments: "FILE…", arity: .atLeast(1),
    options: [
      OptionSpecification(
        flag: "check", "change nothing; name the files that would change, and exit with 1"),
      .format, .json,
    ],
    examples: [
      Example("hindsight format scenarios/*.json", "format all scenarios"),
      Example("hindsight format --check scenarios/*.json", "for continuous integration"),
      Example("hindsight format - < mine.json", "print the canonical form of a file"),
    ],
    exitCodes: [
      (.held, "all files are in canonical form"), (.failed, "with --check: a file would change"),
      (.usage, "usage error, or a file that cannot be read as JSON"),
    ],
    run: { arguments, console throws(CommandFailure) in
      try FormatCommand.run(arguments, on: &console)
    })
}

enum FormatCommand {
  static func run(
    _ arguments: ParsedArguments, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let isCheck = arguments.has("check")
    let isJSON = arguments.wantsJSON
    var hasDifferences = false
    var files: [JSONValue] = []
    var errors: [ScenarioError] = []
    for path in arguments.values {
      let source = try ScenarioSource.read(path)
      let text: String
      do throws(ScenarioErrors) {
        text = try DocumentPrinter.formatting(source)
      } catch {
        // The other files can be formatted all the same.
        errors += error.errors
        continue
      }
      let isSame = Array(text.utf8) == source.bytes
      files.append(["path": .string(path), "canonical": .bool(isSame)])
      if isCheck {
        if !isSame, !isJSON { try console.write(path + "\n") }
      } else if path == "-" {
        if !isJSON { try console.write(text) }
      } else if !isSame {
        do throws(FileProblem) {
          try AtomicFile.write(text, to: path, existing: .replace)
        } catch {
          throw .inputOutput(error)
        }
        if !isJSON { console.report("formatted \(path)\n") }
      }
      if !isSame { hasDifferences = true }
    }
    if isJSON {
      let json: JSONValue = ["schema": "hindsight.format/1", "files": .array(files)]
      try console.write(JSONWriter.pretty(json) + "\n")
    }
    guard errors.isEmpty else { throw .scenario(console.text(of: ScenarioErrors(errors))) }
    return isCheck && hasDifferences ? .failed : .held
  }
}
