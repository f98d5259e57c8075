import Systems
import Testing

@testable import Experiments

@Suite("Cut requests")
struct CutRequestTests {
  @Test(
    "A body is sliced as Python slices",
    arguments: [
      (nil, nil, "abcdef"), (0, 3, "abc"), (nil, 2, "ab"), (4, nil, "ef"), (-2, nil, "ef"),
      (1, -1, "bcde"), (5, 2, ""), (0, 99, "abcdef"), (-99, 1, "a"), (9, 12, ""),
    ] as [(Int?, Int?, String)])
  func slices(from: Int?, to: Int?, result: String) {
    let bytes = Array("abcdef".utf8)
    let slice = CutRequestReplay.slice(of: bytes, from: from, to: to)
    #expect(String(decoding: slice, as: UTF8.self) == result)
  }

  @Test(
    "The path of the outage is held against Go handlers that ignore the error of a form",
    arguments: [Etcd.GoHandler.ignoreError, .formValueOnly, .parseTwiceCheckSecond])
  func holdsPolicy(handler: Etcd.GoHandler) {
    var seen = GoHandlerRecord.Seen()
    seen.value = ""
    seen.ttl = "60"
    var record = GoHandlerRecord(
      handler: handler, contentType: EtcdServerDriver.form, query: "?ttl=60",
      sent: "value=%7B%22", declared: 33, end: .fin, status: 201, seen: seen)
    #expect(record.failures().isEmpty)
    // A condition that only etcd knows: the handler does as recorded, and etcd's own path does not.
    record.query = "?ttl=60&prevExist=true"
    let parts = record.failures().compactMap { failure -> [String]? in
      if case .object(let parts) = failure.expected { parts.map(\.key) } else { nil }
    }
    let policies = ["acceptEmpty", "\(handler)"]
    #expect(
      parts == [policies.flatMap { ["etcd under \($0): status", "etcd under \($0): stores"] }])
  }

  @Test("A step with one number ends there")
  func readsOneNumber() throws {
    let text = #"""
      [{"server":"etcd-3.4.23","case":"cut_at_9","content_type":"application/x-www-form-urlencoded",
        "query":"","content_length":64,"steps":[["headers"],["body",9],["fin"],["recv"]],
        "preexisting_value":null,"interim":null,
        "response":{"status":400,"connection_close":false,"body":{"errorCode":210,
        "message":"Invalid POST form","cause":"unexpected EOF"}},"response_end":"eof",
        "stored":{"written":false,"errorCode":100}}]
      """#
    let report = try Recordings.report(text, .truncatedPut)
    #expect(report.holds && report.cases == 1, "\(report.failures)")
  }
}
