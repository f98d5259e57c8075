import Testing

@testable import Systems

@Suite("Etcd.PythonClient")
struct PythonClientTests {
  typealias Client = Etcd.PythonClient

  @Test(
    "What the program sees depends on the bytes and on how they end",
    arguments: [
      ("", .finished, .remoteDisconnected), ("", .reset, .connectionResetError),
      ("", .open, .timeoutError), ("HTTP/1.1 20", .finished, .badStatusLine("HTTP/1.1 20")),
      ("HTTP/1.1 20", .open, .timeoutError), ("HTT", .finished, .badStatusLine("HTT")),
      ("HTTP/1.1 201 Created\r\nContent-Le", .finished, .status(201)),
      (
        "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nab", .finished,
        .incompleteRead(received: 2, missing: 2)
      ),
      ("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nab", .reset, .connectionResetError),
      ("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nabcd", .open, .status(201)),
      (
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .open,
        .status(200)
      ),
      ("HTTP/1.1 100 Continue\r\n\r\n", .finished, .remoteDisconnected),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", .open,
        .status(200)
      ),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", .finished,
        .incompleteRead(received: 2, missing: 0)
      ),
      ("HTTP/1.1 200 OK\r\n\r\nuntil the end", .finished, .status(200)),
      ("HTTP/1.1 200 OK\r\n\r\nuntil the end", .open, .timeoutError),
      ("\r\n", .finished, .badStatusLine("")),
    ] as [(String, Client.ServerEnd, Client.Outcome)])
  func outcomes(bytes: String, end: Client.ServerEnd, expected: Client.Outcome) {
    #expect(Client.outcome(of: bytes.utf8, serverEnd: end) == expected)
  }

  @Test("A send after the server closed goes through once; after its reset it fails")
  func sends() {
    for sends in 0...2 {
      #expect(Client.sendFailure(serverEnd: .open, sendsAfterEnd: sends) == nil)
      #expect(
        Client.sendFailure(serverEnd: .finished, sendsAfterEnd: sends)
          == (sends > 1 ? .connectionResetError : nil))
      #expect(
        Client.sendFailure(serverEnd: .reset, sendsAfterEnd: sends)
          == (sends > 0 ? .connectionResetError : nil))
    }
  }

  @Test("Whatever the client sends, the server reads back")
  func roundTrip() {
    let bodies: [Client.Body] = [
      .whole(Array("value=abc".utf8)), .chunks([Array("value=".utf8), [], Array("abc".utf8)]),
    ]
    for body in bodies {
      for joins in [false, true] {
        let sends = Client.sends(
          method: "PUT", target: "/v2/keys/k", host: "h:1",
          headers: [("Content-Type", RequestText.form)], body: body, joinsHeadAndBody: joins)
        var store = Etcd.Keyspace()
        var traffic = Etcd.Traffic()
        var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
        for send in sends {
          connection.receive(send, store: &store, now: .start, into: &traffic)
        }
        let key = store.intern("/k")
        let value = store.intern(value: "abc")
        #expect(store.node(at: key)?.value == value)
        #expect(joins ? sends.count == 1 : sends.count > 1)
      }
    }
  }

  @Test("After a lost connection the program cannot know whether the key was written")
  func ignorance() {
    #expect(Client.Outcome.remoteDisconnected.leavesKeyUnknown)
    #expect(Client.Outcome.timeoutError.leavesKeyUnknown)
    #expect(!Client.Outcome.status(201).leavesKeyUnknown)
    #expect(!Client.Outcome.connectionRefusedError.leavesKeyUnknown)
  }
}
