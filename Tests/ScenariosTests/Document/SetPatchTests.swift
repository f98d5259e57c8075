import Scenarios
import Testing

@Suite("SetPatch")
struct SetPatchTests {
  @Test(
    "A value is JSON, or else the text as it stands",
    arguments: [
      ("supervision.maxRestarts=10", #"{"supervision": {"maxRestarts": 10}}"#),
      ("a=60s", #"{"a": "60s"}"#), ("a=50%", #"{"a": "50%"}"#), ("a=1/10", #"{"a": "1/10"}"#),
      ("a=off", #"{"a": "off"}"#), ("a=true", #"{"a": true}"#), ("a=null", #"{"a": null}"#),
      ("a=1e-7", #"{"a": 1e-7}"#), ("a=-5", #"{"a": -5}"#), ("a=007", #"{"a": "007"}"#),
      ("a=+5", #"{"a": "+5"}"#), ("a=NaN", #"{"a": "NaN"}"#), ("a=\"10\"", #"{"a": "10"}"#),
      ("a=\"\"", #"{"a": ""}"#), ("a= 3 ", #"{"a": 3}"#), ("a=[1, 2]", #"{"a": [1, 2]}"#),
      ("a={\"b\": {}}", #"{"a": {"b": {}}}"#), ("a=x=y", #"{"a": "x=y"}"#),
      ("a.\"b.c\".d=1", #"{"a": {"b.c": {"d": 1}}}"#),
      ("\"a=b\".c=1", #"{"a=b": {"c": 1}}"#), (#""\u0061"=1"#, #"{"a": 1}"#),
    ])
  func reads(text: String, expected: String) throws {
    let patch = try SetPatch(parsing: text)
    #expect(
      try patch.patch == ScenarioParser.parse(SourceText(name: "e", text: expected)), "\(text)")
    // A path that was printed reads back.
    let again = try DocumentPath(parsing: patch.path.description, name: "--axis")
    #expect(again == patch.path)
  }

  @Test(
    "What cannot be set is an error with its place",
    arguments: [
      ("", "1:1 expected a key"), ("a", "1:2 expected '=' and a value behind the path"),
      ("=1", "1:1 expected a key"), ("a.=1", "1:3 expected a key"), (".a=1", "1:1 expected a key"),
      ("a=", "1:3 expected a value"),
      ("a[0]=1", "1:2 an element of a list cannot be set by itself"),
      ("a={", "1:4 expected '}', found the end of the text"),
      ("a=[1 2]", "1:5 expected ',' before '2'"), ("\"a=1", "1:1 the string is not closed"),
      ("\"a\"b=1", "1:4 expected '.' or '=' behind a key"),
      ("a=\"x", "1:3 the string is not closed"),
    ])
  func refuses(text: String, expected: String) {
    do throws(ScenarioErrors) {
      _ = try SetPatch(parsing: text)
      Issue.record("'\(text)' was read")
    } catch {
      let first = error.errors.first
      let place = first?.location.map { "\($0.line):\($0.column)" } ?? ""
      #expect("\(place) \(first?.message ?? "")" == expected)
    }
  }

  @Test("No text stops it")
  func survivesMutations() {
    for seed in 0..<500 as Range<UInt64> {
      let text = String(
        decoding: ScenarioParserFuzzTests.mutated(seed: seed).prefix(60), as: UTF8.self)
      _ = try? SetPatch(parsing: text)
      _ = try? SetPatch(parsing: "a.b=" + text)
      _ = try? DocumentPath(parsing: text, name: "--axis")
    }
  }
}
