import Scenarios
import Testing

@Suite("DocumentPrinter")
struct DocumentPrinterTests {
  @Test("Formatting keeps comments, one-line objects, order and numbers, and is stable")
  func formats() throws {
    let text = """
      // A scenario.

      {"b":1e3, // behind
      /* before */ "a" : /* inside */ [ 1,2,
        3 ],


        "o": { "at":"14:18:00","n":[1] },
        "p": {
          "x": {}, "y": [ ] },
        // last
        "list": [ {"a":1}, // one
          {"b":2},
        ], // after the list
        // the end
      }
      // Behind all.
      """
    let expected = """
      // A scenario.

      {
        "b": 1e3, // behind
        /* before */
        /* inside */
        "a": [1, 2, 3],

        "o": { "at": "14:18:00", "n": [1] },
        "p": {
          "x": {},
          "y": []
        },
        // last
        "list": [
          { "a": 1 }, // one
          { "b": 2 }
        ] // after the list
        // the end
      }
      // Behind all.

      """
    let formatted = try DocumentPrinter.formatting(SourceText(name: "s", text: text))
    #expect(formatted == expected)
    let again = try DocumentPrinter.formatting(SourceText(name: "s", text: formatted))
    #expect(again == formatted)
  }

  @Test("Every comment survives", arguments: ["//x", "/*x*/"])
  func keepsComments(comment: String) throws {
    let text = "@{@\"a\"@:@[@1@,@2@]@,@\"b\"@:@{@}@,@\"c\"@:@{@\"d\"@:@null@}@}@"
    let places = text.split(separator: "@", omittingEmptySubsequences: false).count - 1
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    var numbered = ""
    for (index, part) in parts.enumerated() {
      numbered += part
      if index < places {
        numbered += comment.replacingX(with: "c\(index).") + "\n"
      }
    }
    let formatted = try DocumentPrinter.formatting(SourceText(name: "s", text: numbered))
    for index in 0..<places { #expect(formatted.contains("c\(index)."), "comment \(index)") }
    let again = try DocumentPrinter.formatting(SourceText(name: "s", text: formatted))
    #expect(again == formatted)
    let value = try ScenarioParser.parse(SourceText(name: "s", text: formatted))
    let expected = #"{"a": [1, 2], "b": {}, "c": {"d": null}}"#
    #expect(try value == ScenarioParser.parse(SourceText(name: "s", text: expected)))
  }

  @Test("A file that cannot be read is not formatted")
  func refusesErrors() {
    #expect(throws: ScenarioErrors.self) {
      try DocumentPrinter.formatting(SourceText(name: "s", text: "{"))
    }
  }
}

extension String {
  fileprivate func replacingX(with text: String) -> String {
    split(separator: "x", omittingEmptySubsequences: false).joined(separator: text)
  }
}
