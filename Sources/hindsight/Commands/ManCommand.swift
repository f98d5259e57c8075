import Scenarios

extension CommandSpecification {
  static let man = CommandSpecification(
    name: "man",
    purpose: "print a manual page",
    details: """
      The page of hindsight, or of one of its commands, in mdoc: for man, mandoc and groff. Made from \
      the same table as the help and the completions.
      """,
    arguments: "[COMMAND]", arity: .atMost(1), options: [],
    examples: [
      Example("hindsight man replay | man -l -", "read it"),
      Example(
        "hindsight man > ~/.local/share/man/man1/hindsight.1", "install it, for 'man hindsight'"),
      Example(
        "hindsight man sweep > ~/.local/share/man/man1/hindsight-sweep.1",
        "that of a command, for 'man hindsight-sweep'"),
    ],
    exitCodes: [(.held, "printed"), (.usage, "usage error")],
    run: { arguments, console throws(CommandFailure) in
      let page = ManualPage(commands: CommandTable.commands)
      guard let name = arguments.values.first else {
        try console.write(page.general)
        return .held
      }
      let command: CommandSpecification
      do throws(UsageError) {
        command = try ArgumentParser(commands: CommandTable.commands).command(named: name)
      } catch {
        throw .usage(error)
      }
      try console.write(page.text(of: command))
      return .held
    })
}
