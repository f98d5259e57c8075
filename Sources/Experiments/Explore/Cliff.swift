import Scenarios
import SimulationKernel

/// How far a scenario is from the edge: the value of a parameter at which an outage becomes likelier
/// than not.
public struct Cliff: Sendable {
  /// What was found.
  public enum Finding: String, Sendable, CaseIterable {
    /// The edge, on both sides.
    case found
    /// An outage is less likely than not everywhere in the range.
    case never
    /// An outage is likelier than not everywhere in the range.
    case always
    /// Neither end of the range could be told from one half, or one of them only.
    case unclear
  }

  /// How the search is done.
  public struct Options: Sendable, Hashable {
    /// nil: found from the ends of the range.
    public var direction: ThresholdSearch.Direction?
    /// Width of the interval at which the search is done: a share of the value where the range begins
    /// above zero, of the range where it begins at zero; above zero.
    public var tolerance = 0.05
    /// Runs at most, above zero.
    public var budget = 600
    /// nil: the scenario's.
    public var firstSeed: UInt64?

    public init() {}
  }

  public let header: ScenarioHeader
  public let version: String
  public let patches: [String]
  public let until: Instant
  public let span: ParameterSpan
  public let options: Options
  public let firstSeed: UInt64
  public let search: ThresholdSearch
  public let events: UInt64
  public let isInterrupted: Bool

  /// Searches.
  ///
  /// - Parameters:
  ///   - span: The parameter and its range.
  ///   - trials: The scenario.
  ///   - options: How it is done.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told the share of the budget that is used.
  /// - Returns: What was found; what is there so far when stopped.
  /// - Throws: That the scenario accepts the ends of the range, and not a value between them.
  public static func search(
    _ span: ParameterSpan, of trials: ScenarioTrials, options: Options = Options(), jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) async throws(ScenarioErrors) -> Cliff {
    let first = options.firstSeed ?? trials.header.seed
    var search = span.search(
      tolerance: options.tolerance, direction: options.direction, budget: options.budget)
    var events: UInt64 = 0
    var isInterrupted = false
    while let question = search.next {
      let set = span.set(at: question.value)
      try trials.check([set], of: ["--cliff"])
      let batch = question.trials.map {
        ScenarioTrials.Trial([set], seed: first &+ UInt64($0))
      }
      guard
        let outcomes = await trials.outcomes(
          of: batch, endsWithOutage: true, jobs: jobs, isStopped: isStopped)
      else {
        isInterrupted = true
        break
      }
      events = outcomes.reduce(events) { $0 &+ $1.events }
      search.record(successes: outcomes.count(where: \.isOutage))
      progress(min(1, Double(search.trials) / Double(options.budget)))
    }
    return Cliff(
      header: trials.header, version: trials.version, patches: trials.patches,
      until: trials.until, span: span, options: options, firstSeed: first, search: search,
      events: events, isInterrupted: isInterrupted)
  }

  /// Whether there would be more to learn with a larger budget, or without the interruption.
  public var isIncomplete: Bool { isInterrupted || search.isExhausted }

  public var finding: Finding {
    if let everywhere = search.verdictEverywhere { return everywhere ? .always : .never }
    return search.low != nil && search.high != nil ? .found : .unclear
  }

  /// The greatest value shown to be on the near side of the edge, and the least on the far side, in
  /// the order of numbers; nil where none was shown.
  public var low: Double? { search.low.map(span.number) }
  public var high: Double? { search.high.map(span.number) }

  /// Where the edge seems to be; nil where it is not between two values.
  public var estimate: Double? {
    guard finding == .found || finding == .unclear, let place = search.estimate else { return nil }
    let value = span.number(at: place)
    return min(max(value, low ?? value), high ?? value)
  }

  /// What was seen at the scenario's own value, where it was tried.
  public var today: ThresholdSearch.Answer? {
    guard let present = span.present else { return nil }
    return search.answers.first { span.number(at: $0.value) == present && $0.seen.trials > 0 }
  }
}

extension ParameterSpan {
  /// A search along the scale, in the parameter's own steps.
  func search(
    tolerance: Double, direction: ThresholdSearch.Direction?, budget: Int,
    confidence: Double = 0.95
  ) -> ThresholdSearch {
    var options = ThresholdSearch.Options()
    options.confidence = confidence
    options.budget = budget
    let width = coordinates.upperBound - coordinates.lowerBound
    let start = present.flatMap { number in
      number > 0 || !isLogarithmic ? coordinate(of: number) : nil
    }
    return ThresholdSearch(
      range: coordinates,
      tolerance: isLogarithmic ? KernelMath.log1p(tolerance) : tolerance * width,
      direction: direction, start: start, options: options,
      rounding: { [self] in coordinate(of: number(at: $0)) })
  }
}
