import SimulationKernel

@testable import Systems

/// A station written for being obviously right: plain arrays, every job remembered for ever.
struct SlowStation {
  struct Job {
    let id: UInt32
    let arrival: Int64
    var start: Int64?
    var end: Int64?
  }

  var servers: Int
  var bound: Int
  let discipline: Queueing.Discipline
  private(set) var waiting: [UInt32] = []
  private(set) var running: [UInt32] = []
  private(set) var jobs: [UInt32: Job] = [:]
  private(set) var refused = 0
  private(set) var dropped: [UInt32] = []
  /// Time that all servers were there, those that finish a last job included.
  private(set) var serverTime: Int64 = 0
  private var last: Int64 = 0
  private var dequeue = RFC8289()

  init(servers: Int, bound: Int, discipline: Queueing.Discipline) {
    self.servers = servers
    self.bound = bound
    self.discipline = discipline
  }

  mutating func pass(to now: Int64) {
    serverTime += (now - last) * Int64(max(servers, running.count))
    last = now
  }

  mutating func arrive(_ id: UInt32, at now: Int64) -> Queueing.Arrival {
    pass(to: now)
    if running.count < servers {
      running.append(id)
      jobs[id] = Job(id: id, arrival: now, start: now)
      return .started
    }
    if waiting.count >= bound {
      refused += 1
      return .refused
    }
    waiting.append(id)
    jobs[id] = Job(id: id, arrival: now)
    return .queued
  }

  mutating func finish(_ id: UInt32, at now: Int64) -> UInt32? {
    pass(to: now)
    running.removeAll { $0 == id }
    jobs[id]?.end = now
    return running.count < servers ? start(at: now) : nil
  }

  mutating func resize(to servers: Int, at now: Int64) -> [UInt32] {
    pass(to: now)
    self.servers = servers
    var started: [UInt32] = []
    while running.count < servers, !waiting.isEmpty {
      if let id = start(at: now) { started.append(id) }
    }
    return started
  }

  private mutating func start(at now: Int64) -> UInt32? {
    let next: UInt32?
    switch discipline {
    case .fifo: next = waiting.isEmpty ? nil : waiting.removeFirst()
    case .lifo: next = waiting.popLast()
    case .codel(let target, let interval):
      dequeue.target = target.nanoseconds
      dequeue.interval = interval.nanoseconds
      let queue = waiting.map { (id: $0, arrival: jobs[$0]?.arrival ?? 0) }
      let (left, drops, served) = dequeue.deque(queue, now)
      waiting = left.map(\.id)
      for drop in drops {
        dropped.append(drop)
        jobs[drop]?.end = now
      }
      next = served
    }
    if let next {
      running.append(next)
      jobs[next]?.start = now
    }
    return next
  }

  /// Sum over all jobs of the time they spent in some state up to an instant.
  func sum(at now: Int64, _ time: (Job, Int64) -> Int64) -> UInt128 {
    jobs.values.reduce(0) { $0 + UInt128(UInt64(time($1, now))) }
  }
}

/// The pseudocode of RFC 8289, section 5, line by line, over plain arrays.
struct RFC8289 {
  var target: Int64 = 0
  var interval: Int64 = 0
  private var firstAboveTime: Int64 = 0
  private var dropNext: Int64 = 0
  private var count: Int64 = 0
  private var lastCount: Int64 = 0
  private var dropping = false

  typealias Packet = (id: UInt32, arrival: Int64)

  private mutating func doDequeue(
    _ queue: inout [Packet], _ now: Int64
  ) -> (packet: Packet?, okToDrop: Bool) {
    guard !queue.isEmpty else {
      firstAboveTime = 0
      return (nil, false)
    }
    let packet = queue.removeFirst()
    let sojournTime = now - packet.arrival
    if sojournTime < target || queue.count <= 1 {
      firstAboveTime = 0
    } else if firstAboveTime == 0 {
      firstAboveTime = now + interval
    } else if now >= firstAboveTime {
      return (packet, true)
    }
    return (packet, false)
  }

  /// The definition of the rounded square root itself, by trial.
  private func controlLaw(_ time: Int64, _ count: Int64) -> Int64 {
    var step = Int64(Double(interval) / Double(count).squareRootByTrial)
    func isTooLong(_ step: Int64) -> Bool {
      UInt128(UInt64(step)) * UInt128(UInt64(step)) * UInt128(UInt64(count))
        > UInt128(UInt64(interval)) * UInt128(UInt64(interval))
    }
    while isTooLong(step) { step -= 1 }
    while !isTooLong(step + 1) { step += 1 }
    return time + step
  }

  mutating func deque(
    _ packets: [Packet], _ now: Int64
  ) -> (left: [Packet], drops: [UInt32], served: UInt32?) {
    var queue = packets
    var drops: [UInt32] = []
    var result = doDequeue(&queue, now)
    if dropping {
      if !result.okToDrop { dropping = false }
      while now >= dropNext && dropping {
        if let packet = result.packet { drops.append(packet.id) }
        count += 1
        result = doDequeue(&queue, now)
        if !result.okToDrop {
          dropping = false
        } else {
          dropNext = controlLaw(dropNext, count)
        }
      }
    } else if result.okToDrop {
      if let packet = result.packet { drops.append(packet.id) }
      result = doDequeue(&queue, now)
      dropping = true
      let delta = count - lastCount
      count = 1
      if delta > 1 && now - dropNext < 16 * interval { count = delta }
      dropNext = controlLaw(now, count)
      lastCount = count
    }
    return (queue, drops, result.packet?.id)
  }
}

extension Double {
  /// Bisection: slow, and free of any library.
  fileprivate var squareRootByTrial: Double {
    var low = 0.0
    var high = Swift.max(1, self)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if middle * middle > self { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }
}
