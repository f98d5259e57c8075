import SimulationKernel

/// The front door: a connection throttle, a bounded admission queue, and slots for session starts.
///
/// Modelled: the token bucket on new connections that operators set at run time, a limit of
/// session starts in progress, and a queue in front of it that drops, or serves stale work, as its
/// discipline says. Left out: sockets, TLS, and the traffic of connected clients.
public struct Gateway: Sendable {
  /// What the gateway asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    /// The connection was closed at the door.
    mutating func refused(_ attempt: Attempt)
    /// The connection stands; its client now waits for a session.
    mutating func accepted(_ attempt: Attempt)
    /// A slot is free: let the session nodes work on it.
    mutating func sessionRequested(_ attempt: Attempt, deadline: Deadline)
    /// The client's answers.
    mutating func sessionOpened(_ attempt: Attempt)
    mutating func sessionInvalidated(_ attempt: Attempt)
    mutating func sessionFailed(_ attempt: Attempt)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case connectionArrived(Attempt)
    case sessionReady(Attempt)
    case sessionInvalid(Attempt)
    case sessionFailed(Attempt)
  }

  /// Connections of the run, in simulated clients' attempts.
  public struct Totals: Sendable, Equatable {
    public var arrived = 0
    public var throttled = 0
    public var overflowed = 0
    public var dropped = 0
    public var admitted = 0
  }

  public internal(set) var configuration: Configuration
  public private(set) var totals = Totals()
  /// The limit that the run began with.
  public let initialThrottle: Double?
  /// Session starts in progress and connections that wait for one.
  public private(set) var admission: Queueing.ServerPool<Waiting>
  private var bucket: Queueing.TokenBucket?
  private var witness: Queueing.BucketWitness?
  /// Connections that throttles which are gone let in, and how many these let in too many.
  private var earlier = (admitted: 0, overrun: 0)
  /// Whether there was a throttle at any time of the run.
  private(set) var hadThrottle = false
  /// Connections that throttles have refused.
  private(set) var throttleRefused = 0
  /// Every limit that was put in force, one after the other.
  private var limits: [Limit] = []
  /// Attempts and opened sessions of the last one to two minutes, for adaptive throttling.
  private var recent = AdaptiveThrottle()
  private let adaptiveDraws: RandomStream
  private let scale: Scale
  private let clientTimeout: Duration

  /// A limit of the throttle, or that it was taken off.
  private struct Limit: Sendable {
    let rate: Double?
    let at: Instant
    let refusedBefore: Int
  }

  /// A connection in the admission queue.
  public struct Waiting: BitwiseCopyable, Sendable {
    let attempt: Attempt
    let deadline: Deadline
  }

  init(
    configuration: Configuration, clientTimeout: Duration, scale: Scale, seed: UInt64,
    at now: Instant
  ) {
    self.configuration = configuration
    initialThrottle = configuration.throttleRate
    self.scale = scale
    self.clientTimeout = clientTimeout
    adaptiveDraws = RandomStream(seed: seed, name: "gateway.adaptive")
    admission = Queueing.ServerPool(
      servers: scale.count(configuration.concurrency),
      bound: scale.count(configuration.queueBound),
      discipline: configuration.discipline.queueing(configuration), opened: now)
    if let rate = configuration.throttleRate { setThrottle(rate: rate, at: now) }
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .connectionArrived(let attempt): arrive(attempt, &ports)
    case .sessionReady(let attempt):
      release(&ports)
      recent.opened(at: ports.now)
      ports.sessionOpened(attempt)
    case .sessionInvalid(let attempt):
      release(&ports)
      ports.sessionInvalidated(attempt)
    case .sessionFailed(let attempt):
      release(&ports)
      ports.sessionFailed(attempt)
    }
  }

  /// Connections that throttles have let in.
  var throttleAdmitted: Int { earlier.admitted + (witness?.admitted ?? 0) }
  /// How many more passed a throttle than its burst and its rate allow, in the worst span of time.
  var throttleOverrun: Int { max(earlier.overrun, witness?.overrun ?? 0) }

  /// Connections that were refused while a limit was in force that was set at an instant; nil when none
  /// of this rate was.
  func refused(byLimit rate: Double, setAt instant: Instant) -> Int? {
    guard let place = limits.lastIndex(where: { $0.at == instant && $0.rate == rate }) else {
      return nil
    }
    let end = place + 1 < limits.count ? limits[place + 1].refusedBefore : throttleRefused
    return end - limits[place].refusedBefore
  }

  /// Sets the throttle, in connections per second of the whole fleet; nil takes it off.
  mutating func setThrottle(rate: Double?, at now: Instant) {
    limits.append(Limit(rate: rate, at: now, refusedBefore: throttleRefused))
    limitBucket(rate: rate, at: now)
  }

  private mutating func limitBucket(rate: Double?, at now: Instant) {
    configuration.throttleRate = rate
    hadThrottle = hadThrottle || rate != nil
    guard let rate else {
      bucket = nil
      earlier = (throttleAdmitted, throttleOverrun)
      witness = nil
      return
    }
    // Thousandths of a token per second, so that small scales keep their rate.
    let perThousandSeconds = Int64(min(max(scale.rate(rate) * 1_000, 0), 1e12) + 0.5)
    // A sample's connections come in clusters that the whole's do not: of n that come evenly, a share
    // f is f n give or take sqrt(f n (1 - f)). Four deviations more keep them from being refused.
    let whole = configuration.throttleBurst
    let share = scale.rate(whole)
    let chance = (share * (1 - scale.fraction)).squareRoot()
    let burst = max(1, Int64(min(whole, share + 4 * chance)))
    do {
      let limit = try Queueing.TokenBucket.Limit(
        rate: perThousandSeconds, per: .seconds(1_000), burst: burst)
      if bucket == nil {
        bucket = Queueing.TokenBucket(limit, at: now)
        witness = Queueing.BucketWitness(limit, at: now)
      } else {
        bucket?.change(to: limit, at: now)
        witness?.change(to: limit, at: now)
      }
    } catch {
      preconditionFailure("a throttle that was read is a valid limit: \(error)")
    }
  }

  /// Takes up settings that were changed in a running gateway.
  mutating func settingsChanged<P: Ports>(through ports: inout P) {
    let rate = configuration.throttleRate
    // Another burst, or another setting altogether, leaves the limit in force.
    if rate == limits.last?.rate {
      limitBucket(rate: rate, at: ports.now)
    } else {
      setThrottle(rate: rate, at: ports.now)
    }
    admission.bound = scale.count(configuration.queueBound)
    admission.discipline = configuration.discipline.queueing(configuration)
    var dropped: [Attempt] = []
    let started = admission.resize(
      to: scale.count(configuration.concurrency), at: ports.now
    ) { dropped.append($0.job.attempt) }
    fail(dropped, &ports)
    for next in started { ports.sessionRequested(next.job.attempt, deadline: next.job.deadline) }
  }

  private mutating func arrive<P: Ports>(_ attempt: Attempt, _ ports: inout P) {
    totals.arrived += 1
    if bucket?.admit(at: ports.now) == false {
      totals.throttled += 1
      throttleRefused += 1
      ports.refused(attempt)
      return
    }
    witness?.admitted(at: ports.now)
    if configuration.adaptive > 0,
      recent.rejects(
        attempt, multiple: configuration.adaptive, at: ports.now, draws: adaptiveDraws)
    {
      totals.throttled += 1
      ports.refused(attempt)
      return
    }
    let waiting = Waiting(
      attempt: attempt, deadline: Deadline(ports.now + clientTimeout))
    switch admission.arrive(waiting, at: ports.now) {
    case .refused:
      totals.overflowed += 1
      ports.refused(attempt)
    case .queued:
      totals.admitted += 1
      ports.accepted(attempt)
    case .started:
      totals.admitted += 1
      ports.accepted(attempt)
      ports.sessionRequested(attempt, deadline: waiting.deadline)
    }
  }

  private mutating func release<P: Ports>(_ ports: inout P) {
    var dropped: [Attempt] = []
    let next = admission.release(at: ports.now) { dropped.append($0.job.attempt) }
    fail(dropped, &ports)
    if let next { ports.sessionRequested(next.job.attempt, deadline: next.job.deadline) }
  }

  /// CoDel has thrown these out of the queue.
  private mutating func fail<P: Ports>(_ dropped: [Attempt], _ ports: inout P) {
    for attempt in dropped {
      totals.dropped += 1
      ports.sessionFailed(attempt)
    }
  }
}
