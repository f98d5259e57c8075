import Scenarios
import Systems

extension CommandSpecification {
  static let schema = CommandSpecification(
    name: "schema",
    purpose: "print the JSON Schema of scenarios, for editors",
    details: """
      Made from what the systems read, so it knows every parameter with its unit, range and source. \
      Name it in a scenario as "$schema", or give it to an editor for *.json in scenarios/.
      """,
    arguments: "", arity: .exactly(0), options: [.format, .json],
    examples: [
      Example("hindsight schema > scenario.schema.json", "for an editor that completes and checks"),
      Example("hindsight schema | jq '.properties | keys'", "the groups of parameters"),
      Example(
        "hindsight schema | jq .properties.supervision", "everything about one group"),
    ],
    exitCodes: [(.held, "printed"), (.usage, "usage error")],
    run: { _, console throws(CommandFailure) in
      let schema = OutageScenario.schema
      try console.write(JSONWriter.pretty(schema) + "\n")
      return .held
    })
}
