import Experiments
import Foundation
import Observation
import Scenarios
import SimulationKernel
import Systems
import Testing

/// A scenario file of this package, as tests run it.
struct Incident: CustomTestStringConvertible, Sendable {
  let name: String

  static let discord = Incident(name: "discord-2020-03-16")
  static let quietDay = Incident(name: "quiet-day")

  var testDescription: String { name }
  var path: String { Self.folder.appending(path: name + ".json").path }

  static var package: URL {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder
  }

  private static var folder: URL { package.appending(path: "scenarios") }

  /// All files in `scenarios`.
  static var all: [Incident] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".json") }.sorted()
        .map { Incident(name: String($0.dropLast(5))) }
    }
  }

  /// The scenario with `--hypothesis` and `--set` applied.
  func scenario(_ sets: [String] = [], hypothesis: String? = nil) throws -> OutageScenario {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let named = hypothesis.map { [PatchSelection.hypothesis($0)] } ?? []
    return try OutageScenario(
      text, name: name + ".json", patches: named + sets.map { .set($0) })
  }

  /// One run.
  func replay(
    _ sets: [String] = [], hypothesis: String? = nil, seed: UInt64? = nil
  ) throws -> RunRecord {
    Replay.run(
      try scenario(sets, hypothesis: hypothesis), options: .init(seed: seed), version: "test")
  }
}

/// Parameters of runs that are short enough for a debug build.
enum Brief {
  /// From two minutes before the cut to a minute and a half after it: what concerns nodes, which are
  /// the same at every scale.
  static let nodes = ["scale=1/10000", "start=14:16", "end=14:20"]
  /// Long enough for alerts.
  static let alerts = ["scale=1/10000", "start=14:16", "end=14:22"]
}

/// Whether the long versions of tests run, which take minutes in a release build.
///
///     swift build
///     swift build -c release
///     HINDSIGHT_THOROUGH=1 swift test -c release --scratch-path .build/thorough \
///       --filter ExperimentsTests
///
/// The first two lines make the executables that `ProcessDigestTests` compares; the scratch path
/// keeps the testable build apart from them.
var isThorough: Bool { ProcessInfo.processInfo.environment["HINDSIGHT_THOROUGH"] == "1" }

/// Runs `body` for each element, two at a time, and gives the results in order.
func inParallel<Element: Sendable, Result: Sendable>(
  _ elements: [Element], _ body: @escaping @Sendable (Element) throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var results: [Result?] = Array(repeating: nil, count: elements.count)
    var next = 0
    func add() {
      guard next < elements.count else { return }
      let (index, element) = (next, elements[next])
      next += 1
      group.addTask { (index, try body(element)) }
    }
    add()
    add()
    while let (index, result) = try await group.next() {
      results[index] = result
      add()
    }
    return results.compactMap { $0 }
  }
}
