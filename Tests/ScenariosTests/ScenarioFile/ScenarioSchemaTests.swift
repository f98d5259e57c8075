import Scenarios
import SimulationKernel
import Testing

@Suite("ScenarioSchema")
struct ScenarioSchemaTests {
  @Test("The schema holds what was declared, in nested objects, lists and dictionaries")
  func describes() throws {
    var reader = ParameterReader.describing()
    reader.claim("facts")
    _ = reader.integer(
      "etcd.members", default: 3, in: 1...5, unit: "nodes", .recorded("etcd 3.4"), "Size.")
    _ = reader.list("operators") { reader in
      reader.required("at", as: .clock, .scenario, "When.")
    }
    _ = reader.dictionary("rules") { reader, _ in
      reader.flag("on", default: true, .operations, "On.")
    }
    _ = reader.values("steps", as: .duration, default: [.seconds(1)], .assumption(), "Steps.")
    let schema = try ScenarioParser.parse(
      SourceText(name: "schema", text: JSONWriter.pretty(ScenarioSchema.json(of: reader))))
    let properties = try #require(schema["properties"])
    let members = try #require(properties["etcd"]?["properties"]?["members"])
    #expect(
      members["description"]?.string
        == "Size. Unit: nodes. Default: 3. Range: 1 to 5. Source: recorded, etcd 3.4.")
    let integer = try #require(members["anyOf"]?.elements?.first)
    #expect(integer["minimum"]?.number?.int64 == 1 && integer["maximum"]?.number?.int64 == 5)
    let items = try #require(properties["operators"]?["items"])
    #expect(items["required"]?.elements?.map(\.string) == ["at"])
    #expect(properties["rules"]?["additionalProperties"]?["properties"]?["on"] != nil)
    #expect(properties["steps"]?["anyOf"]?.elements?.first?["type"]?.string == "array")
    #expect(properties["facts"]?.members?.isEmpty == true)
    #expect(properties["mitigations"]?["additionalProperties"]?["required"] != nil)
    #expect(schema["type"]?.string == "object")
  }

  @Test("The header is part of it, and the same declarations give the same bytes")
  func isDeterministic() {
    func text() -> String {
      var reader = ParameterReader.describing()
      _ = ScenarioHeader(reading: &reader)
      return JSONWriter.pretty(ScenarioSchema.json(of: reader))
    }
    #expect(text() == text())
    #expect(text().contains(#""required": ["scenario", "end"]"#))
  }
}
