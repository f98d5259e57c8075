/// Two thresholds of a system that can stay down: the trigger from which on it falls, and the push
/// from which on it comes back from there.
///
/// The first is searched, then, at a trigger that was shown to make it fall, the second. No trial of
/// the one is a trial of the other.
public struct HysteresisSearch: Sendable {
  /// Trials to be made next.
  public enum Question: Sendable, Hashable {
    /// How often does it fall and stay down, at this trigger?
    case falls(trigger: Double, trials: Range<Int>)
    /// How often is it up again, with this push after this trigger?
    case recovers(push: Double, trigger: Double, trials: Range<Int>)
  }

  /// Of the trigger.
  public private(set) var falling: ThresholdSearch
  /// Of the push; it has no answers before the first search is done.
  public private(set) var recovering: ThresholdSearch
  private let sizeGiven: Double?

  /// - Parameters:
  ///   - falling: A new search along the trigger.
  ///   - recovering: A new search along the push.
  ///   - size: The trigger that it has to recover from; nil: the one nearest to the threshold of
  ///     those that were shown to make it fall.
  public init(falling: ThresholdSearch, recovering: ThresholdSearch, from size: Double? = nil) {
    self.falling = falling
    self.recovering = recovering
    sizeGiven = size
  }

  /// The trigger from which it has to recover; nil where none was shown to make it fall.
  public var size: Double? {
    if let sizeGiven { return sizeGiven }
    let fallen = falling.answers.filter { $0.isAbove == true }.map(\.value)
    return falling.direction == .falling ? fallen.max() : fallen.min()
  }

  /// What to try next, or nil at the end.
  public var next: Question? {
    if let question = falling.next {
      return .falls(trigger: question.value, trials: question.trials)
    }
    guard let size, let question = recovering.next else { return nil }
    let trials = question.trials
    return .recovers(
      push: question.value, trigger: size,
      trials: (trials.lowerBound + falling.trials)..<(trials.upperBound + falling.trials))
  }

  public mutating func record(successes: Int) {
    if falling.next != nil {
      falling.record(successes: successes)
    } else {
      recovering.record(successes: successes)
    }
  }

  public var trials: Int { falling.trials + recovering.trials }
  public var isExhausted: Bool { falling.isExhausted || recovering.isExhausted }
}
