/// Where a parameter's default comes from: how far a result that rests on it is to be trusted.
public enum ParameterSource: Sendable, Equatable {
  /// The published account of the outage, with the place in it.
  case postmortem(String = "")
  /// The overview of production operations: plausible, not measured.
  case operations
  /// Measured on the real software, with the recording.
  case recorded(String = "")
  /// Nobody knows; the argument for the default.
  case assumption(String = "")
  /// Follows from something else, which the text names.
  case derived(String)
  /// The author's choice, such as the scenario's name, or when an operator does something.
  case scenario

  /// `postmortem`, `operations`, `recorded`, `assumption`, `derived` or `scenario`.
  public var name: String {
    switch self {
    case .postmortem: "postmortem"
    case .operations: "operations"
    case .recorded: "recorded"
    case .assumption: "assumption"
    case .derived: "derived"
    case .scenario: "scenario"
    }
  }

  /// The remark, empty when there is none.
  public var remark: String {
    switch self {
    case .postmortem(let text), .recorded(let text), .assumption(let text), .derived(let text): text
    case .operations, .scenario: ""
    }
  }

  public var isAssumption: Bool {
    if case .assumption = self { true } else { false }
  }
}
