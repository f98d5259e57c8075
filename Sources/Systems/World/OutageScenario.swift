import Observation
import Scenarios
import SimulationKernel

/// A scenario of the simulated company, ready to run: typed, checked, and with its facts.
public struct OutageScenario: Sendable {
  public let header: ScenarioHeader
  public internal(set) var configuration: OutageConfiguration
  public let facts: [Fact]
  /// What the scenario itself asks of its runs, in its order.
  public let invariants: [Invariant]
  /// How far from the edge it is to stay, in its order.
  public let cliffs: [CliffClaim]
  /// Every parameter as it is used.
  public let declarations: [ParameterDeclaration]
  public let moments: [ReportedMoment]
  /// Until when comparisons of mitigations watch a run; nil: until its end.
  public let comparedUntil: Instant?

  /// What the scenario was read from; nil of a description.
  public private(set) var document: ScenarioDocument?

  /// A moment that the account reports and that no fact measures.
  public struct ReportedMoment: Sendable, Equatable {
    public let at: Instant
    public let text: String
  }

  /// Reads a resolved document.
  ///
  /// - Throws: Every error of the document at once.
  public init(_ document: ScenarioDocument) throws(ScenarioErrors) {
    var reader = ParameterReader(document)
    self = Self(reading: &reader)
    self.document = document
    var errors: [ScenarioError] = []
    do { try reader.finish() } catch { errors = error.errors }
    errors += readDeployments(in: document, known: errors)
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
  }

  /// A describing reader that everything has read from: every parameter that a scenario may set.
  public static var description: ParameterReader {
    var reader = ParameterReader.describing()
    _ = Self(reading: &reader)
    return reader
  }

  /// The JSON Schema of scenarios.
  public static var schema: JSONValue {
    let operators = ["operators", "*"]
    return ScenarioSchema.json(
      of: description,
      inner: [
        ScenarioSchema.InnerPatch(
          of: RuntimeSettings.paths, at: operators + ["set"],
          when: ParameterCondition(steps: operators + ["action"], words: ["deploy"]))
      ])
  }

  init(reading reader: inout ParameterReader) {
    let header = ScenarioHeader(reading: &reader)
    self.header = header
    var scale = Scale(1, in: 1)
    if let whole = Int(exactly: header.scale.numerator),
      let parts = Int(exactly: header.scale.denominator), whole > 0, whole <= parts
    {
      scale = Scale(whole, in: parts)
    } else if !reader.hasErrors {
      reader.fail("scale", "'scale' has too many digits to be counted with", kind: .outOfRange)
    }
    // A start after the end is an error of its own.
    var span = header.start < header.end ? header.start..<header.end : .start..<(.endOfTime)
    // A patch of the end shortens a run on purpose; what comes later is no mistake then.
    let isEndPatched = reader.location(of: "end").map { reader.isPatch($0) } ?? true
    if isEndPatched { span = span.lowerBound..<(.endOfTime) }
    configuration = OutageConfiguration(scale: scale, span: span, reading: &reader)
    facts = Fact.list(reading: &reader, units: OutageWorld.metricUnits)
    invariants = Invariant.list(
      reading: &reader, signals: OutageSignals.catalogue, taken: OutageWorld.promises)
    moments = reader.list("timeline") { moment in
      ReportedMoment(
        at: moment.required("at", as: .clock, .scenario, "When the account puts it"),
        text: moment.required("text", as: .text, .scenario, "What the account says"))
    }
    let until = reader.optional(
      "compare.until", as: .clock, .scenario,
      "Until when comparisons watch a run; by default until its end")
    if let until, until <= header.start || until > header.end && !isEndPatched {
      reader.conflict(
        ["compare.until", "start"], "'compare.until' is not between 'start' and 'end'",
        kind: .outOfRange)
    }
    comparedUntil = until.map { min($0, header.end) }
    cliffs = CliffClaim.list(reading: &reader)
    declarations = reader.declarations
  }

  /// A simulation of this scenario, at its start.
  public func simulation(
    seed: UInt64, budget: RunBudget = RunBudget()
  ) -> Simulation<OutageWorld> {
    var simulation = OutageWorld.simulation(
      of: configuration, seed: seed, startingAt: header.start, budget: budget)
    simulation.world.countLatencies(for: invariants)
    return simulation
  }
}
