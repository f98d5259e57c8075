/// A run's digest with checkpoints, so that two runs can be searched for their first difference.
///
/// Holds the digest after every `interval` events. The interval is a power of two that doubles when
/// there are more than `checkpointLimit` checkpoints: a trail of any run stays small, and which
/// events it holds depends on their number alone.
public struct DigestTrail: Hashable, Sendable {
  /// Most checkpoints that a trail holds.
  public static var checkpointLimit: Int { 1_024 }

  /// Events from one checkpoint to the next.
  public private(set) var interval: UInt64
  /// Digests after `interval`, 2 × `interval`, … events.
  public private(set) var checkpoints: [Digest]

  /// The trail of a run that has not begun.
  public init() {
    interval = 1
    checkpoints = []
  }

  /// A trail that was stored, or nil when no run leaves such a trail.
  public init?(interval: UInt64, checkpoints: [Digest]) {
    guard interval > 0, interval & (interval - 1) == 0,
      checkpoints.count <= Self.checkpointLimit
    else { return nil }
    self.interval = interval
    self.checkpoints = checkpoints
  }

  /// The number of events after which the next checkpoint is due.
  public var nextCheckpoint: UInt64 { interval * UInt64(checkpoints.count + 1) }

  /// Adds the digest after `nextCheckpoint` events.
  @usableFromInline
  mutating func append(_ digest: Digest) {
    checkpoints.append(digest)
    if checkpoints.count > Self.checkpointLimit { thin(to: interval * 2) }
  }

  /// The trail with an interval so long that few checkpoints are left.
  ///
  /// - Parameter limit: Checkpoints at most; above zero.
  /// - Returns: A part of this trail.
  public func thinned(to limit: Int) -> DigestTrail {
    precondition(limit > 0, "a trail keeps a checkpoint at least: \(limit)")
    var trail = self
    while trail.checkpoints.count > limit { trail.thin(to: trail.interval * 2) }
    return trail
  }

  private mutating func thin(to coarser: UInt64) {
    let stride = Int(coarser / interval)
    checkpoints = (1...max(1, checkpoints.count / stride)).compactMap { number in
      number * stride <= checkpoints.count ? checkpoints[number * stride - 1] : nil
    }
    interval = coarser
  }

  /// Whether every checkpoint that both could have is there and the same.
  ///
  /// Of runs that agree to their end; `lastAgreement` looks at few of the checkpoints.
  public func agreesThroughout(with other: DigestTrail) -> Bool {
    let (left, right) = aligned(with: other)
    return left.checkpoints == right.checkpoints
  }

  /// Both trails with the longer of their intervals.
  private func aligned(with other: DigestTrail) -> (DigestTrail, DigestTrail) {
    let coarser = max(interval, other.interval)
    var (left, right) = (self, other)
    if left.interval < coarser { left.thin(to: coarser) }
    if right.interval < coarser { right.thin(to: coarser) }
    return (left, right)
  }

  /// The number of events up to which both trails surely agree: a checkpoint of both, or zero.
  ///
  /// Once two digests differ they stay different, so a binary search finds the last agreement.
  public func lastAgreement(with other: DigestTrail) -> UInt64 {
    let (left, right) = aligned(with: other)
    var agreed = 0
    var beyond = min(left.checkpoints.count, right.checkpoints.count) + 1
    while beyond - agreed > 1 {
      let middle = (agreed + beyond) / 2
      if left.checkpoints[middle - 1] == right.checkpoints[middle - 1] {
        agreed = middle
      } else {
        beyond = middle
      }
    }
    return UInt64(agreed) * left.interval
  }
}
