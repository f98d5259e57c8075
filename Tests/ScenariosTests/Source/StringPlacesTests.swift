import Foundation
import Scenarios
import Testing

@Suite("StringPlaces")
struct StringPlacesTests {
  private func places(of json: String) throws -> (StringPlaces, String) {
    let source = SourceText(name: "s.json", text: #"{ "k": \#(json) }"#)
    let value = try #require(ScenarioDocument(parsing: source)[DocumentPath(["k"])])
    let text = try #require(value.string)
    return (try #require(StringPlaces(of: text, at: value.location)), text)
  }

  @Test("Each part of a text is found where it is written, past escapes")
  func escapes() throws {
    let (places, text) = try places(of: #""a\"b\u00e9\ud83d\ude00c\/\u20AC\td é""#)
    func written(_ part: String) throws -> String {
      let range = try #require(text.range(of: part))
      let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
      return places.location(of: start..<(start + part.utf8.count)).text
    }
    for (part, wanted) in [
      ("a", "a"), ("\"", #"\""#), ("b", "b"), ("é", #"\u00e9"#), ("😀", #"\ud83d\ude00"#),
      ("c", "c"), ("/", #"\/"#), ("€", #"\u20AC"#), ("\t", #"\t"#), ("d é", "d é"),
    ] {
      #expect(try written(part) == wanted)
    }
    let end = text.utf8.count
    #expect(places.location(of: 0..<end).text == #"a\"b\u00e9\ud83d\ude00c\/\u20AC\td é"#)
    #expect(places.location(of: end..<(end + 9)).length == 0)
  }

  @Test("The bare text of an option is found as it stands")
  func bareText() throws {
    let value = try SetPatch(parsing: "k= a\"b").value
    let text = try #require(value.string)
    let places = try #require(StringPlaces(of: text, at: value.location))
    #expect(places.location(of: 1..<2).description == "--set:1:5")
  }

  @Test("There are no places of a text that does not stand there")
  func others() throws {
    let value = try SetPatch(parsing: "k=5").value
    #expect(StringPlaces(of: "", at: value.location) == nil)
    let text = try SetPatch(parsing: #"k="abc""#).value
    #expect(StringPlaces(of: "abcd", at: text.location) == nil)
    #expect(StringPlaces(of: "abc", at: text.location) != nil)
  }
}
