import Scenarios
import SimulationKernel

/// How much harder it is to come back than it was to fall.
///
/// A run has fallen when it has an outage and has not recovered at its end, though the trigger has
/// passed: it keeps itself down. The trigger is made larger until a run is likelier than not to fall:
/// the threshold F. At a trigger that makes it fall, a push is varied; where a run comes to be
/// likelier than not to be up again at its end is the threshold R. Where both are amounts of the same
/// thing, such as a rate of requests, F - R is how far the load has to be taken back below what was
/// borne before: the width of the metastable region.
///
/// - Note: Sources: N. Bronson, A. Aghayev, A. Charapko, T. Zhu, "Metastable failures in distributed
///   systems", HotOS 2021, doi:10.1145/3458336.3465286 (trigger, sustaining effect, and why the load
///   has to go far down); L. Huang et al., "Metastable failures in the wild", OSDI 2022 (the size of
///   a trigger and degrees of vulnerability).
public struct Hysteresis: Sendable {
  /// What is varied.
  public struct Plan: Sendable {
    /// What is made larger until runs fall.
    public let trigger: ParameterSpan
    /// The trigger that runs are to recover from; nil: the one nearest to the threshold of those that
    /// were shown to make them fall.
    public var size: Double?
    /// What is to bring them back.
    public let push: ParameterSpan
    /// When the push comes; nil: it stands in the scenario from the start, such as a step of
    /// `operators`.
    public var pushAt: Instant?

    public init(trigger: ParameterSpan, push: ParameterSpan) {
      self.trigger = trigger
      self.push = push
    }

    func trial(_ question: HysteresisSearch.Question, from seed: UInt64) -> [ScenarioTrials.Trial] {
      switch question {
      case .falls(let place, let trials):
        return trials.map { .init([trigger.set(at: place)], seed: seed &+ UInt64($0)) }
      case .recovers(let place, let size, let trials):
        let (fixed, set) = (trigger.set(at: size), push.set(at: place))
        return trials.map { number in
          let seed = seed &+ UInt64(number)
          guard let pushAt else { return .init([fixed, set], seed: seed) }
          return .init([fixed], seed: seed, push: .init(at: pushAt, [set]))
        }
      }
    }
  }

  public let header: ScenarioHeader
  public let version: String
  public let patches: [String]
  public let until: Instant
  public let plan: Plan
  public let options: Cliff.Options
  public let firstSeed: UInt64
  public let search: HysteresisSearch
  public let events: UInt64
  public let isInterrupted: Bool

  public var isIncomplete: Bool { isInterrupted || search.isExhausted }

  /// Of each threshold's interval, so that both hold with 95 %.
  public static let confidence = 0.975

  /// Searches both thresholds.
  ///
  /// - Parameters:
  ///   - plan: What is varied.
  ///   - trials: The scenario.
  ///   - options: How both are searched; half of the budget for each.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told the share of the budget that is used.
  /// - Returns: What was found; what is there so far when stopped.
  /// - Throws: What the scenario says against a value, or a run against its push.
  public static func search(
    _ plan: Plan, of trials: ScenarioTrials, options: Cliff.Options = Cliff.Options(), jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) async throws(ScenarioErrors) -> Hysteresis {
    let first = options.firstSeed ?? trials.header.seed
    // An odd one goes to the first search, without which there is no second.
    let pushed = options.budget / 2
    var search = HysteresisSearch(
      falling: plan.trigger.search(
        tolerance: options.tolerance, direction: options.direction,
        budget: options.budget - pushed, confidence: confidence),
      recovering: plan.push.search(
        tolerance: options.tolerance, direction: nil, budget: pushed, confidence: confidence),
      from: plan.size.map(plan.trigger.coordinate))
    var events: UInt64 = 0
    var isInterrupted = false
    while let question = search.next {
      let batch = plan.trial(question, from: first)
      if let first = batch.first {
        try trials.check(first.sets, of: ["--trigger", "--push"], push: first.push)
      }
      guard
        let outcomes = try await trials.outcomes(
          pushing: batch, jobs: jobs, isStopped: isStopped)
      else {
        isInterrupted = true
        break
      }
      events = outcomes.reduce(events) { $0 &+ $1.events }
      let fallen = outcomes.count(where: \.hasFallen)
      if case .falls = question {
        search.record(successes: fallen)
      } else {
        search.record(successes: outcomes.count - fallen)
      }
      progress(min(1, Double(search.trials) / Double(options.budget)))
    }
    return Hysteresis(
      header: trials.header, version: trials.version, patches: trials.patches,
      until: trials.until, plan: plan, options: options, firstSeed: first, search: search,
      events: events, isInterrupted: isInterrupted)
  }

  /// F - R; an end is nil where it was not shown.
  public struct Width: Sendable, Equatable {
    public let value: Double?
    public let low: Double?
    public let high: Double?
  }

  /// Where trigger and push are amounts of the same thing.
  public var width: Width? {
    let (trigger, push) = (plan.trigger, plan.push)
    guard trigger.isAmount(of: push) else { return nil }
    func difference(_ fall: Double?, _ recovery: Double?) -> Double? {
      guard let fall, let recovery else { return nil }
      return trigger.number(at: fall) - push.number(at: recovery)
    }
    let (falling, recovering) = (search.falling, search.recovering)
    return Width(
      value: difference(falling.estimate, recovering.estimate),
      low: difference(falling.low, recovering.high),
      high: difference(falling.high, recovering.low))
  }
}
