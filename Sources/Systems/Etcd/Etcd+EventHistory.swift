extension Etcd {
  /// The last changes of the whole keyspace, from which a watcher with a `waitIndex` catches up.
  ///
  /// Every change takes a place, a refresh too: etcd finds an index by its distance from the first
  /// one, so the places must not have gaps. A refresh is passed over when the history is read.
  public struct EventHistory: Equatable, Sendable {
    /// Most events kept.
    ///
    /// etcd: 1,000.
    public let capacity: Int
    private var events: [Event] = []
    /// Place of the oldest event.
    private var front = 0
    /// Index of the oldest event kept; 0 while there is none.
    public private(set) var startIndex: UInt64 = 0
    /// Index of the newest event; 0 while there is none.
    public private(set) var lastIndex: UInt64 = 0

    /// - Precondition: `capacity` is positive.
    init(capacity: Int) {
      precondition(capacity > 0, "an event history holds at least one event: \(capacity)")
      self.capacity = capacity
    }

    public var count: Int { events.count }

    mutating func append(_ event: Event) {
      if events.count < capacity {
        events.append(event)
      } else {
        events[front] = event
        front = front + 1 == capacity ? 0 : front + 1
      }
      lastIndex = event.index
      startIndex = events[front].index
    }

    /// The event with that index, if it is still kept.
    public func event(at index: UInt64) -> Event? {
      guard index >= startIndex, index <= lastIndex, !events.isEmpty else { return nil }
      return events[place(of: index)]
    }

    private func place(of index: UInt64) -> Int {
      let place = front + Int(index - startIndex)
      return place < events.count ? place : place - events.count
    }

    /// The events from `index` on, oldest first; call only with an index that is still kept.
    func first(from index: UInt64, where isMatch: (Event) -> Bool) -> Event? {
      guard !events.isEmpty else { return nil }
      var index = index
      while index <= lastIndex {
        let event = events[place(of: index)]
        if !event.isRefresh && isMatch(event) { return event }
        index += 1
      }
      return nil
    }
  }

  /// What the history holds for a watcher that asks for changes from an index on.
  public enum Replay: Equatable, Sendable {
    /// The first matching change; it is delivered at once.
    case event(Event)
    /// The index is older than the history: the watcher is refused with error 401.
    case cleared(start: UInt64)
    /// Nothing yet; the watcher waits.
    case notYet
  }
}
