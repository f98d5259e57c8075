import Reports

/// The help, made from the table of commands.
struct HelpText {
  let commands: [CommandSpecification]
  let style: TextStyle

  /// Help on everything.
  var general: String {
    var lines = [
      "Replays an outage that happened on a simulated copy of the systems that failed, and tells",
      "whether a mitigation would have helped.", "",
      heading("Usage"), "  hindsight COMMAND [arguments] [options]", "",
      heading("Commands"),
    ]
    lines += table(commands.map { ($0.name, $0.purpose) } + [("help COMMAND", "help on a command")])
    lines += ["", heading("Options")]
    lines += table([OptionSpecification.help, .version].map { ($0.usage, $0.summary) })
    lines += ["", heading("Examples")]
    lines += commands.compactMap(\.examples.first).flatMap(Self.lines)
    lines += ["", heading("Exit codes")]
    lines += table(ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) })
    return lines.map { $0 + "\n" }.joined()
  }

  /// Help on one command: purpose, usage, options, examples, exit codes.
  func text(of command: CommandSpecification) -> String {
    var lines = [command.purpose.prefix(1).uppercased() + command.purpose.dropFirst() + "."]
    lines.append("")
    lines += command.details.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrapped(String($0)) }
    lines += ["", heading("Usage"), "  \(command.usage)"]
    lines += ["", heading("Options")]
    lines += table(
      command.allOptions.map {
        ($0.usage, $0.summary + ($0.isRepeatable ? " (repeatable)" : ""))
      })
    lines += ["", heading("Examples")]
    lines += command.examples.flatMap(Self.lines)
    lines += ["", heading("Exit codes")]
    let own = command.exitCodes.map(\.code)
    let common = [ExitCode.bug, .inputOutput, .interrupted].filter { !own.contains($0) }
    lines += table(
      command.exitCodes.map { ("\($0.code.rawValue)", $0.meaning) }
        + common.map { ("\($0.rawValue)", $0.meaning) })
    return lines.map { $0 + "\n" }.joined()
  }

  private func heading(_ text: String) -> String { style.paint(text, .heading) }

  private static func lines(of example: CommandSpecification.Example) -> [String] {
    ["  \(example.line)", "      \(example.meaning)"]
  }

  private func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(text, columns: style.width)
  }

  private func table(_ rows: [(String, String)]) -> [String] {
    let indent = min(32, rows.map { TerminalText.width($0.0) }.max() ?? 0) + 4
    return rows.flatMap { row -> [String] in
      var lines = TerminalText.wrapped(row.1, columns: style.width - indent)
        .map { String(repeating: " ", count: indent) + $0 }
      let label = "  " + row.0
      if TerminalText.width(label) + 2 <= indent {
        lines[0] = TerminalText.padded(label, to: indent) + lines[0].dropFirst(indent)
      } else {
        lines.insert(label, at: 0)
      }
      return lines
    }
  }
}
