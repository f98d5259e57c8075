extension EventQueue {
  /// What is wrong with the queue's structure, or nil: the promises that pushing and popping rely on.
  ///
  /// - Complexity: O(`count`); for tests.
  var brokenInvariant: String? {
    let first = Self.firstEntry(of: frontBlock)
    guard first <= front, front <= frontEnd, frontEnd <= first + RadixLayout.blockCapacity else {
      return "the front lies in its block"
    }
    let time = UInt64(bitPattern: now.nanoseconds)
    guard base <= time || count == 0 else { return "the base \(base) is not after now \(time)" }
    var found = frontEnd - front
    var latest = time
    for entry in UnsafeBufferPointer(start: front, count: found) {
      if entry.time < latest { return "the front is sorted: \(entry.time) after \(latest)" }
      latest = entry.time
    }
    for level in 0..<RadixLayout.levels {
      guard (pool.occupied[level] != 0) == (occupiedLevels >> UInt64(level) & 1 == 1) else {
        return "level \(level) is marked when it has events"
      }
      for digit in 0..<1 << RadixLayout.digitBits {
        let bucket = pool.buckets[level << RadixLayout.digitBits | digit]
        let isMarked = pool.occupied[level] >> UInt64(digit) & 1 == 1
        guard isMarked == (bucket.head != nil) else {
          return "bucket \(level)/\(digit) is marked when it has events"
        }
        var isMisplaced = false
        Self.forEachEntry(of: bucket) { entry in
          found += 1
          let difference = entry.time ^ base
          isMisplaced =
            isMisplaced || entry.time < frontLimit || entry.time < latest
            || RadixLayout.level(ofDifference: difference) != level
            || RadixLayout.digit(of: entry.time, level: level) != digit
        }
        if isMisplaced { return "events of bucket \(level)/\(digit) belong there, after the front" }
      }
    }
    return found == count ? nil : "\(count) events wait, but \(found) are found"
  }
}
