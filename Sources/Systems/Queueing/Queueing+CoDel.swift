import SimulationKernel

extension Queueing {
  /// The state of CoDel's control loop, named as in RFC 8289, section 5.
  struct CoDel: Hashable, Sendable, BitwiseCopyable {
    /// When dropping may begin, or nil while the sojourn is short enough.
    private var firstAboveTime: Instant?
    private var dropNext = Instant.start
    /// Drops since dropping began.
    private var count: Int64 = 0
    private var lastCount: Int64 = 0
    private var dropping = false

    /// Takes the next job to serve, dropping those ahead of it that the control law says.
    mutating func takeFirst<Job>(
      of queue: inout Ring<Waiting<Job>>, at now: Instant, target: Duration, interval: Duration,
      drop: (Waiting<Job>) -> Void
    ) -> Waiting<Job>? {
      func candidate() -> (waiting: Waiting<Job>?, mayDrop: Bool) {
        guard let waiting = queue.popFirst() else {
          firstAboveTime = nil
          return (nil, false)
        }
        // The RFC never drops when no more than one full packet is left behind.
        if now - waiting.arrival < target || queue.count <= 1 {
          firstAboveTime = nil
          return (waiting, false)
        }
        guard let firstAboveTime else {
          firstAboveTime = Self.saturating(now, interval.nanoseconds)
          return (waiting, false)
        }
        return (waiting, now >= firstAboveTime)
      }

      var next = candidate()
      if dropping {
        if !next.mayDrop { dropping = false }
        while dropping, now >= dropNext, let victim = next.waiting {
          drop(victim)
          count += 1
          next = candidate()
          if next.mayDrop {
            dropNext = Self.controlLaw(dropNext, interval, count)
          } else {
            dropping = false
          }
        }
      } else if next.mayDrop, let victim = next.waiting {
        drop(victim)
        next = candidate()
        dropping = true
        // Dropping that begins again soon goes on at the rate it had reached.
        let recent = count - lastCount
        let isSoon = now < Self.saturating(dropNext, Self.sixteen(interval))
        count = recent > 1 && isSoon ? recent : 1
        dropNext = Self.controlLaw(now, interval, count)
        lastCount = count
      }
      return next.waiting
    }

    /// `time + interval / sqrt(count)`, rounded down.
    ///
    /// In whole numbers, because a square root of a `Double` may call the C library.
    static func controlLaw(_ time: Instant, _ interval: Duration, _ count: Int64) -> Instant {
      let length = UInt128(UInt64(max(0, interval.nanoseconds)))
      let root = squareRoot(length * length / UInt128(UInt64(max(1, count))))
      return saturating(time, Int64(clamping: root))
    }

    /// The largest whole number whose square is not above `value`, by Newton's method.
    static func squareRoot(_ value: UInt128) -> UInt128 {
      guard value > 0 else { return 0 }
      // Starts above the root, from where the steps only go down until they are there.
      var root = UInt128(1) << UInt128((128 - value.leadingZeroBitCount + 1) / 2)
      while true {
        let next = (root + value / root) / 2
        if next >= root { return root }
        root = next
      }
    }

    private static func sixteen(_ interval: Duration) -> Int64 {
      let (product, overflow) = interval.nanoseconds.multipliedReportingOverflow(by: 16)
      return overflow ? .max : product
    }

    private static func saturating(_ time: Instant, _ nanoseconds: Int64) -> Instant {
      let (sum, overflow) = time.nanoseconds.addingReportingOverflow(nanoseconds)
      return overflow ? .endOfTime : Instant(nanoseconds: sum)
    }
  }
}
