import Reports
import Scenarios

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output and standard error, and how they are to look.
struct Console {
  let output: Terminal
  let error: Terminal
  private let colorChoice: String?
  private let progressChoice: String?
  /// Set when a reader has gone away; writing then does nothing.
  private var isOutputClosed = false

  /// The streams of this process, with the choices of the command line.
  init(_ arguments: ParsedArguments) {
    output = Terminal(descriptor: STDOUT_FILENO)
    error = Terminal(descriptor: STDERR_FILENO)
    colorChoice = arguments.value("color")
    progressChoice = arguments.value("progress")
  }

  var outputStyle: TextStyle {
    TextStyle(
      width: output.reportWidth, hasColor: output.hasColor(colorChoice),
      hasUnicode: output.hasUnicode)
  }

  var errorStyle: TextStyle {
    TextStyle(
      width: error.reportWidth, hasColor: error.hasColor(colorChoice),
      hasUnicode: error.hasUnicode)
  }

  var hasProgress: Bool {
    switch progressChoice {
    case "always": true
    case "never": false
    default: error.isTerminal && !error.isDumb
    }
  }

  /// Writes a result.
  ///
  /// A closed pipe is no failure: the reader has seen enough.
  mutating func write(_ text: String) throws(CommandFailure) {
    guard !isOutputClosed else { return }
    do throws(FileProblem) {
      try ByteStream.write(Array(text.utf8), to: STDOUT_FILENO, name: "standard output")
    } catch {
      guard error.code == EPIPE else { throw .inputOutput(error) }
      isOutputClosed = true
    }
  }

  /// Writes a result for people, in the characters that their terminal has.
  mutating func write(page text: String) throws(CommandFailure) {
    try write(outputStyle.page(text))
  }

  /// Writes a result as the command line asks for it: as JSON, with the line that gives it again on
  /// standard error, or as a text that holds this line; and as the file of `--export-json`.
  mutating func write(
    _ arguments: ParsedArguments, json: @autoclosure () -> String,
    text: (TextStyle) -> String, reproduce: [String]
  ) throws(CommandFailure) {
    // A file that cannot be written does not take away what is printed.
    guard arguments.wantsJSON else {
      try write(page: text(outputStyle))
      return try ExportedJSON.write(json(), arguments)
    }
    let result = json()
    try write(result)
    report(reproduce: reproduce)
    try ExportedJSON.write(result, arguments)
  }

  /// The line that, pasted into a shell, gives the same run.
  func report(reproduce words: [String]) {
    reportDefused("reproduce: \(ShellWords.line(words))\n")
  }

  /// What may mislead a reader of the result; nothing when there is no such thing.
  func warn(_ warning: String?) {
    if let warning { reportDefused("warning: \(warning)\n") }
  }

  /// Writes a message; there is nobody to tell when that fails.
  func report(_ text: String) {
    try? ByteStream.write(
      Array(errorStyle.page(text).utf8), to: STDERR_FILENO, name: "standard error")
  }

  /// Writes a message that may hold a stranger's words: in a workflow no line of it is a command.
  func reportDefused(_ text: String) {
    report(GitHubActions() == nil ? text : WorkflowCommands.defused(text))
  }

  /// Renders the errors of a scenario for standard error.
  func text(of errors: ScenarioErrors) -> String {
    let text = ErrorRenderer(hasColor: errorStyle.hasColor, width: error.columns ?? 100)
      .text(of: errors)
    return errors.count > 1 ? text + "\(errors.count) errors\n" : text
  }

  /// An error that has no place in a file.
  func reportError(_ message: String, help: [String] = []) {
    let style = errorStyle
    var text = style.paint("error:", .failure) + " " + message + "\n"
    for line in help { text += "    \(style.paint("help:", .action)) \(line)\n" }
    reportDefused(text)
  }
}
