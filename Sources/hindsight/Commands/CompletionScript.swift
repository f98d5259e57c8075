import Reports

/// Completions of a shell, made from the table of commands.
///
/// Names that a scenario or a version decides are asked of `hindsight list` when they are needed.
struct CompletionScript {
  enum Shell: String, CaseIterable {
    case bash, zsh, fish
  }

  private let commands: [CommandSpecification]

  init(_ commands: [CommandSpecification]) {
    self.commands = commands
  }

  func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// A function that prints names: `parameters`, or `mitigations` and `hypotheses` of a file.
  private static let names = #"""
    __hindsight_parameters() {
      hindsight list parameters --color never 2>/dev/null |
        awk -F ' = ' '/^[a-z]/ && !/[*\[]/ { print $1 "=" }'
    }
    __hindsight_patches() {
      [ -n "$2" ] && hindsight list scenarios "$2" --color never 2>/dev/null |
        awk -v kind="$1" '/^  [^ ]/ { inside = $1 == kind } inside && /^    [^ ]/ { print $1 }'
    }

    """#

  /// Where an option's values come from.
  private enum Values {
    case words([String]), parameters, patches(String), files, any
  }

  private func values(of option: OptionSpecification) -> Values {
    if !option.choices.isEmpty { return .words(option.choices) }
    switch (option.name, option.placeholder) {
    case ("set", _), ("axis", _): return .parameters
    case ("mitigation", _), ("mitigations", _): return .patches("mitigations")
    case ("hypothesis", _): return .patches("hypotheses")
    case (_, "FILE"), (_, "DIR"): return .files
    default: return .any
    }
  }

  /// Options with values, once each by name.
  private var valued: [OptionSpecification] {
    var seen: Set<String> = []
    return commands.flatMap(\.allOptions).filter { option in
      option.placeholder != nil && seen.insert(option.name).inserted
    }
  }

  /// The words that a command takes as its first argument, such as `bash|zsh|fish`, or the commands.
  private func words(of command: CommandSpecification) -> [String] {
    if command.arguments == "[COMMAND]" { return commands.map(\.name) }
    let first = command.arguments.split(separator: " ").first ?? ""
    guard first.contains("|"), first == first.lowercased() else { return [] }
    return first.filter { $0 != "[" && $0 != "]" }.split(separator: "|").map(String.init)
  }

  private func takesFiles(_ command: CommandSpecification) -> Bool {
    ["SCENARIO", "FILE", "PATH"].contains { command.arguments.contains($0) }
  }

  private func flags(of command: CommandSpecification) -> [String] {
    command.allOptions.map { "--\($0.name)" }
  }

  // MARK: bash and zsh

  /// The arms of `case $previous in`, which fill the words of an option's value.
  private func optionArms(parameters: String, patches: (String) -> String, files: String)
    -> [String]
  {
    valued.map { option in
      let body =
        switch values(of: option) {
        case .words(let words): "words='\(words.joined(separator: " "))'"
        case .parameters: parameters
        case .patches(let kind): patches(kind)
        case .files: files
        case .any: ":"
        }
      return "    --\(option.name)) \(body) ;;"
    }
  }

  private func lines(_ parts: [String]...) -> String {
    parts.flatMap { $0 }.joined(separator: "\n") + "\n"
  }

  private var bash: String {
    "# Completions of hindsight for bash.\n" + Self.names
      + lines(
        [
          "_hindsight() {",
          "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}",
          "  local command=${COMP_WORDS[1]} file='' words='' files='' word",
          "  for word in \"${COMP_WORDS[@]:2}\"; do",
          "    case $word in *.json) file=$word && break ;; esac", "  done",
          "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
          "    words='\((commands.map(\.name) + ["help"]).joined(separator: " ")) --help --version'",
          "  else case $previous in",
        ],
        optionArms(
          parameters: "words=$(__hindsight_parameters); compopt -o nospace",
          patches: { "words=$(__hindsight_patches \($0) \"$file\")" }, files: "files=yes"),
        ["    *) case $command:$current in"],
        commands.map { "      \($0.name):-*) words='\(flags(of: $0).joined(separator: " "))' ;;" },
        commands.map { command in
          let words = words(of: command).joined(separator: " ")
          return "      \(command.name):*) words='\(words)'"
            + (takesFiles(command) ? " files=json" : "") + " ;;"
        },
        [
          "      help:*) words='\(commands.map(\.name).joined(separator: " "))' ;;",
          "    esac ;;", "  esac; fi",
          "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")",
          "  [ -n \"$files\" ] || return 0", "  compopt -o filenames",
          "  local found",
          "  mapfile -t found < <(if [ $files = json ]; then",
          "    compgen -d -- \"$current\"; compgen -f -X '!*.json' -- \"$current\"",
          "  else compgen -f -- \"$current\"; fi)",
          "  COMPREPLY+=(\"${found[@]}\")", "}", "complete -F _hindsight hindsight",
        ])
  }

  private var zsh: String {
    "#compdef hindsight\n# Completions of hindsight for zsh.\n" + Self.names
      + lines(
        [
          "_hindsight() {",
          "  local current=${words[CURRENT]} previous=${words[CURRENT-1]} command=${words[2]}",
          "  local file=${words[(r)*.json]}", "  local -a found", "  if ((CURRENT == 2)); then",
          "    found=(",
        ],
        commands.map { "      \(ShellWords.quoted("\($0.name):\($0.purpose)"))" },
        [
          "      'help:help on a command'", "    )", "    _describe command found; return", "  fi",
          "  case $previous in",
        ],
        valued.map { option in
          let body =
            switch values(of: option) {
            case .words(let words): "compadd -- \(words.joined(separator: " ")); return"
            case .parameters: "compadd -S '' -- ${(f)\"$(__hindsight_parameters)\"}; return"
            case .patches(let kind):
              "compadd -- ${(f)\"$(__hindsight_patches \(kind) \"$file\")\"}; return"
            case .files: "_files; return"
            case .any: "return"
            }
          return "    --\(option.name)) \(body) ;;"
        },
        ["  esac", "  case $command:$current in"],
        commands.flatMap { command in
          ["    \(command.name):-*)", "      found=("]
            + command.allOptions.map {
              "        \(ShellWords.quoted("--\($0.name):\($0.summary)"))"
            } + ["      )", "      _describe option found ;;"]
        },
        commands.map { command in
          let words = words(of: command)
          var actions = words.isEmpty ? [] : ["compadd -- \(words.joined(separator: " "))"]
          if takesFiles(command) { actions.append("_files -g '*.json'") }
          return
            "    \(command.name):*) \(actions.isEmpty ? ":" : actions.joined(separator: "; ")) ;;"
        },
        [
          "    help:*) compadd -- \(commands.map(\.name).joined(separator: " ")) ;;",
          "  esac", "}", "_hindsight \"$@\"",
        ])
  }

  // MARK: fish

  private var fish: String {
    func complete(_ command: String?, _ rest: String) -> String {
      let condition =
        command.map { "__fish_seen_subcommand_from \($0)" } ?? "__fish_use_subcommand"
      return "complete -c hindsight -n '\(condition)' \(rest)"
    }
    func quoted(_ text: String) -> String {
      // In fish a backslash escapes the quote also between single quotes.
      "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
        + "'"
    }
    return #"""
      # Completions of hindsight for fish.
      function __hindsight_parameters
        hindsight list parameters --color never 2>/dev/null |
          awk -F ' = ' '/^[a-z]/ && !/[*\[]/ { print $1 "=" }'
      end
      function __hindsight_patches
        set -l files (string match -r '.*\.json$' -- (commandline -opc))
        test -n "$files[1]"; and hindsight list scenarios $files[1] --color never 2>/dev/null |
          awk -v kind="$argv[1]" '/^  [^ ]/ { inside = $1 == kind } inside && /^    [^ ]/ { print $1 }'
      end
      # fish itself would offer other files behind them.
      function __hindsight_scenarios
        __fish_complete_suffix .json | string match -r '^.*(?:\.json|/)(?:\t.*)?$'
      end
      complete -c hindsight -f

      """#
        + lines(
          commands.map { complete(nil, "-a \($0.name) -d \(quoted($0.purpose))") },
          [complete(nil, "-a help -d 'help on a command'")],
          commands.flatMap { command -> [String] in
            let words = words(of: command)
            var all = command.allOptions.map { option -> String in
              let letter = option.letter.map { " -s \($0)" } ?? ""
              let text = "-l \(option.name)\(letter) -d \(quoted(option.summary))"
              guard option.placeholder != nil else { return text }
              switch values(of: option) {
              case .words(let words): return text + " -x -a '\(words.joined(separator: " "))'"
              case .parameters: return text + " -x -a '(__hindsight_parameters)'"
              case .patches(let kind): return text + " -x -a '(__hindsight_patches \(kind))'"
              case .files: return text + " -r -F"
              case .any: return text + " -x"
              }
            }
            if !words.isEmpty { all.append("-a '\(words.joined(separator: " "))'") }
            if takesFiles(command) { all.append("-k -a '(__hindsight_scenarios)'") }
            return all.map { complete(command.name, $0) }
          })
  }
}
