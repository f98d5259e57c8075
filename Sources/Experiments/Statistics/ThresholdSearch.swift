import SimulationKernel

/// Stochastic bisection: where the probability of an event, growing or falling with a parameter,
/// passes one half.
///
/// The search asks for trials at one value of the parameter after the other, a batch at a time. At
/// each value a confidence sequence for the probability is watched until it leaves out one half,
/// or the trials for one value are used up; each value asked gets an equal part of what the
/// confidence leaves to error. Values shown to be on either side of the threshold enclose it. Between
/// them the next value is the middle; if values near the threshold stay open, they are left
/// standing, and both sides close in on them.
///
/// So the interval holds the threshold with at least the stated confidence wherever the probability
/// does not turn around, whatever its shape is, and whenever the search is broken off. Trials have
/// numbers of their own, no two the same, and are to be independent: which value is asked next
/// depends on all that was seen before, so a seed that had been looked at already would not be
/// a fair witness at a value chosen by it.
///
/// - Note: Sources: R. Waeber, P. I. Frazier, S. G. Henderson, "Bisection search with noisy
///   responses", SIAM J. Control Optim. 51(3), 2013, doi:10.1137/120861898 (a test of power one
///   at each value of a bisection); `ProportionSequence` for the test. Not their posterior, whose
///   interval holds what it says only if the probabilities of error are known.
public struct ThresholdSearch: Sendable {
  /// How the probability changes as the parameter grows.
  public enum Direction: String, Sendable, CaseIterable { case rising, falling }

  /// Trials to be made next.
  public struct Question: Hashable, Sendable {
    public let value: Double
    /// Numbers of the trials, counted from zero over the whole search: to be used as seeds.
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

  /// How a search is done.
  public struct Options: Hashable, Sendable {
    /// Of the final interval, above 0 and below 1.
    public var confidence = 0.95
    /// Trials per question, above zero.
    public var batch = 8
    /// Trials after which a value is left open, at least `batch`.
    ///
    /// About 16 settle a value where the event always or never happens, 130 one where it does in
    /// 70 %.
    public var trialsMax = 160
    /// Values asked at most, at least 3.
    public var valuesMax = 30
    /// Trials of the whole search at most, the last batch being as small as is left.
    ///
    /// With zero, nothing is asked.
    public var budget = Int.max

    public init() {}
  }

  public let range: ClosedRange<Double>
  public let tolerance: Double
  public let options: Options
  /// nil as long as it is not known.
  public private(set) var direction: Direction?
  /// In the order they were asked; the last may be unfinished.
  public private(set) var answers: [Answer] = []
  /// What to try next, or nil at the end.
  public private(set) var next: Question?
  /// Trials made.
  public private(set) var trials = 0
  private let sequence: ProportionSequence
  private let start: Double?
  private let rounding: @Sendable (Double) -> Double

  /// - Parameters:
  ///   - range: Of the parameter; search its logarithm where that is the natural scale. Both ends
  ///     are tried first.
  ///   - tolerance: Width of the interval at which the search is done, above zero.
  ///   - direction: nil: to be found from the ends.
  ///   - start: Tried after the ends, where it is between them; such as today's value.
  ///   - options: Confidence and effort.
  ///   - rounding: The nearest value that can be tried, where only some can; what is between two
  ///     neighbours need not be tried.
  public init(
    range: ClosedRange<Double>, tolerance: Double, direction: Direction? = .rising,
    start: Double? = nil, options: Options = Options(),
    rounding: @escaping @Sendable (Double) -> Double = { $0 }
  ) {
    precondition(tolerance > 0, "a tolerance is above zero: \(tolerance)")
    let (batch, trialsMax) = (options.batch, options.trialsMax)
    precondition(batch > 0 && trialsMax >= batch, "a batch is 1...\(trialsMax): \(batch)")
    precondition(options.valuesMax >= 3, "two ends and a middle: \(options.valuesMax)")
    precondition(options.budget >= 0, "a budget is not below zero: \(options.budget)")
    self.range = range
    self.tolerance = tolerance
    self.direction = direction
    self.start = start
    self.options = options
    self.rounding = rounding
    sequence = ProportionSequence(
      confidence: 1 - (1 - options.confidence) / Double(options.valuesMax))
    if options.budget > 0 { ask(range.lowerBound) }
  }

  /// Goes on with the outcome of the question that `next` put.
  ///
  /// - Precondition: There is a question, and no more successes than trials in it.
  public mutating func record(successes: Int) {
    guard let question = next, let last = answers.indices.last else {
      preconditionFailure("an answer has a question")
    }
    trials = question.trials.upperBound
    let before = answers[last].seen
    let seen = Proportion(
      before.successes + successes, of: before.trials + question.trials.count)
    answers[last].seen = seen
    if !sequence.allows(0.5, after: seen) {
      answers[last].isAbove = 2 * seen.successes > seen.trials
    }
    next = nil
    guard trials < options.budget else { return }
    if answers[last].isAbove == nil, seen.trials < options.trialsMax {
      put(question.value, trialsMax: options.trialsMax - seen.trials)
    } else if answers.count < options.valuesMax, let value = nextValue() {
      ask(value)
    }
  }

  /// Whether the budget ended the search, and not that there was nothing left to gain.
  public var isExhausted: Bool { next == nil && trials >= options.budget }

  private mutating func ask(_ value: Double) {
    answers.append(Answer(value: value, seen: Proportion(0, of: 0), isAbove: nil))
    put(value, trialsMax: options.trialsMax)
  }

  private mutating func put(_ value: Double, trialsMax: Int) {
    let count = min(options.batch, trialsMax, options.budget - trials)
    next = Question(value: value, trials: trials..<(trials + count))
  }

  // MARK: The threshold's place

  /// The greatest value shown to be below the threshold; nil if not even the lower end was, or the
  /// direction is not known.
  public var low: Double? {
    answers.filter { isPast($0) == false }.map(\.value).max()
  }

  /// The least value shown to be above the threshold; nil if not even the upper end was, or the
  /// direction is not known.
  public var high: Double? {
    answers.filter { isPast($0) == true }.map(\.value).min()
  }

  /// Whether a value was shown to be above the threshold, or below; nil if that is open.
  private func isPast(_ answer: Answer) -> Bool? {
    guard let direction else { return nil }
    return answer.isAbove.map { $0 == (direction == .rising) }
  }

  /// What both ends showed, where they are on the same side: true for above one half everywhere.
  ///
  /// Of a direction that was given, one end can be enough.
  public var verdictEverywhere: Bool? {
    let lower = answers.first?.isAbove
    let upper = answers.count > 1 ? answers[1].isAbove : nil
    switch direction {
    case .rising: return lower == true ? true : upper == false ? false : nil
    case .falling: return lower == false ? false : upper == true ? true : nil
    case nil: return lower == upper ? lower : nil
    }
  }

  // MARK: The next value

  /// The value to be asked after the last was finished, or nil when nothing is left to gain.
  private mutating func nextValue() -> Double? {
    if answers.count == 1 { return verdictEverywhere == nil ? range.upperBound : nil }
    if answers.count == 2, direction == nil { direction = foundDirection }
    guard direction != nil, verdictEverywhere == nil else { return nil }
    let low = low ?? range.lowerBound
    let high = high ?? range.upperBound
    // Both, where the probability turns around after all.
    guard high - low > tolerance else { return nil }
    if answers.count == 2, let start, start > low, start < high { return start }
    let open = answers.filter { $0.isAbove == nil && $0.value > low && $0.value < high }
    guard let first = open.map(\.value).min(), let last = open.map(\.value).max() else {
      return middle(low, high)
    }
    // Half the tolerance for each side of what stays open, the wider side first.
    let sides = [(low, first), (last, high)].filter { $0.1 - $0.0 > tolerance / 2 }
    let middles = sides.sorted { $1.1 - $1.0 < $0.1 - $0.0 }.compactMap { middle($0.0, $0.1) }
    return middles.first
  }

  /// What the ends say: one that is shown is enough, if the other stays open.
  private var foundDirection: Direction? {
    let (lower, upper) = (answers[0].isAbove, answers[1].isAbove)
    if lower == upper { return nil }
    return lower == false || upper == true ? .rising : .falling
  }

  /// Nil where there is no value to be tried between two.
  private func middle(_ low: Double, _ high: Double) -> Double? {
    let value = rounding(low + (high - low) / 2)
    return value > low && value < high ? value : nil
  }
}
