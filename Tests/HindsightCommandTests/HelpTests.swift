import Foundation
import GoldenTexts
import Testing

@testable import hindsight

@Suite("Help")
struct HelpTests {
  @Test("Help on a command is the stored one", arguments: CommandTable.commands.map(\.name))
  func commands(name: String) throws {
    let result = try HindsightProcess.run([name, "--help"])
    #expect(result.code == 0 && result.error.isEmpty)
    #expect(try GoldenText.difference(result.output, from: "Command/help-\(name).txt") == nil)
    #expect(try HindsightProcess.run(["help", name]).output == result.output)
  }

  @Test("General help and version go to standard output")
  func general() throws {
    let help = try HindsightProcess.run(["--help"])
    #expect(help.code == 0)
    #expect(try GoldenText.difference(help.output, from: "Command/help.txt") == nil)
    let version = try HindsightProcess.run(["--version"])
    #expect(version.code == 0 && version.output == "hindsight \(HindsightVersion.text)\n")
    #expect(try HindsightProcess.run([]).code == 2)
  }
}
