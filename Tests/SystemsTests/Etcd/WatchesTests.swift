import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd watches")
struct WatchesTests {
  private static func store(_ paths: String...) throws -> (Etcd.Keyspace, [Etcd.Key]) {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    var keys: [Etcd.Key] = []
    for path in paths {
      let key = store.intern(path)
      try store.set(key, to: .empty, now: .start, into: &output)
      keys.append(key)
    }
    return (store, keys)
  }

  private static func waiting(_ start: Etcd.WatchStart) throws -> Etcd.WatchID {
    guard case .waiting(let id) = start else { throw NotWaiting() }
    return id
  }
  private struct NotWaiting: Error {}

  @Test("A long poll is told once and gone; a stream goes on")
  func longPoll() throws {
    var (store, keys) = try Self.store("/a")
    var output = Etcd.Output()
    let poll = try Self.waiting(try store.watch(keys[0], isRecursive: false, isStream: false))
    let stream = try Self.waiting(try store.watch(keys[0], isRecursive: false, isStream: true))
    for _ in 0..<3 { try store.set(keys[0], to: .empty, now: .start, into: &output) }
    #expect(output.deliveries.map(\.watch) == [poll, stream, stream, stream])
    #expect(output.deliveries.map(\.isLast) == [true, false, false, false])
    #expect(!store.isWaiting(poll) && store.isWaiting(stream))
    store.cancel(poll)
    store.cancel(stream)
    #expect(store.watcherCount == 0)
    let next = try Self.waiting(try store.watch(keys[0], isRecursive: false, isStream: true))
    store.cancel(stream)
    #expect(store.isWaiting(next), "an old number must not end a new watch in its place")
  }

  @Test("A slow reader of a stream is dropped without a word at the hundred-and-first event")
  func overflow() throws {
    var (store, keys) = try Self.store("/a")
    var output = Etcd.Output()
    let slow = try Self.waiting(
      try store.watch(keys[0], isRecursive: false, isStream: true, isPaced: true))
    for _ in 0..<100 { try store.set(keys[0], to: .empty, now: .start, into: &output) }
    #expect(output.deliveries.count == 100 && store.isWaiting(slow))
    store.read(1, by: slow)
    try store.set(keys[0], to: .empty, now: .start, into: &output)
    #expect(output.deliveries.count == 101 && store.isWaiting(slow))
    try store.set(keys[0], to: .empty, now: .start, into: &output)
    #expect(output.deliveries.count == 101 && !store.isWaiting(slow))
  }

  @Test("A stream exactly on a deleted or expired key hears of it twice, others once")
  func twice() throws {
    var (store, keys) = try Self.store("/d/x")
    var output = Etcd.Output()
    let directory = store.intern("/d")
    let exact = try Self.waiting(try store.watch(keys[0], isRecursive: false, isStream: true))
    let above = try Self.waiting(try store.watch(directory, isRecursive: true, isStream: true))
    try store.delete(keys[0], now: .start, into: &output)
    #expect(output.deliveries.map(\.watch) == [exact, above, exact])
  }

  @Test("The deletion of a directory reaches watchers on keys below it, recursive or not")
  func below() throws {
    var (store, keys) = try Self.store("/d/x", "/d/e/z")
    var output = Etcd.Output()
    let directory = store.intern("/d")
    let absent = store.intern("/d/none")
    let x = try Self.waiting(try store.watch(keys[0], isRecursive: false, isStream: false))
    let z = try Self.waiting(try store.watch(keys[1], isRecursive: false, isStream: true))
    let none = try Self.waiting(try store.watch(absent, isRecursive: true, isStream: true))
    try store.delete(directory, isRecursive: true, now: .start, into: &output)
    #expect(output.deliveries.map(\.watch) == [x, z])
    #expect(output.deliveries.allSatisfy { $0.event.key == directory })
    // The history is more generous: it goes by the text of the path.
    #expect(
      store.replay(at: absent, isRecursive: false, since: 3)
        == output.deliveries.first.map { .event($0.event) })
    #expect(store.isWaiting(none))
  }

  @Test("A watcher with a future index is not told before it")
  func futureIndex() throws {
    var (store, keys) = try Self.store("/a")
    var output = Etcd.Output()
    _ = try store.watch(keys[0], isRecursive: false, isStream: false, since: 4)
    for _ in 0..<2 { try store.set(keys[0], to: .empty, now: .start, into: &output) }
    #expect(output.deliveries.isEmpty)
    try store.set(keys[0], to: .empty, now: .start, into: &output)
    #expect(output.deliveries.map(\.event.index) == [4])
  }

  @Test("Hidden keys are invisible to live watchers above, but the history shows them")
  func hidden() throws {
    var (store, keys) = try Self.store("/s/_h/k")
    var output = Etcd.Output()
    let top = store.intern("/s")
    let inside = store.intern("/s/_h")
    _ = try store.watch(top, isRecursive: true, isStream: true)
    let near = try Self.waiting(try store.watch(inside, isRecursive: true, isStream: true))
    let event = try store.set(keys[0], to: .empty, now: .start, into: &output)
    #expect(output.deliveries.map(\.watch) == [near])
    #expect(store.replay(at: top, isRecursive: true, since: 2) == .event(event))
  }

  @Test("A refresh tells nobody, is not replayed, and still takes a place in the history")
  func refresh() throws {
    var configuration = Etcd.Keyspace.Configuration()
    configuration.historyLength = 3
    var store = Etcd.Keyspace(configuration: configuration)
    var output = Etcd.Output()
    let key = store.intern("/a")
    try store.set(key, to: .empty, now: .start, into: &output)
    _ = try store.watch(key, isRecursive: false, isStream: true)
    for _ in 0..<3 {
      try store.update(
        key, to: .empty, expiration: .start + .seconds(9), isRefresh: true, now: .start,
        into: &output)
    }
    #expect(output.deliveries.isEmpty && store.index == 4)
    #expect(store.replay(at: key, isRecursive: false, since: 2) == .notYet)
    #expect(store.replay(at: key, isRecursive: false, since: 1) == .cleared(start: 2))
  }

  @Test("An empty history has nothing for any index")
  func emptyHistory() {
    let store = Etcd.Keyspace()
    for since in [0, 1, .max] as [UInt64] {
      #expect(store.replay(at: .root, isRecursive: true, since: since) == .notYet)
    }
    #expect(store.history.event(at: 0) == nil)
  }

  @Test("The history reaches back a thousand events of all keys, then answers 401")
  func cleared() throws {
    var (store, keys) = try Self.store("/quiet", "/busy")
    var output = Etcd.Output()
    for _ in 0..<998 { try store.set(keys[1], to: .empty, now: .start, into: &output) }
    guard case .event = store.replay(at: keys[0], isRecursive: false, since: 1) else {
      Issue.record("the first of a thousand events is still there")
      return
    }
    try store.set(keys[1], to: .empty, now: .start, into: &output)
    #expect(store.replay(at: keys[0], isRecursive: false, since: 1) == .cleared(start: 2))
    #expect(
      throws: Etcd.Failure(.historyCleared, .cleared(start: 2, requested: 1), index: 1_001)
    ) { try store.watch(keys[0], isRecursive: false, isStream: false, since: 1) }
    #expect(store.history.event(at: 1) == nil && store.history.event(at: 2)?.key == keys[1])
  }

  /// How often a live watcher of `key` is told of an event, by etcd's rules and without its hub.
  ///
  /// Twice when the watched key itself is removed: once because it went, once because it changed.
  private static func copies(
    of event: Etcd.Event, forWatcherAt key: Etcd.Key, isRecursive: Bool, removedKeys: [Etcd.Key],
    in store: Etcd.Keyspace
  ) -> Int {
    let paths = store.paths
    if event.isRefresh || event.action == .get { return 0 }
    if event.key == key { return event.action.isRemoval ? 2 : 1 }
    if paths.isBelow(event.key, key) {
      return isRecursive && paths[event.key].hiddenDepth <= paths[key].depth ? 1 : 0
    }
    return event.action.isRemoval && removedKeys.contains(key) && paths.isBelow(key, event.key)
      ? 1 : 0
  }

  @Test("Watchers are told as often as the rules say")
  func copiesAgree() throws {
    let paths = ["/", "/a", "/d", "/d/x", "/d/e", "/d/e/z", "/d/_g", "/d/_g/k", "/dx"]
    var told = 0
    for seed in 0..<120 {
      var dice = Dice(seed: seed, "copies")
      var store = Etcd.Keyspace()
      var inside: [(id: Etcd.WatchID, key: Etcd.Key, isRecursive: Bool)] = []
      for path in paths {
        for isRecursive in [false, true] {
          let key = store.intern(path)
          let start = try store.watch(key, isRecursive: isRecursive, isStream: true)
          inside.append((try Self.waiting(start), key, isRecursive))
        }
      }
      for _ in 0..<40 {
        var output = Etcd.Output()
        let key = store.intern(dice.pick(Array(paths.dropFirst())))
        let event: Etcd.Event?
        switch dice.roll(4) {
        case 0, 1:
          event = try? store.set(
            key, to: .empty, isRefresh: dice.roll(5) == 0, now: .start, into: &output)
        case 2:
          event = try? store.set(
            key, to: .empty, expiration: .start, makesDirectory: dice.roll(2) == 0, now: .start,
            into: &output)
        default:
          event = try? store.delete(key, isRecursive: true, now: .start, into: &output)
        }
        if dice.roll(4) == 0 { store.expireKeys(at: .start, into: &output) }
        let events = [event].compactMap { $0 } + output.expired
        for watch in inside {
          let mine = output.deliveries.count { $0.watch == watch.id }
          let copies = events.map {
            Self.copies(
              of: $0, forWatcherAt: watch.key, isRecursive: watch.isRecursive,
              removedKeys: output.removedKeys, in: store)
          }
          // With several removals at once the list does not tell which one took which key.
          guard events.count == 1 else { continue }
          #expect(mine == copies.reduce(0, +), "seed \(seed) \(store.path(of: watch.key))")
          told += mine
        }
      }
    }
    #expect(told > 1_000)
  }
}
