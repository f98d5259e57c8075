import Scenarios
import Testing

/// The errors of reading `text`, without the excerpts: `line:column message`.
func syntaxErrors(_ text: String) -> [String] {
  syntaxErrors(Array(text.utf8))
}

func syntaxErrors(_ bytes: [UInt8]) -> [String] {
  do throws(ScenarioErrors) {
    _ = try ScenarioParser.parse(SourceText(name: "s.json", bytes: bytes))
    return []
  } catch {
    return error.errors.map { error in
      let place = error.location.map { "\($0.line):\($0.column) " } ?? ""
      return place + error.message
    }
  }
}

@Suite("ScenarioParser")
struct ScenarioParserTests {
  @Test(
    "What RFC 8259 allows is read",
    arguments: [
      ("0", "0"), ("-0", "-0"), ("1e999999999", "1e999999999"), ("-1.5E+3", "-1.5E+3"),
      ("\"\"", "\"\""), (#""\u0041\n\/""#, "\"A\\n/\""), (#""\ud83d\ude00""#, "\"😀\""),
      (#""\u0000""#, #""\u0000""#), ("\"\u{2028}\"", "\"\u{2028}\""), ("\"\u{7F}\"", #""\u007f""#),
      ("[]", "[]"), ("{}", "{}"), ("[[],{}]", "[[], {}]"), ("\t[\r\n1 ]\n ", "[1]"),
      ("true", "true"), ("null", "null"),
      (#"{"":0}"#, "{\n  \"\": 0\n}"), (#"{"b":1,"a":2}"#, "{\n  \"b\": 1,\n  \"a\": 2\n}"),
      ("123456789012345678901234567890", "123456789012345678901234567890"),
    ])
  func readsStandardJSON(text: String, printed: String) throws {
    let value = try ScenarioParser.parse(SourceText(name: "s", text: text))
    #expect(DocumentPrinter.text(of: value) == printed.replacingNested + "\n")
  }

  @Test(
    "Comments, trailing commas and a byte order mark are read",
    arguments: [
      "// c\n[1]", "[1,]", "[1, // c\n]", "[/* a */ 1 /* b **/]", "[1] // c", "\u{FEFF}[1]",
      "[1]/* c */", "[1,/*,*/]",
    ])
  func readsExtensions(text: String) throws {
    let value = try ScenarioParser.parse(SourceText(name: "s", text: text))
    #expect(DocumentPrinter.text(of: value) == "[1]\n")
  }

  @Test(
    "What is wrong is reported at its place",
    arguments: [
      ("", ["1:1 the document is empty"]),
      ("// nothing\n", ["2:1 the document is empty"]),
      ("[1", ["1:3 expected ']', found the end of the text"]),
      ("{\"a\": [{", ["1:9 expected '}', found the end of the text"]),
      ("[1}", ["1:3 expected ']', found '}'"]),
      ("{\"a\": [1}", ["1:9 expected ']', found '}'"]),
      ("[1] 2", ["1:5 expected the end of the document, found '2'"]),
      ("[,]", ["1:2 expected a value, found ','"]),
      ("[1,,2]", ["1:4 expected a value, found ','"]),
      ("[1 2]", ["1:3 expected ',' before '2'"]),
      ("{\"a\": 1\n\"b\": 2}", ["1:8 expected ',' before a string"]),
      ("{\"a\" 1}", ["1:5 expected ':' after the key, found '1'"]),
      ("{\"a\" = 1}", ["1:6 expected ':' after the key, found '='"]),
      ("{\"a\"}", ["1:5 expected ':' after the key, found '}'"]),
      ("{\"a\":}", ["1:6 expected a value, found '}'"]),
      ("{a: 1}", ["1:2 the key 'a' is not in double quotes"]),
      ("{1: 1}", ["1:2 the key '1' is not in double quotes"]),
      ("{'a': 1}", ["1:2 strings are written in double quotes"]),
      ("{\"a\": 1, \"a\": 2}", ["1:10 the key 'a' is here twice"]),
      ("[\"a]", ["1:2 the string is not closed"]),
      ("[\"a\n]", ["1:2 the string is not closed on its line"]),
      ("[\"a\tb\"]", ["1:4 a string may not hold the control character 0x9 itself"]),
      (#"["\x"]"#, [#"1:3 '\x' is not an escape"#]),
      (#"["\u12"]"#, [#"1:3 \u needs four hexadecimal digits"#]),
      (#"["\ud800"]"#, [#"1:3 \ud800 is half of a surrogate pair"#]),
      (#"["\ude00"]"#, [#"1:3 \ude00 is half of a surrogate pair"#]),
      (#"["\ud800\ud83d\ude00"]"#, [#"1:3 \ud800 is half of a surrogate pair"#]),
      (#"["\ud800\u0041"]"#, [#"1:3 \ud800 is half of a surrogate pair"#]),
      ("[NaN, Infinity]", ["1:2 'NaN' is not a value", "1:7 'Infinity' is not a value"]),
      ("[-Infinity]", ["1:2 '-Infinity' is not a number"]),
      ("[01]", ["1:2 '01' is not a number"]),
      ("[+1]", ["1:2 '+1' is not a number"]),
      ("[.5]", ["1:2 '.5' is not a number"]),
      ("[1.]", ["1:2 '1.' is not a number"]),
      ("[1e]", ["1:2 '1e' is not a number"]),
      ("[-]", ["1:2 '-' is not a number"]),
      ("[0x10]", ["1:2 '0x10' is not a number"]),
      ("[60s]", ["1:2 '60s' is not a number"]),
      ("[14:18:00]", ["1:2 '14:18:00' is not a number"]),
      ("[True]", ["1:2 'True' is not a value"]),
      ("/* c", ["1:1 the comment is never closed"]),
      ("# c\n[1]", ["1:1 a comment begins with '//', not with '#'"]),
      ("[“a”]", ["1:2 expected a value, found '“' (U+201C)"]),
      ("[\u{A0}1]", ["1:2 expected a value, found U+00A0"]),
      ("é", ["1:1 expected a value, found 'é' (U+00E9)"]),
      ("[1; 2]", ["1:3 expected ',', found ';'"]),
    ] as [(String, [String])])
  func reportsErrors(text: String, expected: [String]) {
    #expect(syntaxErrors(text) == expected)
  }

  @Test("One reading reports all errors that are independent of each other")
  func recovers() {
    let text = """
      {
        "a": three,
        "b": @,
        c: 3,
        "d": [1, ?, 60s, {"e" 5}],
        "f": {"g": 01, "f": ]},
        "h": "ok"
        "i": 'x',
        "a": 1
      }
      """
    #expect(
      syntaxErrors(text) == [
        "2:8 'three' is not a value", "3:8 expected a value, found '@'",
        "4:3 the key 'c' is not in double quotes", "5:12 expected a value, found '?'",
        "5:15 '60s' is not a number", "5:24 expected ':' after the key, found '5'",
        "6:14 '01' is not a number", "6:23 expected a value, found ']'",
        "6:23 expected '}', found ']'", "7:12 expected ',' before a string",
        "8:8 strings are written in double quotes", "9:3 the key 'a' is here twice",
      ])
  }

  @Test("Bytes that are not UTF-8 have their place, and the rest is still read")
  func reportsEncoding() {
    #expect(
      syntaxErrors([0x5B, 0x22, 0xC3, 0x28, 0x22, 0x2C, 0x3F, 0x5D]) == [
        "1:3 the byte 0xC3 is not UTF-8", "1:7 expected a value, found '?'",
      ])
    // An overlong form, a surrogate, a character beyond Unicode, a cut one.
    for bytes in [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
      let errors = syntaxErrors([0x22] + bytes.map(UInt8.init) + [0x22])
      #expect(errors.count == 1 && errors[0].hasSuffix("is not UTF-8"), "\(errors)")
    }
    #expect(syntaxErrors([0xFF, 0xFE, 0x5B, 0x00]) == ["1:1 the file is UTF-16"])
  }

  @Test("Nesting is limited, in values that are kept and in those that are skipped")
  func limitsDepth() throws {
    let fine = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    _ = try ScenarioParser.parse(SourceText(name: "s", text: fine))
    for count in [129, 100_000] {
      let deep = String(repeating: "[", count: count) + String(repeating: "]", count: count)
      #expect(syntaxErrors(deep) == ["1:129 objects and lists are nested deeper than 128"])
      let open = String(repeating: "{\"a\":[", count: count)
      #expect(syntaxErrors(open).first == "1:385 objects and lists are nested deeper than 128")
    }
  }

  @Test("Size and the number of errors are limited")
  func limitsSize() {
    var limits = ScenarioParser.Limits()
    limits.bytes = 3
    #expect(throws: ScenarioErrors.self) {
      _ = try ScenarioParser.parse(SourceText(name: "s", text: "[10]"), limits: limits)
    }
    let errors = syntaxErrors("[" + String(repeating: "?,", count: 10_000) + "]")
    #expect(errors.count == 101)
    #expect(errors.last == "1:200 too many errors; the rest of the text was not read")
  }

  @Test(
    "What RFC 8259 does not have is refused where only that is read",
    arguments: [
      ("[1,]", "1:3 a ',' stands before ']'"), ("{\"a\":1 ,\n}", "1:8 a ',' stands before '}'"),
      ("[[1,],2]", "1:4 a ',' stands before ']'"),
      ("// x\n[1]", "1:1 a comment is not allowed here"),
      ("[1] // x", "1:5 a comment is not allowed here"),
      ("{\"a\": /* x */ 1}", "1:7 a comment is not allowed here"),
      ("[1] /* x", "1:5 a comment is not allowed here"),
    ])
  func isStrict(text: String, wanted: String) throws {
    var limits = ScenarioParser.Limits()
    limits.isStrict = true
    let source = SourceText(name: "s", text: text)
    do throws(ScenarioErrors) {
      _ = try ScenarioParser.parse(source, limits: limits)
      Issue.record("\(text) was read")
    } catch {
      let first = try #require(error.errors.first)
      let place = try #require(first.location).description.dropFirst(2)
      #expect("\(place) \(first.message)" == wanted)
    }
    for good in ["\u{FEFF}[]", "{}", "[[], {}]", "{\"a//b\": \"/* , ] */\"}\r\n", "[1, [2]]"] {
      _ = try ScenarioParser.parse(SourceText(name: "s", text: good), limits: limits)
    }
  }

  @Test(
    "Hostile texts are read in linear time",
    // Against hanging only: a busy machine may take a minute for what an idle one does in seconds.
    .timeLimit(.minutes(10)),
    arguments: [
      "[", "{", "\"", "'", "\\", "/", "/*", "//\n", "{\"a\":", "[1 ", "-", "1", "}", "]", ",",
      "\"\\", "\"a\":{", "é", "\u{FEFF}", "?", "[?", "{?,", "a", "\u{0}", "[[],", "{\"a\":1 ",
    ])
  func isLinear(unit: String) {
    let bytes = Array(String(repeating: unit, count: 100_000 / unit.utf8.count).utf8)
    let errors = syntaxErrors(bytes)
    #expect(errors.count <= 101)
    do throws(ScenarioErrors) {
      _ = try ScenarioParser.parse(SourceText(name: "s", bytes: bytes))
    } catch {
      // No message repeats the text at length.
      #expect(error.description.utf8.count < 1_500 * error.count)
    }
  }

  @Test("A hundred thousand keys are read, and the last duplicate is found")
  func readsManyKeys() {
    let keys = (0..<20_000).map { "\"k\($0)\": \($0)" }.joined(separator: ",")
    #expect(syntaxErrors("{\(keys)}") == [])
    let errors = syntaxErrors("{\(keys), \"k19999\": 1}")
    #expect(errors.count == 1 && errors[0].hasSuffix("the key 'k19999' is here twice"))
  }
}

extension String {
  /// Lists of lists stand on several lines.
  fileprivate var replacingNested: String {
    self == "[[], {}]" ? "[\n  [],\n  {}\n]" : self
  }
}
