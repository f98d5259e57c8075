import SimulationKernel

// MARK: Time

extension ParameterFormat where Value == Duration {
  public static var duration: ParameterFormat {
    ParameterFormat(
      .duration, noun: "a duration", placeholder: .zero,
      parse: { (value) throws(ParameterProblem) in
        let help = "write a unit, such as \"60s\""
        guard let text = value.string else {
          guard case .number(let number) = value.content else {
            throw .wrongType("a duration", value, help: "such as \"60s\"")
          }
          throw .missingUnit(
            "a duration", value, help: "write a unit, such as \"\(number.shortText)s\"")
        }
        do throws(Units.Failure) {
          return try Units.duration(text)
        } catch .missingUnit {
          throw .missingUnit("a duration", value, help: help)
        } catch {
          throw problem(error, "a duration", value, units: Units.durationUnits.map(\.name))
        }
      },
      text: { Units.text($0) })
  }
}

extension ParameterFormat where Value == Instant {
  public static var clock: ParameterFormat {
    ParameterFormat(
      .clock, noun: "a clock time", placeholder: .start,
      parse: { (value) throws(ParameterProblem) in
        let help = "such as \"14:18:00\", or \"1d 00:30:00\" on the next day"
        guard let text = value.string else { throw .wrongType("a clock time", value, help: help) }
        do throws(Units.Failure) {
          return try Units.clock(text)
        } catch .tooFine {
          throw ParameterProblem(.outOfRange, "is finer than a nanosecond")
        } catch .tooLarge {
          throw ParameterProblem(.outOfRange, "is \(Visible.quoted(text)), too late to be counted")
        } catch {
          throw .wrongType("a clock time", value, help: help)
        }
      },
      text: { Units.text($0) })
  }
}

// MARK: Numbers

extension ParameterFormat where Value == Int {
  public static var integer: ParameterFormat {
    ParameterFormat(
      .integer, noun: "a whole number", placeholder: 0,
      parse: { (value) throws(ParameterProblem) in
        guard let number = value.number else {
          throw .wrongType("a whole number", value, help: bareNumberHelp(value))
        }
        do throws(ExactDecimal.Failure) {
          guard let decimal = ExactDecimal(number.text) else { throw .notWhole }
          return Int(try decimal.int64())
        } catch .tooLarge {
          throw ParameterProblem(.outOfRange, "is \(number.shortText), which 64 bits do not hold")
        } catch {
          throw .wrongType("a whole number", value)
        }
      },
      text: { "\($0)" }, json: { .integer(Int64($0)) })
  }
}

extension ParameterFormat where Value == Double {
  public static var number: ParameterFormat {
    ParameterFormat(
      .number, noun: "a number", placeholder: 0,
      parse: { (value) throws(ParameterProblem) in
        guard let number = value.number else {
          throw .wrongType("a number", value, help: bareNumberHelp(value))
        }
        return try finite(number.double, number.shortText)
      },
      text: { plain($0) }, json: { .number($0) })
  }

  /// A part of a whole, `"50%"` or `0.5`; the nearest double of the exact decimal.
  public static var share: ParameterFormat {
    ParameterFormat(
      .share, noun: "a share", placeholder: 0,
      parse: { (value) throws(ParameterProblem) in
        let (decimal, shift, shown) = try percentage(value, noun: "a share")
        return try finite(DocumentNumber(checked: decimal.text(shift: shift)).double, shown)
      },
      text: { percentText($0) }, json: { .number($0) })
  }

  /// Events per second from `"4000/s"`, `"120/m"`, `"30/h"` or `"5/d"`.
  public static var rate: ParameterFormat {
    ParameterFormat(
      .rate, noun: "a rate", placeholder: 0,
      parse: { (value) throws(ParameterProblem) in
        guard let text = value.string else {
          guard let number = value.number else {
            throw .wrongType("a rate", value, help: "such as \"4000/s\"")
          }
          throw .missingUnit(
            "a rate", value, help: "write a unit, such as \"\(number.shortText)/s\"")
        }
        let (decimal, unit) = try rateParts(text, value)
        return try finite(DocumentNumber(checked: decimal.text(shift: 0)).double, text)
          / unit.seconds
      },
      text: { rateText($0) })
  }

  private static func rateParts(
    _ text: String, _ value: DocumentValue
  ) throws(ParameterProblem) -> (ExactDecimal, (name: String, seconds: Double)) {
    do throws(Units.Failure) {
      let (decimal, rest) = try Units.split(text)
      guard !rest.isEmpty else { throw .missingUnit }
      guard let unit = rateUnits.first(where: { rest == "/\($0.name)" }) else {
        throw .unknownUnit(rest)
      }
      return (decimal, unit)
    } catch .missingUnit {
      throw .missingUnit("a rate", value, help: "write a unit, such as \"4000/s\"")
    } catch {
      throw problem(error, "a rate", value, units: rateUnits.map { "/\($0.name)" })
    }
  }

  private static var rateUnits: [(name: String, seconds: Double)] {
    [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
  }

  /// In the first unit in which the rate is whole, per second otherwise.
  private static func rateText(_ rate: Double) -> String {
    for unit in rateUnits {
      // The product may have been rounded to a whole number that reads back as another rate.
      if let count = whole(rate * unit.seconds), Double(count) / unit.seconds == rate {
        return "\(count)/\(unit.name)"
      }
    }
    return "\(rate)/s"
  }

  private static func percentText(_ share: Double) -> String {
    // Through the decimal text: 0.07 * 100 is not 7 in binary.
    guard let decimal = ExactDecimal(share.description),
      let percent = Double(decimal.text(shift: 2))
    else { return "\(share)" }
    return "\(plain(percent))%"
  }

  /// Whole numbers without `.0`.
  fileprivate static func plain(_ value: Double) -> String {
    whole(value).map { "\($0)" } ?? "\(value)"
  }

  /// The whole number that `value` is, within the doubles that count every one.
  ///
  /// Through truncation: `Int64(exactly:)` would call the C library.
  private static func whole(_ value: Double) -> Int64? {
    guard value > -9e15, value < 9e15 else { return nil }
    let count = Int64(value)
    return Double(count) == value ? count : nil
  }

  fileprivate static func finite(
    _ value: Double?, _ shown: String
  ) throws(ParameterProblem) -> Double {
    guard let value else {
      throw ParameterProblem(
        .outOfRange, "is \(Visible.quoted(shown)), beyond what a double holds")
    }
    return value
  }
}

// MARK: Exact fractions

extension ParameterFormat where Value == ExactFraction {
  /// A probability, exactly: `1e-7`, `"0.5%"`, `"1/3"`.
  public static var probability: ParameterFormat { fraction(.probability, "a probability") }

  /// A size relative to the real one, exactly: `"1/10"`, `1`, `0.5`.
  public static var scale: ParameterFormat { fraction(.scale, "a scale") }

  private static func fraction(
    _ kind: ParameterDeclaration.Kind, _ noun: String
  ) -> ParameterFormat {
    ParameterFormat(
      kind, noun: noun, placeholder: .zero,
      parse: { (value) throws(ParameterProblem) in
        if let text = value.string, text.contains("/") {
          let parts = text.split(separator: "/", omittingEmptySubsequences: false)
          guard parts.count == 2, let top = wholeNumber(parts[0]),
            let bottom = wholeNumber(parts[1]), let fraction = ExactFraction(top, bottom)
          else { throw .wrongType(noun, value, help: "such as \"1/10\"") }
          return fraction
        }
        let (decimal, shift, shown) = try percentage(value, noun: noun)
        guard !decimal.isNegative else {
          throw ParameterProblem(.outOfRange, "is \(Visible.quoted(shown)), below zero")
        }
        guard let fraction = decimal.fraction(shift: shift) else {
          throw ParameterProblem(
            .outOfRange, "is \(Visible.quoted(shown)), which is no fraction of 64-bit numbers",
            help: "19 decimal places are the limit")
        }
        return fraction
      },
      text: { $0.description })
  }

  private static func wholeNumber(_ text: Substring) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy(NumberGrammar.isDigit) else { return nil }
    return UInt64(text)
  }
}

// MARK: Shared

extension DocumentValue {
  /// The number, when this is one.
  public var number: DocumentNumber? {
    if case .number(let number) = content { number } else { nil }
  }
}

/// `0.5`, `"0.5"` or `"50%"` as a decimal and the power of ten to multiply it with.
private func percentage(
  _ value: DocumentValue, noun: String
) throws(ParameterProblem) -> (decimal: ExactDecimal, shift: Int, shown: String) {
  if let number = value.number, let decimal = ExactDecimal(number.text) {
    return (decimal, 0, number.shortText)
  }
  let problem = ParameterProblem.wrongType(noun, value, help: "such as \"50%\" or 0.5")
  guard let text = value.string else { throw problem }
  do throws(Units.Failure) {
    let (decimal, rest) = try Units.split(text)
    switch rest {
    case "": return (decimal, 0, text)
    case "%": return (decimal, -2, text)
    default: throw .unknownUnit(rest)
    }
  } catch .unknownUnit(let unit) {
    throw ParameterProblem(
      .wrongUnit, "has the unknown unit \(Visible.quoted(unit))",
      help: "write a percentage such as \"50%\", or a number such as 0.5")
  } catch {
    throw problem
  }
}

private func bareNumberHelp(_ value: DocumentValue) -> String? {
  guard let text = value.string, DocumentNumber(text) != nil else { return nil }
  return "leave out the quotes: \(text)"
}

private func problem(
  _ failure: Units.Failure, _ noun: String, _ value: DocumentValue, units: [String]
) -> ParameterProblem {
  let list = units.joined(separator: ", ")
  switch failure {
  case .unknownUnit(let unit):
    return ParameterProblem(
      .wrongUnit, "has the unknown unit \(Visible.quoted(unit))", help: "units are \(list)")
  case .tooLarge:
    return ParameterProblem(.outOfRange, "is \(Visible.quoted(value.string ?? "")), too large")
  case .tooFine:
    return ParameterProblem(
      .outOfRange, "is \(Visible.quoted(value.string ?? "")), finer than a nanosecond")
  case .malformed, .missingUnit:
    return .wrongType(noun, value, help: "a number and a unit of \(list)")
  }
}
