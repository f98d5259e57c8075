import Experiments
import GoldenTexts
import Scenarios
import Systems
import Testing

@Suite("Errors of invariants")
struct InvariantErrorTests {
  /// One mistake each, or several that belong together.
  static let wrong = [
    // Names
    "always(users.servd >= 99%)", "always(served >= 99%)", "always(users.unserved.minutes < 5)",
    "always(quux.flux >= 1)", "alwys(users.served >= 99%)", "foo(users.served >= 99%)",
    "always(maks(users.served, 5m) > 1)", "always(avg(users.served, 5m) > 1)", "always(max > 1)",
    // Form
    "", "users.served >= 99%", "always users.served >= 99%", "always(users.served >= 99%",
    "always(users.served >= 99%))", "always()", "always(users.served >= )",
    "always(users.served 99%)", "always(users.served = 5)", "always(users.served => 5)",
    "always(users.served >= 99 %)", "always(users.served >= 99% && api.utilisation < 1)",
    "always(!(users.served >= 99%))", "always(1 < gateway.queue < 5)",
    "always(and gateway.queue < 5)",
    "always(gateway.queue < 5) and never(gateway.queue > 9)",
    "always(eventually(gateway.queue < 5))", "always(users.served ≥ 99%)",
    "always(gateway.queue < #5)",
    // Times
    "at(users.served >= 99%)", "at(\"25:99\", users.served >= 99%)",
    "always(users.served >= \"15:32\")", "eventually(15m, users.served >= 99%)",
    "eventually(before: 15m, users.served >= 99%)", "eventually(within: 15, users.served >= 99%)",
    "eventually(within: 0s, users.served >= 99%)", "eventually(within: 5s, users.served >= 99%)",
    "leadsTo(5m, gateway.queue > 5, gateway.queue < 5)", "leadsTo(within: 5m, gateway.queue > 5)",
    "stays(users.served >= 99%)", "stays(10m, users.served >= 99%)",
    "always(max(users.served, 5) > 1)", "always(max(users.served, 5s) > 1)",
    "always(max(users.served, 5 parsecs) > 1)", "always(max(users.served, 90d) > 1)",
    "always(max(users.served, 5m, 6m) > 1)",
    // Units
    "always(users.served >= 0.99)", "always(clients.attempts >= 99%)",
    "always(rate(clients.attempts, 1m) >= 99%)", "always(api.queue < 5ms)",
    "always(p99(rpc.latency) < 250)", "always(rate(clients.attempts, 1m) < 4000)",
    "always(users.served > elixir.nodes.up)", "always(users.served + elixir.nodes.up > 1)",
    "always(users.served - 1% > 5)", "always(clients.attempts + 1% > 5)",
    "always(users.served * clients.attempts > 5)", "always(1 / users.served > 5)",
    "always(users.served > 1e999)", "always(p99(rpc.latency) < 5x)",
    // Sorts
    "always(users.served)", "always(api.utilisation)", "always(rpc.latency)",
    "always(rpc.latency < 5ms)", "always(p99(users.served) > 1)",
    "always(rate(rpc.latency, 1m) > 1/s)",
    "always((users.served > 1) + 1 > 1)", "always(not users.served)",
    "always(users.served > 1 and elixir.nodes.up)", "always(1 < 2)", "always(max(5, 1m) > 2)",
    "always(max(users.served > 1, 1m) > 1)",
    // Forms that no run can change
    "always(users.served == users.served)", "never(gateway.queue != gateway.queue)",
    "always(users.served >= users.served)", "always(max(api.queue, 5m) <= max( api.queue , 300s ))",
    "sometimes(users.served < users.served)", "sometimes(-api.queue > -api.queue)",
    "always(api.queue - api.queue <= 5)", "always(api.queue / api.queue <= 5)",
    "always(api.queue > 5 or not api.queue > 5)", "never(not (api.queue > 5) and api.queue > 5)",
    "always(users.served >= 99% or api.queue == api.queue)",
    // Several at once
    "always(users.servd >= 99% and p99(rpc.latncy) < 250 or max(api.utilisation, 5) > 1)",
    "at(\"15:32\", users.servd > 1) or",
  ]

  static func complaint(_ expression: String) -> String {
    let quoted = expression.replacing("\"", with: "\\\"")
    let text = """
      {
        "scenario": "s", "end": "01:00:00",
        "invariants": { "i": "\(quoted)" }
      }
      """
    do throws(ScenarioErrors) {
      _ = try OutageScenario(text, name: "s.json")
      return ""
    } catch {
      return error.description
    }
  }

  @Test("Each mistake is told at its place, with a repair")
  func table() throws {
    let complaints = Self.wrong.map(Self.complaint)
    for (expression, complaint) in zip(Self.wrong, complaints) {
      #expect(complaint.contains("s.json:3:"), "\(expression): \(complaint)")
    }
    #expect(
      try GoldenText.difference(complaints.joined(separator: "\n"), from: "Invariants/errors.txt")
        == nil)
  }

  @Test("A signal's name of a megabyte is shortened, and the caret stands under it")
  func longName() throws {
    let complaint = Self.complaint("always(a\(String(repeating: "x", count: 1_000_000)) > 5)")
    #expect(complaint.utf8.count < 1_000, "\(complaint.prefix(500))")
    #expect(
      complaint.hasPrefix(
        "s.json:3:32: error: there is no signal 'a\(String(repeating: "x", count: 59))…'\n"))
    let lines = complaint.split(separator: "\n").map(Array.init)
    let caret = try #require(lines[2].firstIndex(of: "^"))
    #expect(String(lines[1][caret...]).hasPrefix("axxx") && lines[1].last == "…")
  }

  @Test("An invariant that a patch sets has its errors at the patch")
  func patches() throws {
    let text = """
      {
        "scenario": "s", "end": "01:00:00",
        "invariants": { "i": "always(users.served >= 99%)", "j": { "that": "never(api.queue > 5)" } },
        "mitigations": {
          "m": { "summary": "s", "patch": { "invariants": { "j": { "that": "never(api.queu > 5)" } } } }
        }
      }
      """
    func complaint(_ patch: PatchSelection) throws -> String {
      do throws(ScenarioErrors) {
        _ = try OutageScenario(text, name: "s.json", patches: [patch])
        return ""
      } catch {
        return error.description
      }
    }
    #expect(
      try complaint(.set("invariants.i=always(users.servd >= 99%)")) == """
        --set:1:21: error: there is no signal 'users.servd'
         1 | invariants.i=always(users.servd >= 99%)
           |                     ^~~~~~~~~~~
            help: did you mean 'users.served'?

        """)
    #expect(
      try complaint(.set(#"invariants.j.that="at(\"9h\", api.queue > 5)""#)).hasPrefix(
        "--set:1:23: error: '9h' is not a clock time"))
    #expect(try complaint(.mitigation("m")).hasPrefix("s.json:5:77: error: there is no signal"))
    #expect(
      try complaint(.set("invariants.k=null")).contains("there is no 'invariants.k' to take away"))
    #expect(try complaint(.set("invariants.i=null")) == "")
    #expect(try complaint(.set("invariants.j.every=1s")) == "")
  }
}
