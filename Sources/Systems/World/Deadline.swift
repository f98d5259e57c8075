import SimulationKernel

/// When the one who asked stops waiting, in tenths of a second modulo 2^16 (109 minutes).
///
/// Two bytes, so that it travels inside every request. Nobody waits longer than `aheadMax`, so what
/// does not lie ahead by that is over, until 99 minutes after it.
public struct Deadline: Hashable, Sendable, BitwiseCopyable {
  let tenths: UInt16

  /// The longest that anybody waits; parameters that deadlines are made from stay below.
  static let aheadMax: Duration = .minutes(10)

  init(_ instant: Instant) {
    tenths = UInt16(truncatingIfNeeded: instant.nanoseconds / 100_000_000)
  }

  /// How long it is until then; zero when it has passed.
  func remaining(at now: Instant) -> Duration {
    hasPassed(at: now) ? .zero : Duration.milliseconds(100) * Int64(tenths &- Deadline(now).tenths)
  }

  func hasPassed(at now: Instant) -> Bool {
    let ahead = Deadline(.start + Self.aheadMax).tenths
    let behind = Deadline(now).tenths &- tenths
    return behind > 0 && behind <= UInt16.max - ahead
  }
}
