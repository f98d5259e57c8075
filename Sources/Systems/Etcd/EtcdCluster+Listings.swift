import SimulationKernel

extension EtcdCluster {
  /// The listings that are on their way: a message carries a listing's number, and its content is
  /// looked up on arrival.
  struct Listings: Sendable {
    private struct Listing: Sendable {
      let index: UInt64
      let entries: [Entry]
      /// When the last message with its number arrives.
      var neededUntil: Instant
    }

    /// Oldest first; their numbers go up by one.
    private var listings: [Listing] = []
    private var first: UInt16 = 1

    var count: Int { listings.count }

    /// The number of the listing at a keyspace's index, which `entries` makes where it is not the
    /// newest; nil when 65,535 listings are under way and no number is left.
    mutating func number(
      at index: UInt64, now: Instant, entries: () -> [Entry]
    ) -> UInt16? {
      if listings.last?.index != index {
        var gone = 0
        while gone < listings.count, listings[gone].neededUntil < now { gone += 1 }
        listings.removeFirst(gone)
        first &+= UInt16(gone)
        guard listings.count < Int(UInt16.max) else { return nil }
        listings.append(Listing(index: index, entries: entries(), neededUntil: now))
      }
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
}
