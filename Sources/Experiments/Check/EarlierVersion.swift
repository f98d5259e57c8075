import Scenarios
import SimulationKernel

/// The version that recorded a golden digest, to be asked what it did.
public struct EarlierVersion: Sendable {
  /// Events of a run.
  public struct Request: Sendable {
    /// The scenario's text.
    public let scenario: String
    public let seed: UInt64
    /// As the command line takes it.
    public let scale: String
    /// Counted from 1.
    public let events: ClosedRange<UInt64>
  }

  /// Why it did not say what it was asked.
  public struct Problem: Error, Sendable, Equatable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
  }

  /// Runs it, and hands on each line that it prints, one event each, as `replay --events` does; once
  /// nobody wants more, it is ended.
  public typealias List =
    @Sendable (Request, _ wantsMore: (String) -> Bool) throws(EarlierVersion.Problem) -> Void

  let list: List

  public init(list: @escaping List) { self.list = list }
}

/// The first event that is not the recorded one.
public struct GoldenParting: Sendable, Equatable {
  /// Counted from 1.
  public let number: UInt64
  /// What was recorded, as `replay --events` prints it; nil: that run had ended.
  public let old: String?
  /// What this version does; nil: its run has ended.
  public let new: String?
  /// When, in this version's run or else in the recorded one; nil where neither is known.
  public let at: Instant?
}

extension GoldenParting {
  /// Goes through two runs of this version in step; nil when they do not differ.
  ///
  /// - Parameters:
  ///   - old: The recorded scenario's run, from an event on before which nothing differs.
  ///   - new: The present one's, from the same event on.
  ///   - first: The number of this event.
  init?(_ old: EventListing, _ new: EventListing, from first: UInt64) {
    var (old, new) = (old, new)
    var number = first
    while true {
      let (left, right) = (old.next(), new.next())
      if left == nil, right == nil { return nil }
      guard let left, let right, left.digest == right.digest else {
        self.init(
          number: number, old: left.map { old.listed($0).line },
          new: right.map { new.listed($0).line }, at: right?.time ?? left?.time)
        return
      }
      number += 1
    }
  }

  /// Lays what the version prints that has recorded a run beside what this one does.
  ///
  /// - Parameters:
  ///   - earlier: Is asked for events up to where the record holds a digest, which tells whether it is
  ///     that version.
  ///   - golden: What was recorded.
  ///   - text: The scenario that was recorded.
  ///   - new: This version's events, from `first` on.
  ///   - first: The number of the first event that may differ.
  ///   - reach: The number of an event up to which they surely differ.
  /// - Throws: What keeps it from saying what it did.
  init(
    asking earlier: EarlierVersion, of golden: Golden, scenario text: String, _ new: EventListing,
    from first: UInt64, to reach: UInt64
  ) throws(EarlierVersion.Problem) {
    var new = new
    let interval = golden.trail.interval
    let last = min(golden.events, (reach + interval - 1) / interval * interval)
    var parting: GoldenParting?
    func compare(_ line: String?, _ number: UInt64) {
      guard parting == nil else { return }
      let event = new.next()
      if let line, let event, line.hasPrefix(event.mark + " ") { return }
      parting = GoldenParting(
        number: number, old: line, new: event.map { new.listed($0).line }, at: event?.time)
    }
    if first <= last {
      var number = first
      var strange: String?
      var lastLine = ""
      try earlier.list(
        EarlierVersion.Request(
          scenario: text, seed: golden.seed, scale: golden.scale, events: first...last)
      ) { line in
        guard number <= last, line.hasPrefix("\(number) ") else {
          strange = line
          return false
        }
        compare(line, number)
        lastLine = line
        number += 1
        return true
      }
      if let strange {
        throw EarlierVersion.Problem("it lists no events, but \(Visible.quoted(strange))")
      }
      guard number > last else {
        throw EarlierVersion.Problem("its run ends after event \(number - 1), not the recorded one")
      }
      if let digest = golden.digest(after: last), !lastLine.contains(" \(digest) ") {
        throw EarlierVersion.Problem(
          "it is not the version that recorded the digest, or not of this scenario: after event "
            + "\(last) its digest is not \(digest)")
      }
    }
    if parting == nil, last == golden.events { compare(nil, last + 1) }
    guard let parting else {
      throw EarlierVersion.Problem("it lists the same events as this version")
    }
    self = parting
  }
}

extension Golden {
  /// The digest after so many events, where the record holds it.
  fileprivate func digest(after number: UInt64) -> Digest? {
    if number == events { return digest }
    guard number > 0, number.isMultiple(of: trail.interval) else { return nil }
    let index = number / trail.interval - 1
    return index < trail.checkpoints.count ? trail.checkpoints[Int(index)] : nil
  }
}
