import Scenarios
import SimulationKernel

/// How far from the edge a scenario is to stay: a value of one parameter, so many times as much or as
/// little as today's, at which an outage is still less likely than not.
///
/// Where more of the parameter never makes an outage less likely, that is the same as to say that the
/// edge is so many times today's value away; and it takes runs at one value only.
public struct CliffClaim: Sendable, Equatable {
  /// Which way an outage lies.
  public enum Side: String, Sendable, CaseIterable { case more, less }

  /// Its name in the scenario.
  public let id: String
  /// The parameter.
  public let path: String
  public let outageWith: Side
  /// How many times today's value there has to be before an outage is likelier than not, or today's
  /// value how many times what is left then; above zero.
  public let atLeast: Double
  /// Runs at most.
  public let runs: Int
  /// One sentence on why; may be empty.
  public let why: String
  /// As the scenario has it.
  public let todayText: String
  /// What is tried, as a scenario would have it.
  public let valueText: String
  /// Where the parameter is named.
  public let location: SourceLocation

  public static let runsUsual = 64

  /// Reads `cliffs` from a scenario.
  ///
  /// - Parameter reader: Has read every other parameter; gets every error, each at its place.
  /// - Returns: Those without errors, in the scenario's order.
  static func list(reading reader: inout ParameterReader) -> [CliffClaim] {
    let known = reader.declarations
    return reader.dictionary("cliffs") { entry, id -> CliffClaim? in
      let path = entry.required(
        "path", as: .text, .scenario, "The parameter: a number, duration or rate")
      let atLeast = entry.required(
        "atLeast", as: .number, in: .init(0.001...1_000), unit: "times", .scenario,
        "How many times today's value has to be borne; with less, how small a part of it")
      let side = entry.choice(
        "outageWith", default: Side.more, .scenario,
        "Whether more or less of the parameter brings the outage")
      let runs = entry.integer(
        "runs", default: runsUsual, in: 8...10_000, unit: "runs", .scenario,
        "Runs after which it stays open")
      let why = entry.text("why", default: "", .scenario, "Why it is to hold, in words")
      guard !entry.isDescribing, let location = entry.location(of: "path") else { return nil }
      guard let found = known.first(where: { $0.path == path }) else {
        entry.fail(
          "path", "there is no parameter '\(Visible.text(path))'", kind: .unknownName,
          help: SimilarNames.nearest(to: path, among: known.map(\.path)).map {
            "did you mean '\($0)'?"
          })
        return nil
      }
      guard let quantity = ParameterQuantity(found.kind), !found.isList,
        let today = quantity.number(found.valueText), today > 0
      else {
        entry.fail(
          "path", "'\(Visible.text(path))' is \(found.valueText), of which there is no multiple",
          help: "name a number, duration or rate above zero")
        return nil
      }
      guard atLeast > 0 else { return nil }
      let value = side == .more ? today * atLeast : today / atLeast
      return CliffClaim(
        id: id, path: path, outageWith: side, atLeast: atLeast, runs: runs, why: why,
        todayText: found.valueText, valueText: quantity.text(value, digits: 6),
        location: location)
    }.map(\.value)
  }
}
