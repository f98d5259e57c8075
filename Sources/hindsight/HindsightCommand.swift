import Reports

/// The command line from its words to an exit code.
enum HindsightCommand {
  /// Runs the command that the words behind the executable's name give.
  static func run(_ words: [String]) async -> ExitCode {
    var console = Console(ParsedArguments())
    do throws(CommandFailure) {
      return try await run(words, on: &console)
    } catch {
      defer { console.report(reproduce: ["hindsight"] + words) }
      switch error {
      case .usage(let problem):
        console.reportError(problem.message, help: problem.help)
        return .usage
      case .scenario(let text):
        console.reportDefused(text)
        return .usage
      case .inputOutput(let problem):
        console.reportError("\(ArgumentParser.quoted(problem.path)): \(problem.reason)")
        return .inputOutput
      case .tryAgain(let problem):
        console.reportError(
          "\(ArgumentParser.quoted(problem.path)): \(problem.reason)",
          help: ["what is finished is kept; try again when this has passed"])
        return .tryAgain
      }
    }
  }

  private static func run(
    _ words: [String], on console: inout Console
  ) async throws(CommandFailure) -> ExitCode {
    let commands = CommandTable.commands
    let invocation: ArgumentParser.Invocation
    do throws(UsageError) {
      invocation = try ArgumentParser(commands: commands).parse(words)
    } catch {
      throw .usage(error)
    }
    switch invocation {
    case .version:
      try console.write("hindsight \(HindsightVersion.text)\n")
      return .held
    case .help(let command):
      let help = HelpText(commands: commands, style: console.outputStyle)
      try console.write(page: command.map(help.text(of:)) ?? help.general)
      return .held
    case .run(let command, let arguments):
      console = Console(arguments)
      return try await command.run(arguments, &console)
    }
  }
}
