import Scenarios
import SimulationKernel

/// A claim of the account, with the measure that checks it and its tolerance.
///
/// Facts stand beside the model: they are read from the scenario after the run has been configured,
/// and compared with the metrics when it is over.
public struct Fact: Sendable, Equatable {
  public let id: String
  public let claim: String
  /// The place of its sentence in the account.
  public let source: String
  /// When the account puts it.
  public let reported: Instant?
  /// Name of the metric that it is held against.
  public let measure: String
  public let unit: MetricUnit
  /// Inclusive bounds; nil is open.
  public let min: Double?
  public let max: Double?

  /// Holds the fact against a run's figures.
  ///
  /// - Parameters:
  ///   - metrics: Of the run.
  ///   - onlyGrows: Whether the measure never falls while a run goes on.
  /// - Returns: What was measured, and whether that is within the bounds.
  public func verdict(in metrics: Metrics, onlyGrows: Bool = false) -> FactVerdict {
    let measured = metrics[measure]
    let pass =
      measured.map { value in (min.map { value >= $0 } ?? true) && (max.map { value <= $0 } ?? true)
      }
      ?? false
    let isExceeded = if let measured, let max { measured > max } else { false }
    return FactVerdict(
      fact: self, measured: measured, pass: pass, isBeyondRepair: onlyGrows && isExceeded)
  }
}

/// A fact against what a run did.
public struct FactVerdict: Sendable, Equatable {
  public let fact: Fact
  /// nil: the run has no such figure (it never recovered, say).
  public let measured: Double?
  public let pass: Bool
  /// The measure is past its upper bound and never falls: no longer run could make it hold.
  public let isBeyondRepair: Bool

  public init(fact: Fact, measured: Double?, pass: Bool, isBeyondRepair: Bool = false) {
    self.fact = fact
    self.measured = measured
    self.pass = pass
    self.isBeyondRepair = isBeyondRepair
  }
}

extension Fact {
  /// Reads `facts` from a scenario: `id`, `claim`, `source`, `measure`, and `min`, `max`, or both, in
  /// the measure's unit (a share, a clock time, or a number).
  ///
  /// `units`: the unit of every measure that there is.
  public static func list(
    reading reader: inout ParameterReader, units: [(name: String, unit: MetricUnit)]
  ) -> [Fact] {
    var seen: [String] = []
    return reader.list("facts") { fact -> Fact? in
      let id = fact.required("id", as: .text, .scenario, "Stable name of the fact")
      if seen.contains(id) && !id.isEmpty {
        fact.fail("id", "there is a fact '\(id)' already", kind: .conflict)
      }
      seen.append(id)
      let claim = fact.required("claim", as: .text, .scenario, "What the account says")
      let source = fact.required("source", as: .text, .scenario, "Place in the account")
      let reported = fact.optional("reported", as: .clock, .scenario, "When the account puts it")
      let measure = fact.required("measure", as: .text, .scenario, "Metric that checks it")
      let unit = units.first { $0.name == measure }?.unit
      if unit == nil {
        fact.fail(
          "measure", "there is no metric '\(measure)'", kind: .unknownName,
          help: SimilarNames.nearest(to: measure, among: units.map(\.name))
            .map { "did you mean '\($0)'?" })
      }
      // A describing reader has no measure and visits every form of bound.
      let form = unit.map(BoundForm.init) ?? (fact.isDescribing ? .number : nil)
      guard let form else {
        _ = fact.claim("min")
        _ = fact.claim("max")
        return nil
      }
      let forms = BoundForm.allCases.map { form in
        (name: form, words: units.filter { BoundForm($0.unit) == form }.map(\.name))
      }
      let (low, high) = fact.branch(on: "measure", form, among: forms) { fact, form in
        (
          bound("min", form, of: &fact, "Least value that agrees with the account"),
          bound("max", form, of: &fact, "Greatest value that agrees with the account")
        )
      }
      guard let unit else { return nil }
      if low == nil && high == nil && !fact.hasErrors {
        fact.fail("measure", "fact '\(id)' has neither 'min' nor 'max'", kind: .missing)
      }
      if let low, let high, low > high {
        fact.fail("min", "'min' is above 'max'")
      }
      return Fact(
        id: id, claim: claim, source: source, reported: reported, measure: measure, unit: unit,
        min: low, max: high)
    }
  }

  /// How the bounds of a measure are written.
  private enum BoundForm: CaseIterable {
    case share, clock, number

    init(_ unit: MetricUnit) {
      switch unit {
      case .share: self = .share
      case .clock: self = .clock
      case .users, .userMinutes, .minutes, .seconds, .nodes, .count, .clusters, .ratio,
        .perSecond:
        self = .number
      }
    }
  }

  private static func bound(
    _ path: String, _ form: BoundForm, of fact: inout ParameterReader, _ summary: String
  ) -> Double? {
    switch form {
    case .share: fact.optional(path, as: .share, .scenario, summary)
    case .clock:
      fact.optional(path, as: .clock, .scenario, summary).map { Double($0.nanoseconds) / 1e9 }
    case .number: fact.optional(path, as: .number, .scenario, summary)
    }
  }
}
