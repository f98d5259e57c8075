/// The first event in which two runs differ.
public struct EventDifference: Hashable, Sendable {
  /// An event of one of the two runs.
  public struct Occurrence: Hashable, Sendable {
    public let time: Instant
    /// The event as text.
    public let event: String
  }

  /// Events before it, on which both runs agree.
  public let index: UInt64
  /// What the first run did, or nil when it had ended.
  public let left: Occurrence?
  /// What the second run did, or nil when it had ended.
  public let right: Occurrence?
}

extension EventDifference: CustomStringConvertible {
  public var description: String {
    func text(_ occurrence: Occurrence?) -> String {
      occurrence.map { "\($0.time) \($0.event)" } ?? "no further event"
    }
    return "event \(index): \(text(left)) | \(text(right))"
  }
}

extension Simulation {
  /// Finds the first event in which two runs differ in time or fingerprint.
  ///
  /// Runs both to their end, searches their digest trails for the last agreement, and steps through
  /// fresh runs from there: for runs that are too long to record, this costs each twice.
  ///
  /// - Parameters:
  ///   - makeLeft: Makes the first simulation anew, with its first events scheduled.
  ///   - makeRight: Makes the second one.
  ///   - instant: Events due at it or later are not looked at; nil for none. Runs without it must
  ///     end by themselves or by their budget.
  /// - Returns: Nil when the runs do not differ.
  public static func firstDifference(
    of makeLeft: () -> Simulation, and makeRight: () -> Simulation, until instant: Instant? = nil
  ) -> EventDifference? {
    let limit = instant.map { UInt64(clamping: $0.nanoseconds) } ?? never
    var nobody = NoObserver<W>()
    var left = makeLeft()
    var right = makeRight()
    left.advance(before: limit, events: .max, observer: &nobody)
    right.advance(before: limit, events: .max, observer: &nobody)
    return firstDifference(
      from: makeLeft(), and: makeRight(), endingAs: left, and: right, until: instant)
  }

  /// Finds the first event in which two runs differ that have been run already.
  ///
  /// - Parameters:
  ///   - left: The first run at its beginning, or wherever both still agreed.
  ///   - right: The second one.
  ///   - leftEnd: The first run at its end.
  ///   - rightEnd: The second one.
  ///   - instant: Events due at it or later are not looked at; nil for none.
  ///   - describing: An event in words.
  /// - Returns: Nil when the runs do not differ.
  public static func firstDifference(
    from left: Simulation, and right: Simulation, endingAs leftEnd: Simulation,
    and rightEnd: Simulation, until instant: Instant? = nil,
    describing: (W.Event) -> String = { String(describing: $0) }
  ) -> EventDifference? {
    if leftEnd.digest == rightEnd.digest && leftEnd.eventCount == rightEnd.eventCount {
      return nil
    }
    let limit = instant.map { UInt64(clamping: $0.nanoseconds) } ?? never
    var nobody = NoObserver<W>()
    let agreed = leftEnd.digestTrail.lastAgreement(with: rightEnd.digestTrail)
    let (leftEnd, rightEnd) = (leftEnd.eventCount, rightEnd.eventCount)
    var (left, right) = (left, right)
    if agreed > left.eventCount && agreed > right.eventCount {
      left.advance(before: limit, events: agreed - left.eventCount, observer: &nobody)
      right.advance(before: limit, events: agreed - right.eventCount, observer: &nobody)
    }
    while true {
      // Not past the end of the whole run: a step would go on behind a world that asked to stop.
      let leftEvent = left.eventCount < leftEnd ? left.step(before: limit) : nil
      let rightEvent = right.eventCount < rightEnd ? right.step(before: limit) : nil
      if leftEvent == nil && rightEvent == nil { return nil }
      if leftEvent == nil || rightEvent == nil || left.digest != right.digest {
        return EventDifference(
          index: left.eventCount - (leftEvent == nil ? 0 : 1),
          left: leftEvent.map { .init(time: $0.time, event: describing($0.event)) },
          right: rightEvent.map { .init(time: $0.time, event: describing($0.event)) })
      }
    }
  }
}
