import Scenarios
import SimulationKernel
import Systems

/// An assumption that an experiment can vary: one parameter without a source, and how far it may go.
public struct Assumption: Sendable {
  public let path: String
  /// As the scenario has it.
  public let value: String
  /// Both ends of its range, or the other words of a choice, at most two; never `value`.
  public let ends: [String]
  private let span: Span

  private enum Span: Sendable {
    case words([String])
    case number(Quantity, low: Double, high: Double)
  }

  /// What kind of number a text is, so that it can be read and written.
  private enum Quantity: Sendable {
    case duration, rate, whole, real
  }

  /// From where on a range is too wide to be a belief.
  ///
  /// A range whose upper end is more than this many times its lower one, or begins at zero and goes
  /// on for this many times the value, is there to catch mistakes; it says nothing of what is likely.
  /// Half and double the value stand for it.
  static let wideRatio = 100.0

  /// A parameter as an assumption; nil when it has a source or nothing to vary.
  public init?(_ declaration: ParameterDeclaration) {
    guard declaration.source.isAssumption, !declaration.isList, !declaration.path.contains("[")
    else { return nil }
    path = declaration.path
    value = declaration.valueText
    switch declaration.kind {
    case .flag: span = .words(["false", "true"])
    case .choice: span = .words(declaration.choices)
    case .duration, .rate, .integer, .number, .share, .probability:
      let quantity: Quantity =
        switch declaration.kind {
        case .duration: .duration
        case .rate: .rate
        case .integer: .whole
        default: .real
        }
      guard let present = Self.number(value, quantity),
        let lower = declaration.lowerText.flatMap({ Self.number($0, quantity) }),
        let upper = declaration.upperText.flatMap({ Self.number($0, quantity) }),
        case let (low, high) = Self.likely(lower, upper, around: present), low < high
      else { return nil }
      span = .number(quantity, low: low, high: high)
    case .clock, .scale, .choiceOrDuration, .text, .seed: return nil
    }
    let texts: [String]
    switch span {
    case .words(let words): texts = [words.first, words.last].compactMap { $0 }
    case .number(let quantity, let low, let high):
      texts = [Self.text(low, quantity), Self.text(high, quantity)]
    }
    let current = value
    ends = texts.enumerated().filter {
      $0.element != current && texts.firstIndex(of: $0.element) == $0.offset
    }
    .map(\.element)
    guard !ends.isEmpty else { return nil }
  }

  /// The value at a place from 0, the lower end, to 1, the upper one; evenly between them on a
  /// logarithmic scale where the range spans more than a factor of ten.
  public func text(at place: Double) -> String {
    switch span {
    case .words(let words):
      return words[min(words.count - 1, max(0, Int(place * Double(words.count))))]
    case .number(let quantity, let low, let high):
      let number =
        low > 0 && high / low > 10
        ? low * KernelMath.exp(place * KernelMath.log(high / low)) : low + place * (high - low)
      return Self.text(min(high, max(low, number)), quantity)
    }
  }

  private static func likely(
    _ lower: Double, _ upper: Double, around value: Double
  ) -> (low: Double, high: Double) {
    let isWide =
      lower > 0 ? upper / lower > wideRatio : value > 0 && upper / value > wideRatio
    guard isWide else { return (lower, upper) }
    return (max(lower, value / 2), min(upper, value * 2))
  }

  // MARK: Texts

  private static func number(_ text: String, _ quantity: Quantity) -> Double? {
    switch quantity {
    case .duration: return Duration(parsing: text).map { Double($0.nanoseconds) }
    case .rate: return text.hasSuffix("/s") ? Double(text.dropLast(2)) : nil
    case .whole, .real:
      if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
      let parts = text.split(separator: "/")
      guard parts.count == 2 else { return Double(text) }
      guard let top = Double(parts[0]), let bottom = Double(parts[1]), bottom > 0 else {
        return nil
      }
      return top / bottom
    }
  }

  /// As a scenario would have it, with three digits that count.
  private static func text(_ number: Double, _ quantity: Quantity) -> String {
    switch quantity {
    case .duration: return Duration(nanoseconds: Int64(significant(number))).description
    case .rate: return plain(significant(number)) + "/s"
    case .whole: return "\(Int64(significant(number) + 0.5))"
    case .real: return plain(significant(number))
    }
  }

  private static func plain(_ number: Double) -> String {
    number == Double(Int64(number)) ? "\(Int64(number))" : "\(number)"
  }

  /// With three decimal digits that count.
  private static func significant(_ number: Double) -> Double {
    guard number > 0 else { return 0 }
    var unit = 1.0
    while number / unit >= 1_000 { unit *= 10 }
    var parts = 1.0
    while unit == 1, number * parts < 100, parts < 1e12 { parts *= 10 }
    return Double(Int64(number * parts / unit + 0.5)) * unit / parts
  }
}

extension Assumption {
  /// Every assumption of a scenario that no hypothesis sets: those are varied by the hypotheses.
  public static func all(of scenario: OutageScenario, in file: ScenarioFile) -> [Assumption] {
    scenario.declarations.compactMap(Assumption.init).filter { assumption in
      !file.hypotheses.contains { $0.patch.sets(assumption.path) }
    }
  }
}

extension DocumentValue {
  /// Whether a patch sets the parameter with a dotted path, or something around it.
  fileprivate func sets(_ path: String) -> Bool {
    var value = self
    for key in path.split(separator: ".") {
      guard value.members != nil else { return true }
      guard let next = value[String(key)] else { return false }
      value = next
    }
    return true
  }
}
