/// Calls whose requests came twice, and whose second answers nobody waits for.
///
/// A caller waits for one answer to one call: the one that comes first, whichever execution it is of.
/// Calls are told apart by what they say of themselves, so one that came twice on an earlier link as
/// well counts as one that is made twice.
struct DoubledCalls: Sendable {
  /// Who waits, and for the answer to what.
  enum Call: Hashable, Sendable {
    case session(Attempt)
    case remote(RemoteCall)
  }

  private struct Answers: Sendable {
    /// Answers that are to be dropped, and those let through for them.
    var surplus = 0
    var passed = 0
  }

  /// Only ever looked up: the order of its members does not matter to a run.
  private var calls: [Call: Answers] = [:]

  var isEmpty: Bool { calls.isEmpty }

  /// A request has come twice: there will be one answer too many.
  mutating func add(_ call: Call) { calls[call, default: Answers()].surplus += 1 }

  /// Takes note of an answer.
  ///
  /// - Returns: Whether the caller waits for it.
  mutating func passes(_ call: Call) -> Bool {
    guard var answers = calls[call] else { return true }
    if answers.passed < answers.surplus {
      answers.passed += 1
      calls[call] = answers
      return true
    }
    answers.surplus -= 1
    answers.passed -= 1
    calls[call] = answers.surplus > 0 ? answers : nil
    return false
  }
}
