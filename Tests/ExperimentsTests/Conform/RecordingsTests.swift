import Foundation
import Scenarios
import Testing

@testable import Experiments

@Suite("Recordings of the real systems")
struct RecordingsTests {
  @Test(
    "Every recorded case comes out as it did on the real system",
    arguments: [
      ("etcd_v2_sequences.jsonl", .etcd, 101, 0), ("etcd_v2_semantics.json", .etcd, 21, 0),
      ("otp_supervisor.jsonl", .supervisor, 144, 0),
      ("otp_supervisor_siblings.jsonl", .supervisor, 210, 10),
      ("etcd_truncated_put.json", .truncatedPut, 641, 0),
      ("etcd_truncated_put_shapes.json", .truncatedPut, 420, 0),
      ("etcd_v2_walk_early_sweep.json", .etcd, 17, 0),
      ("etcd_v2_walk_repeated.json", .etcd, 17, 0),
    ] as [(String, ConformanceKind, Int, Int)])
  func agree(name: String, kind: ConformanceKind, cases: Int, skipped: Int) throws {
    let report = try ConformanceRecording.judge(try Recordings.source(name), as: kind)
    #expect(report.failures.isEmpty, "\(report.failures.prefix(4))")
    #expect(report.cases == cases && report.passed == cases && report.skipped == skipped)
    #expect(report.kind == kind && report.holds)
  }

  @Test("A recorder's own output, a list of records, is read as well")
  func readsLists() throws {
    let value = try Recordings.value(try Recordings.source("etcd_truncated_put.json").text)
    let sections = try #require(value as? [String: Any])
    for (name, count) in [
      ("etcd", 510), ("middlebox_between_python_http_client_and_etcd", 36),
      ("go_net_http_handlers", 77), ("python_http_client", 18),
    ] {
      let section = try #require(sections[name])
      let report = try Recordings.report(try Recordings.text(section), .truncatedPut)
      #expect(report.cases == count && report.holds, "\(name)")
    }
  }

  @Test("Line ends of other systems, a byte order mark and one case in many lines change nothing")
  func readsOtherTexts() throws {
    let lines = Array(try Recordings.lines("etcd_v2_sequences.jsonl").prefix(2))
    let windows = "\u{FEFF}" + lines.joined(separator: "\r\n") + "\r\n\r\n"
    #expect(try Recordings.report(windows, .etcd).cases == 2)
    let list = "[" + lines.joined(separator: ",\n") + "]"
    #expect(try Recordings.report(list, .etcd).cases == 2)
    let data = try JSONSerialization.data(
      withJSONObject: try Recordings.value(lines[0]), options: .prettyPrinted)
    #expect(try Recordings.report(String(decoding: data, as: UTF8.self), .etcd).cases == 1)
  }

  @Test("A recording without cases is no error and has nothing to judge")
  func isEmpty() throws {
    for kind in ConformanceKind.allCases {
      let report = try Recordings.report("[]\n", kind)
      #expect(report.cases == 0 && report.holds)
    }
  }
}
