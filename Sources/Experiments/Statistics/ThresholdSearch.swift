import SimulationKernel

/// Stochastic bisection: where the probability of an event, growing with a parameter, passes one
/// half.
///
/// The search asks for trials at one value of the parameter after the other, a batch at a time. At
/// each value a confidence sequence for the probability is watched until it leaves out one half,
/// or the trials for one value are used up; each value asked gets an equal part of what the
/// confidence leaves to error. Values shown to be below and above the threshold enclose it. Between
/// them the next value is the middle; if values near the threshold stay open, they are left
/// standing, and both sides close in on them.
///
/// So the interval holds the threshold with the stated confidence wherever the probability does not
/// fall as the parameter grows, whatever its shape is and whether or not the trials at several
/// values use the same seeds.
/// - Note: Sources: R. Waeber, P. I. Frazier, S. G. Henderson, "Bisection search with noisy
///   responses", SIAM J. Control Optim. 51(3), 2013, doi:10.1137/120861898 (a test of power one
///   at each value of a bisection); `ProportionSequence` for the test.
public struct ThresholdSearch: Sendable {
  /// Trials to be made next.
  public struct Question: Hashable, Sendable {
    public let value: Double
    /// Numbers of the trials at this value, counted from zero: to be used as seeds.
    public let trials: Range<Int>
  }

  /// What was seen at one value.
  public struct Answer: Hashable, Sendable {
    public let value: Double
    public fileprivate(set) var seen: Proportion
    /// Whether the probability at this value was shown to be above one half, or below; nil if
    /// open.
    public fileprivate(set) var isAbove: Bool?
  }

  public let range: ClosedRange<Double>
  public let tolerance: Double
  public let confidence: Double
  public let batch: Int
  /// Trials after which a value is left open.
  public let trialsMax: Int
  /// Values after which the search ends in any case.
  public let valuesMax: Int
  /// In the order they were asked; the last may be unfinished.
  public private(set) var answers: [Answer] = []
  /// What to try next, or nil at the end.
  public private(set) var next: Question?
  private let sequence: ProportionSequence

  /// - Parameters:
  ///   - range: Of the parameter; search its logarithm where that is the natural scale. Both ends
  ///     are tried first.
  ///   - tolerance: Width of the interval at which the search is done, above zero.
  ///   - confidence: Of the final interval, above 0 and below 1.
  ///   - batch: Trials per question, above zero.
  ///   - trialsMax: Trials after which a value is left open, at least `batch`. About 20 settle
  ///     a value where the event always or never happens, 130 one where it does in 70 %.
  ///   - valuesMax: Values asked at most, at least 3.
  public init(
    range: ClosedRange<Double>, tolerance: Double, confidence: Double = 0.95, batch: Int = 8,
    trialsMax: Int = 160, valuesMax: Int = 30
  ) {
    precondition(tolerance > 0, "a tolerance is above zero: \(tolerance)")
    precondition(batch > 0 && trialsMax >= batch, "a batch is 1...\(trialsMax): \(batch)")
    precondition(valuesMax >= 3, "a search has two ends and a middle: \(valuesMax)")
    self.range = range
    self.tolerance = tolerance
    self.confidence = confidence
    self.batch = batch
    self.trialsMax = trialsMax
    self.valuesMax = valuesMax
    sequence = ProportionSequence(confidence: 1 - (1 - confidence) / Double(valuesMax))
    ask(range.lowerBound)
  }

  /// Goes on with the outcome of the question that `next` put.
  ///
  /// - Precondition: There is a question, and no more successes than trials in it.
  public mutating func record(successes: Int) {
    guard let question = next, let last = answers.indices.last else {
      preconditionFailure("an answer has a question")
    }
    let seen = Proportion(
      answers[last].seen.successes + successes, of: question.trials.upperBound)
    answers[last].seen = seen
    if !sequence.allows(0.5, after: seen) {
      answers[last].isAbove = 2 * seen.successes > seen.trials
    } else if seen.trials < trialsMax {
      next = Question(
        value: question.value,
        trials: seen.trials..<min(seen.trials + batch, trialsMax))
      return
    }
    next = nil
    if answers.count < valuesMax, let value = nextValue { ask(value) }
  }

  /// The greatest value shown to be below the threshold; nil if not even the lower end was.
  public var low: Double? { answers.filter { $0.isAbove == false }.map(\.value).max() }

  /// The least value shown to be above the threshold; nil if not even the upper end was.
  public var high: Double? { answers.filter { $0.isAbove == true }.map(\.value).min() }

  /// Where the threshold seems to be, or nil where it is not seen within the range.
  ///
  /// There the probability, fitted to all trials so that it never falls, passes one half.
  ///
  /// - Note: Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions", 1972:
  ///   pooling adjacent violators; between two values the fit is straight.
  public var estimate: Double? {
    var blocks: [(successes: Int, trials: Int, first: Double, last: Double)] = []
    for answer in answers.sorted(by: { $0.value < $1.value }) where answer.seen.trials > 0 {
      var block = (answer.seen.successes, answer.seen.trials, answer.value, answer.value)
      while let before = blocks.last, before.successes * block.1 >= block.0 * before.trials {
        block = (before.successes + block.0, before.trials + block.1, before.first, block.3)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    guard let upper = blocks.firstIndex(where: { 2 * $0.successes >= $0.trials }) else {
      return nil
    }
    let above = blocks[upper]
    if 2 * above.successes == above.trials { return (above.first + above.last) / 2 }
    guard upper > 0 else { return nil }
    let below = blocks[upper - 1]
    let belowShare = Double(below.successes) / Double(below.trials)
    let aboveShare = Double(above.successes) / Double(above.trials)
    let part = (0.5 - belowShare) / (aboveShare - belowShare)
    return below.last + part * (above.first - below.last)
  }

  private mutating func ask(_ value: Double) {
    answers.append(Answer(value: value, seen: Proportion(0, of: 0), isAbove: nil))
    next = Question(value: value, trials: 0..<batch)
  }

  /// The value to be asked after the last was finished, or nil when nothing is left to gain.
  private var nextValue: Double? {
    // Either end on the wrong side: the threshold is outside.
    if answers[0].isAbove == true { return nil }
    if answers.count == 1 { return range.upperBound }
    if answers[1].isAbove == false { return nil }
    let low = low ?? range.lowerBound
    let high = high ?? range.upperBound
    guard high - low > tolerance else { return nil }
    let open = answers.filter { $0.isAbove == nil && $0.value > low && $0.value < high }
    guard let first = open.map(\.value).min(), let last = open.map(\.value).max() else {
      return middle(low, high)
    }
    // Half the tolerance for each side of what stays open.
    guard max(first - low, high - last) > tolerance / 2 else { return nil }
    return first - low >= high - last ? middle(low, first) : middle(last, high)
  }

  /// Nil where doubles are too coarse for another value between two.
  private func middle(_ low: Double, _ high: Double) -> Double? {
    let value = low + (high - low) / 2
    return value > low && value < high ? value : nil
  }
}
