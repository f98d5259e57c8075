import Foundation
import Scenarios
import Testing

@testable import Experiments

@Suite("Recordings that are none")
struct BadRecordingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let kind: ConformanceKind
    let text: String
    /// Line and column of the first error.
    let place: String
    let message: String

    init(_ kind: ConformanceKind, _ text: String, _ place: String, _ message: String) {
      self.kind = kind
      self.text = text
      self.place = place
      self.message = message
    }

    var testDescription: String { message }
  }

  private static func node(_ index: Int) -> String {
    #"{"key":"/s/a","value":"v","has_expiration":false,"modifiedIndex":\#(index),"#
      + #""createdIndex":\#(index)}"#
  }

  /// A put that was answered with this index, `t_ms` later than the last.
  private static func put(_ index: Int, at time: Int, _ more: String = "") -> String {
    #"{"t_ms":\#(time),"op":"put","key":"/s/a","value":"v"\#(more),"response":"#
      + #"{"status":201,"action":"set","node":\#(node(index)),"x_etcd_index":\#(index)}}"#
  }

  private static func sequence(_ operations: String..., watches: String = "", end: Int = 9)
    -> String
  {
    #"{"id":"a","kind":"plain","ops":["# + operations.joined(separator: ",")
      + #"],"watches":[\#(watches)],"final_index":\#(end)}"#
  }

  private static func event(_ index: Int) -> String {
    #"{"seen_after_op_index":2,"status":200,"action":"set","node":\#(node(index))}"#
  }

  /// A get that was answered with an error.
  private static func failed(_ parts: String) -> String {
    #"{"t_ms":9,"op":"get","key":"/s/a","recursive":false,"response":{"status":404,"errorCode":100,"#
      + #""message":"Key not found",\#(parts)}}"#
  }

  private static let watch =
    #"{"t_ms":0,"op":"watch","key":"/s","id":0,"#
    + #""recursive":false,"stream":false,"waitIndex":null}"#
  private static let good = sequence(put(1, at: 0), end: 1)

  private static func tree(
    _ change: (String) -> String = { $0 }
  ) -> String {
    change(
      #"{"id":"t","kind":"single","phase_ms":200,"levels":[{"strategy":"one_for_one","#
        + #""intensity":1,"period_s":5}],"workers":[{"restart":"permanent"}],"crashes":"#
        + #"[{"t_ms":100,"worker":0,"reason":"crash"}],"poison":null,"observed_until_ms":500,"#
        + #""outcome":{"crashes":[{"t_ms":100,"worker":0,"hit":true,"workers_started_after":[0],"#
        + #""restart_ms":100,"restarted":true}],"give_ups":[],"node_stops":false,"#
        + #""node_stop_ms":null,"worker_starts":[2],"worker_start_failures":[0],"#
        + #""supervisor_starts":[1],"alive_at_end":[0],"poison_crashes":0},"deterministic":true,"#
        + #""agree":"5/5","phase_sensitive":false,"outcomes_over_random_phases":1}"#)
  }

  private static func replacing(_ old: String, _ new: String) -> String {
    tree { text in
      precondition(text.contains(old), "the text holds \(old)")
      return text.replacingOccurrences(of: old, with: new)
    }
  }

  private static func request(_ steps: String, _ more: String = "") -> String {
    #"[{"server":"etcd-3.4.23","case":"one_send","content_type":null,"query":"","content_length":64,"#
      + #""steps":\#(steps),"preexisting_value":null,"response":null,"response_end":null,"#
      + #""interim":null,"stored":{"written":false,"errorCode":100}\#(more)}]"#
  }

  private static let huge = "1" + String(repeating: "0", count: 400)

  static let texts: [Case] = [
    Case(.etcd, "", "1:1", "the recording is empty"),
    Case(.supervisor, " \n\r\n\t\n", "1:1", "the recording is empty"),
    Case(.truncatedPut, "\u{FEFF}", "1:1", "the recording is empty"),
    Case(.etcd, good + "\nno JSON\n", "2:1", "'no' is not a value"),
    Case(.etcd, good + "\n" + good.prefix(120), "2:119", "the string is not closed"),
    Case(.supervisor, tree() + "\n{\"id\":\"t\"", "2:10", "found the end of the text"),
    Case(.truncatedPut, "[{\"server\":\"s\",", "1:16", "end of the text"),
    // JSON by RFC 8259, and nothing more.
    Case(.etcd, good + "\n" + good.dropLast() + ",}\n", "2:", "a ',' stands before '}'"),
    Case(.supervisor, "// a tree\n" + tree(), "1:1", "a comment is not allowed here"),
    Case(.supervisor, tree() + "\n" + tree() + " // late", "2:", "a comment is not allowed here"),
    Case(.truncatedPut, "[\n" + request("[]").dropFirst().dropLast() + ",\n]", "2:", "before ']'"),
    Case(.etcd, good + "\r" + good + "\n", "1:", "a carriage return stands here without"),
    Case(.truncatedPut, "[\r\n\r]", "2:1", "a carriage return stands here without"),
    Case(.etcd, tree(), "1:1", "this is not a recording of the kind 'etcd'"),
    Case(.supervisor, good, "1:1", "this is not a recording of the kind 'supervisor'"),
    Case(.truncatedPut, good, "1:1", "this is not a recording of the kind 'truncated-put'"),
    Case(.etcd, #"{"scenario":"x"}"#, "1:1", "this is not a recording of the kind 'etcd'"),
    Case(.etcd, "[1]", "1:2", "this is not a recording of the kind 'etcd'"),
    Case(.etcd, good + "\n3\n", "2:1", "expected an object, found the number 3"),
    // What a sequence holds.
    Case(
      .etcd, sequence(#"{"t_ms":0,"op":"putt","key":"/s/a"}"#), "1:48",
      "there is no operation 'putt'"),
    Case(.etcd, sequence(put(1, at: 0, #","lease":7"#)), "1:79", "of the field 'lease'"),
    Case(
      .etcd, good + "\r\n" + good.replacingOccurrences(of: "\"watches\":[],", with: ""), "2:1",
      "the field 'watches' is missing"),
    Case(
      .etcd, good.replacingOccurrences(of: "{\"id\"", with: "{\"schema\":\"etcd/2\",\"id\""), "1:2",
      "of the field 'schema'"),
    Case(.etcd, sequence(put(5, at: 0), put(4, at: 1)), "1:", "'x_etcd_index' runs backwards: 4"),
    Case(
      .etcd,
      sequence(
        put(5, at: 0), put(6, at: 1).replacingOccurrences(of: "Index\":6", with: "Index\":3")),
      "1:", "'modifiedIndex' runs backwards: 3 after 5"),
    Case(.etcd, sequence(put(5, at: 0), end: 4), "1:", "'final_index' runs backwards: 4 after 5"),
    Case(.etcd, sequence(put(1, at: 9), put(2, at: 8)), "1:", "'t_ms' runs backwards: 8 after 9"),
    Case(
      .etcd, sequence(put(1, at: 0).replacingOccurrences(of: ":201", with: ":\(huge)")), "1:",
      "'status' is a whole number from 100 to 999"),
    Case(
      .etcd, sequence(put(1, at: 0).replacingOccurrences(of: "\"t_ms\":0", with: "\"t_ms\":-1")),
      "1:41", "'t_ms' is a whole number from 0"),
    Case(
      .etcd, sequence(put(1, at: 0, #","prevIndex":9223372036854775807"#)), "1:",
      "'prevIndex' is a whole number"),
    Case(.etcd, sequence(put(1, at: 0, #","ttl":1.5"#)), "1:", "'ttl' is a whole number or a text"),
    Case(
      .etcd,
      sequence(put(1, at: 0).replacingOccurrences(of: "\"has", with: "\"ttl\":-3,\"has")), "1:",
      "'ttl' is a whole number from 0"),
    Case(
      .etcd,
      sequence(put(1, at: 0).replacingOccurrences(of: "/s/a\",\"value", with: "s\",\"value")),
      "1:", "a key begins with '/'"),
    Case(.etcd, sequence(watch), "1:", "nothing was recorded of the watch 0"),
    Case(
      .etcd, sequence(watch, watch, watches: #"{"id":0,"completed":true,"events":[]}"#), "1:",
      "the watch 0 is begun twice"),
    Case(
      .etcd, sequence(watches: #"{"id":7,"completed":true,"events":[]}"#), "1:",
      "no operation begins the watch 7"),
    Case(
      .etcd,
      sequence(
        watch, put(1, at: 1),
        watches: #"{"id":0,"completed":true,"events":[{"seen_after_op_index":2,"status":200,"#
          + #""action":"set","node":\#(node(1))}]}"#), "1:", "'seen_after_op_index' is a whole"),
    Case(
      .etcd,
      sequence(
        watch, put(1, at: 1), put(2, at: 2),
        watches: #"{"id":0,"completed":false,"events":["# + event(2) + "," + event(1) + "]}"),
      "1:", "'modifiedIndex' runs backwards: 1 after 2"),
    Case(
      .etcd, sequence(put(5, at: 0), failed(#""index":4,"cause":"/s/a","x_etcd_index":5"#)), "1:",
      "'index' runs backwards: 4 after 5"),
    Case(
      .etcd, sequence(put(1, at: 195), #"{"t_ms":200,"op":"putt","key":"/s/a"}"#), "1:",
      "there is no operation 'putt'"),
    Case(
      .etcd, sequence(put(1, at: 0).replacingOccurrences(of: ",\"x_etcd_index\":1", with: "")),
      "1:", "the field 'x_etcd_index' is missing"),
    Case(
      .etcd, sequence(failed(#""index":1,"x_etcd_index":1"#)), "1:",
      "the field 'cause' is missing"),
    Case(
      .etcd, sequence(failed(#""cause":"/s/a","x_etcd_index":1"#)), "1:",
      "the field 'index' is missing"),
    Case(
      .etcd, good.replacingOccurrences(of: "{\"id\"", with: "{\"schema_version\":2,\"id\""), "1:2",
      "of the field 'schema_version'"),
    Case(
      .etcd, good.replacingOccurrences(of: "{\"id\"", with: "{\"shape\":2,\"id\""), "1:2",
      "of the field 'shape'"),
    // A walk.
    Case(
      .etcd,
      #"{"steps":[{"op":"set new","status":201,"events_seen_by_recursive_watcher":[]}]}"#, "1:",
      "the field 'response' is missing"),
    Case(.etcd, #"{"steps":[],"fd_limit_x":3}"#, "1:", "of the field 'fd_limit_x'"),
    Case(.etcd, #"{"fd_limit_9":{"attempted":1},"steps":[]}"#, "1:", "is missing"),
    Case(
      .etcd, #"{"listing_with_empty_value":{"raw":"x","headers":[]}}"#, "1:1", "'steps' is missing"),
    Case(
      .etcd,
      #"{"steps":[{"op":"sett new","status":201,"response":{"action":"set","node":{"#
        + #""modifiedIndex":5}},"events_seen_by_recursive_watcher":[]}]}"#, "1:17",
      "there is no operation 'sett new'"),
    Case(.etcd, #"{"many_watchers":[{}],"other":{}}"#, "1:", "is missing"),
    // Trees.
    Case(
      .supervisor, replacing("one_for_one", "one_for_two"), "1:64",
      "there is no strategy 'one_for_two'"),
    Case(.supervisor, replacing("\"intensity\":1", "\"intensity\":-1"), "1:", "'intensity' is a"),
    Case(.supervisor, replacing("\"period_s\":5", "\"period_s\":0"), "1:", "'period_s' is a whole"),
    Case(.supervisor, replacing("\"phase_ms\":200", "\"phase_ms\":\(huge)"), "1:", "'phase_ms' is"),
    Case(
      .supervisor, replacing("\"t_ms\":100,\"worker\":0,\"r", "\"t_ms\":100,\"worker\":1,\"r"),
      "1:",
      "'worker' is a whole number from 0 to 0"),
    Case(.supervisor, replacing("\"crash\"", "\"explosion\""), "1:", "there is no reason"),
    Case(.supervisor, replacing("[2]", "[2, 2]"), "1:", "'worker_starts' has 2 counts for 1"),
    Case(
      .supervisor, replacing("\"workers\":[{\"restart\":\"permanent\"}]", "\"workers\":[]"), "1:",
      "a tree has 1 to 1000 workers, not 0"),
    Case(.supervisor, replacing("\"poison\":null", "\"poison\":{\"mode\":\"x\"}"), "1:", "no mode"),
    Case(.supervisor, replacing("\"give_ups\"", "\"given_up\""), "1:", "of the field 'given_up'"),
    Case(
      .supervisor, replacing(",\"deterministic\":true", ""), "1:",
      "the field 'deterministic' is missing"),
    Case(
      .supervisor, replacing("{\"id\"", "{\"auto_shutdown\":\"any_significant\",\"id\""), "1:2",
      "of the field 'auto_shutdown'"),
    // Cut PUTs.
    Case(
      .truncatedPut,
      #"[{"server":"s","case":"ix_single_send_then_rst_immediate_x12","content_type":null,"#
        + #""counts":{"full":108}}]"#, "1:", "'counts' tells of 108 requests"),
    Case(
      .truncatedPut, request("[]").replacingOccurrences(of: ",\"response\":null", with: ""), "1:",
      "the field 'response' is missing"),
    Case(.truncatedPut, request(#"[["heads"]]"#), "1:", "there is no step 'heads'"),
    Case(.truncatedPut, request(#"[["body",0,1,2]]"#), "1:", "has at most 2 numbers"),
    Case(.truncatedPut, request(#"[["sleep",1e300]]"#), "1:", "'seconds' is a number from"),
    Case(.truncatedPut, request(#"["headers"]"#), "1:", "a step is a list"),
    Case(.truncatedPut, request("[]", #","tls":true"#), "1:", "of the field 'tls'"),
    Case(.truncatedPut, #"{"quic":[],"etcd":[]}"#, "1:2", "of the field 'quic'"),
    Case(.truncatedPut, #"{"etcd":[]}"#, "1:9", "'etcd' is empty: nothing was recorded"),
    Case(.truncatedPut, #"[{"middlebox":"a_new_one"}]"#, "1:15", "there is no middlebox"),
    Case(.truncatedPut, #"[{"handler":"a_new_one"}]"#, "1:13", "there is no Go handler"),
  ]

  @Test("Nothing is judged, and the error has its place", arguments: texts)
  func isRefused(wrong: Case) throws {
    do throws(ScenarioErrors) {
      let source = SourceText(name: "r", text: wrong.text)
      _ = try ConformanceRecording.judge(source, as: wrong.kind)
      Issue.record("\(wrong.text.prefix(200)) was judged")
    } catch {
      let first = try #require(error.errors.first)
      let place = try #require(first.location).description
      #expect(place.hasPrefix("r:" + wrong.place), "\(error)")
      #expect(error.errors.contains { $0.message.contains(wrong.message) }, "\(error)")
    }
  }

  @Test("Every error is told, up to fifty")
  func tellsAll() {
    let line = #"{"id":1,"ops":[],"watches":[],"final_index":-1}"#
    let text = String(repeating: line + "\n", count: 100)
    #expect {
      _ = try Recordings.report(text, .etcd)
    } throws: { error in
      (error as? ScenarioErrors)?.count == 51
    }
  }

  @Test("Notes on a case, of one word or number, are left alone")
  func allowsNotes() throws {
    let text = Self.good.replacingOccurrences(
      of: "{\"id\"", with: #"{"repeat":"identical","seed":7,"id""#)
    #expect(try Recordings.report(text, .etcd).holds)
    #expect(try Recordings.report(Self.good, .etcd).holds)
    #expect(try Recordings.report(Self.tree(), .supervisor).holds)
  }

  @Test("A damaged recording never stops the program")
  func survivesDamage() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix(state: seed)
    let files: [(String, ConformanceKind, Int)] = [
      ("etcd_v2_sequences.jsonl", .etcd, 60), ("otp_supervisor.jsonl", .supervisor, 100),
    ]
    let numbers = ["-1", "0", "1e18", "9223372036854775807", "1e400", "null", "\"\"", "[]", "{}"]
    for (name, kind, count) in files {
      let lines = try Recordings.lines(name)
      for _ in 0..<count {
        var bytes = Array(lines[Int.random(in: 0..<lines.count, using: &generator)].utf8)
        let places = bytes.indices.filter { bytes[$0] &- 0x30 < 10 }
        let place = places.randomElement(using: &generator) ?? 0
        if Bool.random(using: &generator) {
          let word = numbers.randomElement(using: &generator) ?? "0"
          bytes.replaceSubrange(place...place, with: Array(word.utf8))
        } else {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
        do throws(ScenarioErrors) {
          let source = SourceText(name: "seed \(seed)", bytes: bytes)
          let report = try ConformanceRecording.judge(source, as: kind)
          #expect(report.cases == 1, "seed \(seed)")
        } catch {
          #expect(error.errors.allSatisfy { $0.location != nil }, "seed \(seed)")
        }
      }
    }
  }
}

/// A generator for tests that print their seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
