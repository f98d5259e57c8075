/// What the executable tells the shell; a promise to scripts.
enum ExitCode: Int32, CaseIterable, Sendable {
  case held = 0
  /// An invariant, fact or conformance case failed; `format --check` found a file to format.
  case failed = 1
  /// A usage or scenario error.
  case usage = 2
  /// Stopped early.
  case incomplete = 3
  case nothingSelected = 4
  /// The same run twice was not the same.
  case nondeterminism = 5
  /// A fault of this program.
  case bug = 70
  case inputOutput = 74
  /// Input or output failed in a way that may pass: a full disk, a server that is away.
  case tryAgain = 75
  case interrupted = 130

  /// In words, for the help.
  var meaning: String {
    switch self {
    case .held: "everything held"
    case .failed: "an invariant, a fact or a conformance case failed"
    case .usage: "usage or scenario error"
    case .incomplete: "incomplete: stopped early, or shards are missing"
    case .nothingSelected: "nothing selected"
    case .nondeterminism: "the same run twice was not the same"
    case .bug: "a fault of hindsight"
    case .inputOutput: "input or output failed"
    case .tryAgain: "input or output failed for now: try again"
    case .interrupted: "interrupted"
    }
  }
}
