import Experiments
import Foundation
import SimulationKernel
import Testing

@Suite("Determinism across processes")
struct ProcessDigestTests {
  private static let sets = ["scale=1/20000", "start=14:16", "end=14:19:10"]

  /// What must not matter: the seed of hash tables, the processor's instructions, the language, the
  /// time zone, the allocator's filling of fresh memory.
  private static let variations: [[String: String]] = [
    [:],
    [:],
    ["SWIFT_DETERMINISTIC_HASHING": "1"],
    ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2"],
    ["MALLOC_PERTURB_": "165", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"],
  ]

  @Test(
    "Processes with different hash seeds, instructions and memory agree with this one",
    arguments: variations)
  func environments(environment: [String: String]) throws {
    let here = try Incident.discord.replay(Self.sets, seed: 9)
    let there = try HindsightExecutable.beside().replay(
      .discord, Self.sets, seed: 9, environment: environment)
    #expect(there.digest == here.digest.description)
    #expect(there.events == here.events)
  }

  /// Needs both builds: `swift build`, `swift build -c release`.
  @Test("Thorough: the debug and the release build agree", .enabled(if: isThorough))
  func debugAndRelease() async throws {
    let builds = try ["debug", "release"].map { build in
      let folder = Incident.package.appending(path: ".build/\(build)")
      return try #require(
        HindsightExecutable(in: folder), "build it first: swift build -c \(build)")
    }
    for (incident, sets) in [
      (Incident.discord, ["scale=1/1000", "end=16:10"]),
      (.discord, ["scale=1/100", "end=14:21"]),
      (.quietDay, ["scale=1/1000", "end=04:00"]),
    ] {
      let answers = try await inParallel(builds) { try $0.replay(incident, sets, seed: 3) }
      #expect(answers[0] == answers[1], "\(incident.name) \(sets)")
    }
  }

  @Test("Thorough: whole runs agree in every environment", .enabled(if: isThorough))
  func wholeRuns() async throws {
    let executable = try HindsightExecutable.beside()
    let answers = try await inParallel(Self.variations) { environment in
      try executable.replay(.discord, [], seed: 20_200_316, environment: environment)
    }
    let here = try Incident.discord.replay()
    for answer in answers { #expect(answer.digest == here.digest.description) }
  }
}
