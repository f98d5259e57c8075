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
  /// Whether the scenario refused an end, so that the range ends where it accepts it.
  public let isNarrowed: Bool
  private let span: Span

  private enum Span: Sendable {
    case words([String])
    case number(ParameterQuantity, low: Double, high: Double, present: Double)
  }

  /// Why a parameter without a source is not varied.
  public enum Omission: String, Error, CaseIterable, Sendable {
    /// Times, delays, rates and rules under `operators`, `faults` and `alerts`: what people decided
    /// and what broke is the account's, and no property of the model.
    case plan
    /// A list or an element of one, which the scenario spells out: a patch cannot change it by itself.
    case list
    /// A clock time, a text, or a number that is not there: there is no range to walk.
    case rangeless
    /// A count, a time or a rate of nothing: no scale says how much of it could be.
    case nothing
    /// Set on the command line.
    case chosen
    /// Set by a hypothesis, where hypotheses are settings of their own.
    case hypothesis
    /// The scenario refuses every other value, or some between those that it accepts.
    case refused

    /// Whether it is an assumption that was left out, and not the scenario's own account.
    public var isOfAssumption: Bool { self != .plan && self != .list }
  }

  /// From where on a range is too wide to be a belief.
  ///
  /// A range whose upper end is more than this many times its lower one, or begins at zero and goes
  /// on for this many times the value, is there to catch mistakes; it says nothing of what is likely.
  /// Half and double the value stand for it.
  public static let wideRatio = 100.0

  /// Entries of these keys are inputs of the account.
  static let plans = ["operators.", "faults.", "alerts."]

  /// A parameter without a source as an assumption.
  ///
  /// - Throws: Why it cannot be varied.
  public init(_ declaration: ParameterDeclaration) throws(Omission) {
    path = declaration.path
    value = declaration.valueText
    isNarrowed = false
    guard !Self.plans.contains(where: declaration.path.hasPrefix) else { throw .plan }
    guard !declaration.isList, !declaration.path.contains("[") else { throw .list }
    switch declaration.kind {
    case .flag: span = .words(["false", "true"])
    case .choice: span = .words(declaration.choices)
    case .duration, .rate, .integer, .number, .share, .probability:
      guard let quantity = ParameterQuantity(declaration.kind),
        let present = quantity.number(value),
        let lower = declaration.lowerText.flatMap(quantity.number),
        let upper = declaration.upperText.flatMap(quantity.number)
      else { throw .rangeless }
      // A share or a factor has a scale of its own; what is counted in units has none at zero.
      guard present > 0 || quantity == .real || quantity == .whole && upper <= Self.wideRatio
      else { throw .nothing }
      let (low, high) = Self.likely(lower, upper, around: present)
      guard low < high else { throw .rangeless }
      span = .number(quantity, low: low, high: high, present: present)
    case .clock, .scale, .choiceOrDuration, .text, .seed: throw .rangeless
    }
    ends = Self.ends(of: span, besides: value)
    guard !ends.isEmpty else { throw .rangeless }
  }

  private init(_ assumption: Assumption, _ span: Span) throws(Omission) {
    path = assumption.path
    value = assumption.value
    self.span = span
    isNarrowed = true
    ends = Self.ends(of: span, besides: value)
    guard !ends.isEmpty else { throw .refused }
  }

  private static func ends(of span: Span, besides value: String) -> [String] {
    let texts: [String]
    switch span {
    case .words(let words): texts = [words.first, words.last].compactMap { $0 }
    case .number(let quantity, let low, let high, _):
      texts = [quantity.text(low), quantity.text(high)]
    }
    return texts.enumerated().filter {
      $0.element != value && texts.firstIndex(of: $0.element) == $0.offset
    }
    .map(\.element)
  }

  /// This assumption, as far as the scenario accepts it when everything else is as written.
  ///
  /// A word that is refused is left out. An end that is refused is taken back towards the value, by
  /// halves, to where it is accepted.
  ///
  /// - Parameters:
  ///   - places: Between the ends, from 0 to 1, that must be accepted too.
  ///   - isAccepted: Whether the scenario accepts a value.
  /// - Returns: The assumption with the range that is left.
  /// - Throws: `refused` when nothing but the value itself is left, or a place is refused.
  func narrowed(
    places: [Double], where isAccepted: (String) -> Bool
  ) throws(Omission) -> Assumption {
    // The ends are places too; each value is asked for once.
    var known = [value: true]
    func accepts(_ text: String) -> Bool {
      if let answer = known[text] { return answer }
      let answer = isAccepted(text)
      known[text] = answer
      return answer
    }
    switch span {
    case .words(let words):
      let kept = words.filter(accepts)
      return kept.count == words.count ? self : try Assumption(self, .words(kept))
    case .number(let quantity, let low, let high, let present):
      func end(_ wanted: Double) -> Double {
        guard !accepts(quantity.text(wanted)) else { return wanted }
        var (inner, outer) = (present, wanted)
        for _ in 0..<Self.halvings {
          let middle = (inner + outer) / 2
          if accepts(quantity.text(middle)) { inner = middle } else { outer = middle }
        }
        return inner
      }
      let (first, last) = (end(low), end(high))
      let result =
        first == low && last == high
        ? self
        : try Assumption(self, .number(quantity, low: first, high: last, present: present))
      // Only whole numbers have gaps, such as even numbers of members.
      guard quantity != .whole || places.allSatisfy({ accepts(result.text(at: $0)) }) else {
        throw .refused
      }
      return result
    }
  }

  private static let halvings = 8

  /// The value at a place from 0, the lower end, to 1, the upper one; evenly between them on a
  /// logarithmic scale where the range spans more than a factor of ten.
  public func text(at place: Double) -> String {
    switch span {
    case .words(let words):
      return words[min(words.count - 1, max(0, Int(place * Double(words.count))))]
    case .number(let quantity, let low, let high, _):
      let number =
        low > 0 && high / low > 10
        ? low * KernelMath.exp(place * KernelMath.log(high / low)) : low + place * (high - low)
      return quantity.text(min(high, max(low, number)))
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
}
