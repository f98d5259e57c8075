import SimulationKernel

/// What the hold model asks of a queue.
protocol HoldQueue {
  init()
  mutating func push(_ event: HoldEvent, at time: Instant)
  mutating func pop() -> (time: Instant, event: HoldEvent)?
  var count: Int { get }
  var allocatedBytes: Int { get }
  static var name: String { get }
}

/// An event of the size that the queue is made for.
struct HoldEvent: BitwiseCopyable, Sendable {
  var process: UInt64
  var payload: UInt64
}

extension EventQueue<HoldEvent>: HoldQueue {
  init() { self.init(startingAt: .start) }
  static var name: String { "radix" }
}

/// The yardstick: a binary heap as `std::priority_queue` is one, with a sequence number for ties.
///
/// Not part of the product. Both sifts move a hole instead of swapping, and pop sifts to a leaf and
/// back up, as the C++ library does.
struct BinaryHeap: HoldQueue {
  struct Entry {
    var time: Int64
    var order: UInt64
    var event: HoldEvent

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool {
      time != other.time ? time < other.time : order < other.order
    }
  }

  private var entries: [Entry] = []
  private var scheduled: UInt64 = 0

  static var name: String { "heap" }
  var count: Int { entries.count }
  var allocatedBytes: Int { entries.capacity * MemoryLayout<Entry>.stride }

  mutating func push(_ event: HoldEvent, at time: Instant) {
    let entry = Entry(time: time.nanoseconds, order: scheduled, event: event)
    scheduled &+= 1
    entries.append(entry)
    let last = entries.count - 1
    entries.withUnsafeMutableBufferPointer { Self.siftUp(entry, from: last, in: $0) }
  }

  mutating func pop() -> (time: Instant, event: HoldEvent)? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    entries.withUnsafeMutableBufferPointer { heap in
      guard !heap.isEmpty else { return }
      var hole = 0
      var child = 1
      while child + 1 < heap.count {
        if heap[child + 1].isBefore(heap[child]) { child += 1 }
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
      }
      if child < heap.count {
        heap[hole] = heap[child]
        hole = child
      }
      Self.siftUp(last, from: hole, in: heap)
    }
    return (Instant(nanoseconds: first.time), first.event)
  }

  @inline(__always)
  private static func siftUp(
    _ entry: Entry, from start: Int, in heap: UnsafeMutableBufferPointer<Entry>
  ) {
    var hole = start
    while hole > 0 {
      let parent = (hole - 1) / 2
      guard entry.isBefore(heap[parent]) else { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = entry
  }
}
