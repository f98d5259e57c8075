import Scenarios

extension CommandSpecification {
  static let completions = CommandSpecification(
    name: "completions",
    purpose: "print what makes a shell complete hindsight's words",
    details: """
      For bash, zsh and fish: commands, options and their values, scenario files, paths of \
      parameters, and the names of the mitigations and hypotheses of the scenario in the line. The \
      script asks 'hindsight list', so it need not be written anew with each version.
      """,
    arguments: "bash|zsh|fish", arity: .exactly(1), options: [],
    examples: [
      Example(
        "hindsight completions bash > ~/.local/share/bash-completion/completions/hindsight", "bash"),
      Example("hindsight completions zsh > ~/.zfunc/_hindsight", "zsh, with ~/.zfunc in fpath"),
      Example("hindsight completions fish > ~/.config/fish/completions/hindsight.fish", "fish"),
    ],
    exitCodes: [(.held, "printed"), (.usage, "usage error")],
    run: { arguments, console throws(CommandFailure) in
      let name = arguments.values.first ?? ""
      guard let shell = CompletionScript.Shell(rawValue: name) else {
        let names = CompletionScript.Shell.allCases.map(\.rawValue)
        throw .usage(
          UsageError(
            "there are no completions for \(ArgumentParser.quoted(name))",
            help: SimilarNames.nearest(to: name, among: names).map { "did you mean '\($0)'?" },
            "there are \(names.joined(separator: ", "))"))
      }
      try console.write(CompletionScript(CommandTable.commands).text(for: shell))
      return .held
    })
}
