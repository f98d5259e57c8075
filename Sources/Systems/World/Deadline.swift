import SimulationKernel

/// When the one who asked stops waiting, in tenths of a second modulo 2^16 (109 minutes).
///
/// Two bytes, so that it travels inside every request; comparisons hold within ±54 minutes.
public struct Deadline: Hashable, Sendable, BitwiseCopyable {
  let tenths: UInt16

  init(_ instant: Instant) {
    tenths = UInt16(truncatingIfNeeded: instant.nanoseconds / 100_000_000)
  }

  func hasPassed(at now: Instant) -> Bool {
    Int16(truncatingIfNeeded: Int(Deadline(now).tenths) - Int(tenths)) > 0
  }
}
