import Scenarios
import Systems
import Testing

@Suite("Where errors of patches point")
struct PatchPlacesTests {
  private static let text = """
    {
      "scenario": "small", "end": "00:02:00", "scale": "1/100000",
      "mitigations": {
        "fin": { "summary": "S.", "patch": { "faults": { "stop": { "kind": "fin" } } } },
        "whole": { "summary": "S.", "patch": { "faults": {
          "stop": { "kind": "connections", "cluster": null, "count": null, "share": 0.5 } } } }
      },
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:01:00", "cluster": "sessions", "count": 20 },
        "slow": { "kind": "etcdDiskSlow", "at": "00:01:00", "duration": "10s" }
      },
      "operators": { "restart": { "at": "00:01:30", "action": "restartNodes" } }
    }
    """

  private func errors(_ selections: [PatchSelection]) throws -> [ScenarioError] {
    let file = try ScenarioFile(ScenarioDocument(name: "small.json", text: Self.text))
    do throws(ScenarioErrors) {
      _ = try OutageScenario(file.resolve(selections).document)
      return []
    } catch {
      return error.errors
    }
  }

  @Test(
    "What a patch took away or asks for anew is missing at the patch, beside what it changes",
    arguments: [
      ("end=null", "'end' is missing", "null", 1),
      (
        "operators.restart.at=null", "an operator acts on one of 'at', 'afterAlert' and 'when'",
        "null", 12
      ),
      ("faults.stop.kind=null", "'faults.stop.kind' is missing", "null", 9),
      (
        "operators.restart.action=setThrottle", "'operators.restart.rate' is missing",
        "setThrottle", 12
      ),
      ("operators.restart.action=deploy", "'set' is missing", "deploy", 12),
      ("operators.restart.action=null", "'operators.restart.action' is missing", "null", 12),
    ])
  func absent(patch: String, message: String, place: String, line: Int) throws {
    let errors = try errors([.set(patch)])
    let error = try #require(errors.first { $0.message.hasPrefix(message) }, "\(errors)")
    #expect(error.location?.fileName == "--set" && error.location?.text == place, "\(error)")
    #expect(error.notes.map(\.location?.fileName) == ["small.json"])
    #expect(error.notes.first?.location?.line == line, "\(error)")
    #expect(!errors.contains { $0.location?.fileName == "small.json" }, "\(errors)")
  }

  @Test("What another kind has no use for is the error of the patch that changed the kind")
  func kinds() throws {
    let errors = try errors([.mitigation("fin")])
    #expect(
      errors.map(\.message) == [
        "with 'faults.stop.kind' 'fin' there is no parameter 'faults.stop.cluster'",
        "with 'faults.stop.kind' 'fin' there is no parameter 'faults.stop.count'",
      ])
    #expect(errors.allSatisfy { $0.location?.line == 4 && $0.location?.text == #""fin""# })
    #expect(errors.map { $0.notes.first?.location?.text } == [#""cluster""#, #""count""#])
    #expect(errors.allSatisfy { $0.notes.first?.location?.line == 9 })
    let heals = try self.errors([.set("faults.slow.kind=fin")])
    #expect(heals.map(\.location?.fileName) == ["--set"] && heals.first?.location?.text == "fin")
  }

  @Test("Whoever changes a kind may take away what it does not need, and misspells nothing unseen")
  func takesAway() throws {
    #expect(try errors([.mitigation("whole")]).isEmpty)
    let misspelt = try errors([
      .set("faults.stop.kind=connections"), .set("faults.stop.cluster=null"),
      .set("faults.stop.cuont=null"),
    ])
    #expect(
      misspelt.map(\.message) == [
        "with 'faults.stop.kind' 'connections' there is no parameter 'faults.stop.count'"
      ])
    let other = try errors([.set("faults.stop.cuont=null")])
    #expect(other.map(\.message) == ["there is no parameter 'faults.stop.cuont'"])
  }
}
