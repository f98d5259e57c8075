import Testing

@testable import Systems

@Suite("Etcd.Operation from a request")
struct OperationParsingTests {
  @Test(
    "Each bad field has its error, and the first in etcd's order wins",
    arguments: [
      ("prevIndex=-1", 203), ("prevIndex=", 203), ("waitIndex=1x", 203), ("recursive=yes", 209),
      ("sorted=2", 209), ("dir=", 209), ("quorum=no", 209), ("stream=tRue", 209),
      ("wait=true", 209),
      ("prevValue=", 201), ("noValueOnSuccess=x", 209), ("ttl=abc", 202), ("ttl=-1", 202),
      ("ttl=+1", 202), ("ttl=1.5", 202), ("ttl=18446744073709551616", 202),
      ("prevExist=maybe", 209),
      ("prevExist=", 209), ("refresh=1&value=x&ttl=1", 211), ("refresh=true", 212),
      ("refresh=true&value=x", 211), ("ttl=x&prevValue=", 201), ("dir=x&prevIndex=x", 203),
      ("refresh=x&ttl=y", 202), ("refresh=T&ttl=", 212),
    ])
  func refuses(query: String, code: Int) {
    var store = Etcd.Keyspace()
    do throws(Etcd.Failure) {
      _ = try Etcd.Operation(
        .put, path: "/k".utf8, form: Etcd.Form(parsing: query.utf8), for: &store)
      Issue.record("\(query) was taken")
    } catch {
      #expect(Int(error.code.rawValue) == code && error.index == 0 && error.status == 400)
    }
  }

  @Test("Good fields arrive")
  func accepts() throws {
    var store = Etcd.Keyspace()
    let query = "value=v&ttl=60&prevExist=f&prevValue=o&prevIndex=7&dir=1&refresh=0"
    let operation = try Etcd.Operation(
      .put, path: "/k".utf8, form: Etcd.Form(parsing: query.utf8), for: &store)
    #expect(store.text(of: operation.value) == "v")
    #expect(operation.previousValue.map { store.text(of: $0) } == "o")
    #expect(operation.ttl == 60 && operation.previousIndex == 7)
    #expect(operation.previousExists == false && operation.isDirectory && !operation.isRefresh)
  }

  @Test("A broken percent escape in a whole body is 400/210 for etcd and an empty value for others")
  func brokenEscape() {
    for (policy, status) in [(Etcd.FormErrorPolicy.reject400, 400), (.acceptEmpty, 201)] {
      var store = Etcd.Keyspace()
      var traffic = Etcd.Traffic()
      var connection = Etcd.ServerConnection(handler: .etcd(policy))
      let body = "value=%7B%"
      let head = RequestText.head(
        "PUT", "/v2/keys/k", contentType: RequestText.form, length: body.utf8.count)
      connection.receive((head + body).utf8, store: &store, now: .start, into: &traffic)
      guard case .reply(let reply)? = traffic.sent.first, case .etcd(let response) = reply.body
      else {
        Issue.record("no answer")
        continue
      }
      #expect(reply.status == status)
      if case .failed(let failure) = response.body {
        #expect(failure.cause == .text("invalid URL escape \"%\""))
      }
      let key = store.intern("/k")
      #expect(store.node(at: key)?.value == (policy == .acceptEmpty ? .empty : nil))
    }
  }
}
