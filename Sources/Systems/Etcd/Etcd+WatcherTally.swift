extension Etcd {
  /// The watchers of one key by how they take an event that repeats the value that is stored.
  ///
  /// A service announces itself again and again with the same value, and etcd tells every watcher
  /// each time; a client that polls learns nothing from it and asks again at once, with the index
  /// after the event. A watch that `passesRepeats` leaves these two messages out, and that is the
  /// whole difference: the client gets the same news in the same order. Passed over, it stands where
  /// asking again would have put it: a long poll behind the streams of its key. While a key's watchers
  /// all pass repeats and stand so, such an event costs no walk along them.
  struct WatcherTally: Equatable, Sendable, BitwiseCopyable {
    /// Long polls that every repeat passes over.
    var polls = 0
    /// Streams that every repeat passes over.
    var streams = 0
    /// Watchers that a repeat may have to be told to.
    var others = 0
    /// A stream has come behind a long poll, and no repeat has moved the long poll since.
    var isMixed = false

    /// How many a repeat passes over, if it passes over all and changes nothing; nil if the watchers
    /// must be looked at one by one.
    var passedOver: Int? { others == 0 && !isMixed ? polls + streams : nil }
  }
}

extension Etcd.Keyspace {
  /// Counts a watcher that has come.
  mutating func tally(_ slot: UInt32) {
    let watcher = hub.watchers[Int(slot)]
    let key = Int(watcher.key)
    while hub.tallies.count <= key { hub.tallies.append(Etcd.WatcherTally()) }
    switch (watcher.isPassedOver, watcher.isStream) {
    case (false, _): hub.tallies[key].others += 1
    case (true, false): hub.tallies[key].polls += 1
    case (true, true):
      hub.tallies[key].streams += 1
      if hub.tallies[key].polls > 0 { hub.tallies[key].isMixed = true }
    }
  }

  /// Takes a watcher that goes off the count.
  mutating func untally(_ slot: UInt32) {
    let watcher = hub.watchers[Int(slot)]
    let key = Int(watcher.key)
    switch (watcher.isPassedOver, watcher.isStream) {
    case (false, _): hub.tallies[key].others -= 1
    case (true, false): hub.tallies[key].polls -= 1
    case (true, true): hub.tallies[key].streams -= 1
    }
  }
}
