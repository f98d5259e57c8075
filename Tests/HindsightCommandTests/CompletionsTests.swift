import Foundation
import Scenarios
import Testing

@testable import hindsight

@Suite("hindsight completions")
struct CompletionsTests {
  private static func path(of shell: String) -> String? {
    ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  @Test("The shell itself finds the script well-formed", arguments: CompletionScript.Shell.allCases)
  func parses(shell: CompletionScript.Shell) throws {
    let result = try HindsightProcess.run(["completions", shell.rawValue])
    #expect(result.code == 0 && result.error.isEmpty)
    for command in CommandTable.commands {
      #expect(result.output.contains(command.name))
      for option in command.allOptions { #expect(result.output.contains(option.name)) }
    }
    guard let path = Self.path(of: shell.rawValue) else {
      print("left out: there is no \(shell.rawValue) here to read its completions")
      return
    }
    let folder = try TemporaryFolder(["script": result.output])
    let check = try HindsightProcess.shell("\(path) -n script", in: folder.url)
    #expect(check.code == 0 && check.error.isEmpty, "\(check.error)")
  }

  /// What bash offers for the last of some words.
  private func offers(_ words: [String], in folder: URL) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let result = try HindsightProcess.shell(
      """
      hindsight() { "$hindsight" "$@"; }; compopt() { :; }; export -f hindsight
      source <("$hindsight" completions bash)
      COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); _hindsight
      printf '%s\\n' "${COMPREPLY[@]}"
      """, in: folder)
    #expect(result.error.isEmpty, "\(result.error)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test("bash offers commands, options, values, files, parameters and the scenario's own names")
  func completes() throws {
    let folder = try TemporaryFolder([
      "small.json": SmallScenario.text, "notes.txt": "", "deep/a.json": "{}",
    ])
    func offers(_ words: String...) throws -> [String] {
      try self.offers(["hindsight"] + words, in: folder.url)
    }
    #expect(try offers("re") == ["replay"])
    #expect(try offers("replay", "--hyp") == ["--hypothesis"])
    #expect(try Set(offers("replay", "")) == ["deep", "small.json"])
    #expect(try offers("replay", "small.json", "--format", "") == ["text", "json"])
    #expect(try offers("replay", "small.json", "--hypothesis", "") == ["quick", "slow"])
    #expect(try offers("replay", "small.json", "--mitigation", "one") == ["one-segment"])
    #expect(try offers("replay", "--mitigation", "") == [])
    #expect(
      try offers("replay", "small.json", "--set", "supervision.max") == [
        "supervision.maxRestarts=", "supervision.maxSeconds=",
      ])
    #expect(try offers("list", "par") == ["parameters"])
    #expect(try offers("list", "sig") == ["signals"])
    #expect(try offers("completions", "") == ["bash", "zsh", "fish"])
    #expect(try offers("help", "sch") == ["schema"])
    #expect(try offers("man", "sch") == ["schema"])
  }

  @Test("Another shell is an error with what there is")
  func refuses() throws {
    let result = try HindsightProcess.run(["completions", "bsh"])
    #expect(result.code == 2 && result.error.contains("did you mean 'bash'?"))
  }
}
