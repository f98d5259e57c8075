import Scenarios
import Testing

@Suite("JSONWriter")
struct JSONWriterTests {
  @Test("Keys are sorted by their bytes, and of equal keys the last counts")
  func sortsKeys() {
    let value: JSONValue = ["b": 1, "a": 2, "é": 3, "Z": 4, "a": 5, "": 6]
    #expect(JSONWriter.compact(value) == #"{"":6,"Z":4,"a":5,"b":1,"é":3}"#)
  }

  @Test(
    "Numbers read back as the same",
    arguments: [
      (0.1, "0.1"), (5, "5.0"), (-0.0, "-0.0"), (1e-7, "1e-07"), (1e300, "1e+300"),
      (1.0 / 3, "0.3333333333333333"), (.infinity, "null"), (.nan, "null"),
      (123_456_789.123, "123456789.123"),
    ] as [(Double, String)])
  func writesNumbers(number: Double, text: String) throws {
    #expect(JSONWriter.compact(.number(number)) == text)
    if number.isFinite {
      let value = try ScenarioParser.parse(SourceText(name: "s", text: text))
      #expect(value.number?.double == number)
    }
  }

  @Test("Whole numbers have all their digits")
  func writesIntegers() {
    #expect(
      JSONWriter.compact([.integer(.min), .unsigned(.max), 0])
        == "[-9223372036854775808,18446744073709551615,0]")
  }

  @Test("Strings are escaped where the standard says so, and read back")
  func escapes() throws {
    let text = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}"
    let written = JSONWriter.compact(.string(text))
    #expect(written == #""\"\\/\b\f\n\r\t\u0000\u001f\u007fé😀"# + "\u{2028}\"")
    #expect(try ScenarioParser.parse(SourceText(name: "s", text: written)).string == text)
  }

  @Test("The pretty form has two spaces, and fills lists of scalars to 100 columns")
  func writesPretty() {
    let value: JSONValue = [
      "list": [1, "a", nil, true], "empty": [:], "none": [], "nested": [[1], ["k": []]],
      "long": .array((0..<40).map { .integer(1_000 + $0) }),
    ]
    let expected = """
      {
        "empty": {},
        "list": [1, "a", null, true],
        "long": [
          1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015,
          1016, 1017, 1018, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031,
          1032, 1033, 1034, 1035, 1036, 1037, 1038, 1039
        ],
        "nested": [
          [1],
          {
            "k": []
          }
        ],
        "none": []
      }
      """
    #expect(JSONWriter.pretty(value) == expected)
    #expect(JSONWriter.pretty(value).split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
  }

  @Test("A document in it keeps the order of its keys, and its numbers as they are written")
  func document() throws {
    let text = #"{"z":[1.50,{"b":null,"a":true}],"a":0.10000000000000000001,"m":"\"x","e":{}}"#
    let document = try ScenarioDocument(name: "s.json", text: text)
    let value: JSONValue = ["y": 1, "d": .document(document.root)]
    #expect(JSONWriter.compact(value) == #"{"d":\#(text),"y":1}"#)
    let pretty = JSONWriter.pretty(.document(document.root))
    #expect(try ScenarioDocument(name: "s.json", text: pretty) == document)
    #expect(pretty.contains("\n  \"z\": [\n    1.50,\n    {\n      \"b\": null,\n"))
  }

  @Test("Members without a value are left out")
  func leavesOutAbsent() {
    let absent: JSONValue? = nil
    #expect(JSONWriter.compact(.object(["a": absent, "b": 1, "c": .null])) == #"{"b":1,"c":null}"#)
  }
}
