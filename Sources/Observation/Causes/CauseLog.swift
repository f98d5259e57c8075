import SimulationKernel

/// What happened in a run, event by event, with what caused it: 16 bytes each.
///
/// Knows nothing of the world: what an event is, and whom it is about, are numbers of whoever fills
/// it. A run of a hundred million events takes 1.6 GB, so there is a limit.
public struct CauseLog: Sendable {
  /// One event.
  public struct Entry: Hashable, Sendable {
    /// Its place among all events of the run, from 1.
    public let number: UInt32
    public let time: Instant
    /// The number of the event that scheduled it; 0 where none did.
    public let cause: UInt32
    /// Whom it is about.
    public let subject: UInt32
    /// What it is.
    public let content: UInt32

    public init(number: UInt32, time: Instant, cause: UInt32, subject: UInt32, content: UInt32) {
      self.number = number
      self.time = time
      self.cause = cause
      self.subject = subject
      self.content = content
    }
  }

  /// Events in a row, whose times are told from the first one's in 32 bits.
  private struct Block: Sendable {
    let start: Instant
    /// The number of its first event.
    let first: UInt32
    /// Four words per event: nanoseconds since `start`, cause, subject, content.
    var words: [UInt32]

    var count: Int { words.count / Self.width }

    static let width = 4
    static let capacity = 16_384

    func entry(_ place: Int) -> Entry {
      let word = place * Self.width
      return Entry(
        number: first + UInt32(place), time: start + .nanoseconds(Int64(words[word])),
        cause: words[word + 1], subject: words[word + 2], content: words[word + 3])
    }
  }

  /// How many events are kept at most.
  public let limit: Int
  public private(set) var count = 0
  /// In the order of their events.
  private var blocks: [Block] = []
  /// Start and events of the last block.
  private var newest = (start: Instant.start, count: 0)

  /// The most events that a log can number.
  public static let limitMax = Int(UInt32.max) - 1

  /// - Precondition: `limit` is above zero and at most `limitMax`.
  public init(limit: Int) {
    precondition(limit > 0 && limit <= Self.limitMax, "a log has a limit: \(limit)")
    self.limit = limit
  }

  public var isFull: Bool { count >= limit }
  /// The time of the last event; nil while there is none.
  public var lastTime: Instant? { count > 0 ? self[UInt32(count)].time : nil }

  /// Keeps the next event.
  ///
  /// - Precondition: The log is not full, `time` is not before the last event's, and `cause` is one of
  ///   those before it, or 0.
  public mutating func append(time: Instant, cause: UInt32, subject: UInt32, content: UInt32) {
    precondition(!isFull, "a log keeps up to its limit: \(limit)")
    precondition(cause <= count, "a cause comes before what it causes: \(cause), \(count + 1)")
    var offset = (time - newest.start).nanoseconds
    precondition(offset >= 0, "events never go back: \(time)")
    if newest.count == Block.capacity || offset > Int64(UInt32.max) || blocks.isEmpty {
      blocks.append(Block(start: time, first: UInt32(count) + 1, words: []))
      newest = (time, 0)
      offset = 0
    }
    count += 1
    newest.count += 1
    // In place: the block is never held twice.
    let last = blocks.count - 1
    blocks[last].words.append(UInt32(offset))
    blocks[last].words.append(cause)
    blocks[last].words.append(subject)
    blocks[last].words.append(content)
  }

  /// The event of a number.
  ///
  /// - Precondition: `number` is from 1 to `count`.
  /// - Complexity: O(log `count`).
  public subscript(number: UInt32) -> Entry {
    let block = blocks[block(of: number)]
    return block.entry(Int(number - block.first))
  }

  /// Calls `body` with the events from a number on, in their order.
  public func forEach(from number: UInt32 = 1, _ body: (Entry) -> Void) {
    guard number > 0, number <= count else { return }
    for place in block(of: number)..<blocks.count {
      let block = blocks[place]
      let first = block.first < number ? Int(number - block.first) : 0
      for index in first..<block.count { body(block.entry(index)) }
    }
  }

  /// The first event from a number on that `isWanted`, or nil.
  public func first(from number: UInt32 = 1, where isWanted: (Entry) -> Bool) -> Entry? {
    guard number > 0, number <= count else { return nil }
    for place in block(of: number)..<blocks.count {
      let block = blocks[place]
      let first = block.first < number ? Int(number - block.first) : 0
      for index in first..<block.count {
        let entry = block.entry(index)
        if isWanted(entry) { return entry }
      }
    }
    return nil
  }

  /// The last event before a number that `isWanted`, or nil; `number` may be one past the last.
  public func last(before number: UInt32, where isWanted: (Entry) -> Bool) -> Entry? {
    let end = min(number, UInt32(count) + 1)
    guard end > 1 else { return nil }
    for place in stride(from: block(of: end - 1), through: 0, by: -1) {
      let block = blocks[place]
      let last = min(block.count, Int(end - block.first))
      for index in stride(from: last - 1, through: 0, by: -1) {
        let entry = block.entry(index)
        if isWanted(entry) { return entry }
      }
    }
    return nil
  }

  /// The block that holds a number.
  private func block(of number: UInt32) -> Int {
    precondition(
      number > 0 && number <= count, "an event is numbered from 1 to \(count): \(number)")
    var (low, high) = (0, blocks.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].first <= number { low = middle } else { high = middle }
    }
    return low
  }
}
