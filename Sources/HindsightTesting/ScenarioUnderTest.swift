import Experiments
import Foundation
import Scenarios
import SimulationKernel
import Systems

/// A scenario that a test runs on several seeds.
///
///     let scenario = try ScenarioUnderTest(contentsOf: "scenarios/discord-2020-03-16.json")
///     let runs = try await scenario.scaled(to: "1/2000").setting("announce.segments=1").run(seeds: 20)
///     #expect(runs.failure(of: "clients.conserved") == nil)
///
/// A value: what is made of it by patches leaves it as it was. A scenario is the same in every test
/// and on every machine; so are its runs.
public struct ScenarioUnderTest: Sendable {
  /// What reproduce lines call a scenario that is in no file.
  static let textPath = "scenario.json"

  /// nil: it is text that stands in no file.
  private let path: String?
  private let source: SourceText
  private var patches: [PatchSelection] = []
  private var until: String?

  /// Reads a scenario from a file.
  ///
  /// - Parameter path: From the working directory, which of `swift test` is the package's folder.
  /// - Throws: What the system says of a file that it cannot read.
  public init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    self.init(path: path, bytes: Array(data))
  }

  /// A scenario that a test has as text, JSON with comments.
  public init(text: String) {
    self.init(path: nil, bytes: Array(text.utf8))
  }

  private init(path: String?, bytes: [UInt8]) {
    self.path = path
    source = SourceText(name: path ?? "<scenario>", bytes: bytes)
  }

  // MARK: Patches, applied from left to right

  /// With a parameter changed: `PATH=VALUE`, as with `--set`.
  public func setting(_ assignment: String) -> Self { patched(.set(assignment)) }

  /// With a mitigation of the scenario.
  public func mitigated(by name: String) -> Self { patched(.mitigation(name)) }

  /// Under another hypothesis of the scenario.
  public func supposing(_ name: String) -> Self { patched(.hypothesis(name)) }

  /// With a share of the users and capacities, such as `1/2000`.
  ///
  /// Debug builds are slow: a test wants a small one.
  public func scaled(to scale: String) -> Self {
    patched(.scale(scale))
  }

  /// Ended early, at a clock time such as `14:30`.
  public func ended(at time: String) -> Self {
    var copy = self
    copy.until = time
    return copy
  }

  private func patched(_ patch: PatchSelection) -> Self {
    var copy = self
    copy.patches.append(patch)
    return copy
  }

  // MARK: Running

  /// Runs it on several seeds, one after the other from the scenario's own on.
  ///
  /// - Parameters:
  ///   - seeds: How many; above zero.
  ///   - first: Another first seed; nil: the scenario's.
  ///   - jobs: Runs at a time; what comes out does not depend on it.
  /// - Returns: What came of all of them.
  /// - Throws: `ScenarioProblem` with every error of the scenario and its patches, in words, or that no
  ///   run was asked for.
  public func run(
    seeds: Int, from first: UInt64? = nil, jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  ) async throws -> ScenarioRuns {
    for (name, count) in [("seeds", seeds), ("jobs", jobs)] where count < 1 {
      throw ScenarioProblem(description: "\(name): \(count) is no number above zero")
    }
    let options = CheckRuns.Options(
      seeds: seeds, first: first, jobs: jobs, version: "HindsightTesting")
    let runs = await CheckRuns.run([try subject()], options: options)
    return ScenarioRuns(ScenarioCheck(runs[0]), isText: path == nil)
  }

  private func subject() throws(ScenarioProblem) -> CheckSubject {
    let path = path ?? Self.textPath
    let subject: CheckSubject
    do throws(ScenarioErrors) {
      subject = try CheckSubject(
        path: path, file: try ScenarioFile(try ScenarioDocument(parsing: source)),
        applying: patches)
    } catch {
      throw ScenarioProblem(description: error.description)
    }
    guard let until else { return subject }
    let header = subject.scenario.header
    guard let instant = Instant(parsing: until), instant > header.start, instant <= header.end
    else {
      throw ScenarioProblem(
        description: "'\(until)' is no time between \(header.start) and \(header.end)")
    }
    return CheckSubject(
      path: path, file: subject.file, scenario: subject.scenario, patches: subject.patches,
      until: instant)
  }
}

/// What is wrong with a scenario or its patches, each error with its place.
public struct ScenarioProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
}
