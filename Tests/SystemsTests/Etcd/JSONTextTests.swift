import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd's JSON")
struct JSONTextTests {
  @Test(
    "Dates are written as Go writes them",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_584_393_480_250_000_000, "2020-03-16T21:18:00.25Z"),
      (-1, "1969-12-31T23:59:59.999999999Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
      (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
    ] as [(Int64, String)])
  func dates(nanoseconds: Int64, text: String) {
    #expect(CalendarText.utc(nanoseconds) == text)
  }

  @Test("Values are escaped as Go escapes them")
  func escapes() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern("/a<b")
    let value = store.intern(value: [0x22, 0x5C, 0x0A, 0x01, 0x26, 0xFF, 0xC3, 0xA9, 0xE2, 0x82])
    let event = try store.set(key, to: value, now: .start, into: &output)
    #expect(
      store.json(of: event) == #"{"action":"set","node":{"key":"/a\u003cb","value":"\"\\\n\u0001"#
        + #"\u0026\ufffdé\ufffd\ufffd","modifiedIndex":1,"createdIndex":1}}"#)
  }

  @Test("The root has neither key nor indices; empty directories have no nodes")
  func root() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let text = { (store: Etcd.Keyspace) throws(Etcd.Failure) -> String in
      let body = Etcd.Response.Body.listing(try store.get(.root, isRecursive: true, isSorted: true))
      return store.json(
        of: Etcd.Response(status: 200, body: body, etcdIndex: 0, time: .start))
    }
    #expect(try text(store) == #"{"action":"get","node":{"dir":true}}"#)
    for path in ["/a/b/c", "/a/d"] {
      let key = store.intern(path)
      try store.set(key, to: .empty, makesDirectory: true, now: .start, into: &output)
    }
    #expect(
      try text(store) == #"{"action":"get","node":{"dir":true,"nodes":[{"key":"/a","dir":true,"#
        + #""nodes":[{"key":"/a/b","dir":true,"nodes":[{"key":"/a/b/c","dir":true,"#
        + #""modifiedIndex":1,"createdIndex":1}],"modifiedIndex":1,"createdIndex":1},"#
        + #"{"key":"/a/d","dir":true,"modifiedIndex":2,"createdIndex":2}],"#
        + #""modifiedIndex":1,"createdIndex":1}]}}"#)
  }

  @Test("A failed comparison names the parts that did not match")
  func causes() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern("/k")
    let (old, new) = (store.intern(value: "old"), store.intern(value: "new"))
    try store.set(key, to: old, now: .start, into: &output)
    for (value, index, text) in [
      (new, 0, "[new != old]"), (old, 9, "[9 != 1]"), (new, 9, "[new != old] [9 != 1]"),
    ] as [(Etcd.Value, UInt64, String)] {
      do throws(Etcd.Failure) {
        try store.compareAndSwap(
          key, to: new, previousValue: value, previousIndex: index, now: .start, into: &output)
      } catch {
        #expect(error.code == .compareFailed && store.text(of: error.cause) == text)
      }
    }
    #expect(store.index == 1)
  }
}
