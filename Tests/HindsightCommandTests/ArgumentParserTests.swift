import Testing

@testable import hindsight

@Suite("ArgumentParser")
struct ArgumentParserTests {
  private let parser = ArgumentParser(commands: CommandTable.commands)

  private func parsed(_ line: String) throws -> ParsedArguments {
    guard case .run(_, let arguments) = try parser.parse(words(line)) else {
      throw UsageError("no command: \(line)")
    }
    return arguments
  }

  private func words(_ line: String) -> [String] {
    line.split(separator: " ").map(String.init)
  }

  @Test(
    "Options and arguments are told apart",
    arguments: [
      ("replay a.json", ["a.json"], []),
      ("replay --seed 1 a.json", ["a.json"], ["seed=1"]),
      ("replay a.json --seed=0x10", ["a.json"], ["seed=0x10"]),
      ("replay --set a.b=1 a.json --set=c=d=e", ["a.json"], ["set=a.b=1", "set=c=d=e"]),
      ("replay --json a.json", ["a.json"], ["format=json"]),
      ("replay - --series", ["-"], ["series="]),
      ("replay --seed 1 -- --odd.json", ["--odd.json"], ["seed=1"]),
      ("replay --set -1 a.json", ["a.json"], ["set=-1"]),
      (
        "replay --mitigation x --set a=1 --hypothesis y --scale 1/10 a", ["a"],
        ["mitigation=x", "set=a=1", "hypothesis=y", "scale=1/10"]
      ),
      ("list", [], []), ("list parameters a b", ["parameters", "a", "b"], []),
      ("format --check a b c", ["a", "b", "c"], ["check="]),
    ] as [(String, [String], [String])])
  func parses(line: String, values: [String], options: [String]) throws {
    let arguments = try parsed(line)
    #expect(arguments.values == values)
    #expect(arguments.occurrences.map { "\($0.name)=\($0.value)" } == options)
  }

  @Test("The last of several values counts, and --json is a format like another")
  func lastCounts() throws {
    let arguments = try parsed("replay a --seed 1 --json --seed 2 --format text")
    #expect(arguments.value("seed") == "2")
    #expect(!arguments.wantsJSON)
  }

  @Test(
    "A mistake is named with what may have been meant",
    arguments: [
      ("repaly a", "there is no command 'repaly'", "did you mean 'replay'?"),
      ("hunt a", "there is no command 'hunt'", "there are replay, compare"),
      ("help shcema", "there is no command 'shcema'", "did you mean 'schema'?"),
      ("", "no command", "there are replay"),
      ("--seed 1 replay", "the command comes before its options", "there are replay"),
      ("replay a --sed 1", "'hindsight replay' has no option '--sed'", "did you mean '--seed'?"),
      ("replay a --mitigations x", "has no option '--mitigations'", "'--mitigation'"),
      ("replay a -x", "has no option '-x'", "see 'hindsight replay --help'"),
      ("replay a --seed", "'--seed' takes a value", "write --seed N"),
      ("replay a --series=1", "'--series' takes no value", "see 'hindsight replay --help'"),
      ("replay a --format jsn", "'--format' takes text, json, not 'jsn'", "did you mean 'json'?"),
      ("replay", "takes SCENARIO, not nothing", "usage: hindsight replay SCENARIO"),
      ("replay a b", "takes SCENARIO, not 2 arguments", "usage:"),
      ("schema x", "takes no arguments", "see 'hindsight schema --help'"),
    ])
  func rejects(line: String, message: String, help: String) throws {
    let error = try #require(throws: UsageError.self) { try parser.parse(words(line)) }
    #expect(error.message.contains(message))
    #expect(error.help.joined(separator: "\n").contains(help))
  }

  @Test("Help wins over whatever else is wrong, but not over a file that is called so")
  func helps() throws {
    for line in ["replay --help", "replay --sed --help", "help replay", "replay a b c -h"] {
      guard case .help(let command?) = try parser.parse(words(line)) else {
        Issue.record("no help for \(line)")
        continue
      }
      #expect(command.name == "replay")
    }
    #expect(try parsed("replay -- --help").values == ["--help"])
    guard case .help(nil) = try parser.parse(["help"]),
      case .version = try parser.parse(["--version"])
    else {
      Issue.record("no general help or version")
      return
    }
  }

  @Test("Every command has what the help promises", arguments: CommandTable.commands.map(\.name))
  func isComplete(name: String) throws {
    let command = try #require(CommandTable.commands.first { $0.name == name })
    #expect(command.examples.count >= 3)
    #expect(!command.purpose.isEmpty && !command.exitCodes.isEmpty)
    #expect(command.examples.allSatisfy { $0.line.hasPrefix("hindsight \(name)") })
    let names = command.allOptions.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      command.allOptions.allSatisfy { option in
        option.standsFor.map { command.option(named: $0.name) != nil } ?? true
      })
  }
}

@Suite("Values of options")
struct OptionValueTests {
  @Test(
    "A seed is 64 bits, decimal or hexadecimal",
    arguments: [
      ("0", 0), ("18446744073709551615", .max), ("0xff", 255), ("0xFFFFFFFFFFFFFFFF", .max),
    ] as [(String, UInt64)])
  func seeds(text: String, seed: UInt64) throws {
    #expect(try ReplayCommand.seed(text) == seed)
  }

  @Test(
    "Nothing else is a seed",
    arguments: ["", "-1", "+1", "0x", "0x+1", "1e3", "18446744073709551616", "seven", "0b1", " 1"])
  func notSeeds(text: String) {
    #expect(throws: CommandFailure.self) { try ReplayCommand.seed(text) }
  }

  @Test("A limit of events is above zero", arguments: ["0", "-1", "+5", "1.5", "", "many"])
  func notLimits(text: String) {
    #expect(throws: CommandFailure.self) { try ReplayCommand.eventLimit(text) }
    #expect((try? ReplayCommand.eventLimit("12")) == 12)
  }
}

@Suite("Terminal")
struct TerminalTests {
  private func terminal(_ environment: [String: String], isTerminal: Bool = true) -> Terminal {
    Terminal(isTerminal: isTerminal) { environment[$0] }
  }

  @Test("Colour is for terminals that want it; the option wins")
  func colors() {
    #expect(terminal([:]).hasColor(nil) && terminal(["NO_COLOR": ""]).hasColor("auto"))
    #expect(!terminal([:], isTerminal: false).hasColor(nil))
    #expect(!terminal(["NO_COLOR": "1"]).hasColor(nil))
    #expect(!terminal(["TERM": "dumb"]).hasColor("auto"))
    #expect(terminal(["NO_COLOR": "1", "TERM": "dumb"], isTerminal: false).hasColor("always"))
    #expect(!terminal([:]).hasColor("never"))
  }

  @Test(
    "Characters beyond ASCII are for locales that have them",
    arguments: [
      ([:], true), (["LANG": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true),
      (["LANG": "C"], false), (["LC_ALL": "POSIX", "LANG": "C.UTF-8"], false),
      (["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8", "LANG": "C"], true), (["TERM": "dumb"], false),
    ] as [([String: String], Bool)])
  func unicode(environment: [String: String], hasUnicode: Bool) {
    #expect(terminal(environment).hasUnicode == hasUnicode)
  }

  @Test("A report is as wide as the terminal within what reads well")
  func width() {
    var terminal = terminal([:])
    #expect(terminal.reportWidth == 100)
    for (columns, width) in [(40, 60), (80, 80), (250, 100)] {
      terminal.columns = columns
      #expect(terminal.reportWidth == width)
    }
  }

  @Test(
    "COLUMNS is the width wherever it is a number that one could mean",
    arguments: [
      ("72", 72), ("200", 100), ("1", 60), ("", 100), ("0", 100), ("-80", 100), ("wide", 100),
      ("99999999999999999999", 100), ("10001", 100),
    ])
  func columns(text: String, width: Int) {
    for isTerminal in [true, false] {
      #expect(terminal(["COLUMNS": text], isTerminal: isTerminal).reportWidth == width)
    }
  }
}
