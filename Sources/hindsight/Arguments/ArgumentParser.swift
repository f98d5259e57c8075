import Reports
import Scenarios

/// Reads a command line by the table of commands.
struct ArgumentParser {
  let commands: [CommandSpecification]

  enum Invocation {
    case run(CommandSpecification, ParsedArguments)
    /// Help on a command, or on all.
    case help(CommandSpecification?)
    case version
  }

  /// Reads the words behind the executable's name.
  func parse(_ words: [String]) throws(UsageError) -> Invocation {
    var words = words[...]
    guard let first = words.popFirst() else {
      throw UsageError("no command", help: nearestHelp(nil))
    }
    switch first {
    case "--version": return .version
    case "--help", "-h": return .help(nil)
    case "help":
      guard let name = words.first(where: { !$0.hasPrefix("-") }) else { return .help(nil) }
      return .help(try command(named: name))
    default: break
    }
    guard !first.hasPrefix("-") else {
      throw UsageError(
        "the command comes before its options, not \(Self.quoted(first))",
        help: nearestHelp(nil))
    }
    let command = try command(named: first)
    // Help is what somebody with a wrong option wants most.
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return .help(command)
    }
    let arguments = try arguments(of: command, words)
    try check(arguments.values.count, of: command)
    return .run(command, arguments)
  }

  /// - Throws: That there is none of this name, with the nearest one.
  func command(named name: String) throws(UsageError) -> CommandSpecification {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let nearest = SimilarNames.nearest(to: name, among: commands.map(\.name))
    throw UsageError(
      "there is no command \(Self.quoted(name))",
      help: nearest.map { "did you mean '\($0)'?" }, nearestHelp(nil))
  }

  private func nearestHelp(_ command: CommandSpecification?) -> String {
    guard let command else {
      let names = commands.map(\.name).joined(separator: ", ")
      return "there are \(names); see 'hindsight --help'"
    }
    return "see 'hindsight \(command.name) --help'"
  }

  private func arguments(
    of command: CommandSpecification, _ words: ArraySlice<String>
  ) throws(UsageError) -> ParsedArguments {
    var parsed = ParsedArguments()
    var words = words
    while let word = words.popFirst() {
      if word == "--" {
        parsed.values += words
        break
      }
      // A dash alone is standard input.
      guard word.hasPrefix("-"), word != "-" else {
        parsed.values.append(word)
        continue
      }
      let (option, attached) = try option(word, of: command)
      if let placeholder = option.placeholder {
        guard let value = attached ?? words.popFirst() else {
          throw UsageError(
            "'--\(option.name)' takes a value", help: "write --\(option.name) \(placeholder)")
        }
        try check(value, of: option)
        parsed.occurrences.append(.init(name: option.name, value: value))
      } else {
        guard attached == nil else {
          throw UsageError("'--\(option.name)' takes no value", help: nearestHelp(command))
        }
        let meaning = option.standsFor ?? (option.name, "")
        parsed.occurrences.append(.init(name: meaning.name, value: meaning.value))
      }
    }
    return parsed
  }

  /// The option that a word names, and the value behind its equals sign.
  private func option(
    _ word: String, of command: CommandSpecification
  ) throws(UsageError) -> (OptionSpecification, String?) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    let found = command.allOptions.first { option in
      name == "--\(option.name)" || option.letter.map { name == "-\($0)" } == true
    }
    if let found { return (found, attached) }
    let bare = String(name.drop { $0 == "-" })
    let nearest = SimilarNames.nearest(to: bare, among: command.allOptions.map(\.name))
    throw UsageError(
      "'hindsight \(command.name)' has no option \(Self.quoted(name))",
      help: nearest.map { "did you mean '--\($0)'?" }, nearestHelp(command))
  }

  private func check(_ value: String, of option: OptionSpecification) throws(UsageError) {
    guard !option.choices.isEmpty, !option.choices.contains(value) else { return }
    let nearest = SimilarNames.nearest(to: value, among: option.choices)
    throw UsageError(
      "'--\(option.name)' takes \(option.choices.joined(separator: ", ")), not "
        + Self.quoted(value),
      help: nearest.map { "did you mean '\($0)'?" })
  }

  private func check(_ count: Int, of command: CommandSpecification) throws(UsageError) {
    let isRight =
      switch command.arity {
      case .exactly(let number): count == number
      case .atLeast(let number): count >= number
      case .atMost(let number): count <= number
      case .any: true
      }
    guard !isRight else { return }
    let found = count == 0 ? "nothing" : count == 1 ? "one argument" : "\(count) arguments"
    let taken = command.arguments.isEmpty ? "no arguments" : command.arguments
    throw UsageError(
      "'hindsight \(command.name)' takes \(taken), not \(found)",
      help: "usage: \(command.usage)", nearestHelp(command))
  }

  /// A word of the user's, safe to show and not too long.
  static func quoted(_ word: String) -> String {
    let limit = 60
    let shown = word.count > limit ? String(word.prefix(limit)) + "…" : word
    return "'\(TerminalText.safe(shown))'"
  }
}
