import Foundation
import Testing

/// The real executable, run as a process of its own.
struct HindsightExecutable {
  let url: URL

  /// The one beside the tests, wherever this build put it.
  static func beside() throws -> HindsightExecutable {
    let bundle = Bundle(for: Marker.self).bundleURL
    let program = URL(fileURLWithPath: CommandLine.arguments[0])
    for start in [bundle, program] {
      // The bundle is the build folder, or lies in it.
      var folder = start
      for _ in 0..<5 {
        if let found = HindsightExecutable(in: folder) { return found }
        folder.deleteLastPathComponent()
      }
    }
    return try #require(
      HindsightExecutable(in: Incident.package.appending(path: ".build/debug")),
      "the executable is built beside the tests")
  }

  init?(in folder: URL) {
    url = folder.appending(path: "hindsight")
    guard FileManager.default.isExecutableFile(atPath: url.path) else { return nil }
  }

  private final class Marker {}

  /// Replays a scenario and returns what the JSON says.
  ///
  /// `environment` is all of the process's environment but its path.
  func replay(
    _ incident: Incident, _ sets: [String], seed: UInt64, environment: [String: String] = [:]
  ) throws -> Answer {
    let process = Process()
    process.executableURL = url
    process.arguments =
      ["replay", incident.path, "--json", "--seed", "\(seed)"] + sets.flatMap { ["--set", $0] }
    process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { left, _ in left }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Answer.self, from: data)
  }

  /// What two runs of the same scenario have in common.
  struct Answer: Decodable, Equatable {
    let digest: String
    let events: UInt64
  }
}
