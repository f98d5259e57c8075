import Foundation
import Scenarios
import Systems
import Testing

@testable import hindsight

@Suite("hindsight schema")
struct SchemaTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "scenarios")

  static let shipped: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  private let validator: SchemaValidator

  init() throws {
    let schema = JSONWriter.pretty(OutageScenario.schema)
    validator = SchemaValidator(
      root: try ScenarioParser.parse(SourceText(name: "schema", text: schema)))
  }

  private func errors(_ text: String) throws -> [String] {
    validator.errors(in: try ScenarioDocument(name: "test.json", text: text).root)
  }

  @Test("The command prints the schema")
  func prints() throws {
    let result = try HindsightProcess.run(["schema"])
    #expect(result.code == 0)
    let printed = try ScenarioParser.parse(SourceText(name: "schema", text: result.output))
    #expect(printed == validator.root)
  }

  @Test("Every shipped scenario is valid", arguments: shipped)
  func isValid(name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    #expect(try errors(text) == [])
  }

  @Test("There are shipped scenarios")
  func areShipped() {
    #expect(Self.shipped.count >= 2)
  }

  private static func scenario(_ rest: String) -> String {
    "{ \"scenario\": \"s\", \"end\": \"14:00:00\", \(rest) }"
  }

  /// What the schema and the reader both accept, in parts that depend on a choice.
  static let right = [
    #""faults": { "a": { "kind": "fin", "at": "01:00", "target": "node", "node": 3, "nth": 2 } }"#,
    #""faults": { "a": { "kind": "rst", "at": "01:00", "probability": "0.1%" } }"#,
    #""faults": { "a": { "kind": "elixirNodes", "at": "01:00", "cluster": "presence" } }"#,
    #""faults": { "a": { "kind": "linkDelay", "at": "01:00", "delay": "1s", "duration": "5m" } }"#,
    #""faults": { "a": { "kind": "apiNodes", "at": "01:00", "count": 20000 }, "b": null }"#,
    #""operators": { "a": { "at": "01:00", "action": "setThrottle", "rate": "1e3/s" } }"#,
    #""operators": { "a": { "at": "01:00", "action": "pauseRepair", "cluster": "guilds" } }"#,
    #""invariants": { "a": "always(users.served > 0)", "b": null }"#,
    #""invariants": { "a": { "that": "never(api.queue > 5)", "why": "w", "every": "1s" } }"#,
    """
    "mitigations": { "m": { "summary": "s", "patch": { "invariants": {
      "a": "always(users.served > 1)", "b": { "every": "5s" } } } } }
    """,
    #""facts": [{ "id": "a", "claim": "b", "source": "c", "measure": "outage.minutes", "max": 1 }]"#,
    """
    "facts": [{ "id": "a", "claim": "b", "source": "c", "measure": "alerts.first.clock",
      "min": "01:00" }]
    """,
    """
    "mitigations": { "m": { "summary": "s", "patch": { "supervision": { "maxRestarts": null },
      "operators": { "a": { "rate": "1/s" } } } } }, "operators": { "a": {
      "at": "01:00", "action": "setThrottle", "rate": "5/s" } }
    """,
  ]

  @Test("What belongs to a choice is allowed with it", arguments: right)
  func accepts(rest: String) throws {
    #expect(try errors(Self.scenario(rest)) == [])
    let document = try ScenarioDocument(name: "test.json", text: Self.scenario(rest))
    #expect(throws: Never.self) {
      _ = try OutageScenario(ScenarioFile(document).resolve([]).document)
    }
  }

  /// What neither the schema nor the reader accepts.
  static let wrong = [
    #""supervison": {}"#, #""supervision": { "maxRestart": 1 }"#,
    #""supervision": { "maxRestarts": -1 }"#, #""clients": { "timeout": 10 }"#,
    #""watcher": { "onBadValue": "explode" }"#, #""operators": []"#,
    #""operators": "now""#, #""invariants": []"#, #""invariants": { "a": 5 }"#,
    #""invariants": { "a": { "why": "w" } }"#,
    #""invariants": { "a": { "that": "always(users.served > 0)", "evry": "1s" } }"#,
    #""faults": { "a": { "kind": "fin", "at": "01:00", "cluster": "guilds" } }"#,
    #""faults": { "a": { "kind": "fin", "at": "01:00", "node": 3 } }"#,
    #""faults": { "a": { "kind": "fin", "at": "01:00", "duration": "3s" } }"#,
    #""faults": { "a": { "kind": "elixirNodes", "at": "01:00" } }"#,
    """
    "faults": { "a": { "kind": "elixirNodes", "at": "01:00", "cluster": "other", "count": 4001 } }
    """,
    #""operators": { "a": { "at": "01:00", "action": "setThrottle" } }"#,
    #""operators": { "a": { "at": "01:00", "action": "liftThrottle", "rate": "5/s" } }"#,
    """
    "operators": { "a": { "at": "01:00", "action": "deploy", "set": { "clients": {
      "timeout": "5s" } } } }
    """,
    """
    "facts": [{ "id": "a", "claim": "b", "source": "c", "measure": "outage.minutes", "max": "1" }]
    """,
    #""facts": [{ "id": "a", "claim": "b", "source": "c", "measure": "outage.minuts", "max": 1 }]"#,
    #""mitigations": { "m": { "summary": "s", "patch": { "supervison": {} } } }"#,
    #""mitigations": { "m": { "summary": "s", "patch": { "facts": [] } } }"#,
    #""mitigations": { "m": { "patch": {} } }"#,
  ]

  @Test(
    "An unknown key, one of another choice, a missing one and a wrong value fail", arguments: wrong)
  func refuses(rest: String) throws {
    #expect(try errors(Self.scenario(rest)) != [])
    let source = SourceText(name: "test.json", text: Self.scenario(rest))
    #expect(throws: ScenarioErrors.self) { _ = try ScenarioSource.checked(source) }
  }

  @Test("Every parameter stands in the schema, with its source")
  func describes() throws {
    func texts(_ schema: DocumentValue?, _ steps: ArraySlice<String>) -> [String] {
      guard let schema else { return [] }
      guard let step = steps.first else { return [schema["description"]?.string].compactMap { $0 } }
      let rest = steps.dropFirst()
      switch step {
      case "[]": return texts(schema["items"], rest)
      case "*": return texts(schema["additionalProperties"], rest)
      default:
        let branches = schema["allOf"]?.elements?.map { $0["then"] } ?? []
        return ([schema] + branches).flatMap { texts($0?["properties"]?[step], rest) }
      }
    }
    for declaration in OutageScenario.description.declarations {
      let found = texts(validator.root, declaration.steps[...])
      #expect(
        found.contains { $0.hasPrefix(declaration.summary) && $0.contains("Source:") },
        "\(declaration.path)")
    }
  }
}
