import SimulationKernel

/// How long TCP takes to bring over what is lost: a time-out that doubles with each try.
struct Retransmission: Sendable {
  static let triesMax: UInt64 = 8

  /// The first time-out.
  let timeout: Duration

  /// What a message takes longer.
  ///
  /// `isLost`: whether the try with this number, counted from zero, is lost.
  func delay(_ isLost: (UInt64) -> Bool) -> Duration {
    var delay = Duration.zero
    var timeout = timeout
    var tries: UInt64 = 0
    while tries < Self.triesMax, isLost(tries) {
      delay = delay + timeout
      timeout = timeout + timeout
      tries += 1
    }
    return delay
  }
}
