import Scenarios
import SimulationKernel

/// A property that a run of a scenario is to have, as its author states it.
///
/// Looked at every so often while the run goes; it neither schedules nor draws, so a run is the same
/// with it and without it.
public struct Invariant: Sendable {
  /// Its name in the scenario.
  public let id: String
  public let formula: Formula
  /// One sentence on why it is to hold; may be empty.
  public let why: String
  /// From one look to the next; above zero.
  public let every: Duration
  /// Where its expression is written.
  public let location: SourceLocation
  let plan: Plan

  /// Of what it is a claim, for reports.
  var claim: InvariantVerdict.Claim {
    InvariantVerdict.Claim(
      expression: formula.description, why: why, isCoverage: isCoverage, location: location)
  }

  /// Whether a run can only say that it happened: some run of many has to.
  public var isCoverage: Bool { if case .sometimes = formula { true } else { false } }

  /// Numbers of the distributions that it asks for.
  public var distributions: [Int] { plan.distributions }
}

extension Invariant {
  /// The usual time from one look to the next.
  public static let usualStep = Duration.seconds(10)

  /// Reads `invariants` from a scenario: by id an expression `that`, with `why` and `every`, or the
  /// expression alone.
  ///
  /// - Parameters:
  ///   - reader: Gets every error, each at its place in the expression.
  ///   - catalogue: What an expression may look at.
  ///   - taken: Ids that something else has.
  /// - Returns: Those without errors, in the scenario's order.
  public static func list(
    reading reader: inout ParameterReader, signals catalogue: SignalCatalogue,
    taken: @autoclosure () -> [String] = []
  ) -> [Invariant] {
    for entry in reader.nullMembers(of: "invariants") where taken().contains(entry.name) {
      reader.report(
        ScenarioError(
          .conflict,
          "the invariant '\(Visible.text(entry.name))' is built in and cannot be switched off",
          at: entry.location))
    }
    return reader.dictionary("invariants", short: "that") { entry, id -> Invariant? in
      let text = entry.required(
        "that", as: .text, .scenario, "What is to hold, such as always(users.served >= 99%)")
      let why = entry.text("why", default: "", .scenario, "Why it is to hold, in words")
      let every = entry.duration(
        "every", default: usualStep, in: .milliseconds(10) ... .hours(1), .scenario,
        "Simulated time from one look to the next")
      guard let location = entry.location(of: "that"),
        let places = StringPlaces(of: text, at: location)
      else { return nil }
      if id.isEmpty || taken().contains(id) {
        entry.fail(
          "that",
          id.isEmpty
            ? "an invariant has a name" : "there is a built-in invariant '\(Visible.text(id))'",
          kind: .conflict, help: "give it a name of its own")
      }
      var parser = Parser(text)
      let formula = parser.formula()
      var checker = Checker(catalogue, every: every)
      if let formula {
        checker.check(formula)
      } else {
        for condition in parser.conditions { checker.check(condition: condition) }
      }
      // Where the form is wrong, only names are sure to be what was meant.
      let isMisshapen = parser.problems.contains { $0.kind == .syntax }
      let problems =
        parser.problems
        + checker.problems.filter { !isMisshapen || $0.kind == .unknownName }
      for problem in problems {
        entry.report(
          ScenarioError(
            problem.kind, problem.message, at: places.location(of: problem.range),
            help: problem.help))
      }
      guard let formula, problems.isEmpty else { return nil }
      return Invariant(
        id: id, formula: formula, why: why, every: every, location: location, plan: checker.plan)
    }.map(\.value)
  }
}
