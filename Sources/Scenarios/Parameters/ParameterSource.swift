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

  /// `postmortem`, `operations`, `recorded`, `assumption` or `derived`.
  public var name: String {
    switch self {
    case .postmortem: "postmortem"
    case .operations: "operations"
    case .recorded: "recorded"
    case .assumption: "assumption"
    case .derived: "derived"
    }
  }

  /// The remark, empty when there is none.
  public var remark: String {
    switch self {
    case .postmortem(let text), .recorded(let text), .assumption(let text), .derived(let text): text
    case .operations: ""
    }
  }

  public var isAssumption: Bool {
    if case .assumption = self { true } else { false }
  }
}
