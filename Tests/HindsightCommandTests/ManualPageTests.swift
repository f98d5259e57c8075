import Foundation
import Testing

@testable import hindsight

@Suite("hindsight man")
struct ManualPageTests {
  private static let mandoc = ["/usr/bin/mandoc", "/usr/local/bin/mandoc"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    "A page has all that the help has, in ASCII, and mandoc finds nothing to say",
    arguments: [nil] + CommandTable.commands.map { Optional($0.name) })
  func page(name: String?) throws {
    let result = try HindsightProcess.run(["man"] + (name.map { [$0] } ?? []))
    #expect(result.code == 0 && result.error.isEmpty)
    #expect(result.output.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"] {
      #expect(result.output.contains("\n.Sh \(section)\n"))
    }
    if let command = CommandTable.commands.first(where: { $0.name == name }) {
      for option in command.allOptions {
        #expect(result.output.contains(" Fl \\-\(Roff.escaped(option.name))"))
      }
      for (code, _) in command.exitCodes {
        #expect(result.output.contains("\n.It \(code.rawValue)\n"))
      }
    } else {
      for command in CommandTable.commands {
        #expect(result.output.contains(".Xr hindsight\\-\(command.name) 1"))
      }
    }
    guard let mandoc = Self.mandoc else {
      print("left out: there is no mandoc here to read manual pages")
      return
    }
    let folder = try TemporaryFolder(["page.1": result.output])
    let lint = try HindsightProcess.shell("\(mandoc) -Tlint page.1", in: folder.url)
    // That pages which it refers to are not installed here says nothing about this one.
    let said = lint.output.split(separator: "\n").filter { !$0.contains("Xr hindsight") }
    #expect(said.isEmpty && lint.error.isEmpty, "\(said.joined(separator: "\n"))\(lint.error)")
  }

  @Test(
    "No word of a text is a command of the page's language",
    arguments: [
      (".Sh is text", [#"\&.Sh is text"#]), ("'tis", [#"\&\(aqtis"#]),
      (#"a\b"#, [#"a\eb"#]), ("--seed", [#"\-\-seed"#]), ("0x…", ["0x..."]),
      ("One. Two.", ["One.", "Two."]), ("日", [#"\[u65E5]"#]), ("a\u{1B}b", ["a?b"]),
      ("😀", [#"\[u1F600]"#]), ("", []),
      (
        "A sentence of more than eighty bytes is broken where it has a space, as mandoc likes to have it.",
        [
          "A sentence of more than eighty bytes is broken where it has a space, as mandoc",
          "likes to have it.",
        ]
      ),
    ] as [(String, [String])])
  func isText(text: String, lines: [String]) {
    #expect(Roff.text(text) == lines)
  }

  @Test("A command that there is not is an error with the nearest one")
  func refuses() throws {
    let result = try HindsightProcess.run(["man", "replya"])
    #expect(result.code == 2 && result.error.contains("did you mean 'replay'?"))
  }
}
