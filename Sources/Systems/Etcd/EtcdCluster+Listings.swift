import SimulationKernel

extension EtcdCluster {
  /// The listings that are on their way: a message carries a listing's number, and its content is
  /// looked up on arrival.
  struct Listings: Sendable {
    private struct Listing: Sendable {
      let index: UInt64
      let service: UInt8
      let entries: [Entry]
      /// When the last message with its number arrives.
      var neededUntil: Instant
    }

    /// Oldest first; their numbers go up by one.
    private var listings: [Listing] = []
    private var first: UInt16 = 1

    var count: Int { listings.count }

    /// The number of a service's listing at a keyspace's index, which `entries` makes where it is
    /// none of the newest; nil when 65,535 listings are under way and no number is left.
    mutating func number(
      of service: UInt8, at index: UInt64, now: Instant, entries: () -> [Entry]
    ) -> UInt16? {
      // Each service's newest, and the newest of a member that is cut off.
      let newest = listings.suffix(16)
      let known = newest.lastIndex { $0.index == index && $0.service == service }
      if let known { return first &+ UInt16(known) }
      var gone = 0
      while gone < listings.count, listings[gone].neededUntil < now { gone += 1 }
      listings.removeFirst(gone)
      first &+= UInt16(gone)
      guard listings.count < Int(UInt16.max) else { return nil }
      listings.append(
        Listing(index: index, service: service, entries: entries(), neededUntil: now))
      return first &+ UInt16(listings.count - 1)
    }

    /// A message with this number is under way until then.
    mutating func keep(_ number: UInt16, until instant: Instant) {
      let place = Int(number &- first)
      listings[place].neededUntil = max(listings[place].neededUntil, instant)
    }

    /// - Precondition: A message with this number was under way until now.
    subscript(number: UInt16) -> [Entry] {
      let place = Int(number &- first)
      precondition(place < listings.count, "a listing is kept while it is needed: \(number)")
      return listings[place].entries
    }
  }

  /// Stores a directory's content under a number that fits a message; nil when there is none left.
  mutating func snapshot(for service: UInt8, isStale: Bool, at now: Instant) -> UInt16? {
    let directory = directories[Int(service)]
    guard let index = isStale ? stale?.keyspace.index : store.keyspace.index else { return nil }
    return listings.number(of: service, at: index, now: now) {
      let listing =
        isStale ? try? stale?.keyspace.get(directory) : try? store.keyspace.get(directory)
      // The directory itself comes first; where it is missing there are no entries.
      return (listing ?? []).dropFirst().compactMap { listed in
        listed.node.value.map { Entry(key: listed.node.key, value: $0) }
      }
    }
  }
}

extension EtcdCluster: Discovery.Contents {
  public func bytes(of value: Etcd.Value) -> [UInt8] { store.keyspace.bytes(of: value) }
  public func listing(_ number: UInt16) -> [Entry] { listings[number] }
}
