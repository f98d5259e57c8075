import Scenarios
import SimulationKernel
import Systems

/// What is forked: a run, an instant of it, and what each future changes.
public struct ForkPlan: Sendable {
  /// One future besides the one without a change.
  public struct Future: Sendable {
    public let name: String
    /// What one would change in reality; empty when nobody wrote it down.
    public let summary: String
    /// What is changed, as on the command line.
    public let patches: [String]
    let change: FutureChange
  }

  /// A future that was among those to try and is not possible.
  public struct Refusal: Sendable, Equatable {
    public let name: String
    public let reason: String
    /// Whether it was possible before; otherwise it can never change while the company runs.
    public let isLate: Bool
  }

  /// What a future is asked to change.
  public struct Request: Sendable {
    public let name: String
    public let patches: [PatchSelection]
    /// Whether it is left out, with the reason, when it cannot change any more; otherwise that is an
    /// error.
    public let isOptional: Bool

    public init(name: String, patches: [PatchSelection], isOptional: Bool = false) {
      self.name = name
      self.patches = patches
      self.isOptional = isOptional
    }
  }

  public let scenario: OutageScenario
  /// What holds in every future, from the start.
  public let patches: [String]
  public let point: ForkPoint
  public let futures: [Future]
  public let refusals: [Refusal]
  /// The end of every future; unless it is changed, the scenario's `compare.until` or its end.
  public var until: Instant
  /// nil: the scenario's.
  public var seed: UInt64?

  /// Plans a fork.
  ///
  /// - Parameters:
  ///   - file: The scenario.
  ///   - given: Changes that hold in every future, from the start of the run.
  ///   - point: When to fork.
  ///   - requests: The futures.
  /// - Throws: Every error of the patches, and every parameter that cannot change at run time, at
  ///   its place. Steps that are past are found when the run gets there.
  public init(
    _ file: ScenarioFile, given: [PatchSelection] = [], at point: ForkPoint,
    futures requests: [Request]
  ) throws(ScenarioErrors) {
    let resolved = try file.resolve(given)
    let scenario = try OutageScenario(resolved.document)
    self.scenario = scenario
    patches = resolved.applied.map(\.description)
    self.point = point
    let end = scenario.header.end
    until = scenario.comparedUntil ?? end
    if case .at(let instant) = point, instant >= until { until = end }
    var made: [Future] = []
    var refusals: [Refusal] = []
    var errors: [ScenarioError] = []
    for request in requests {
      do throws(ScenarioErrors) {
        let summaries = request.patches.compactMap { patch -> String? in
          guard case .mitigation(let name) = patch else { return nil }
          return file.mitigations.first { $0.name == name }?.summary
        }
        let change = try FutureChange(
          file.combined(request.patches, on: resolved.document.root), on: scenario)
        made.append(
          Future(
            name: request.name, summary: summaries.joined(separator: " "),
            patches: request.patches.map(\.description), change: change))
      } catch {
        if request.isOptional {
          refusals.append(Refusal(request.name, error, isLate: false))
        } else {
          errors += error.errors
        }
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    self.futures = made
    self.refusals = refusals
    optional = Set(requests.filter(\.isOptional).map(\.name))
  }

  /// Why a sample of this size cannot mean what the whole would, or nil if it can.
  public var sampleWarning: String? { scenario.configuration.sampleWarning }

  /// Names of futures that are left out rather than refused.
  let optional: Set<String>
}

extension ForkPlan.Refusal {
  init(_ name: String, _ errors: ScenarioErrors, isLate: Bool) {
    self.name = name
    self.isLate = isLate
    reason = errors.errors.map(\.message).joined(separator: "; ")
  }
}
