import SimulationKernel

extension Etcd {
  /// A watcher inside a keyspace.
  ///
  /// Never used again after the watcher is gone.
  @frozen
  public struct WatchID: Hashable, Sendable, BitwiseCopyable {
    public let slot: UInt32
    public let generation: UInt32
  }

  /// A change on its way to one watcher.
  public struct Delivery: Equatable, Sendable, BitwiseCopyable {
    public let watch: WatchID
    public let event: Event
    /// Whether the watcher is gone with this delivery: a long poll takes one.
    public let isLast: Bool
  }

  /// What an operation has to say beside its response.
  ///
  /// Reuse one, and empty it between operations.
  public struct Output: Equatable, Sendable {
    /// What watchers are sent, in etcd's order.
    public var deliveries: [Delivery] = []
    /// Watchers that were passed over, because the event repeats what is stored.
    public var passedOver = 0
    /// Expire events of a sweep, oldest first.
    public var expired: [Event] = []
    /// Keys that went with a directory, the directory itself last.
    public var removedKeys: [Key] = []

    public init() {}

    /// Empties the lists and keeps their room.
    public mutating func removeAll() {
      passedOver = 0
      // Mostly there is nothing, and asking is cheaper than emptying.
      if !deliveries.isEmpty { deliveries.removeAll(keepingCapacity: true) }
      if !expired.isEmpty { expired.removeAll(keepingCapacity: true) }
      if !removedKeys.isEmpty { removedKeys.removeAll(keepingCapacity: true) }
    }
  }

  /// How a watch began.
  public enum WatchStart: Equatable, Sendable {
    /// The history had a matching event.
    ///
    /// A long poll is answered with it; a stream sends it and is deaf from then on, though its
    /// connection stays open.
    case replayed(Event)
    /// The watcher waits for a change.
    case waiting(WatchID)
  }

  struct Watcher: Equatable, Sendable, BitwiseCopyable {
    var since: UInt64 = 0
    var key: UInt32 = noIndex
    var generation: UInt32 = 0
    var next = noIndex
    var previous = noIndex
    var unread: Int32 = 0
    var isRecursive = false
    var isStream = false
    var isPaced = false
    var passesRepeats = false
    /// Every repeat on its key or below passes it over.
    var isPassedOver = false
    var isWaiting = false
  }

  /// The watchers that wait; each is a link in the chain of its key.
  struct WatcherPool: Equatable, Sendable {
    var watchers: [Watcher] = []
    var free: [UInt32] = []
    var count = 0
    /// By the number of the watched key; grows with the first watch of a key.
    var tallies: [WatcherTally] = []
    /// The path of the event in hand, from the key up; empty between operations.
    var chain: [UInt32] = []
  }
}

extension Etcd.Keyspace {
  /// Watchers that wait at the moment.
  public var watcherCount: Int { hub.count }

  /// Starts a watch.
  ///
  /// `isRecursive`: sees changes below the key too, except hidden ones.
  ///
  /// `isStream`: takes event after event; otherwise the first one ends the watch.
  ///
  /// `since`: `waitIndex`: the first index of interest, looked for in the history first. 0 for
  /// whatever comes next.
  ///
  /// `isPaced`: the reader may be slow: the caller reports what it has read with `read`, and a
  /// reader that falls too far behind is dropped without a word. A reader that is not paced
  /// takes every event at once.
  ///
  /// `passesRepeats`: stands for a client that already knows the value when an event repeats it, and
  /// asks again at once for what comes after that event. The hub passes such an event over and
  /// leaves the watch where it would be then; a stream finds the repeats of the history all the same.
  /// See `Etcd.WatcherTally`.
  ///
  /// - Throws: 401 when the history no longer reaches back to `since`.
  public mutating func watch(
    _ key: Etcd.Key, isRecursive: Bool, isStream: Bool, since: UInt64 = 0, isPaced: Bool = false,
    passesRepeats: Bool = false
  ) throws(Etcd.Failure) -> Etcd.WatchStart {
    let first = since == 0 ? index + 1 : since
    let replay = replay(
      at: key, isRecursive: isRecursive, since: first, passesRepeats: passesRepeats && !isStream)
    switch replay {
    case .event(let event): return .replayed(event)
    case .cleared(let start):
      throw Etcd.Failure(
        .historyCleared, .cleared(start: start, requested: first), index: index)
    case .notYet: break
    }
    let slot = hub.free.popLast() ?? UInt32(hub.watchers.count)
    if slot == hub.watchers.count { hub.watchers.append(Etcd.Watcher()) }
    let generation = hub.watchers[Int(slot)].generation
    hub.watchers[Int(slot)] = Etcd.Watcher(
      since: first, key: key.rawValue, generation: generation, isRecursive: isRecursive,
      isStream: isStream, isPaced: isPaced && isStream, passesRepeats: passesRepeats,
      isWaiting: true)
    // A first index that lies ahead, or a watch of the key alone, is told of some repeats only.
    hub.watchers[Int(slot)].isPassedOver = passesRepeats && isRecursive && first <= index + 1
    append(slot)
    hub.count += 1
    tally(slot)
    return .waiting(Etcd.WatchID(slot: slot, generation: generation))
  }

  /// Ends a watch, as when its client hangs up.
  ///
  /// A watch that is gone already is ignored.
  public mutating func cancel(_ watch: Etcd.WatchID) {
    if isWaiting(watch) { removeWatcher(watch.slot) }
  }

  /// Whether the watcher will still be told of changes.
  public func isWaiting(_ watch: Etcd.WatchID) -> Bool {
    guard watch.slot < hub.watchers.count else { return false }
    let watcher = hub.watchers[Int(watch.slot)]
    return watcher.isWaiting && watcher.generation == watch.generation
  }

  /// Notes that a paced reader has taken `count` events from its buffer.
  public mutating func read(_ count: Int, by watch: Etcd.WatchID) {
    guard isWaiting(watch), count > 0 else { return }
    let unread = Int(hub.watchers[Int(watch.slot)].unread)
    hub.watchers[Int(watch.slot)].unread = Int32(max(0, unread - min(count, unread)))
  }

  // MARK: Rules for watchers kept elsewhere

  /// What the history holds for a watcher of `key` that starts at index `since`.
  ///
  /// Unlike a live watcher, the history shows hidden keys below the watched one, and takes the
  /// removal of a directory for a change of every path that begins with the same text.
  ///
  /// `passesRepeats`: looks for the first event that does not repeat what was stored.
  public func replay(
    at key: Etcd.Key, isRecursive: Bool, since: UInt64, passesRepeats: Bool = false
  ) -> Etcd.Replay {
    if since < history.startIndex { return .cleared(start: history.startIndex) }
    let event = history.first(from: since) { event in
      if passesRepeats && event.isRepeat { return false }
      if event.key == key { return true }
      if isRecursive && paths.isBelow(event.key, key) { return true }
      return (event.action == .delete || event.action == .expire) && event.node.isDirectory
        && paths.hasTextPrefix(key, event.key)
    }
    return event.map { .event($0) } ?? .notYet
  }

  // MARK: Telling

  /// Adds an event to the history and tells the watchers from the root down to its key.
  mutating func publish(_ event: Etcd.Event, into output: inout Etcd.Output) {
    history.append(event)
    guard hub.count > 0 && !event.isRefresh else { return }
    var chain: [UInt32] = []
    swap(&chain, &hub.chain)
    var current = event.key.rawValue
    while current != noIndex {
      if entries[Int(current)].firstWatcher != noIndex { chain.append(current) }
      current = entries[Int(current)].parent
    }
    for key in chain.reversed() {
      tellWatchers(at: key, of: event, isRemoved: false, into: &output)
    }
    chain.removeAll(keepingCapacity: true)
    swap(&chain, &hub.chain)
  }

  /// Tells the watchers of one path, in the order in which they came.
  ///
  /// `isRemoved`: the path itself went with the event, which interests everyone on it.
  mutating func tellWatchers(
    at key: UInt32, of event: Etcd.Event, isRemoved: Bool, into output: inout Etcd.Output
  ) {
    var slot = entries[Int(key)].firstWatcher
    guard slot != noIndex else { return }
    let isOwnKey = key == event.key.rawValue
    let depth = paths[Etcd.Key(rawValue: key)].depth
    if !isOwnKey && !isRemoved && paths[event.key].hiddenDepth > depth { return }
    let isRepeat = event.isRepeat
    if isRepeat, let count = hub.tallies[Int(key)].passedOver {
      output.passedOver += count
      return
    }
    let last = entries[Int(key)].lastWatcher
    var isLast = false
    while !isLast {
      isLast = slot == last
      let watcher = hub.watchers[Int(slot)]
      if (watcher.isRecursive || isOwnKey || isRemoved) && event.index >= watcher.since {
        if isRepeat && watcher.passesRepeats {
          output.passedOver += 1
          if !watcher.isStream { moveToEnd(slot) }
        } else if watcher.isPaced && watcher.unread >= configuration.watcherBuffer {
          removeWatcher(slot)
        } else {
          let watch = Etcd.WatchID(slot: slot, generation: watcher.generation)
          output.deliveries.append(
            Etcd.Delivery(watch: watch, event: event, isLast: !watcher.isStream))
          if watcher.isPaced { hub.watchers[Int(slot)].unread += 1 }
          if !watcher.isStream { removeWatcher(slot) }
        }
      }
      slot = watcher.next
    }
    if isRepeat { hub.tallies[Int(key)].isMixed = false }
  }

  private mutating func removeWatcher(_ slot: UInt32) {
    let watcher = hub.watchers[Int(slot)]
    untally(slot)
    unlinkWatcher(slot)
    hub.watchers[Int(slot)] = Etcd.Watcher(generation: watcher.generation &+ 1)
    hub.free.append(slot)
    hub.count -= 1
  }

  // MARK: The chain of a key

  private mutating func append(_ slot: UInt32) {
    let key = Int(hub.watchers[Int(slot)].key)
    let last = entries[key].lastWatcher
    hub.watchers[Int(slot)].previous = last
    hub.watchers[Int(slot)].next = noIndex
    if last == noIndex {
      entries[key].firstWatcher = slot
    } else {
      hub.watchers[Int(last)].next = slot
    }
    entries[key].lastWatcher = slot
  }

  /// Where a watch stands whose client has asked again.
  private mutating func moveToEnd(_ slot: UInt32) {
    guard hub.watchers[Int(slot)].next != noIndex else { return }
    unlinkWatcher(slot)
    append(slot)
  }

  private mutating func unlinkWatcher(_ slot: UInt32) {
    let watcher = hub.watchers[Int(slot)]
    if watcher.previous == noIndex {
      entries[Int(watcher.key)].firstWatcher = watcher.next
    } else {
      hub.watchers[Int(watcher.previous)].next = watcher.next
    }
    if watcher.next == noIndex {
      entries[Int(watcher.key)].lastWatcher = watcher.previous
    } else {
      hub.watchers[Int(watcher.next)].previous = watcher.previous
    }
  }
}
