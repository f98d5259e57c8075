import Experiments

/// Why parameters were not varied, for people.
enum OmissionText {
  /// How many for each reason, with their names where they are few: `2 without a range: a, b`.
  static func list(_ omitted: [AssumptionSet.Omitted]) -> String {
    Assumption.Omission.allCases.compactMap { reason -> String? in
      let paths = omitted.filter { $0.reason == reason }.map(\.path)
      guard !paths.isEmpty else { return nil }
      let names = paths.map(TerminalText.safe).joined(separator: ", ")
      let shown = paths.count <= 3 ? ": \(names)" : ""
      return "\(paths.count) \(words(for: reason))\(shown)"
    }
    .joined(separator: "; ")
  }

  private static func words(for reason: Assumption.Omission) -> String {
    switch reason {
    case .plan: "under operators, faults and alerts, the account's own"
    case .list: "in lists"
    case .rangeless: "without a range"
    case .nothing: "of which there is nothing to double"
    case .chosen: "set on the command line"
    case .hypothesis: "that hypotheses set, which are settings here"
    case .refused: "of which the scenario refuses other values"
    }
  }
}
