import Testing

@testable import Systems

@Suite("PathTable")
struct PathTableTests {
  @Test(
    "Paths are cleaned as etcd cleans them",
    arguments: [
      ("", "/"), ("/", "/"), ("a", "/a"), ("/a/", "/a"), ("//a//b", "/a/b"), ("/a/./b", "/a/b"),
      ("/a/../b", "/b"), ("/../../a", "/a"), ("/a/..", "/"), ("/...", "/..."), ("/a b/%", "/a b/%"),
    ])
  func cleans(given: String, expected: String) {
    var store = Etcd.Keyspace()
    let key = store.intern(given)
    #expect(store.path(of: key) == expected)
    #expect(store.intern(expected) == key)
  }

  @Test("Paths that differ in bytes are different keys, whatever Unicode thinks of them")
  func bytesCount() {
    var store = Etcd.Keyspace()
    #expect(store.intern("/\u{E9}") != store.intern("/e\u{301}"))
    #expect(store.intern(value: "\u{E9}") != store.intern(value: "e\u{301}"))
    #expect(store.intern(value: "") == .empty)
  }

  @Test("A text prefix does not care for component borders, being below does")
  func prefixes() {
    var store = Etcd.Keyspace()
    let paths = ["/", "/d", "/d/x", "/dx/y", "/e/d", "/d/x/z", "/", "/dx"]
    for left in paths {
      for right in paths {
        let (key, prefix) = (store.intern(left), store.intern(right))
        #expect(
          store.paths.hasTextPrefix(key, prefix) == left.hasPrefix(right), "\(left) \(right)")
        let directory = right == "/" ? "/" : right + "/"
        #expect(
          store.paths.isBelow(key, prefix) == (left != right && left.hasPrefix(directory)),
          "\(left) \(right)")
      }
    }
  }
}
