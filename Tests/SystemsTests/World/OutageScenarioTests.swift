import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("OutageScenario")
struct OutageScenarioTests {
  private func scenario(_ text: String) throws -> OutageScenario {
    try OutageScenario(ScenarioDocument(name: "test.json", text: text))
  }

  private func complaint(_ text: String) throws -> String {
    do {
      _ = try scenario(text)
      return ""
    } catch let error as ScenarioErrors {
      return error.description
    }
  }

  private static let head = #""scenario": "small", "end": "00:02:00", "scale": "1/1000""#

  @Test("A scenario without anything but its head runs, and every invariant holds or is vacuous")
  func runs() throws {
    let scenario = try scenario("{ \(Self.head) }")
    var simulation = scenario.simulation(seed: 1)
    _ = simulation.run(until: scenario.header.end)
    #expect(simulation.eventCount > 1_000)
    #expect(
      !simulation.world.invariants(at: simulation.now).map(\.verdict).contains(.broken))
    #expect(simulation.world.clients.servedCount == simulation.world.clients.count)
  }

  @Test("The same seed gives the same digest; a fault that is still to come leaves it alone")
  func digests() throws {
    func digest(_ rest: String, seed: UInt64 = 1) throws -> Digest {
      let scenario = try scenario("{ \(Self.head)\(rest) }")
      var simulation = scenario.simulation(seed: seed)
      _ = simulation.run(until: second(90))
      return simulation.digest
    }
    let plain = try digest("")
    #expect(try digest("") == plain)
    #expect(try digest("", seed: 2) != plain)
    let fault = #", "faults": { "f": { "kind": "fin", "at": "00:01:59" } }"#
    #expect(try digest(fault) == plain)
  }

  @Test("A scale with more digits than can be counted with is an error, not another scale")
  func scaleDigits() throws {
    let found = try complaint(
      #"{ "scenario": "s", "end": "00:02:00", "scale": "0.1234567890123456789" }"#)
    #expect(found.contains("scale"), "\(found)")
    let fine = try scenario(
      #"{ "scenario": "s", "end": "00:02:00", "scale": "0.001234567890123457" }"#)
    #expect(fine.configuration.clients.online == 10_000_000)
    #expect(fine.configuration.scale.count(10_000_000) == 12_346)
  }

  @Test(
    "What would happen outside of the run is an error with its place",
    arguments: [
      ("faults", "\"kind\": \"rst\", \"at\": \"11:59:59\"", "before the run's start, 12:00:00"),
      ("faults", "\"kind\": \"rst\", \"at\": \"12:02:00\"", "not before the run's end, 12:02:00"),
      ("operators", "\"action\": \"liftThrottle\", \"at\": \"00:00:00\"", "before the run's start"),
      (
        "operators", "\"action\": \"liftThrottle\", \"at\": \"12:01:00\", \"delay\": \"60s\"",
        "is 12:02:00, not before the run's end"
      ),
      ("faults", "\"kind\": \"rst\", \"at\": \"12:00:00\"", ""),
      ("operators", "\"action\": \"liftThrottle\", \"at\": \"11:59:00\", \"delay\": \"60s\"", ""),
    ])
  func outsideOfTheRun(key: String, entry: String, message: String) throws {
    let found = try complaint(
      """
      { "scenario": "s", "start": "12:00:00", "end": "12:02:00",
        "\(key)": { "x": { \(entry) } } }
      """)
    #expect(message.isEmpty ? found.isEmpty : found.contains(message), "\(found)")
    #expect(message.isEmpty || found.contains("'\(key).x.at'"), "\(found)")
  }

  /// A scenario from 12:00 on, with a fault at 12:01, whose mitigation "x" is a patch.
  private func patched(_ patch: String) throws -> ScenarioFile {
    try ScenarioFile(
      ScenarioDocument(
        name: "s.json",
        text: """
          { "scenario": "s", "start": "12:00:00", "end": "12:02:00",
            "compare": { "until": "12:01:30" },
            "faults": { "f": { "kind": "rst", "at": "12:01:00" } },
            "mitigations": { "x": { "summary": "X.", "patch": {
          \(patch)
            } } } }
          """))
  }

  @Test(
    "A patch that moves the run's ends is what its errors point at, wherever it stands",
    arguments: [
      (#""start": "12:01:10""#, "before the run's start, 12:01:10"),
      (#""start": "12:01:40""#, "'compare.until' is not between"),
      (#""start": "12:03:00""#, "which is not after 'start', 12:03:00"),
      (#""end": "11:00:00""#, "'end' is 11:00:00, which is not after"),
    ])
  func patchedEnds(patch: String, message: String) throws {
    let file = try patched(patch)
    let set = patch.replacing("\"", with: "").replacing(": ", with: "=")
    for (selection, place) in [
      (PatchSelection.mitigation("x"), "s.json:5:"), (PatchSelection.set(set), "--set:1:"),
    ] {
      do throws(ScenarioErrors) {
        _ = try OutageScenario(file.resolve([selection]).document)
        Issue.record("\(patch) was accepted")
      } catch {
        let found = try #require(error.errors.first { $0.message.contains(message) })
        #expect(try #require(found.location).description.hasPrefix(place), "\(found)")
      }
    }
  }

  @Test("An earlier end is no error in a mitigation either, as in --set")
  func patchedEnd() throws {
    let file = try patched(#""end": "12:00:30""#)
    for selection in [PatchSelection.mitigation("x"), PatchSelection.set("end=12:00:30")] {
      let scenario = try OutageScenario(file.resolve([selection]).document)
      #expect(scenario.comparedUntil == scenario.header.end)
    }
  }

  @Test("A database cannot lose more nodes than it has")
  func tooManyDown() throws {
    let fault = #""kind": "scyllaNodeDown", "cluster": "guilds", "at": "00:01:00", "count""#
    func found(_ count: Int) throws -> String {
      try complaint("{ \(Self.head), \"faults\": { \"f\": { \(fault): \(count) } } }")
    }
    #expect(try found(36).isEmpty)
    #expect(try found(37).contains("'f' takes 37 nodes down, more than the 36 of the cluster"))
  }

  @Test("Errors of several systems are reported together")
  func allErrors() throws {
    let found = try complaint(
      """
      { "scenario": "s", "end": "00:02:00",
        "api": { "nodes": { "min": 10, "max": 9 } }, "supervision": { "maxSeconds": "1.5s" },
        "scylla": { "guilds": { "nodesDown": 900 } }, "clients": { "timeuot": "10s" } }
      """)
    for name in ["api.nodes.min", "maxSeconds", "nodesDown", "clients.timeuot"] {
      #expect(found.contains(name), "\(found)")
    }
  }
}
