import SimulationKernel

extension Invariant {
  /// Where a part of an expression stands in its text, in bytes.
  ///
  /// Equal to every other: two expressions are the same wherever they are written.
  public struct Place: Sendable, Equatable {
    public let range: Range<Int>

    public init(_ range: Range<Int>) { self.range = range }

    public static func == (left: Place, right: Place) -> Bool { true }
  }

  /// What is claimed of a whole run: one temporal operator around conditions.
  public enum Formula: Sendable, Equatable {
    case always(Expression)
    case never(Expression)
    /// Coverage: it is to happen in some run of many.
    case sometimes(Expression)
    case atEnd(Expression)
    case at(Instant, Expression)
    /// Without a span until the end of the run.
    case eventually(within: Duration?, Expression)
    case leadsTo(within: Duration?, Expression, Expression)
    case stays(for: Duration, Expression)
  }

  /// A condition or a quantity, as it is written.
  public indirect enum Expression: Sendable, Equatable {
    case number(Double, Place)
    /// Of a hundred: 99 is 99 %.
    case percent(Double, Place)
    case duration(Duration, Place)
    case rate(Double, RateUnit, Place)
    case signal(String, Place)
    case negative(Expression, Place)
    case not(Expression, Place)
    case binary(Operator, Expression, Expression)
    case call(Function, Expression, over: Duration?, Place)
    /// What could not be read; its error has been told.
    case invalid(Place)
  }

  public enum RateUnit: String, Sendable, CaseIterable {
    case second = "s"
    case minute = "m"
    case hour = "h"
    case day = "d"

    var seconds: Double {
      switch self {
      case .second: 1
      case .minute: 60
      case .hour: 3_600
      case .day: 86_400
      }
    }
  }

  public enum Operator: String, Sendable, CaseIterable {
    case or, and
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"

    /// A higher one binds more tightly; `not` is 3, the unary minus 7.
    var precedence: Int {
      switch self {
      case .or: 1
      case .and: 2
      case .less, .atMost, .greater, .atLeast, .equal, .unequal: 4
      case .plus, .minus: 5
      case .times, .over: 6
      }
    }

    var isComparison: Bool { precedence == 4 }
  }

  /// Figures of a signal over a span of time.
  public enum Function: String, Sendable, CaseIterable {
    case min, max, mean, delta, rate
    case p50, p90, p95, p99, p999

    /// The rank of a percentile, as a fraction.
    var rank: (UInt64, of: UInt64)? {
      switch self {
      case .p50: (50, 100)
      case .p90: (90, 100)
      case .p95: (95, 100)
      case .p99: (99, 100)
      case .p999: (999, 1_000)
      case .min, .max, .mean, .delta, .rate: nil
      }
    }
  }

  /// The operators of `Formula`, as they are written.
  enum Temporal: String, CaseIterable {
    case always, never, sometimes, atEnd, at, eventually, leadsTo, stays
  }
}

extension Invariant.Expression {
  /// Where it stands, without the parentheses around it.
  var range: Range<Int> {
    switch self {
    case .number(_, let place), .percent(_, let place), .duration(_, let place),
      .rate(_, _, let place), .signal(_, let place), .negative(_, let place), .not(_, let place),
      .call(_, _, _, let place), .invalid(let place):
      place.range
    case .binary(_, let left, let right):
      left.range.lowerBound..<Swift.max(left.range.lowerBound, right.range.upperBound)
    }
  }
}

extension Invariant.Formula {
  /// The conditions in the order in which they are written.
  var conditions: [Invariant.Expression] {
    switch self {
    case .always(let condition), .never(let condition), .sometimes(let condition),
      .atEnd(let condition), .at(_, let condition), .eventually(_, let condition),
      .stays(_, let condition):
      [condition]
    case .leadsTo(_, let cause, let effect): [cause, effect]
    }
  }

  /// The span that is written for it.
  var span: Duration? {
    switch self {
    case .always, .never, .sometimes, .atEnd, .at: nil
    case .eventually(let span, _), .leadsTo(let span, _, _): span
    case .stays(let span, _): span
    }
  }
}
