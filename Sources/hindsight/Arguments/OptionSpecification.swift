/// One option as the table of commands declares it.
struct OptionSpecification: Sendable {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help; nil for a flag.
  let placeholder: String?
  /// The only values that it takes; empty for any.
  let choices: [String]
  let summary: String
  /// Whether each occurrence counts; otherwise the last one does.
  let isRepeatable: Bool
  /// The option and value that a flag is short for.
  let standsFor: (name: String, value: String)?
  /// One letter, such as `h`.
  let letter: Character?

  /// An option with a value.
  init(
    _ name: String, _ placeholder: String, _ summary: String, isRepeatable: Bool = false
  ) {
    self.init(name, placeholder, [], summary, isRepeatable, nil, nil)
  }

  /// An option whose value is one of few words.
  init(_ name: String, among choices: [String], _ summary: String) {
    self.init(name, choices.joined(separator: "|"), choices, summary, false, nil, nil)
  }

  /// A flag.
  init(
    flag name: String, letter: Character? = nil, _ summary: String,
    standsFor: (name: String, value: String)? = nil
  ) {
    self.init(name, nil, [], summary, false, standsFor, letter)
  }

  private init(
    _ name: String, _ placeholder: String?, _ choices: [String], _ summary: String,
    _ isRepeatable: Bool, _ standsFor: (name: String, value: String)?, _ letter: Character?
  ) {
    self.name = name
    self.placeholder = placeholder
    self.choices = choices
    self.summary = summary
    self.isRepeatable = isRepeatable
    self.standsFor = standsFor
    self.letter = letter
  }

  /// How it is written, such as `--seed N` or `-h, --help`.
  var usage: String {
    let short = letter.map { "-\($0), " } ?? ""
    return short + "--\(name)" + (placeholder.map { " \($0)" } ?? "")
  }
}

extension OptionSpecification {
  static let help = OptionSpecification(flag: "help", letter: "h", "show this help")
  static let version = OptionSpecification(flag: "version", "show the version")
  static let color = OptionSpecification(
    "color", among: ["auto", "always", "never"],
    "colours; auto: on a terminal, unless NO_COLOR is set or TERM is dumb")
  static let progress = OptionSpecification(
    "progress", among: ["auto", "always", "never"],
    "progress on standard error; auto: on a terminal")
  static let format = OptionSpecification(
    "format", among: ["text", "json"], "for people or for programs")
  static let json = OptionSpecification(
    flag: "json", "short for --format json", standsFor: ("format", "json"))
  static let exportJSON = OptionSpecification(
    "export-json", "FILE", "also write what --json prints to a file")
  static let force = OptionSpecification(
    flag: "force", "overwrite files that this command did not make")
}
