import SimulationKernel

extension Queueing {
  /// What a station has counted since it opened; all of it exact.
  ///
  /// Areas are the integral over time of a number, in nanoseconds times jobs (or servers); 128 bits
  /// hold a million jobs for longer than an `Instant` can tell. Instants are summed relative to the
  /// opening. The difference of two statistics describes the time between them.
  public struct Statistics: Hashable, Sendable, BitwiseCopyable {
    /// Jobs that were let in; refused ones are not among them.
    public internal(set) var arrivals: UInt64 = 0
    public internal(set) var refusals: UInt64 = 0
    public internal(set) var starts: UInt64 = 0
    public internal(set) var completions: UInt64 = 0
    /// Jobs that CoDel dropped from the waiting room.
    public internal(set) var drops: UInt64 = 0
    /// Time that the started jobs had waited.
    public internal(set) var startedWait: UInt128 = 0
    /// Time that the dropped jobs had waited.
    public internal(set) var droppedWait: UInt128 = 0
    public internal(set) var waitingArea: UInt128 = 0
    public internal(set) var busyArea: UInt128 = 0
    /// Servers there were; those that finish a last job after a reduction included.
    public internal(set) var capacityArea: UInt128 = 0
    public internal(set) var arrivalInstants: UInt128 = 0
    /// Of completions and drops.
    public internal(set) var departureInstants: UInt128 = 0
    /// Time since the opening, in nanoseconds.
    public internal(set) var elapsed: UInt64 = 0

    public init() {}

    // The bookkeeping of whoever keeps the jobs: a pool of its own, a ledger of somebody else's.

    /// A job is let in now.
    @inline(__always)
    mutating func countArrival() {
      arrivals += 1
      arrivalInstants += UInt128(elapsed)
    }

    /// A job is done now.
    @inline(__always)
    mutating func countCompletion() {
      completions += 1
      departureInstants += UInt128(elapsed)
    }

    /// Time has passed while so many jobs waited and so many were served; `step` is in nanoseconds.
    @inline(__always)
    mutating func pass(_ step: UInt64, waiting: Int, busy: Int) {
      elapsed += step
      waitingArea += Self.area(waiting, step)
      busyArea += Self.area(busy, step)
    }

    /// A number through a time, without the general product of two 128-bit numbers.
    @inline(__always)
    static func area(_ number: Int, _ step: UInt64) -> UInt128 {
      let product = UInt64(number).multipliedFullWidth(by: step)
      return UInt128(product.high) << 64 | UInt128(product.low)
    }

    public var systemArea: UInt128 { waitingArea + busyArea }
    public var departures: UInt64 { completions + drops }
    /// Jobs waiting or in service.
    public var open: UInt64 { arrivals - departures }

    /// Whether the area under the number in the system is the time that all jobs spent in it.
    ///
    /// Little's law along one path, without rounding: an invariant of every run.
    public var isBalanced: Bool {
      systemArea + arrivalInstants == departureInstants + UInt128(open) * UInt128(elapsed)
    }

    /// Share of the servers' time in use between an earlier statistic and this one.
    ///
    /// - Returns: 0 to 1, or nil when there was no capacity.
    public func utilisation(since earlier: Statistics = Statistics()) -> Double? {
      ratio(busyArea - earlier.busyArea, capacityArea - earlier.capacityArea)
    }

    /// Mean number waiting or in service between an earlier statistic and this one.
    public func meanInSystem(since earlier: Statistics = Statistics()) -> Double? {
      ratio(systemArea - earlier.systemArea, UInt128(elapsed - earlier.elapsed))
    }

    /// Mean number waiting between an earlier statistic and this one.
    public func meanWaiting(since earlier: Statistics = Statistics()) -> Double? {
      ratio(waitingArea - earlier.waitingArea, UInt128(elapsed - earlier.elapsed))
    }

    /// Mean wait of the jobs started between an earlier statistic and this one, in seconds.
    public func meanWait(since earlier: Statistics = Statistics()) -> Double? {
      ratio(startedWait - earlier.startedWait, UInt128(starts - earlier.starts)).map { $0 / 1e9 }
    }

    private func ratio(_ part: UInt128, _ whole: UInt128) -> Double? {
      whole == 0 ? nil : Double(part) / Double(whole)
    }
  }
}
