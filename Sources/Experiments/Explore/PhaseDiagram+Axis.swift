import Scenarios

extension PhaseDiagram.Axis {
  /// Values of a range of which nobody says how many.
  public static let countUsual = 17
  /// More do not fit on a page.
  public static let countMax = 64

  /// Reads an axis as a sweep does: `PATH=a,b,c`, `PATH=LOW..HIGH`, `PATH=LOW..HIGH/N` or
  /// `PATH=LOW..HIGH/N/log`.
  ///
  /// - Throws: What is wrong with it.
  public init(option text: String, in trials: ScenarioTrials) throws(ScenarioErrors) {
    let request = try SweepAxisRequest(option: text)
    func failure(
      _ kind: ScenarioError.Kind, _ message: String, help: String? = nil
    ) -> ScenarioErrors {
      ScenarioErrors([ScenarioError(kind, message, at: request.place, help: help)])
    }
    guard request.kind == .parameter else {
      throw failure(
        .wrongType,
        "a phase diagram needs two numeric parameters, and '\(request.name)' is none",
        help: "draw one diagram for each \(request.name)")
    }
    guard let found = trials.base.declarations.first(where: { $0.path == request.name }) else {
      let paths = trials.base.declarations.map(\.path)
      throw failure(
        .unknownName, "there is no parameter '\(Visible.text(request.name))'",
        help: SimilarNames.nearest(to: request.name, among: paths).map {
          "did you mean '\($0)'?"
        })
    }
    var values: [String] = []
    switch request.values {
    case .list(let documents): values = documents.map(\.plainText)
    case .range(let from, let to, let steps, let isLogarithmic):
      let range: SweepRange
      do throws(SweepRange.Problem) {
        range = try SweepRange(
          from: from.plainText, to: to.plainText, isLogarithmic: isLogarithmic,
          isWhole: found.kind == .integer)
      } catch {
        throw failure(.wrongType, "'\(Visible.text(text))' is no range from less to more")
      }
      // Whole numbers may be fewer than that.
      for value in range.levels(steps ?? Self.countUsual) where values.last != value {
        values.append(value)
      }
    }
    guard (2...Self.countMax).contains(values.count) else {
      throw failure(
        .outOfRange, "an axis of a map has 2 to \(Self.countMax) values, not \(values.count)")
    }
    self.init(path: request.name, values: values)
  }
}
