import Experiments
import Reports
import Scenarios

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The step of a GitHub workflow that this process belongs to, if it does.
struct GitHubActions {
  /// Bytes that the summary of a step may have.
  private static let summaryLimit = 1 << 20

  private let workspace: String?
  private let summary: String?

  /// nil: this is no step of a workflow.
  init?() {
    guard Self.variable("GITHUB_ACTIONS") == "true" else { return nil }
    workspace = Self.variable("GITHUB_WORKSPACE")
    summary = Self.variable("GITHUB_STEP_SUMMARY")
  }

  /// Annotates files, on standard error, where the runner looks too and no result is disturbed; and
  /// adds to the step's summary.
  func tell(_ check: Check, reproduce: [String], on console: Console) {
    tell(
      WorkflowCommands.text(of: check, pathInRepository: pathInRepository),
      summary: { CheckSummary.text(of: check, reproduce: reproduce, limit: $0) }, on: console)
  }

  /// The same of a check that could not begin.
  func tell(_ refusal: CheckRefusal, reproduce: [String], on console: Console) {
    tell(
      WorkflowCommands.text(of: refusal, pathInRepository: pathInRepository),
      summary: { CheckSummary.text(of: refusal, reproduce: reproduce, limit: $0) }, on: console)
  }

  private func tell(_ commands: String, summary markdown: (Int) -> String, on console: Console) {
    console.report(commands)
    guard let summary else { return }
    let text = markdown(Self.summaryLimit - FileSystem.size(of: summary))
    do throws(FileProblem) {
      try FileSystem.append(text, to: summary)
    } catch {
      // The check itself has come to its end; its exit code is not the summary's.
      console.warn("no summary: \(TerminalText.safe(summary)): \(error.reason)")
    }
  }

  /// Annotations name files from the root of the repository.
  private func pathInRepository(_ path: String) -> String {
    guard let workspace = workspace.flatMap(FileSystem.absolute),
      let file = FileSystem.absolute(path), file.hasPrefix(workspace + "/")
    else { return path }
    return String(file.dropFirst(workspace.count + 1))
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
