import Foundation
import Testing

@testable import Reports

@Suite("Markup")
struct MarkupTests {
  @Test("A text stays a text, whatever it says", arguments: PageFixture.hostile)
  func escaping(text: String) throws {
    let page = Markup("p", ["title": text], [.text(text), Markup("b", text: text)]).html
    let read = PageReader(page)
    #expect(read.error == nil)
    #expect(read.elements.map(\.name) == ["p", "b"])
    // What cannot stand in a page is replaced, nothing is lost and nothing is added.
    let count = text.unicodeScalars.count
    #expect(read.elements[1].text.unicodeScalars.count == count)
    #expect(read.elements[0].attributes["title"]?.unicodeScalars.count == count)
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
    if isPlain { #expect(read.elements[1].text == text) }
  }

  @Test("Attributes that are nil are left out, and elements without content have a spelling each")
  func elements() {
    #expect(Markup("br").html == "<br />")
    #expect(Markup("div", ["id": nil]).html == "<div></div>\n")
    #expect(
      Markup("b", ["a": "1", "c": nil, "d": ""], text: "x").html == "<b a=\"1\" d=\"\">x</b>")
    #expect(Markup.group([.text("a"), .text("<")]).html == "a&lt;")
  }

  @Test("Code that would end itself is refused")
  func code() async {
    await #expect(processExitsWith: .failure) { _ = Markup.code("script", "</script>") }
    await #expect(processExitsWith: .failure) { _ = Markup.code("script", "x]]>") }
  }
}

@Suite("SHA256")
struct SHA256Tests {
  /// FIPS 180-4's own examples, and lengths around a block's end as Python's hashlib has them.
  @Test(
    "Digests are those of the standard",
    arguments: [
      ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
      ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
      ),
      (String(repeating: "a", count: 55), "n0OQ+NMMLdkuyfCVtl4rmumwqSWlJY4kHJ8ekQ9zQxg="),
      (String(repeating: "a", count: 56), "s1Q5pKxvCUi21vnjxq8PX1kM4g8b3nCQ73lwaG7Gc4o="),
      (String(repeating: "a", count: 64), "/+BU/nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs="),
      (String(repeating: "a", count: 1_000), "Qe3s5C1j6Nm/UVqbppMuHCDLyfWl0TRkWttdsblzfqM="),
    ])
  func digests(text: String, expected: String) {
    #expect(SHA256.base64(text) == expected)
  }
}

@Suite("SVGNumber")
struct SVGNumberTests {
  @Test(
    "Numbers have fixed decimals, no exponent, and nothing that is not a number",
    arguments: [
      (0, "0"), (1.125, "1.13"), (-0.004, "0"), (12.5, "12.5"), (-1.25, "-1.25"), (1e6, "1000000"),
      (1e-9, "0"), (.nan, "0"), (.infinity, "0"), (1e300, "0"), (0.1 + 0.2, "0.3"), (99.999, "100"),
    ])
  func text(value: Double, text: String) {
    #expect(SVGNumber.text(value) == text)
  }

  @Test("As many decimals as are asked for")
  func digits() {
    #expect(SVGNumber.text(1.23456, digits: 0) == "1")
    #expect(SVGNumber.text(1.23456, digits: 4) == "1.2346")
    #expect(SVGNumber.percent(1.0 / 3) == "33.33%")
  }
}
