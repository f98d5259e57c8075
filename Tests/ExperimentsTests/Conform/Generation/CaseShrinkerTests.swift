import Scenarios
import Testing

@testable import Experiments

@Suite("CaseShrinker")
struct CaseShrinkerTests {
  /// Shrinks as whoever runs the cases does: the first that still fails, again and again.
  private func shrunk(
    _ failing: JSONValue, _ shrinker: CaseShrinker, while fails: (JSONValue) -> Bool
  ) -> (least: JSONValue, runs: Int) {
    var (least, runs) = (failing, 0)
    while let next = shrinker.smaller(than: least).first(where: {
      runs += 1
      return fails($0)
    }) {
      least = next
    }
    return (least, runs)
  }

  private func value(_ text: String) throws -> JSONValue {
    JSONValue(try ScenarioDocument(name: "case", text: text).root)
  }

  private func ops(_ value: JSONValue) -> [String] {
    guard case .object(let members) = value,
      case .array(let operations)? = members.first(where: { $0.key == "ops" })?.value
    else { return [] }
    return operations.map { JSONWriter.compact($0) }
  }

  @Test(
    "A pair of operations is found among many, without their details",
    arguments: [0, 1, 2, 3, 4] as [UInt64])
  func findsPair(seed: UInt64) throws {
    // Whatever a delete of a directory's key after a directory's creation would do.
    let filler = (0..<Int(20 + seed * 17)).map {
      "{\"op\":\"put\",\"key\":\"/s/a\",\"value\":\"v\($0)\"}"
    }
    let first = "{\"op\":\"put\",\"key\":\"/s/d\",\"dir\":true,\"ttl\":100,\"prevExist\":false}"
    let second = "{\"op\":\"delete\",\"key\":\"/s/d\",\"recursive\":true,\"prevIndex\":3}"
    let half = filler.count / 3
    let list = filler[..<half] + [first] + filler[half...] + [second]
    let failing = try value(
      "{\"id\":\"x\",\"kind\":\"plain\",\"ops\":[\(list.joined(separator: ","))]}")
    let (least, runs) = shrunk(failing, .etcd) { candidate in
      let operations = ops(candidate)
      guard
        let made = operations.firstIndex(where: { $0.contains("\"dir\":true") }),
        let gone = operations.lastIndex(where: { $0.contains("\"recursive\":true") })
      else { return false }
      return made < gone
    }
    #expect(
      ops(least) == [
        #"{"dir":true,"key":"/s/d","op":"put"}"#, #"{"key":"/s/d","op":"delete","recursive":true}"#,
      ])
    #expect(runs < 300, "seed \(seed): \(runs)")
  }

  @Test("Parameters of a request go one by one")
  func shrinksRequests() throws {
    let failing = try value(
      #"""
      {"id":"x","ops":[{"op":"request","method":"PUT","target":"/s/a%FF?dir=false&ttl=abc&wait=0",
      "fields":[["value","v"],["ttl","100"],["prevExist","false"]]}]}
      """#)
    let (least, _) = shrunk(failing, .etcd) {
      ops($0).contains { $0.contains("ttl=abc") && $0.contains("prevExist") }
    }
    #expect(
      ops(least) == [
        #"{"fields":[["prevExist","false"]],"method":"PUT","op":"request","target":"/s/a%FF?ttl=abc"}"#
      ])
  }

  @Test("A tree loses crashes, workers, levels, poison and all that is special")
  func shrinksTrees() throws {
    let failing = try value(
      #"""
      {"id":"x","levels":[{"strategy":"one_for_all","intensity":3,"period_s":2},
      {"strategy":"rest_for_one","intensity":2,"period_s":1}],
      "workers":[{"restart":"temporary"},{"restart":"transient"},{"restart":"permanent"}],
      "crashes":[{"t_ms":100,"worker":0,"reason":"crash"},{"t_ms":200,"worker":1,"reason":"normal"},
      {"t_ms":300,"worker":2,"reason":"shutdown"}],
      "poison":{"mode":"init_fail","from_ms":1,"to_ms":2,"delay_ms":0},"application":"temporary"}
      """#)
    let (least, runs) = shrunk(failing, .supervisor) {
      JSONWriter.compact($0).contains("transient")
        && JSONWriter.compact($0).contains(#""reason":"normal""#)
    }
    #expect(
      JSONWriter.compact(least)
        == #"{"application":"temporary","crashes":[{"reason":"normal","t_ms":200,"worker":0}],"id":"x","#
        + #""levels":[{"intensity":0,"period_s":2,"strategy":"one_for_one"}],"poison":null,"#
        + #""workers":[{"restart":"transient"}]}"#)
    #expect(runs < 60)
  }

  @Test("What is left of an operation is an operation")
  func keepsOperationsWhole() throws {
    for number in 0..<20 {
      let made = try value(GeneratedCases.etcd.line(seed: 9, number: number))
      for candidate in CaseShrinker.etcd.smaller(than: made).suffix(60) {
        #expect(ops(candidate).allSatisfy { $0.contains("\"op\":") }, "case \(number)")
      }
    }
  }

  @Test("A case that nothing can be taken from is the least", arguments: GeneratedCases.allCases)
  func ends(kind: GeneratedCases) throws {
    let shrinker: CaseShrinker = kind == .etcd ? .etcd : .supervisor
    let made = try value(kind.line(seed: 1, number: 2))
    var current = made
    var steps = 0
    // Everything fails: the first candidate is always taken, and there is an end.
    while let next = shrinker.smaller(than: current).first {
      #expect(JSONWriter.compact(next).utf8.count < JSONWriter.compact(current).utf8.count + 16)
      current = next
      steps += 1
      try #require(steps < 1_000)
    }
    #expect(ops(current).isEmpty)
  }
}
