/// A bucket's chain of blocks: all blocks but the last are full.
@frozen
@usableFromInline
struct Bucket {
  /// First block, or nil when the bucket is empty.
  @usableFromInline var head: UnsafeMutableRawPointer?
  /// Where the next event goes; equal to `tailEnd` when the last block is full or there is none.
  @usableFromInline var tail: UnsafeMutableRawPointer?
  @usableFromInline var tailEnd: UnsafeMutableRawPointer?

  @inlinable
  init() {
    head = nil
    tail = nil
    tailEnd = nil
  }
}

/// The memory behind one event queue: its buckets and the blocks their events lie in.
///
/// One reference per queue, so that whether a queue is shared is one question. Blocks are cut from
/// slabs that grow by an eighth of what is there: memory stays near what the events need, and growth
/// never moves an event.
@usableFromInline
final class BlockPool: @unchecked Sendable {
  @usableFromInline let blockBytes: Int
  @usableFromInline let buckets: UnsafeMutablePointer<Bucket>
  /// One bit per bucket that is not empty, one word per level.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  @usableFromInline var free: UnsafeMutableRawPointer?
  @usableFromInline var uncut: UnsafeMutableRawPointer?
  @usableFromInline var uncutBlocks = 0
  @usableFromInline var slabs: [UnsafeMutableRawPointer] = []
  @usableFromInline var slabBytes = 0

  @usableFromInline
  init(blockBytes: Int) {
    self.blockBytes = blockBytes
    buckets = .allocate(capacity: RadixLayout.bucketCount)
    buckets.initialize(repeating: Bucket(), count: RadixLayout.bucketCount)
    occupied = .allocate(capacity: RadixLayout.levels)
    occupied.initialize(repeating: 0, count: RadixLayout.levels)
  }

  deinit {
    buckets.deallocate()
    occupied.deallocate()
    for slab in slabs { slab.deallocate() }
  }

  /// A block whose next link is nil and whose events are undefined.
  @inlinable
  func takeBlock() -> UnsafeMutableRawPointer {
    if let block = free {
      free = block.load(as: UnsafeMutableRawPointer?.self)
      block.storeBytes(of: nil, as: UnsafeMutableRawPointer?.self)
      return block
    }
    return cutBlock()
  }

  @inlinable
  func giveBack(_ block: UnsafeMutableRawPointer) {
    block.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
    free = block
  }

  @usableFromInline
  func cutBlock() -> UnsafeMutableRawPointer {
    guard let block = uncut, uncutBlocks > 0 else {
      let blocks = max(16, slabBytes / 8 / blockBytes)
      let slab = UnsafeMutableRawPointer.allocate(byteCount: blocks * blockBytes, alignment: 64)
      slabs.append(slab)
      slabBytes += blocks * blockBytes
      uncut = slab
      uncutBlocks = blocks
      return cutBlock()
    }
    uncut = block + blockBytes
    uncutBlocks -= 1
    block.storeBytes(of: nil, as: UnsafeMutableRawPointer?.self)
    return block
  }
}
