import Observation

/// A fact's figures in words.
public enum FactText {
  /// The tolerance: `40% to 60%`, `at least 14:18:00`, `at most 5 min`, `3`.
  public static func expected(_ fact: Fact) -> String {
    let unit = fact.unit
    switch (fact.min, fact.max) {
    case (let low?, let high?) where low == high: return NumberText.text(low, unit)
    case (let low?, let high?):
      return "\(bare(low, unit)) to \(NumberText.text(high, unit))"
    case (let low?, nil): return "at least \(NumberText.text(low, unit))"
    case (nil, let high?): return "at most \(NumberText.text(high, unit))"
    case (nil, nil): return "anything"
    }
  }

  /// A lower bound in front of an upper one: words such as `min` are said once.
  private static func bare(_ value: Double, _ unit: MetricUnit) -> String {
    let text = NumberText.text(value, unit)
    switch unit {
    case .minutes, .seconds: return String(text.prefix { $0 != " " })
    default: return text
    }
  }

  /// The measured value, with as many decimals as it takes to tell it from a bound that it misses.
  public static func measured(_ verdict: FactVerdict) -> String? {
    guard let value = verdict.measured else { return nil }
    let fact = verdict.fact
    let bounds = verdict.pass ? [] : [fact.min, fact.max].compactMap { $0 }
    for digits in 0..<6 {
      let text = NumberText.text(value, fact.unit, extraDigits: digits)
      let isTaken = bounds.contains { bound in
        bound != value && NumberText.text(bound, fact.unit, extraDigits: digits) == text
      }
      if !isTaken { return text }
    }
    return NumberText.text(value, fact.unit, extraDigits: 6)
  }
}
