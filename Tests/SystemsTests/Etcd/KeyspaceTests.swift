import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd.Keyspace")
struct KeyspaceTests {
  private static let paths = [
    "/a", "/b", "/d", "/d/x", "/d/y", "/d/e", "/d/e/z", "/_h", "/d/_g/k", "/a/under",
  ]
  private static let texts = ["", "v1", "v2", "{\"addr\":\"10.0.0.1\"}"]

  /// One random operation on both; etcd's error codes.
  private static func step(
    _ dice: inout Dice, _ store: inout Etcd.Keyspace, _ slow: inout SlowKeyspace, _ now: Instant,
    _ output: inout Etcd.Output
  ) -> (fast: Int?, slow: Int?) {
    let path = dice.pick(paths)
    let key = store.intern(path)
    let text = dice.pick(texts)
    let value = store.intern(value: text)
    let old = dice.pick(texts)
    let expected = store.intern(value: old)
    let modified = dice.roll(2) == 0 ? 0 : dice.roll(slow.index + 2)
    let due = dice.roll(2) == 0 ? nil : now + .milliseconds(Int64(dice.roll(4_000)))
    let flag = dice.roll(3) == 0
    let other = dice.roll(3) == 0
    let result: Int?
    do throws(Etcd.Failure) {
      switch dice.roll(8) {
      case 0, 1, 2:
        let isRefresh = dice.roll(4) == 0
        result = slow.set(path, flag ? nil : text, due: due?.nanoseconds, isRefresh: isRefresh)
        try store.set(
          key, to: value, expiration: due, makesDirectory: flag, isRefresh: isRefresh, now: now,
          into: &output)
      case 3:
        result = slow.create(path, flag ? nil : text, due: due?.nanoseconds)
        try store.create(
          key, value: value, expiration: due, makesDirectory: flag, now: now, into: &output)
      case 4:
        let isRefresh = text.isEmpty && flag
        result = slow.update(path, text, due: due?.nanoseconds, isRefresh: isRefresh)
        try store.update(
          key, to: value, expiration: due, isRefresh: isRefresh, now: now, into: &output)
      case 5:
        result = slow.swap(path, old, modified, text, due: due?.nanoseconds)
        try store.compareAndSwap(
          key, to: value, previousValue: expected, previousIndex: UInt64(modified),
          expiration: due, now: now, into: &output)
      case 6:
        result = slow.compareAndDelete(path, old, modified)
        try store.compareAndDelete(
          key, previousValue: expected, previousIndex: UInt64(modified), now: now, into: &output)
      default:
        result = slow.delete(path, allowsDirectory: flag, isRecursive: other)
        try store.delete(
          key, allowsDirectory: flag, isRecursive: other, now: now, into: &output)
      }
      return (nil, result)
    } catch {
      return (Int(error.code.rawValue), result)
    }
  }

  private static func contents(_ store: inout Etcd.Keyspace) -> [String: SlowKeyspace.Node] {
    var nodes: [String: SlowKeyspace.Node] = [:]
    for path in paths + ["/d/_g"] {
      let key = store.intern(path)
      guard let node = store.node(at: key) else { continue }
      nodes[path] = SlowKeyspace.Node(
        value: node.value.map { store.text(of: $0) }, created: Int(node.createdIndex),
        modified: Int(node.modifiedIndex), due: node.expiration?.nanoseconds)
    }
    return nodes
  }

  @Test("Thousands of random operations leave what a dictionary of paths would hold")
  func agreesWithSlowModel() {
    for seed in 0..<250 {
      var dice = Dice(seed: seed, "keyspace")
      var store = Etcd.Keyspace()
      var slow = SlowKeyspace()
      var output = Etcd.Output()
      var now = Instant.start
      for number in 0..<40 {
        // Odd steps keep two expirations from falling on the same nanosecond.
        now = now + .nanoseconds(Int64(dice.roll(500_000_000)) * 2 + 1)
        output.removeAll()
        let before = store.index
        let (fast, expected) = Self.step(&dice, &store, &slow, now, &output)
        #expect(fast == expected, "seed \(seed), operation \(number)")
        #expect(store.index == before + (fast == nil ? 1 : 0), "seed \(seed)")
        if dice.roll(3) == 0 {
          output.removeAll()
          store.expireKeys(at: now, into: &output)
          let gone = output.expired.map { store.path(of: $0.key) }
          #expect(gone == slow.expire(now: now.nanoseconds), "seed \(seed)")
        }
        #expect(Int(store.index) == slow.index, "seed \(seed), operation \(number)")
        #expect(Self.contents(&store) == slow.nodes, "seed \(seed), operation \(number)")
      }
    }
  }

  @Test("A copy goes its own way and leaves the original alone")
  func copiesDiverge() throws {
    var output = Etcd.Output()
    var store = Etcd.Keyspace()
    let key = store.intern("/a")
    let one = store.intern(value: "1")
    try store.set(key, to: one, expiration: .start + .seconds(5), now: .start, into: &output)
    _ = try store.watch(key, isRecursive: false, isStream: true)
    let original = store
    var copy = store
    #expect(copy == original)
    output.removeAll()
    copy.expireKeys(at: .start + .seconds(9), into: &output)
    #expect(output.deliveries.count == 2)
    #expect(copy != original)
    #expect(store == original)
    #expect(copy.node(at: key) == nil)
    #expect(store.node(at: key)?.value == one)
    #expect(store.index == 1 && copy.index == 2)
  }

  @Test("Keys due in one sweep expire in order of their time, one index each")
  func sweepOrder() throws {
    var store = Etcd.Keyspace(index: 10)
    var output = Etcd.Output()
    for (path, due) in [("/late", 3), ("/early", 1), ("/middle", 2), ("/not", 9)] {
      let key = store.intern(path)
      try store.set(
        key, to: .empty, expiration: .start + .seconds(Int64(due)), now: .start, into: &output)
    }
    #expect(store.nextExpiry == .start + .seconds(1))
    #expect(store.expireKeys(at: .start + .seconds(4), into: &output) == 3)
    #expect(output.expired.map { store.path(of: $0.key) } == ["/early", "/middle", "/late"])
    #expect(output.expired.map(\.index) == [15, 16, 17])
    #expect(store.nextExpiry == .start + .seconds(9))
  }

  @Test("A directory that expires takes its content along in one event")
  func directoryExpires() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let directory = store.intern("/d")
    let child = store.intern("/d/x")
    try store.create(
      directory, value: .empty, expiration: .start + .seconds(1), makesDirectory: true,
      now: .start, into: &output)
    try store.set(
      child, to: .empty, expiration: .start + .seconds(2), now: .start, into: &output)
    #expect(store.expireKeys(at: .start + .seconds(5), into: &output) == 1)
    #expect(output.removedKeys == [child, directory])
    #expect(store.nextExpiry == nil && store.node(at: child) == nil)
  }

  @Test("An update of a directory reports the new index and keeps the old one")
  func directoryQuirk() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let directory = store.intern("/d")
    try store.set(directory, to: .empty, makesDirectory: true, now: .start, into: &output)
    let event = try store.update(directory, to: .empty, now: .start, into: &output)
    #expect(event.index == 2 && store.index == 2)
    #expect(store.node(at: directory)?.modifiedIndex == 1)
  }

  @Test(
    "Absurd TTLs wrap around as in etcd: for ever, or over before they began",
    arguments: [
      (0, 0), (60, 60), (7_000_000_000, 7_000_000_000), (9_000_000_000, nil),
      (9_223_372_037, nil), (.max / 2, -1), (.max - 1, -2), (.max, -1),
    ] as [(UInt64, Int64?)])
  func absurdTTL(seconds: UInt64, expected: Int64?) throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern("/k")
    let now = Instant.start + .hours(14)
    let due = store.expiration(ttl: seconds, now: now)
    try store.set(key, to: .empty, expiration: due, now: now, into: &output)
    #expect(store.node(at: key)?.ttl(at: now) == expected)
    // An update does not take a date long past for "for ever": the key goes with the next sweep.
    try store.update(key, to: .empty, expiration: due, now: now, into: &output)
    let ttl = try #require(store.node(at: key)?.ttl(at: now))
    #expect(expected == nil ? ttl < -1_000_000_000 : ttl == expected)
    #expect(store.expireKeys(at: now + .seconds(1), into: &output) == (ttl <= 1 ? 1 : 0))
  }

  @Test("A POST makes keys whose names are the index in twenty digits")
  func inOrder() throws {
    var store = Etcd.Keyspace(index: 1_008)
    var output = Etcd.Output()
    let queue = store.intern("/q")
    let event = try store.createInOrder(under: queue, value: .empty, now: .start, into: &output)
    #expect(store.path(of: event.key) == "/q/00000000000000001009")
    #expect(event.action == .create && event.isCreation)
  }

  @Test("The root cannot be written")
  func rootIsReadOnly() {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    #expect(throws: Etcd.Failure(.rootIsReadOnly, .path(.root), index: 0)) {
      try store.set(.root, to: .empty, now: .start, into: &output)
    }
    #expect(throws: Etcd.Failure(.rootIsReadOnly, .path(.root), index: 0)) {
      try store.delete(.root, isRecursive: true, now: .start, into: &output)
    }
    #expect(throws: Etcd.Failure(.notAFile, .path(.root), index: 0)) {
      try store.compareAndDelete(
        .root, previousValue: nil, previousIndex: 1, now: .start, into: &output)
    }
  }

  @Test("A listing leaves hidden keys out and is sorted by bytes")
  func listing() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    for path in ["/s/b", "/s/_h", "/s/a/q", "/s/é", "/s/Z"] {
      let key = store.intern(path)
      try store.set(key, to: .empty, now: .start, into: &output)
    }
    let top = store.intern("/s")
    let names = { (listing: [Etcd.ListedNode]) in listing.map { store.path(of: $0.node.key) } }
    #expect(
      names(try store.get(top, isSorted: true)) == ["/s", "/s/Z", "/s/a", "/s/b", "/s/é"])
    #expect(
      names(try store.get(top, isRecursive: true, isSorted: true))
        == ["/s", "/s/Z", "/s/a", "/s/a/q", "/s/b", "/s/é"])
    #expect(names(try store.get(top)) == ["/s", "/s/b", "/s/a", "/s/é", "/s/Z"])
    #expect(store.children(of: top).map(\.key).count == 5)
  }

  @Test("A path of a hundred thousand components is stored, listed, printed and removed")
  func deepPath() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern(String(repeating: "/a", count: 100_000))
    try store.set(key, to: .empty, now: .start, into: &output)
    let top = store.intern("/a")
    let listing = try store.get(top, isRecursive: true)
    #expect(listing.count == 100_000)
    _ = try store.watch(top, isRecursive: true, isStream: true)
    try store.delete(top, isRecursive: true, now: .start, into: &output)
    #expect(output.removedKeys.count == 100_000)
    #expect(store.node(at: top) == nil)
  }

  @Test("Equal histories have equal fingerprints; any change of state shows")
  func fingerprints() throws {
    func fingerprint(_ store: Etcd.Keyspace) -> UInt64 {
      var digest = Digest()
      store.fingerprint(into: &digest)
      return digest.value
    }
    var output = Etcd.Output()
    var seen: [UInt64] = []
    var store = Etcd.Keyspace()
    let key = store.intern("/a")
    let value = store.intern(value: "v")
    let steps: [(inout Etcd.Keyspace) throws -> Void] = [
      { _ in }, { try $0.set(key, to: value, now: .start, into: &output) },
      { try $0.set(key, to: value, now: .start, into: &output) },
      {
        try $0.update(
          key, to: .empty, expiration: .start + .seconds(1), now: .start, into: &output)
      }, { _ = try $0.watch(key, isRecursive: true, isStream: false) },
      { try $0.delete(key, now: .start, into: &output) },
    ]
    for step in steps {
      var twin = store
      try step(&store)
      try step(&twin)
      #expect(fingerprint(store) == fingerprint(twin))
      #expect(!seen.contains(fingerprint(store)))
      seen.append(fingerprint(store))
    }
  }
}
