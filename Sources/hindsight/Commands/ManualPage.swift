import Reports

/// Manual pages in mdoc, made from the table of commands: for `man`, `mandoc` and groff.
struct ManualPage {
  let commands: [CommandSpecification]

  /// The page of the executable.
  var general: String {
    var lines = head("hindsight")
    lines += [
      ".Sh NAME", ".Nm hindsight", ".Nd replay an outage on a simulated copy of what failed",
      ".Sh SYNOPSIS", ".Nm", ".Ar COMMAND", ".Op Ar arguments", ".Op Ar options",
      ".Nm", ".Fl \\-help", ".Nm", ".Fl \\-version", ".Sh DESCRIPTION",
    ]
    lines += Roff.text(
      "Replays an outage that happened on a simulated copy of the systems that failed, and tells whether "
        + "a mitigation would have helped.")
    lines += ["The commands are:", ".Bl -tag -width Ds"]
    for command in commands {
      lines += [".It Cm \(Roff.argument(command.name))"]
      lines += Roff.text(Self.sentence(command.purpose))
      lines += ["See", ".Xr hindsight\\-\(command.name) 1 ."]
    }
    lines += [".El"]
    lines += environment + exitStatus(ExitCode.allCases.map { ($0, $0.meaning) })
    lines += examples(commands.compactMap(\.examples.first))
    lines += [".Sh SEE ALSO"]
    let names = commands.map(\.name).sorted()
    for (index, name) in names.enumerated() {
      lines.append(".Xr hindsight\\-\(name) 1" + (index + 1 < names.count ? " ," : ""))
    }
    return Self.page(lines)
  }

  /// The page of a command.
  func text(of command: CommandSpecification) -> String {
    var lines = head("hindsight-\(command.name)")
    lines += [
      ".Sh NAME", ".Nm hindsight\\-\(command.name)", ".Nd \(Roff.escaped(command.purpose))",
      ".Sh SYNOPSIS", ".Nm hindsight", ".Cm \(Roff.argument(command.name))",
    ]
    for word in command.arguments.split(separator: " ") {
      lines.append(word == "|" ? "|" : ".Ar \(Roff.argument(word))")
    }
    lines += [".Op Ar options", ".Sh DESCRIPTION"]
    lines += Roff.text(Self.sentence(command.purpose))
    for paragraph in command.details.split(separator: "\n") {
      lines += [".Pp"] + Roff.text(String(paragraph))
    }
    lines += [".Pp", "The options are:", ".Bl -tag -width Ds"]
    for option in command.allOptions {
      lines.append(Self.item(option))
      let repeated = option.isRepeatable ? " May be given more than once." : ""
      lines += Roff.text(Self.sentence(option.summary) + repeated)
    }
    lines += [".El"]
    let own = command.exitCodes.map { ($0.code, $0.meaning) }
    let common = [ExitCode.bug, .inputOutput, .interrupted].filter { code in
      !own.contains { $0.0 == code }
    }
    lines += environment + exitStatus(own + common.map { ($0, $0.meaning) })
    lines += examples(command.examples) + [".Sh SEE ALSO", ".Xr hindsight 1"]
    return Self.page(lines)
  }

  // MARK: Sections

  private func head(_ name: String) -> [String] {
    [
      ".\\\" Made by hindsight \(HindsightVersion.text) from its table of commands.",
      ".Dd \(HindsightVersion.date)", ".Dt \(name.uppercased()) 1", ".Os",
    ]
  }

  private static func item(_ option: OptionSpecification) -> String {
    var item = ".It"
    if let letter = option.letter { item += " Fl \(letter) ," }
    item += " Fl \\-\(Roff.escaped(option.name))"
    if let placeholder = option.placeholder { item += " Ar \(Roff.argument(placeholder))" }
    return item
  }

  private var environment: [String] {
    let variables = [
      ("COLUMNS", "The width of reports, where it is set; otherwise that of the terminal."),
      (
        "LC_ALL , LC_CTYPE , LANG",
        "The first that is set says whether pictures may have characters beyond ASCII: they do where it "
          + "names UTF-8, or none is set."
      ),
      ("NO_COLOR", "No colours, unless an option asks for them."),
      ("TERM", "Neither colours nor progress where it is dumb."),
    ]
    return [".Sh ENVIRONMENT", ".Bl -tag -width Ds"]
      + variables.flatMap { [".It Ev \($0.0)"] + Roff.text($0.1) } + [".El"]
  }

  private func exitStatus(_ codes: [(ExitCode, String)]) -> [String] {
    [".Sh EXIT STATUS", ".Bl -tag -width Ds"]
      + codes.flatMap { [".It \($0.0.rawValue)"] + Roff.text(Self.sentence($0.1)) } + [".El"]
  }

  private func examples(_ examples: [CommandSpecification.Example]) -> [String] {
    [".Sh EXAMPLES"]
      + examples.enumerated().flatMap { index, example in
        (index > 0 ? [".Pp"] : []) + Roff.text(Self.sentence(example.meaning, ending: ":"))
          + [".Pp", ".Dl \(Roff.escaped(example.line))"]
      }
  }

  /// With a capital, unless it begins with a name, and a full stop.
  private static func sentence(_ text: String, ending: String = ".") -> String {
    let first = text.prefix { $0 != " " }
    let isWord = first.allSatisfy { $0.isLetter || ",;:.".contains($0) }
    let start = isWord ? text.prefix(1).uppercased() + text.dropFirst() : text
    return start.hasSuffix(".") || start.hasSuffix(":") ? start : start + ending
  }

  private static func page(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
