import Scenarios
import Testing

@Suite("MergePatch")
struct MergePatchTests {
  private func value(_ text: String, name: String = "t") throws -> DocumentValue {
    try ScenarioParser.parse(SourceText(name: name, text: text))
  }

  @Test(
    "The cases of RFC 7396, appendix A",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
      (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
      (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
      (#"{"a":"foo"}"#, #"null"#, #"null"#),
      (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
      (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
      (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
      (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
  func followsTheStandard(target: String, patch: String, result: String) throws {
    #expect(try value(target).applying(value(patch)) == value(result))
  }

  @Test("The example of RFC 7396, section 3")
  func followsTheExample() throws {
    let target = """
      { "title": "Goodbye!", "author": { "givenName": "John", "familyName": "Doe" },
        "tags": [ "example", "sample" ], "content": "This will be unchanged" }
      """
    let patch = """
      { "title": "Hello!", "phoneNumber": "+01-123-456-7890",
        "author": { "familyName": null }, "tags": [ "example" ] }
      """
    let result = """
      { "title": "Hello!", "author": { "givenName": "John" }, "tags": [ "example" ],
        "content": "This will be unchanged", "phoneNumber": "+01-123-456-7890" }
      """
    #expect(try value(target).applying(value(patch)) == value(result))
  }

  @Test("Many changes at once come to what they come to one by one")
  func manyChanges() throws {
    let target = try value(#"{"a": 1, "b": {"x": 1}, "c": 3}"#)
    let changes = [
      #""a": 2"#, #""b": {"y": 2}"#, #""d": 4"#, #""c": null"#, #""e": 5"#, #""f": 6"#,
    ]
    let whole = target.applying(try value("{\(changes.joined(separator: ", "))}"))
    var single = target
    for change in changes { single = single.applying(try value("{\(change)}")) }
    #expect(whole == single)
    #expect(whole.members?.map(\.key) == single.members?.map(\.key))
  }

  @Test("What a patch brings keeps its place in the patch, and the rest its own")
  func keepsPlaces() throws {
    let target = try value(#"{"a": {"b": 1, "c": 2}, "d": 3}"#, name: "scenario")
    let patch = try value(#"{"a": {"b": 10}, "e": {"f": 5}}"#, name: "patch")
    let result = target.applying(patch)
    #expect(result.location.fileName == "scenario")
    #expect(result["a"]?.location.fileName == "scenario")
    #expect(result["a"]?["b"]?.location.description == "patch:1:13")
    #expect(result["a"]?.member("b")?.keyLocation.description == "patch:1:8")
    #expect(result["a"]?["c"]?.location.description == "scenario:1:21")
    #expect(result.member("e")?.keyLocation.fileName == "patch")
    #expect(result["e"]?["f"]?.location.fileName == "patch")
    #expect(result.members?.map(\.key) == ["a", "d", "e"])
  }

  @Test("Nulls may be kept, so that a wrong path is still there to be reported")
  func keepsNulls() throws {
    let target = try value(#"{"a": {"b": 1}}"#)
    let patch = try value(#"{"a": {"b": null, "x": null}, "y": {"z": null}}"#)
    #expect(
      target.applying(patch, keepsNulls: true)
        == (try value(#"{"a": {"b": null, "x": null}, "y": {"z": null}}"#)))
  }

  @Test("Twenty thousand members merge with as many")
  func mergesLargeObjects() throws {
    let members = (0..<20_000).map { "\"k\($0)\": \($0)" }.joined(separator: ",")
    let removals = (0..<20_000).map { "\"k\($0)\": null" }.joined(separator: ",")
    let target = try value("{\(members)}")
    #expect(target.applying(target) == target)
    #expect(try target.applying(value("{\(removals)}")).members?.isEmpty == true)
  }
}
