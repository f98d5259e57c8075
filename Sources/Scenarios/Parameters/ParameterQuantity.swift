import SimulationKernel

/// What kind of number a parameter is, so that its text can be read, changed and written.
public enum ParameterQuantity: String, Sendable, Hashable {
  /// In nanoseconds.
  case duration
  /// Per second.
  case rate
  case whole
  /// A number, share or probability.
  case real

  /// - Returns: nil for a kind that is no quantity.
  public init?(_ kind: ParameterDeclaration.Kind) {
    switch kind {
    case .duration: self = .duration
    case .rate: self = .rate
    case .integer: self = .whole
    case .number, .share, .probability: self = .real
    case .clock, .scale, .flag, .choice, .choiceOrDuration, .text, .seed: return nil
    }
  }

  /// The number that a text stands for; nil where it stands for none of this quantity.
  public func number(_ text: String) -> Double? {
    let number: Double?
    switch self {
    case .duration: number = Duration(parsing: text).map { Double($0.nanoseconds) }
    case .rate: number = text.hasSuffix("/s") ? Double(text.dropLast(2)) : nil
    case .whole, .real: number = Self.plainNumber(text)
    }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func plainNumber(_ text: String) -> Double? {
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
    let parts = text.split(separator: "/")
    guard parts.count == 2 else { return Double(text) }
    guard let top = Double(parts[0]), let bottom = Double(parts[1]), bottom > 0 else {
      return nil
    }
    return top / bottom
  }

  /// As a scenario would have it, with so many decimal digits that count.
  ///
  /// - Precondition: The number is finite; below zero, it is written as zero. What is too large for
  ///   an integer of the quantity is written as the largest.
  public func text(_ number: Double, digits: Int = 3) -> String {
    let number = Self.significant(number, digits)
    switch self {
    case .duration: return Duration(nanoseconds: Self.whole(number)).description
    case .rate: return Self.plain(number) + "/s"
    case .whole: return "\(Self.whole(number + 0.5))"
    case .real: return Self.plain(number)
    }
  }

  /// The number that `text` writes.
  public func rounded(_ number: Double, digits: Int = 3) -> Double {
    self.number(text(number, digits: digits)) ?? number
  }

  private static func whole(_ number: Double) -> Int64 {
    number < 9e18 ? Int64(number) : .max
  }

  private static func plain(_ number: Double) -> String {
    number < 9e15 && number == Double(Int64(number)) ? "\(Int64(number))" : "\(number)"
  }

  private static func significant(_ number: Double, _ digits: Int) -> Double {
    precondition(digits > 0 && digits < 16, "1 to 15 digits count: \(digits)")
    guard number > 0 else { return 0 }
    var limit = 1.0
    for _ in 0..<digits { limit *= 10 }
    var unit = 1.0
    while number / unit >= limit { unit *= 10 }
    var parts = 1.0
    while unit == 1, number * parts < limit / 10, parts < 1e12 { parts *= 10 }
    return Double(Int64(number * parts / unit + 0.5)) * unit / parts
  }
}
