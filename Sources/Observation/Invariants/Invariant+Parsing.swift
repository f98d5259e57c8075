import Scenarios
import SimulationKernel

extension Invariant {
  /// Reads an expression by recursive descent; after an error it goes on at the next comma or
  /// parenthesis, so that one reading finds what else is wrong.
  struct Parser {
    let tokens: [Token]
    var position = 0
    var depth = 0
    var problems: [Problem]
    /// The conditions that were read, whether they are part of a formula or not.
    var conditions: [Expression] = []

    /// Parentheses and operators inside of each other.
    static let depthMax = 64
    static let tokensMax = 1_000

    init(_ text: String) {
      var tokenizer = Tokenizer(text)
      var tokens = tokenizer.tokens()
      problems = tokenizer.problems
      if tokens.count > Self.tokensMax {
        let place = tokens[Self.tokensMax].range
        problems = [
          Problem(
            "an invariant has at most \(Self.tokensMax) words and signs", at: place, kind: .limit,
            help: "make several of it")
        ]
        tokens = [Token(kind: .end, range: place)]
      }
      self.tokens = tokens
    }

    var token: Token { tokens[position] }
    var isAtEnd: Bool { token.kind == .end }

    mutating func advance() {
      if position < tokens.count - 1 { position += 1 }
    }

    mutating func take(_ sign: String) -> Bool {
      guard token.kind == .sign(sign) else { return false }
      advance()
      return true
    }

    mutating func takeWord(_ word: String) -> Bool {
      guard token.kind == .word(word) else { return false }
      advance()
      return true
    }

    mutating func report(_ problem: Problem) {
      // A token that could not be read has been told of, and so has what does not fit behind it.
      if case .invalid = token.kind, problem.range == token.range { return }
      problems.append(problem)
    }

    /// Takes a sign that has to be here; passes over what is here instead, up to where the sign may
    /// be.
    ///
    /// - Returns: Whether the sign was there in the end.
    @discardableResult
    mutating func expect(_ sign: String, _ purpose: String) -> Bool {
      guard !take(sign) else { return true }
      guard !isDone else { return false }
      report(Problem("expected '\(sign)' \(purpose), found \(found)", at: token.range))
      skip()
      return take(sign)
    }

    /// That the text ends too early is no news once something was wrong with it.
    var isDone: Bool { isAtEnd && !problems.isEmpty }

    var found: String {
      switch token.kind {
      case .word(let word): "'\(word)'"
      case .sign(let sign): "'\(sign)'"
      case .number, .percent, .duration, .rate: "a quantity"
      case .clock: "a clock time"
      case .invalid: "something else"
      case .end: "the end"
      }
    }

    /// Passes over everything up to the comma or parenthesis that ends what is being read.
    mutating func skip() {
      var open = 0
      while !isAtEnd {
        if case .sign(let sign) = token.kind {
          if sign == "(" { open += 1 }
          if sign == ")" {
            if open == 0 { return }
            open -= 1
          }
          if sign == ",", open == 0 { return }
        }
        advance()
      }
    }
  }
}
