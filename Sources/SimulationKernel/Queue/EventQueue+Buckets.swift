/// The front block, the buckets behind it, and how events move from one to the other.
extension EventQueue {
  // MARK: Layout of a block: a link to the next block, then events

  @inlinable static var headerBytes: Int { max(16, MemoryLayout<Entry>.alignment) }
  @inlinable static var capacityBytes: Int {
    RadixLayout.blockCapacity &* MemoryLayout<Entry>.stride
  }
  @inlinable static var blockBytes: Int {
    let unit = max(16, MemoryLayout<Entry>.alignment)
    return (headerBytes + capacityBytes + unit - 1) / unit * unit
  }

  @inlinable
  static func firstEntry(of block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Entry> {
    (block + headerBytes).assumingMemoryBound(to: Entry.self)
  }

  @inlinable
  static func nextBlock(after block: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    block.load(as: UnsafeMutableRawPointer?.self)
  }

  // MARK: The front

  /// Makes room for everything in the front: the queue is empty.
  @inlinable
  mutating func widenFront() {
    base = UInt64(bitPattern: now.nanoseconds)
    frontLimit = .max
    front = Self.firstEntry(of: frontBlock)
    frontEnd = front
  }

  /// Puts an event behind all events of the front that are due no later.
  @inlinable
  mutating func insertInFront(_ entry: Entry) {
    if frontEnd == Self.firstEntry(of: frontBlock) + RadixLayout.blockCapacity {
      makeRoomInFront()
      if entry.time >= frontLimit { return append(entry) }
    }
    var slot = frontEnd
    while slot > front && (slot - 1).pointee.time > entry.time {
      Self.copy(slot - 1, to: slot)
      slot -= 1
    }
    slot.initialize(to: entry)
    frontEnd += 1
  }

  /// Moves the front to the start of its block, or its later half into buckets when it is long.
  @inlinable
  @inline(never)
  mutating func makeRoomInFront() {
    let first = Self.firstEntry(of: frontBlock)
    let live = frontEnd - front
    if live > RadixLayout.blockCapacity / 2 {
      // Cut where the time changes, so that all events of one instant stay on one side. Nothing in
      // the buckets is due before the old limit, so the spilled events keep their place in line.
      var cut = front + live / 2
      while cut > front && (cut - 1).pointee.time == cut.pointee.time { cut -= 1 }
      frontLimit = cut.pointee.time
      var entry = cut
      while entry < frontEnd {
        append(copyOf: entry)
        entry += 1
      }
      frontEnd = cut
    }
    let kept = frontEnd - front
    first.update(from: front, count: kept)
    front = first
    frontEnd = first + kept
  }

  // MARK: The buckets

  @inlinable
  mutating func append(_ entry: Entry) {
    place(for: entry.time).initialize(to: entry)
  }

  @inlinable
  mutating func append(copyOf entry: UnsafeMutablePointer<Entry>) {
    Self.copy(entry, to: place(for: entry.pointee.time))
  }

  /// Takes the next place in the bucket of a time.
  @inlinable
  @inline(__always)
  mutating func place(for time: UInt64) -> UnsafeMutablePointer<Entry> {
    assert(time >= base && time >= frontLimit, "buckets come after the front")
    let level = RadixLayout.level(ofDifference: time ^ base)
    let digit = RadixLayout.digit(of: time, level: level)
    let bucket = pool.buckets + ((level &<< RadixLayout.digitBits) | digit)
    var tail = bucket.pointee.tail
    if tail == bucket.pointee.tailEnd { tail = extend(bucket, level: level, digit: digit) }
    // A bucket has a tail from its first block on.
    let place = tail.unsafelyUnwrapped
    bucket.pointee.tail = place + MemoryLayout<Entry>.stride
    return place.assumingMemoryBound(to: Entry.self)
  }

  /// Copies an event as the bytes that it is.
  ///
  /// An assignment would take an enumeration apart and put it together field by field.
  @inlinable
  @inline(__always)
  static func copy(_ entry: UnsafeMutablePointer<Entry>, to place: UnsafeMutablePointer<Entry>) {
    UnsafeMutableRawPointer(place).copyMemory(
      from: entry, byteCount: MemoryLayout<Entry>.stride)
  }

  /// Adds a block to a bucket whose last block is full, and returns the place for the next event.
  @inlinable
  @inline(never)
  mutating func extend(
    _ bucket: UnsafeMutablePointer<Bucket>, level: Int, digit: Int
  ) -> UnsafeMutableRawPointer {
    let block = pool.takeBlock()
    if let end = bucket.pointee.tailEnd {
      (end - Self.capacityBytes - Self.headerBytes).storeBytes(
        of: block, as: UnsafeMutableRawPointer?.self)
    } else {
      bucket.pointee.head = block
      pool.occupied[level] |= 1 &<< UInt64(digit)
      occupiedLevels |= 1 &<< UInt64(level)
    }
    bucket.pointee.tailEnd = block + Self.headerBytes + Self.capacityBytes
    return block + Self.headerBytes
  }

  @inlinable
  mutating func vacate(_ bucket: UnsafeMutablePointer<Bucket>, level: Int, digit: Int) {
    bucket.pointee = Bucket()
    pool.occupied[level] &= ~(1 &<< UInt64(digit))
    if pool.occupied[level] == 0 { occupiedLevels &= ~(1 &<< UInt64(level)) }
  }

  /// Fills the front with the soonest events; the front is used up, the queue is not.
  ///
  /// - Returns: False when the soonest bucket starts at `limit` or later. It must then not become the
  ///   base, which time is about to fall short of: an event could still be pushed before it.
  @inlinable
  @inline(never)
  mutating func refillFront(before limit: UInt64) -> Bool {
    if !isKnownUniquelyReferenced(&pool) { separate() }
    while true {
      let level = occupiedLevels.trailingZeroBitCount
      let digit = pool.occupied[level].trailingZeroBitCount
      let bucket = pool.buckets + ((level &<< RadixLayout.digitBits) | digit)
      guard let head = bucket.pointee.head, let tail = bucket.pointee.tail else { return false }
      let first = Self.firstEntry(of: head)
      let start = RadixLayout.start(of: digit, level: level, near: base)
      if start >= limit { return false }
      base = start
      guard let next = Self.nextBlock(after: head) else {
        let end = tail.assumingMemoryBound(to: Entry.self)
        let width: UInt64 = 1 &<< UInt64(level &* RadixLayout.digitBits)
        vacate(bucket, level: level, digit: digit)
        // With no other event behind it, the front may as well take whatever comes.
        let reach = occupiedLevels == 0 ? UInt64.max : base &+ width
        adoptFront(head, first: first, end: end, limit: reach)
        if level > 0 { Self.sort(first, end) }
        return true
      }
      if level == 0 {
        // More than a block of events of one instant: the rest of the chain stays where further
        // events of this instant will be appended.
        adoptFront(head, first: first, end: first + RadixLayout.blockCapacity, limit: base)
        bucket.pointee.head = next
        return true
      }
      let chain = bucket.pointee
      vacate(bucket, level: level, digit: digit)
      // Events that sit close together skip the digits in which they all agree.
      let common = Self.commonStart(of: chain, level: level)
      if common < limit { base = Swift.max(base, common) }
      split(chain)
    }
  }

  /// The first time of the smallest bucket at any level below `level` that a chain would fit in.
  ///
  /// - Complexity: Reads on only as long as events agree in the digit below `level`, so that events
  ///   which are spread out pay for a few comparisons.
  @inlinable
  static func commonStart(of chain: Bucket, level: Int) -> UInt64 {
    guard let head = chain.head else { return 0 }
    let sample = firstEntry(of: head).pointee.time
    let bound: UInt64 = 1 &<< UInt64((level &- 1) &* RadixLayout.digitBits)
    var difference: UInt64 = 0
    var block = chain.head
    while let current = block {
      block = nextBlock(after: current)
      var entry = firstEntry(of: current)
      let end =
        block == nil
        ? chain.tail.map { $0.assumingMemoryBound(to: Entry.self) } ?? entry
        : entry + RadixLayout.blockCapacity
      while entry < end {
        difference |= entry.pointee.time ^ sample
        entry += 1
      }
      if difference >= bound { return 0 }
    }
    if difference == 0 { return sample }
    let bits = (RadixLayout.level(ofDifference: difference) &+ 1) &* RadixLayout.digitBits
    return sample & (~0 << UInt64(bits))
  }

  @inlinable
  mutating func adoptFront(
    _ block: UnsafeMutableRawPointer, first: UnsafeMutablePointer<Entry>,
    end: UnsafeMutablePointer<Entry>, limit: UInt64
  ) {
    pool.giveBack(frontBlock)
    frontBlock = block
    front = first
    frontEnd = end
    frontLimit = limit
  }

  /// Distributes a chain over lower levels, in order.
  @inlinable
  mutating func split(_ chain: Bucket) {
    var block = chain.head
    while let current = block {
      let next = Self.nextBlock(after: current)
      var entry = Self.firstEntry(of: current)
      let end =
        next == nil
        ? chain.tail.map { $0.assumingMemoryBound(to: Entry.self) } ?? entry
        : entry + RadixLayout.blockCapacity
      while entry < end {
        append(copyOf: entry)
        entry += 1
      }
      pool.giveBack(current)
      block = next
    }
  }

  /// Insertion sort by time; equal times keep their order.
  @inlinable
  static func sort(_ first: UnsafeMutablePointer<Entry>, _ end: UnsafeMutablePointer<Entry>) {
    withUnsafeTemporaryAllocation(of: Entry.self, capacity: 1) { held in
      guard let held = held.baseAddress else { return }
      var next = first + 1
      while next < end {
        let time = next.pointee.time
        if (next - 1).pointee.time > time {
          copy(next, to: held)
          var slot = next
          repeat {
            copy(slot - 1, to: slot)
            slot -= 1
          } while slot > first && (slot - 1).pointee.time > time
          copy(held, to: slot)
        }
        next += 1
      }
    }
  }

  // MARK: Copies

  @inlinable
  static func forEachEntry(of chain: Bucket, _ body: (Entry) -> Void) {
    var block = chain.head
    while let current = block {
      block = nextBlock(after: current)
      var entry = firstEntry(of: current)
      let end =
        block == nil
        ? chain.tail.map { $0.assumingMemoryBound(to: Entry.self) } ?? entry
        : entry + RadixLayout.blockCapacity
      while entry < end {
        body(entry.pointee)
        entry += 1
      }
    }
  }

  /// Gives this value memory of its own.
  ///
  /// - Complexity: O(`count`).
  @inlinable
  @inline(never)
  mutating func separate() {
    let shared = pool
    pool = BlockPool(blockBytes: Self.blockBytes)
    let live = frontEnd - front
    let block = pool.takeBlock()
    let first = Self.firstEntry(of: block)
    first.initialize(from: front, count: live)
    frontBlock = block
    front = first
    frontEnd = first + live
    var levels = occupiedLevels
    while levels != 0 {
      let level = levels.trailingZeroBitCount
      levels &= levels - 1
      var digits = shared.occupied[level]
      while digits != 0 {
        let digit = digits.trailingZeroBitCount
        digits &= digits - 1
        // Relative to the same base, each event finds the bucket that it had.
        Self.forEachEntry(of: shared.buckets[(level << RadixLayout.digitBits) | digit]) {
          append($0)
        }
      }
    }
  }
}
