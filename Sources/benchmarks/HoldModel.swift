import SimulationKernel

/// The hold model: a queue of constant size, each step takes the next event and schedules it again.
struct HoldModel<Queue: HoldQueue, Ahead: Increments> {
  var queue = Queue()
  var random = QuickRandom()
  var digest = Digest()

  init(pending: Int) {
    for process in 0..<pending {
      let event = HoldEvent(process: UInt64(process), payload: 0)
      queue.push(event, at: Instant(nanoseconds: Ahead.next(&random)))
    }
  }

  /// One step is one pop and one push; all times and events go into the digest.
  mutating func run(steps: Int) {
    var digest = digest
    for _ in 0..<steps {
      guard let (time, event) = queue.pop() else { break }
      digest.combine(UInt64(bitPattern: time.nanoseconds) ^ event.process &* 0x9E37_79B9)
      queue.push(event, at: Instant(nanoseconds: time.nanoseconds &+ Ahead.next(&random)))
    }
    self.digest = digest
  }

  /// Measures `steps` steps after as many as it takes to forget the beginning.
  static func measure(pending: Int, steps: Int) -> Sample {
    var model = HoldModel(pending: pending)
    model.run(steps: max(steps / 10, pending >= 1_000_000 ? pending : 2 * pending))
    let time = nanoseconds { model.run(steps: steps) }
    return Sample(
      nanoseconds: time, operations: steps, digest: model.digest,
      pending: model.queue.count, queueBytes: model.queue.allocatedBytes)
  }
}
