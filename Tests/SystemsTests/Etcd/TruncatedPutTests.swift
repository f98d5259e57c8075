import Testing

@Suite("Etcd's front end against recorded truncated PUTs")
struct TruncatedPutTests {
  private static func section(_ names: String...) throws -> [JSON] {
    var json = try JSON(parsing: JSON.recording("etcd_truncated_put.json"))
    for name in names { json = try #require(json[name]) }
    return try #require(json.array)
  }

  private func check(_ records: [JSON], count: Int, _ judge: (JSON) -> [String]) {
    #expect(records.count == count)
    let found = records.flatMap(judge)
    #expect(found.isEmpty, "\(found.count): \(found.prefix(10).joined(separator: "\n"))")
  }

  @Test("etcd, its v2 proxy and its gateway treat every cut request as recorded")
  func etcd() throws {
    check(try Self.section("etcd"), count: 510, TruncatedPutConformance.judge(etcd:))
  }

  @Test("Middleboxes between Python and etcd leave what was recorded")
  func middleboxes() throws {
    check(
      try Self.section("middlebox_between_python_http_client_and_etcd"), count: 36,
      TruncatedPutConformance.judge(middlebox:))
  }

  @Test("Seven kinds of Go handler see what was recorded")
  func goHandlers() throws {
    check(
      try Self.section("go_net_http_handlers"), count: 77,
      TruncatedPutConformance.judge(goHandler:))
  }

  @Test("Python's client makes the recorded send calls")
  func sendCalls() throws {
    check(
      try Self.section("python_http_client", "send_calls"), count: 9,
      TruncatedPutConformance.judge(sendCalls:))
  }

  @Test("Python's client raises the recorded exceptions")
  func exceptions() throws {
    check(
      try Self.section("python_http_client", "exceptions"), count: 9,
      TruncatedPutConformance.judge(exception:))
  }

  @Test("A recording with another status or another stored value is found out")
  func detectsForgery() throws {
    let direct = try Self.section("etcd").filter {
      $0["server"]?.string == "etcd-3.4.23" && $0["counts"] == nil
    }
    #expect(direct.count == 164)
    for record in direct {
      for (part, field, forged) in [
        ("response", "status", JSON.number(418)), ("stored", "written", .bool(false)),
        ("stored", "value", .string("forged")),
      ] {
        guard case .object(var fields) = record, case .object(var inner)? = fields[part],
          inner[field] != nil, inner[field] != forged
        else { continue }
        inner[field] = forged
        fields[part] = .object(inner)
        #expect(!TruncatedPutConformance.judge(etcd: .object(fields)).isEmpty)
      }
    }
  }
}
