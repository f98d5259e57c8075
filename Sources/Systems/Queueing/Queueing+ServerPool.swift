import SimulationKernel

extension Queueing {
  /// A station: equal servers behind one bounded waiting room.
  ///
  /// The caller draws service times and says when a server is done; the pool decides who starts,
  /// who waits and who is turned away. Jobs are served to the end even when nobody waits for them
  /// any more: whether a job is still wanted shows only in how long it waited.
  ///
  /// - Complexity: O(1) per job, without allocation once the waiting room has seen its peak.
  public struct ServerPool<Job: BitwiseCopyable & Sendable>: Sendable {
    public typealias Waiting = Queueing.Waiting<Job>

    public internal(set) var discipline: Discipline
    public let opened: Instant
    /// Servers that may start a job.
    public private(set) var servers: Int
    /// Servers with a job in hand; above `servers` while a reduction is being worked off.
    public private(set) var busy = 0
    /// Jobs that may wait.
    ///
    /// Lowering it turns away newcomers, never those who wait already.
    public var bound: Int
    private var room = Ring<Waiting>()
    private var codel = CoDel()
    private var statistics = Statistics()

    /// - Precondition: `servers` is zero or more.
    public init(
      servers: Int, bound: Int, discipline: Discipline = .fifo, opened: Instant = .start
    ) {
      precondition(servers >= 0, "servers are zero or more: \(servers)")
      self.servers = servers
      self.bound = bound
      self.discipline = discipline
      self.opened = opened
    }

    /// Jobs that wait.
    public var waiting: Int { room.count }
    /// When those who wait arrived, from the one that waits longest; for looking, not for serving.
    public var waitingArrivals: [Instant] { (0..<room.count).map { room[$0].arrival } }
    /// Jobs that wait or are in service.
    public var inSystem: Int { room.count + busy }

    /// What has been counted, with the areas brought up to an instant.
    public func statistics(at now: Instant) -> Statistics {
      var copy = self
      copy.advance(to: now)
      return copy.statistics
    }

    /// A job arrives; when it is `started`, a server is busy with it until `release`.
    ///
    /// With `lifo` a full waiting room refuses the newcomer too: the next free server takes the
    /// newest that waits.
    public mutating func arrive(_ job: Job, at now: Instant) -> Arrival {
      advance(to: now)
      if busy < servers {
        busy += 1
        statistics.countArrival()
        statistics.starts += 1
        return .started
      }
      guard room.count < bound else {
        statistics.refusals += 1
        return .refused
      }
      statistics.countArrival()
      room.append(Waiting(job: job, arrival: now))
      return .queued
    }

    /// A server is done with its job.
    ///
    /// - Parameters:
    ///   - now: The instant of the completion.
    ///   - drop: Is told each job that CoDel throws out before the next one starts.
    /// - Returns: The job that the server starts next, or nil when it goes idle or away.
    /// - Precondition: A server is busy.
    public mutating func release(
      at now: Instant, drop: (Waiting) -> Void = { _ in }
    ) -> Waiting? {
      precondition(busy > 0, "a server that is released was busy")
      advance(to: now)
      busy -= 1
      statistics.countCompletion()
      return startNext(drop: drop)
    }

    /// Changes the number of servers; surplus ones finish the job in hand.
    ///
    /// - Parameters:
    ///   - servers: Servers from now on.
    ///   - now: The instant of the change.
    ///   - drop: Is told each job that CoDel throws out before another one starts.
    /// - Returns: The jobs that the new servers start.
    /// - Precondition: `servers` is zero or more.
    public mutating func resize(
      to servers: Int, at now: Instant, drop: (Waiting) -> Void = { _ in }
    ) -> [Waiting] {
      precondition(servers >= 0, "servers are zero or more: \(servers)")
      advance(to: now)
      self.servers = servers
      var started: [Waiting] = []
      while busy < servers, !room.isEmpty, let next = startNext(drop: drop) {
        started.append(next)
      }
      return started
    }

    private mutating func startNext(drop: (Waiting) -> Void) -> Waiting? {
      guard busy < servers, let next = takeNext(drop: drop) else { return nil }
      busy += 1
      statistics.starts += 1
      statistics.startedWait += wait(of: next)
      return next
    }

    private mutating func takeNext(drop: (Waiting) -> Void) -> Waiting? {
      switch discipline {
      case .fifo: return room.popFirst()
      case .lifo: return room.popLast()
      case .codel(let target, let interval):
        let now = opened + Duration(nanoseconds: Int64(statistics.elapsed))
        var drops: UInt64 = 0
        var waited: UInt128 = 0
        let next = codel.takeFirst(of: &room, at: now, target: target, interval: interval) {
          drops += 1
          waited += UInt128(UInt64((now - $0.arrival).nanoseconds))
          drop($0)
        }
        statistics.drops += drops
        statistics.droppedWait += waited
        statistics.departureInstants += UInt128(drops) * UInt128(statistics.elapsed)
        return next
      }
    }

    private func wait(of waiting: Waiting) -> UInt128 {
      UInt128(statistics.elapsed - UInt64((waiting.arrival - opened).nanoseconds))
    }

    /// Adds the time since the last change to the areas.
    private mutating func advance(to now: Instant) {
      let elapsed = (now - opened).nanoseconds
      precondition(
        elapsed >= Int64(statistics.elapsed), "time never goes back: \(now) after \(opened)")
      let step = UInt64(elapsed) - statistics.elapsed
      guard step > 0 else { return }
      statistics.pass(step, waiting: room.count, busy: busy)
      statistics.capacityArea += Queueing.Statistics.area(max(servers, busy), step)
    }
  }
}

extension Queueing.ServerPool: Equatable where Job: Equatable {}
