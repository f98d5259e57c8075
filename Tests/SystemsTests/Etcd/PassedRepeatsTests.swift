import SimulationKernel
import Testing

@testable import Systems

/// Clients of a keyspace: what each is told, in order.
///
/// The slow ones are told of every repeat; whoever would pass it over asks again at once, with the
/// index after the event. The others leave that to the hub.
private struct Clients {
  struct Client {
    let key: Etcd.Key
    let isRecursive: Bool
    let isStream: Bool
    let passes: Bool
    var watch: Etcd.WatchID?
  }

  let isSlow: Bool
  var store: Etcd.Keyspace
  var clients: [Client] = []
  /// Client and index, as they were told; -1 for error 401.
  var news: [[Int]] = []
  /// Repeats that a slow client was told live, or that the hub has passed over.
  var passed = 0
  private var output = Etcd.Output()

  init(isSlow: Bool, historyLength: Int) {
    self.isSlow = isSlow
    var configuration = Etcd.Keyspace.Configuration()
    configuration.historyLength = historyLength
    store = Etcd.Keyspace(configuration: configuration)
  }

  mutating func add(_ client: Client, since: UInt64) {
    clients.append(client)
    ask(clients.count - 1, since: since)
  }

  mutating func ask(_ number: Int, since: UInt64) {
    let client = clients[number]
    if let watch = client.watch { store.cancel(watch) }
    clients[number].watch = nil
    do {
      let start = try store.watch(
        client.key, isRecursive: client.isRecursive, isStream: client.isStream, since: since,
        passesRepeats: !isSlow && client.passes)
      switch start {
      case .waiting(let watch): clients[number].watch = watch
      case .replayed(let event):
        if isSlow && client.passes && !client.isStream && event.isRepeat {
          return ask(number, since: event.index + 1)
        }
        news.append([number, Int(event.index)])
      }
    } catch {
      news.append([number, -1])
    }
  }

  mutating func cancel(_ number: Int) {
    if let watch = clients[number].watch { store.cancel(watch) }
    clients[number].watch = nil
  }

  mutating func change(_ body: (inout Etcd.Keyspace, inout Etcd.Output) -> Void) {
    output.removeAll()
    body(&store, &output)
    passed += output.passedOver
    var askAgain: [(client: Int, since: UInt64)] = []
    for delivery in output.deliveries {
      guard let number = clients.firstIndex(where: { $0.watch == delivery.watch }) else { continue }
      let client = clients[number]
      if delivery.isLast { clients[number].watch = nil }
      if isSlow && client.passes && delivery.event.isRepeat {
        passed += 1
        if !client.isStream { askAgain.append((number, delivery.event.index + 1)) }
      } else {
        news.append([number, Int(delivery.event.index)])
      }
    }
    for (number, since) in askAgain { ask(number, since: since) }
  }
}

@Suite("Watches that pass repeats")
struct PassedRepeatsTests {
  @Test("The hub tells the same news in the same order as clients that ask again at once")
  func agrees() throws {
    let paths = ["/", "/d", "/d/x", "/d/y", "/d/_h/k", "/d/e/z"]
    var (told, passed) = (0, 0)
    for seed in 0..<300 {
      var dice = Dice(seed: seed, "repeats")
      var sides = [true, false].map { Clients(isSlow: $0, historyLength: 12) }
      // Of some seeds all watchers pass repeats, recursively, as those of a service do.
      let isUniform = seed % 3 == 0
      func both(_ body: (inout Clients) -> Void) {
        for side in sides.indices { body(&sides[side]) }
      }
      func change(_ body: (inout Etcd.Keyspace, inout Etcd.Output) -> Void) {
        both { $0.change(body) }
      }
      for _ in 0..<120 {
        let path = dice.pick(paths)
        let number = dice.roll(max(sides[0].clients.count, 1))
        // From 0, and from what is long gone to what lies ahead.
        let since = UInt64(max(0, Int(sides[0].store.index) + 3 - dice.roll(20)))
        let value = dice.pick(["", "a"])
        switch dice.roll(12) {
        case 0, 1:
          let isRecursive = isUniform || dice.roll(2) == 0
          let (isStream, passes) = (dice.roll(3) == 0, isUniform || dice.roll(3) > 0)
          let first = dice.roll(3) == 0 ? since : 0
          both { clients in
            let key = clients.store.intern(isUniform ? "/d" : path)
            clients.add(
              .init(key: key, isRecursive: isRecursive, isStream: isStream, passes: passes),
              since: first)
          }
        case 2 where !sides[0].clients.isEmpty: both { $0.cancel(number) }
        case 3 where !sides[0].clients.isEmpty: both { $0.ask(number, since: since) }
        case 5:
          change { store, output in
            let key = store.intern(path)
            _ = try? store.delete(key, isRecursive: true, now: .start, into: &output)
          }
        case 6:
          change { store, output in
            let key = store.intern(path)
            _ = try? store.set(
              key, to: store.intern(value: value), expiration: .start, now: .start, into: &output)
          }
          change { store, output in _ = store.expireKeys(at: .start, into: &output) }
        case 7:
          change { store, output in
            let key = store.intern(path)
            _ = try? store.update(key, to: .empty, isRefresh: true, now: .start, into: &output)
          }
        default:
          change { store, output in
            let key = store.intern(path)
            _ = try? store.set(key, to: store.intern(value: value), now: .start, into: &output)
          }
        }
        #expect(sides[0].news == sides[1].news, "seed \(seed)")
        #expect(sides[0].passed == sides[1].passed, "seed \(seed)")
        #expect(sides[0].store.watcherCount == sides[1].store.watcherCount, "seed \(seed)")
        guard sides[0].news == sides[1].news else { return }
      }
      told += sides[0].news.count
      passed += sides[0].passed
    }
    #expect(told > 5_000 && passed > 2_000, "\(told) told, \(passed) passed over")
  }

  @Test("Where all watchers of a key pass repeats, a repeat looks at none of them")
  func counts() throws {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let directory = store.intern("/d")
    let key = store.intern("/d/x")
    try store.set(key, to: .empty, now: .start, into: &output)
    for isStream in [false, false, true, true] {
      _ = try store.watch(directory, isRecursive: true, isStream: isStream, passesRepeats: true)
    }
    #expect(store.hub.tallies[Int(directory.rawValue)].passedOver == nil, "streams come first")
    try store.set(key, to: .empty, now: .start, into: &output)
    #expect(output.deliveries.isEmpty && output.passedOver == 4)
    #expect(store.hub.tallies[Int(directory.rawValue)].passedOver == 4)
    let attentive = try store.watch(directory, isRecursive: true, isStream: true)
    #expect(store.hub.tallies[Int(directory.rawValue)].passedOver == nil)
    guard case .waiting(let watch) = attentive else { return }
    store.cancel(watch)
    #expect(store.hub.tallies[Int(directory.rawValue)].passedOver == 4)
  }
}
