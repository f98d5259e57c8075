import Experiments
import Observation
import Reports
import Scenarios

/// What came of a scenario's runs, for a test to judge.
public struct ScenarioRuns: Sendable {
  let check: ScenarioCheck

  /// Whether the scenario is in no file that a command could be given.
  private let isText: Bool

  init(_ check: ScenarioCheck, isText: Bool) {
    self.check = check
    self.isText = isText
  }

  /// One per run, in order.
  public var seeds: [UInt64] { check.runs.records.map(\.seed) }
  /// The fingerprint of each run, sixteen hexadecimal digits: the same scenario, seed and version give
  /// the same.
  public var digests: [String] { check.runs.records.map(\.digest.description) }

  /// A figure of each run, by its name as `hindsight list metrics` has it; nil where a run has none.
  public func values(of metric: String) -> [Double?] {
    check.runs.records.map { $0.metrics[metric] }
  }

  /// Why an invariant or a fact does not hold, to be expected to be nil:
  /// `#expect(runs.failure(of: "clients.conserved") == nil)`.
  ///
  /// What could not be put to the test does not hold either: a test that runs into that proves
  /// nothing.
  ///
  /// - Parameter id: Of an invariant or a fact; of an effect, such as `faults.first-cut`,
  ///   `throttle` or `operators.raise-1`; or of a mitigation that was applied.
  /// - Returns: What the smallest failing seed did, how many fail, and the command that shows it; nil
  ///   when it holds in every seed.
  public func failure(of id: String) -> String? {
    let found = check.cases.filter { $0.id == id }
    guard !found.isEmpty else {
      let nearest = SimilarNames.nearest(to: id, among: check.cases.map(\.id))
      let help = nearest.map { "; did you mean '\($0)'?" } ?? ""
      return "there is no invariant or fact '\(id)'\(help)"
    }
    let failures = found.filter { $0.outcome != .passed }.map(text)
    return failures.isEmpty ? nil : failures.joined(separator: "\n")
  }

  /// Why anything does not hold, of all invariants and facts, and of whether runs repeat.
  ///
  /// What runs have no use for is left out; nil when nothing failed.
  public var failure: String? {
    let failures = check.cases.filter { $0.outcome == .failed }.map(text)
    return failures.isEmpty ? nil : failures.joined(separator: "\n")
  }

  /// What was put in and had no effect: faults, throttles, mitigations, invariants without an occasion.
  public var warnings: [String] { check.cases.filter { $0.outcome == .warned }.map(text) }

  private func text(of found: CheckCase) -> String {
    let finding =
      switch found.outcome {
      case .notReached: "the runs ended before it could be judged"
      case .notExercised: "the runs had no use for it"
      case .failed, .passed, .warned: CheckWords.findingWithSeed(found)
      }
    let title = found.title.isEmpty ? "" : " (\(found.title))"
    let head = "\(found.kind.rawValue) \(found.id)\(title): \(finding)"
    let command = ShellWords.line(CheckWords.reproduce(found, check))
    let last =
      isText
      ? "the scenario is text of the test; saved as '\(ScenarioUnderTest.textPath)', "
        + "to reproduce: \(command)"
      : "reproduce: \(command)"
    return ([head] + CheckWords.details(found) + [last]).joined(separator: "\n")
  }
}
