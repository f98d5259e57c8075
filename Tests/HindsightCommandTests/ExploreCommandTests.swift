import Testing

@testable import hindsight

@Suite("hindsight sweep: questions")
struct ExploreCommandTests {
  private func sweep(_ options: [String]) throws -> HindsightProcess.Result {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    return try HindsightProcess.run(["sweep", "small.json"] + options, in: folder.url)
  }

  @Test("A cliff is searched as far as the budget goes; the reproduce line gives the same bytes")
  func reproduces() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let first = try HindsightProcess.run(
      [
        "sweep", "small.json", "--cliff", "faults.stop.count=1..40", "--budget", "8", "--until",
        "14:01:05",
      ], in: folder.url)
    #expect(first.code == 3, "\(first.error)")
    #expect(first.output.contains("The budget of 8 runs is used up"))
    #expect(first.output.contains("8 runs from seed 7 on") && first.error.contains("events/s"))
    let line = try #require(
      first.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    let words = line.dropFirst("reproduce: hindsight ".count)
    let again = try HindsightProcess.shell("$hindsight \(words) --jobs 1", in: folder.url)
    #expect(again.output == first.output && again.code == 3)
  }

  @Test(
    "What cannot be asked is refused",
    arguments: [
      (["--cliff", "faults.stop.cout"], "did you mean 'faults.stop.count'?"),
      (["--cliff", "faults.stop.count=1"], "is no range"),
      (["--cliff", "faults.stop.count", "--points", "3"], "does not go with '--cliff'"),
      (["--cliff", "faults.stop.count", "--phase"], "does not go with '--cliff'"),
      (["--cliff", "faults.stop.count", "--tolerance", "0"], "'--tolerance' takes a share"),
      (["--phase"], "'--phase' takes two axes, not 0"),
      (
        ["--phase", "--axis", "faults.stop.count=1,2", "--axis", "faults.stop.cout=1,2"],
        "there is no parameter"
      ),
      (
        ["--phase", "--axis", "faults.stop.count=1,2", "--axis", "throttle.burst=1"],
        "2 to 64 values"
      ),
      (
        ["--phase", "--axis", "mitigation=none,one-segment", "--axis", "faults.stop.count=1,2"],
        "a phase diagram needs two numeric parameters, and 'mitigation' is none"
      ),
      (["--hysteresis", "--trigger", "faults.stop.count"], "'--push' is missing"),
      (
        [
          "--hysteresis", "--trigger", "faults.stop.count=1..2", "--push",
          "throttle.burst=1..2", "--push-at", "13:00",
        ], "'--push-at' takes a clock time of the run"
      ),
      (
        [
          "--hysteresis", "--trigger", "faults.stop.count=1..40", "--push",
          "faults.stop.count=1..40", "--push-at", "14:01:30",
        ], "'faults.stop' is past at 14:01:30"
      ),
      (
        ["--hysteresis", "--trigger", "faults.stop.count=1..4000000000", "--push", "x=1..2"],
        "--trigger:1:22"
      ),
      (
        [
          "--hysteresis", "--trigger", "faults.stop.count=1..40", "--push",
          "throttle.burst=1..200", "--trigger-size", "many",
        ], "--trigger-size:1:1"
      ),
      (["--sensitivity", "--base-points", "1"], "'--base-points' takes a whole number"),
      (["--tolerance", "1%", "--axis", "throttle.burst=1,2"], "goes with '--cliff'"),
    ])
  func refused(options: [String], part: String) throws {
    let result = try sweep(options)
    #expect(result.code == 2 && result.output.isEmpty, "\(result.output)")
    #expect(result.error.contains(part), "\(result.error)")
  }
}
