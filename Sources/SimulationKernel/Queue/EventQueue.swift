/// Pending events in time order; events at one instant leave in the order of scheduling.
@frozen
public struct EventQueue<Event: BitwiseCopyable & Sendable>: Sendable {
  @usableFromInline var entries: [(time: Int64, order: UInt64, event: Event)] = []
  @usableFromInline var scheduled: UInt64 = 0
  /// Time of the last event that left; nothing may be pushed before it.
  public private(set) var now: Instant

  public init(startingAt start: Instant = .start) { now = start }

  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }
  /// Time of the next event, or nil.
  public var nextTime: Instant? { entries.first.map { Instant(nanoseconds: $0.time) } }

  /// - Precondition: `time` is not before the last event that left.
  public mutating func push(_ event: Event, at time: Instant) {
    precondition(time >= now, "events never go back: \(time) is before \(now)")
    entries.append((time.nanoseconds, scheduled, event))
    scheduled += 1
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(child, parent) else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  public mutating func pop() -> (time: Instant, event: Event)? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < entries.count && isBefore(child, least) { least = child }
        if least == parent { break }
        entries.swapAt(least, parent)
        parent = least
      }
    }
    now = Instant(nanoseconds: first.time)
    return (now, first.event)
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (entries[left].time, entries[left].order) < (entries[right].time, entries[right].order)
  }
}
