/// A mistake on the command line, and what may help.
struct UsageError: Error, Sendable, Equatable {
  let message: String
  let help: [String]

  init(_ message: String, help: String?...) {
    self.message = message
    self.help = help.compactMap { $0 }
  }
}

/// Why a command gave up.
enum CommandFailure: Error, Sendable {
  case usage(UsageError)
  /// Rendered errors of scenarios or patches.
  case scenario(String)
  case inputOutput(FileProblem)
  /// Input or output that may work at another time; nothing is lost.
  case tryAgain(FileProblem)
}
