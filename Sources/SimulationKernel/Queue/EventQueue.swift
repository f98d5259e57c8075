/// Pending events in time order; events at one instant leave in the order of scheduling.
///
/// A monotone radix queue. Simulated time never goes back, so an event can wait in the bucket of the
/// highest digit in which its time differs from a `base` that time has already passed; a bucket is
/// only split by its next digit when its turn comes. Each event moves once per digit at most, in
/// streams, and equal times never overtake each other because chains are filled and emptied in
/// order: no sequence number is stored.
///
/// The soonest events lie sorted in one block, the *front*. What is due before `frontLimit` is
/// inserted there; everything else goes to a bucket. A handful of events never leaves the front.
///
/// A value: copies share memory until one of them is changed.
@frozen
public struct EventQueue<Event: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline typealias Entry = PendingEvent<Event>

  @usableFromInline var pool: BlockPool
  /// The next event to leave, and the end of the sorted events that follow it in the front block.
  @usableFromInline var front: UnsafeMutablePointer<Entry>
  @usableFromInline var frontEnd: UnsafeMutablePointer<Entry>
  @usableFromInline var frontBlock: UnsafeMutableRawPointer
  /// Every event in a bucket is due at or after this time.
  @usableFromInline var frontLimit: UInt64
  /// The time that buckets are reckoned from; never after `now`.
  @usableFromInline var base: UInt64
  /// One bit per level that has events.
  @usableFromInline var occupiedLevels: UInt64

  @usableFromInline var pending: Int
  @usableFromInline var clock: Instant

  /// An empty queue whose first event may be due at `start` or later.
  ///
  /// - Precondition: `start` is not negative.
  @inlinable
  public init(startingAt start: Instant = .start) {
    precondition(
      start >= .start, "time starts at zero or later: \(start)")
    clock = start
    pending = 0
    base = UInt64(bitPattern: start.nanoseconds)
    frontLimit = .max
    occupiedLevels = 0
    pool = BlockPool(blockBytes: Self.blockBytes)
    frontBlock = pool.takeBlock()
    front = Self.firstEntry(of: frontBlock)
    frontEnd = front
  }

  /// Events that wait.
  @inlinable public var count: Int { pending }
  @inlinable public var isEmpty: Bool { pending == 0 }
  /// Time of the last event that left; nothing may be pushed before it.
  @inlinable public var now: Instant { clock }

  /// Schedules an event.
  ///
  /// - Precondition: `time` is not before `now`.
  /// - Complexity: O(1) amortised.
  @inlinable
  public mutating func push(_ event: Event, at time: Instant) {
    if time < now { refusePast(time) }
    if !isKnownUniquelyReferenced(&pool) { separate() }
    let entry = Entry(time: UInt64(bitPattern: time.nanoseconds), event: event)
    if count == 0 { widenFront() }
    pending &+= 1
    if entry.time < frontLimit { insertInFront(entry) } else { append(entry) }
  }

  /// Removes the next event.
  ///
  /// - Complexity: O(1) amortised.
  @inlinable
  public mutating func pop() -> (time: Instant, event: Event)? {
    if front == frontEnd {
      if count == 0 { return nil }
      _ = refillFront(before: .max)
    }
    return takeFirst()
  }

  /// Removes the next event if it is due before `limit`.
  ///
  /// When it is due at `limit` or later, time passes to `limit`: nothing may be pushed before it any
  /// more. An empty queue stays where it is.
  @inlinable
  public mutating func pop(before limit: Instant) -> (time: Instant, event: Event)? {
    pop(beforeNanoseconds: UInt64(bitPattern: Swift.max(limit, now).nanoseconds))
  }

  /// As above for a limit that may lie one past the end of time.
  @inlinable
  mutating func pop(beforeNanoseconds limit: UInt64) -> (time: Instant, event: Event)? {
    if front == frontEnd {
      if count == 0 { return nil }
      if !refillFront(before: limit) {
        passTime(to: limit)
        return nil
      }
    }
    if front.pointee.time >= limit {
      passTime(to: limit)
      return nil
    }
    return takeFirst()
  }

  /// Time of the next event, or nil.
  ///
  /// - Complexity: O(1) mostly; the size of one bucket when the front is used up.
  @inlinable
  public var nextTime: Instant? {
    guard count > 0 else { return nil }
    guard front == frontEnd else {
      return Instant(nanoseconds: Int64(bitPattern: front.pointee.time))
    }
    let level = occupiedLevels.trailingZeroBitCount
    let digit = pool.occupied[level].trailingZeroBitCount
    var soonest = UInt64.max
    Self.forEachEntry(of: pool.buckets[(level << RadixLayout.digitBits) | digit]) {
      soonest = min(soonest, $0.time)
    }
    return Instant(nanoseconds: Int64(bitPattern: soonest))
  }

  /// Bytes of memory set aside for pending events, used or not.
  @inlinable
  public var allocatedBytes: Int {
    pool.slabBytes + RadixLayout.bucketCount * MemoryLayout<Bucket>.stride
  }
}

extension EventQueue {
  /// Begins anew at any instant, with the memory that it has.
  ///
  /// - Precondition: The queue is empty.
  @inlinable
  mutating func restart(at start: Instant) {
    precondition(isEmpty, "a queue that begins anew is empty: \(count) events wait")
    // The first event to come reckons the buckets from the clock.
    clock = start
  }

  @inlinable
  mutating func takeFirst() -> (time: Instant, event: Event) {
    let entry = front.pointee
    assert(entry.time >= UInt64(bitPattern: clock.nanoseconds), "events leave in time order")
    front += 1
    pending &-= 1
    clock = Instant(nanoseconds: Int64(bitPattern: entry.time))
    return (clock, entry.event)
  }

  @inlinable
  mutating func passTime(to limit: UInt64) {
    clock = Swift.max(clock, Instant(nanoseconds: Int64(clamping: limit)))
  }

  @inlinable
  @inline(never)
  func refusePast(_ time: Instant) -> Never {
    // Not a precondition: in optimised builds that would keep its message to itself.
    fatalError("events never go back: \(time) is before \(now)")
  }
}
