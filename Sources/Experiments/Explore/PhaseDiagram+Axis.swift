import Scenarios

extension PhaseDiagram.Axis {
  /// Values of an axis that nobody counts.
  public static let countUsual = 17
  public static let countMax = 64

  /// Reads `PATH`, `PATH=LOW..HIGH` or `PATH=LOW..HIGH/N` for N values, both ends included.
  ///
  /// - Throws: What is wrong with it.
  public init(option text: String, in trials: ScenarioTrials) throws(ScenarioErrors) {
    var span = text
    var count = Self.countUsual
    if let dots = text.utf8.firstIndex(of: 0x2E), let slash = text.utf8.lastIndex(of: 0x2F),
      slash > dots, let steps = Int(text[text.index(after: slash)...])
    {
      guard (2...Self.countMax).contains(steps) else {
        let source = SourceText(name: "--axis", text: text)
        throw ScenarioErrors([
          ScenarioError(
            .outOfRange, "an axis has 2 to \(Self.countMax) values, not \(steps)",
            at: source.location(0..<source.bytes.count))
        ])
      }
      count = steps
      span = String(text[..<slash])
    }
    self.init(
      try ParameterSpan(parsing: span, option: "--axis", in: trials), count: count)
  }
}
