import Observation
import Scenarios
import SimulationKernel
import Systems

/// Runs a scenario once more with causes remembered, and tells why something happened, or what came
/// of it.
public enum Explain {
  /// How to run.
  public struct Options: Sendable {
    /// nil: the scenario's.
    public var seed: UInt64?
    /// Ends the run early; nil: the scenario's end.
    public var until: Instant?
    /// When to look at a node, client or guild; nil: at the node's first stop, or at the end.
    public var at: Instant?
    /// Whether to tell what came of the first cause, too.
    public var wantsEffects = false
    /// How many events are remembered at most, 16 bytes each.
    public var limit: Int

    public static let usualLimit = 50_000_000

    public init(
      seed: UInt64? = nil, until: Instant? = nil, at: Instant? = nil, wantsEffects: Bool = false,
      limit: Int = usualLimit
    ) {
      self.seed = seed
      self.until = until
      self.at = at
      self.wantsEffects = wantsEffects
      self.limit = limit
    }
  }

  public enum Outcome: Sendable {
    case explained(Explanation)
    /// It did not happen, or needs no explanation.
    case nothing(String, help: [String])
    /// There was more to remember than the limit allows: until when the run had come.
    case full(at: Instant)
  }

  /// Explains a target.
  ///
  /// - Parameters:
  ///   - target: What.
  ///   - scenario: What to run.
  ///   - patches: What was applied to its document, as on the command line.
  ///   - options: Seed, times and limits.
  ///   - known: The same run without causes, which is run again when it is not known.
  ///   - version: Of the executable, for the record.
  ///   - progress: Is told the share of simulated time that is done, of each run.
  /// - Returns: The explanation, or why there is none.
  public static func run(
    _ target: ExplainTarget, of scenario: OutageScenario, patches: [String] = [],
    options: Options = Options(), known: RunRecord? = nil, version: String,
    progress: (Double) -> Void = { _ in }
  ) -> Outcome {
    var search = CauseSearch(scenario, options: options, known: known)
    let found = search.find(target, progress: progress)
    switch found {
    case .nothing(let message, let help): return .nothing(message, help: help)
    case .full(let instant): return .full(at: instant)
    case .found(let question, let number, let roots):
      let chain = number.map { CauseChain(to: $0, in: search.log, alerts: search.alerts) }
      var causes = roots
      if causes.isEmpty, options.wantsEffects, let chain {
        // A fault that struck on the way did it, not the decision that brought its victim.
        let struck = chain.links.filter { $0.fault != nil }.map(\.moment.number)
        causes = struck.isEmpty ? [chain.first.number] : struck
      }
      return .explained(
        Explanation(
          scenario: scenario.header.name, title: scenario.header.title, seed: search.seed,
          version: version, patches: patches, scale: scenario.header.scale.description,
          scaleFraction: scenario.configuration.scale.fraction, start: scenario.header.start,
          reached: search.reached, events: search.events, digest: search.digest,
          names: search.names, question: question, chain: chain,
          effects: causes.isEmpty ? nil : CauseEffects(of: causes, in: search.log)))
    }
  }
}
