/// One command: parsing, help, errors and completions are all made from this.
struct CommandSpecification: Sendable {
  struct Example: Sendable {
    let line: String
    let meaning: String

    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// How many arguments a command takes.
  enum Arity: Sendable, Equatable {
    case exactly(Int), atLeast(Int), atMost(Int), any
  }

  let name: String
  /// One line, for the list of commands.
  let purpose: String
  /// What the purpose leaves out.
  let details: String
  /// What stands for the arguments, such as `SCENARIO` or `FILE…`.
  let arguments: String
  let arity: Arity
  let options: [OptionSpecification]
  let examples: [Example]
  let exitCodes: [(code: ExitCode, meaning: String)]
  let run: @Sendable (ParsedArguments, inout Console) async throws(CommandFailure) -> ExitCode

  /// Options of every command included.
  var allOptions: [OptionSpecification] { options + [.progress, .color, .help] }

  var usage: String {
    ["hindsight", name, arguments, "[options]"].filter { !$0.isEmpty }.joined(separator: " ")
  }

  func option(named name: String) -> OptionSpecification? {
    allOptions.first { $0.name == name }
  }
}
