import Scenarios
import SimulationKernel

@testable import Systems

/// Reads a part of a scenario as its system does; every key of the text has to be that system's.
func reading<Part>(
  _ text: String = "{}", _ body: (inout ParameterReader) -> Part
) throws -> Part {
  var reader = ParameterReader(try ScenarioDocument(name: "test.json", text: text))
  let part = body(&reader)
  try reader.finish()
  return part
}

/// What a reader complains of, as printed; empty when it does not.
func complaints<Part>(
  about text: String, _ body: (inout ParameterReader) -> Part
) throws -> String {
  var reader = ParameterReader(try ScenarioDocument(name: "test.json", text: text))
  _ = body(&reader)
  do throws(ScenarioErrors) {
    try reader.finish()
    return ""
  } catch {
    return error.description
  }
}

/// So many seconds after the start.
func second(_ count: Int64) -> Instant { .start + .seconds(count) }
