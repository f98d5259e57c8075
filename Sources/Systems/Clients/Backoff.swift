import Scenarios
import SimulationKernel

/// When a client tries again after an attempt that came to nothing.
///
/// A pure function of the attempt: draws are keyed by client and attempt number.
/// Jitter as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
public struct Backoff: Sendable {
  public enum Jitter: String, CaseIterable, Sendable {
    case none, equal, full, decorrelated
  }

  var base: Duration
  var cap: Duration
  var jitter: Jitter
  /// Attempts to resume before a client asks for a new session.
  var resumeAttempts: UInt8
  /// Share of clients that leave for `giveUpTime` once they have failed `giveUpAfter` times.
  var giveUp: ExactFraction
  var giveUpAfter: UInt8
  var giveUpTime: Duration
  private let delays: RandomStream
  private let quitters: RandomStream

  init(_ configuration: Clients.Configuration, seed: UInt64) {
    base = configuration.backoffBase
    cap = configuration.backoffCap
    jitter = configuration.backoffJitter
    resumeAttempts = configuration.resumeAttempts
    giveUp = configuration.giveUp
    giveUpAfter = UInt8(configuration.giveUpAfter)
    giveUpTime = configuration.giveUpTime
    delays = RandomStream(seed: seed, name: "clients.backoff")
    quitters = RandomStream(seed: seed, name: "clients.giveUp")
  }

  /// The attempt that follows a failed one, and how long the client waits before it.
  @inline(__always)
  func next(after attempt: Attempt) -> (attempt: Attempt, delay: Duration) {
    let failures = min(attempt.failures &+ 1, 63)
    let kind: Attempt.Kind =
      attempt.kind == .resume && failures < resumeAttempts ? .resume : .identify
    let next = Attempt(
      client: attempt.client, number: attempt.number &+ 1, failures: failures, kind: kind)
    var delay = delay(of: next)
    if giveUp.numerator > 0, failures == giveUpAfter,
      quitters.chance(
        giveUp.numerator, in: giveUp.denominator, for: UInt64(attempt.client.rawValue),
        draw: UInt64(attempt.number))
    {
      delay = delay + giveUpTime
    }
    return (next, delay)
  }

  /// How long the client waits before this attempt; the exponent is its count of failures.
  @inline(__always)
  func delay(of attempt: Attempt) -> Duration {
    let entity = UInt64(attempt.client.rawValue)
    let draw = UInt64(attempt.number)
    let ceiling = ceiling(failures: Int(attempt.failures))
    switch jitter {
    case .none: return ceiling
    case .full: return delays.uniform(upTo: ceiling, for: entity, draw: draw)
    case .equal:
      let half = ceiling / 2
      return half + delays.uniform(upTo: ceiling - half, for: entity, draw: draw)
    case .decorrelated:
      // sleep = min(cap, uniform(base, 3 x previous sleep)). The previous sleep is drawn again
      // from its own key, walking back at most a few doublings: no client has to store it.
      var previous = base
      let steps = min(Int(attempt.failures), 8)
      for step in (0...steps).reversed() {
        let top = min(cap, previous * 3)
        previous =
          base
          + delays.uniform(
            upTo: max(.zero, top - base), for: entity, draw: draw &- UInt64(step))
      }
      return min(previous, cap)
    }
  }

  /// min(cap, base x 2^failures) without overflow.
  @inline(__always)
  func ceiling(failures: Int) -> Duration {
    var value = base
    var left = failures
    while left > 0 && value < cap {
      value = value + value
      left -= 1
    }
    return min(value, cap)
  }
}
