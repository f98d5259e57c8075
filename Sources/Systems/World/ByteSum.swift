/// Sums over millions of entries that count for 0 or 1 each, as invariants want them at every sample.
enum ByteSum {
  /// Adds up what all entries count for.
  ///
  /// Summed up in bytes, as far as a byte can count: processors then do sixteen entries and more at a
  /// time, and a tenth of a nanosecond each instead of two and more.
  ///
  /// - Parameters:
  ///   - count: How many entries there are.
  ///   - value: What an entry counts for, 0 or 1, by its number; without a branch.
  /// - Returns: The sum.
  @inline(__always)
  static func of(_ count: Int, _ value: (Int) -> UInt8) -> Int {
    var sum = 0
    var start = 0
    while start < count {
      let end = min(start + blockLength, count)
      var block: UInt8 = 0
      var index = start
      while index < end {
        block &+= value(index)
        index &+= 1
      }
      sum += Int(block)
      start = end
    }
    return sum
  }

  /// The greatest multiple of sixteen that a byte can hold.
  static var blockLength: Int { 240 }
}
