import SimulationKernel

extension Invariant {
  /// An expression that has been checked, ready to be evaluated.
  ///
  /// A value that is not there is NaN, and so is what is made of it; what is not finite is not there.
  indirect enum Node: Sendable {
    case constant(Double)
    /// By its number, times a factor that brings it to seconds where it is a time.
    case signal(Int, factor: Double)
    case negative(Node)
    case arithmetic(Operator, Node, Node)
    /// By its place among the formula's windows.
    case window(Int)
    case not(Node)
    case logical(Operator, Node, Node)
    case comparison(Comparison)
  }

  /// Two quantities beside each other, with what a report says of them.
  struct Comparison: Sendable {
    let operation: Operator
    let left: Side
    let right: Side
  }

  struct Side: Sendable {
    /// As it is compared: a part that is held against a percentage is divided by its whole.
    let node: Node
    /// As it is written.
    let text: String
    /// As it is told: before the division.
    let shown: Node
    let dimension: Dimension
    /// All of what it counts a part of.
    let whole: Node?
    let isConstant: Bool
    /// Signals inside of an expression that is more than one, to be told beside it.
    let parts: [Part]

    struct Part: Sendable {
      let text: String
      let node: Node
      let dimension: Dimension
    }
  }

  /// A function over a span of time.
  struct WindowPlan: Sendable {
    enum Input: Sendable {
      case value(Node)
      /// Of the distribution with this number.
      case distribution(Int)
    }

    let function: Function
    let input: Input
    /// nil: since the start of the run; of a distribution, since the last look.
    let span: Duration?
  }

  /// Everything that a formula needs.
  struct Plan: Sendable {
    /// One, or of `leadsTo` two.
    var conditions: [Node] = []
    /// Inner ones come before those that they stand in.
    var windows: [WindowPlan] = []
    /// Numbers of the signals that are read, rising.
    var values: [Int] = []
    var distributions: [Int] = []
  }

  /// Whether a condition holds; unknown when something in it has no value.
  enum Truth: Sendable, Equatable {
    case no, unknown, yes

    init(_ flag: Bool) { self = flag ? .yes : .no }

    var negated: Truth {
      switch self {
      case .no: .yes
      case .unknown: .unknown
      case .yes: .no
      }
    }
  }

  /// What a plan is evaluated on.
  struct Moment: Sendable {
    /// By the signals' numbers.
    let values: [Double]
    /// By the windows' places.
    let windows: [Double]
  }
}

extension Invariant.Node {
  func value(_ moment: Invariant.Moment) -> Double {
    switch self {
    case .constant(let value): return value
    case .signal(let number, let factor): return moment.values[number] * factor
    case .negative(let operand): return -operand.value(moment)
    case .window(let place): return moment.windows[place]
    case .arithmetic(let operation, let left, let right):
      let (left, right) = (left.value(moment), right.value(moment))
      let result =
        switch operation {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .over: left / right
        case .or, .and, .less, .atMost, .greater, .atLeast, .equal, .unequal: Double.nan
        }
      return result.isFinite ? result : .nan
    case .not, .logical, .comparison: return .nan
    }
  }

  /// By Kleene's logic: what is unknown stays so unless the other side decides alone.
  func truth(_ moment: Invariant.Moment) -> Invariant.Truth {
    switch self {
    case .not(let operand): return operand.truth(moment).negated
    case .logical(let operation, let left, let right):
      let (left, right) = (left.truth(moment), right.truth(moment))
      let decisive: Invariant.Truth = operation == .and ? .no : .yes
      if left == decisive || right == decisive { return decisive }
      return left == .unknown || right == .unknown ? .unknown : decisive.negated
    case .comparison(let comparison): return comparison.truth(moment)
    case .constant, .signal, .negative, .arithmetic, .window: return .unknown
    }
  }
}

extension Invariant.Comparison {
  func truth(_ moment: Invariant.Moment) -> Invariant.Truth {
    let (left, right) = (left.node.value(moment), right.node.value(moment))
    guard left.isFinite, right.isFinite else { return .unknown }
    return switch operation {
    case .less: Invariant.Truth(left < right)
    case .atMost: Invariant.Truth(left <= right)
    case .greater: Invariant.Truth(left > right)
    case .atLeast: Invariant.Truth(left >= right)
    case .equal: Invariant.Truth(left == right)
    case .unequal: Invariant.Truth(left != right)
    case .or, .and, .plus, .minus, .times, .over: .unknown
    }
  }
}
