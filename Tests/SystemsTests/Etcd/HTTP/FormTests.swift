import Testing

@testable import Systems

@Suite("Etcd.Form")
struct FormTests {
  @Test(
    "Escapes, plus signs, empty fields and repetitions are read as Go reads them",
    arguments: [
      ("value=a%20b+c", "value", "a b c"), ("value", "value", ""), ("=x&value=1", "", "x"),
      ("value=1&value=2", "value", "1"), ("a=b=c", "a", "b=c"), ("&&a=1&", "a", "1"),
      ("%76alue=%7B%7d", "value", "{}"),
    ])
  func reads(text: String, name: String, expected: String) throws {
    let form = Etcd.Form(parsing: text.utf8)
    #expect(form.error == nil)
    #expect(try #require(form[name]) == Array(expected.utf8))
  }

  @Test(
    "A broken pair is dropped and reported; the others stay",
    arguments: [
      ("a=%7&b=2", "invalid URL escape \"%7\""), ("a=%zz1&b=2", "invalid URL escape \"%zz\""),
      ("b=2&a=%", "invalid URL escape \"%\""),
      ("a=1;c=3&b=2", "invalid semicolon separator in query"),
      ("a=%7&c;d&b=2", "invalid URL escape \"%7\""),
    ])
  func reports(text: String, error: String) {
    let form = Etcd.Form(parsing: text.utf8)
    #expect(form.error == error)
    #expect(form["b"] == Array("2".utf8) && form["a"] == nil)
  }

  @Test("A field of the body wins over the same field of the query")
  func bodyWins() {
    let form = Etcd.Form(
      body: Etcd.Form(parsing: "ttl=1".utf8), query: Etcd.Form(parsing: "ttl=2&value=q".utf8))
    #expect(form["ttl"] == Array("1".utf8) && form["value"] == Array("q".utf8))
  }

  @Test(
    "Only a form's Content-Type opens the body; a malformed one is an error",
    arguments: [
      ("", false, nil), ("application/x-www-form-urlencoded", true, nil),
      ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", true, nil),
      ("application/x-www-form-urlencoded;", true, nil),
      ("application/x-www-form-urlencoded; charset", true, "mime: invalid media parameter"),
      ("application/x-www-form-urlencoded; a=\"x;\\\"y\"; b=2", true, nil),
      ("application/x-www-form-urlencoded; a=1; A=2", true, "mime: duplicate parameter name"),
      ("text/plain", false, nil), (";", false, "mime: no media type"),
      ("a/", false, "mime: expected token after slash"),
      ("a b", false, "mime: expected slash after first token"),
    ] as [(String, Bool, String?)])
  func mediaTypes(header: String, isForm: Bool, error: String?) {
    let type = MediaType(parsing: Array(header.utf8)[...])
    #expect(type == MediaType(isForm: isForm, error: error))
  }
}
