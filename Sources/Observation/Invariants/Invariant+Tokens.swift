import Scenarios
import SimulationKernel

extension Invariant {
  /// A word, number or sign of an expression.
  struct Token: Sendable {
    enum Kind: Sendable, Equatable {
      case word(String)
      case number(Double)
      case percent(Double)
      case duration(Duration)
      case rate(Double, RateUnit)
      case clock(Instant)
      /// One of `( ) , : < <= > >= == != + - * /`.
      case sign(String)
      /// What could not be read; its error has been told.
      case invalid
      case end
    }

    let kind: Kind
    let range: Range<Int>
  }

  /// What is wrong with an expression, at a place of its text.
  struct Problem: Sendable {
    let kind: ScenarioError.Kind
    let message: String
    let range: Range<Int>
    let help: String?

    init(
      _ message: String, at range: Range<Int>, kind: ScenarioError.Kind = .syntax,
      help: String? = nil
    ) {
      self.kind = kind
      self.message = message
      self.range = range
      self.help = help
    }
  }

  /// Cuts a text into tokens; what it cannot read it reports and passes over.
  struct Tokenizer {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var problems: [Problem] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func tokens() -> [Token] {
      var tokens: [Token] = []
      repeat { tokens.append(next()) } while tokens[tokens.count - 1].kind != .end
      return tokens
    }

    private mutating func next() -> Token {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
        position += 1
      }
      let start = position
      guard start < bytes.count else { return Token(kind: .end, range: start..<start) }
      let byte = bytes[start]
      let kind: Token.Kind
      if Self.isDigit(byte) {
        kind = number()
      } else if Self.isLetter(byte) {
        kind = word()
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        kind = quoted(byte)
      } else {
        kind = sign()
      }
      return Token(kind: kind, range: start..<position)
    }

    private mutating func report(_ message: String, from start: Int, help: String?) -> Token.Kind {
      problems.append(Problem(message, at: start..<position, help: help))
      return .invalid
    }

    private func text(from start: Int) -> String {
      String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Letters and digits, joined by single dots.
    private mutating func word() -> Token.Kind {
      let start = position
      while position < bytes.count {
        if Self.isLetter(bytes[position]) || Self.isDigit(bytes[position]) {
          position += 1
        } else if bytes[position] == UInt8(ascii: "."), position + 1 < bytes.count,
          Self.isLetter(bytes[position + 1])
        {
          position += 1
        } else {
          break
        }
      }
      return .word(text(from: start))
    }

    private mutating func quoted(_ quote: UInt8) -> Token.Kind {
      let start = position
      position += 1
      while position < bytes.count, bytes[position] != quote { position += 1 }
      guard position < bytes.count else {
        return report("the quote is not closed", from: start, help: nil)
      }
      position += 1
      let inner = String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
      return clock(inner, from: start)
    }

    private mutating func clock(_ text: String, from start: Int) -> Token.Kind {
      if let instant = Instant(parsing: text) { return .clock(instant) }
      return report(
        "'\(Visible.text(text))' is not a clock time", from: start,
        help: "such as \"15:32\", or \"1d 00:30:00\" on the next day")
    }

    private mutating func sign() -> Token.Kind {
      let start = position
      position += 1
      let pair =
        position < bytes.count
        ? String(decoding: [bytes[start], bytes[position]], as: UTF8.self) : ""
      if ["<=", ">=", "==", "!="].contains(pair) {
        position += 1
        return .sign(pair)
      }
      if ["&&", "||", "<>", "=>", "=<"].contains(pair) {
        position += 1
        let meant = ["&&": "and", "||": "or", "<>": "!=", "=>": ">=", "=<": "<="][pair]
        return report(
          "'\(pair)' is no sign of this language", from: start,
          help: meant.map { "write '\($0)'" })
      }
      // A character may be several bytes.
      while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
      let single = text(from: start)
      if ["(", ")", ",", ":", "<", ">", "+", "-", "*", "/"].contains(single) {
        return .sign(single)
      }
      let help: String? =
        switch single {
        case "=": "write '=='"
        case "!": "write 'not'"
        case "%": "a percentage is written without a space: 99%"
        case "≤": "write '<='"
        case "≥": "write '>='"
        case "[", "{": "group with parentheses"
        default: nil
        }
      return report(
        "'\(Visible.text(single))' is no sign of this language", from: start, help: help)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    private static func isLetter(_ byte: UInt8) -> Bool {
      (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
  }
}

// MARK: Numbers

extension Invariant.Tokenizer {
  /// A number with what belongs to it: `99%`, `250ms`, `4000/s`, `15:32`.
  private mutating func number() -> Invariant.Token.Kind {
    let start = position
    skipDigits()
    if position < bytes.count, bytes[position] == UInt8(ascii: ":"), isDigit(after: 1) {
      while position < bytes.count,
        Self.isDigit(bytes[position]) || ":.".utf8.contains(bytes[position])
      {
        position += 1
      }
      return clock(text(from: start), from: start)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "."), isDigit(after: 1) {
      position += 1
      skipDigits()
    }
    let plainEnd = position
    skipExponent()
    let number = text(from: start)
    guard let value = Double(number), value.isFinite else {
      return report("'\(number)' is too large", from: start, help: nil)
    }
    guard position < bytes.count else { return .number(value) }
    if bytes[position] == UInt8(ascii: "%") {
      position += 1
      return .percent(value)
    }
    if let unit = rateUnit {
      position += 2
      return .rate(value, unit)
    }
    guard Self.isLetter(bytes[position]) || bytes[position] >= 0x80 else { return .number(value) }
    position = plainEnd
    while position < bytes.count,
      Self.isLetter(bytes[position]) || Self.isDigit(bytes[position]) || bytes[position] >= 0x80
        || bytes[position] == UInt8(ascii: ".")
    { position += 1 }
    let span = text(from: start)
    if let duration = Duration(parsing: Self.plainMicro(span)) { return .duration(duration) }
    return report(
      "'\(Visible.text(span))' is not a quantity", from: start,
      help: "durations are 250ms, 15m or 2h30m; shares 99%; rates 4000/s")
  }

  private mutating func skipDigits() {
    while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
  }

  private mutating func skipExponent() {
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    let isSigned = position + 1 < bytes.count && "+-".utf8.contains(bytes[position + 1])
    guard isDigit(after: isSigned ? 2 : 1) else { return }
    position += isSigned ? 2 : 1
    skipDigits()
  }

  private func isDigit(after count: Int) -> Bool {
    position + count < bytes.count && Self.isDigit(bytes[position + count])
  }

  /// The unit of `/s` that stands here, if nothing else begins with it.
  private var rateUnit: Invariant.RateUnit? {
    guard bytes[position] == UInt8(ascii: "/"), position + 1 < bytes.count else { return nil }
    if position + 2 < bytes.count {
      let next = bytes[position + 2]
      guard !Self.isLetter(next), !Self.isDigit(next), next != UInt8(ascii: ".") else { return nil }
    }
    return Invariant.RateUnit(rawValue: String(decoding: [bytes[position + 1]], as: UTF8.self))
  }

  /// Both micro signs are written in practice.
  private static func plainMicro(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    return String(text.map { $0 == "µ" || $0 == "\u{3BC}" ? "u" : $0 })
  }
}
