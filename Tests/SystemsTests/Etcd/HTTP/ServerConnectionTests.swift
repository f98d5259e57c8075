import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd.ServerConnection")
struct ServerConnectionTests {
  private static let form = RequestText.form

  private struct Result: Equatable {
    var statuses: [Int]
    var texts: [String]
    var interims: Int
    var isClosed: Bool
    var value: String?
    var index: UInt64
  }

  /// Sends `pieces` one after the other, then ends the stream.
  private static func run(
    _ handler: Etcd.Handler, _ pieces: [[UInt8]], end: Etcd.StreamState = .open
  ) -> Result {
    var store = Etcd.Keyspace()
    var traffic = Etcd.Traffic()
    var connection = Etcd.ServerConnection(handler: handler)
    for piece in pieces {
      connection.receive(piece, store: &store, now: .start, into: &traffic)
    }
    connection.end(end, store: &store, now: .start, into: &traffic)
    let replies = traffic.sent.compactMap { sent in
      if case .reply(let reply) = sent { reply } else { nil }
    }
    let key = store.intern("/k")
    return Result(
      statuses: replies.map(\.status),
      texts: replies.map { if case .text(let text) = $0.body { text } else { "" } },
      interims: traffic.sent.count { $0 == .interim }, isClosed: connection.isClosed,
      value: store.node(at: key)?.value.map { store.text(of: $0) }, index: store.index)
  }

  private static func put(
    _ body: String, type: String? = form, length: Int? = nil, extra: String = "",
    target: String = "/v2/keys/k"
  ) -> [UInt8] {
    let count = length ?? body.utf8.count
    return Array(
      (RequestText.head("PUT", target, contentType: type, length: count, extra: extra) + body)
        .utf8)
  }

  @Test("However the bytes are cut into segments, the outcome is the same")
  func segmentation() {
    let chunked =
      "PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      + "Content-Type: \(Self.form)\r\n\r\n6;x=y\r\nvalue=\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n"
    let requests = [
      Self.put("value=hello&ttl=5"), Self.put("value=hello", type: nil),
      Self.put("value=a") + Self.put("value=b"), Self.put("value=hello", length: 8),
      Self.put("value=hello", length: 30), Array(chunked.utf8),
      Self.put("value=x", extra: "Expect: 100-continue\r\n"), Array("GARBAGE\r\n\r\n".utf8),
    ]
    let handlers: [Etcd.Handler] = [
      .etcd(.reject400), .etcd(.acceptEmpty), .v2Proxy(.reject400), .go(.readAllIgnore),
    ]
    for (number, bytes) in requests.enumerated() {
      for handler in handlers {
        for end in [Etcd.StreamState.open, .finished, .reset] {
          let whole = Self.run(handler, [bytes], end: end)
          for seed in 0..<12 {
            var dice = Dice(seed: seed, "segments")
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
              let count = seed == 0 ? 1 : 1 + dice.roll(40)
              pieces.append(Array(rest.prefix(count)))
              rest = rest.dropFirst(count)
            }
            #expect(
              Self.run(handler, pieces, end: end) == whole,
              "request \(number), \(handler), \(end), seed \(seed)")
          }
        }
      }
    }
  }

  @Test("A body in chunks is put together, and a malformed chunk is refused")
  func chunks() {
    let head =
      "PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      + "Content-Type: \(Self.form)\r\n\r\n"
    let good = Self.run(
      .etcd(.reject400), [Array((head + "7\r\nvalue=o\r\n1\r\nk\r\n0\r\n\r\n").utf8)])
    #expect(good.value == "ok" && good.statuses == [201] && !good.isClosed)
    for bad in ["zz\r\n", "2\r\nabc\r\n", "fffffffffffffffff\r\n"] {
      let result = Self.run(.etcd(.reject400), [Array((head + bad).utf8)])
      #expect(result.statuses == [400] && result.value == nil, "\(bad)")
    }
  }

  @Test(
    "Heads that Go does not serve get Go's answer and the connection closes",
    arguments: [
      ("PUT /v2/keys/k HTTP/1.1\r\n\r\n", 400, "400 Bad Request: missing required Host header"),
      ("PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n", 400, "400 Bad Request"),
      (
        "PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400,
        "400 Bad Request"
      ),
      (
        "PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400,
        "400 Bad Request"
      ),
      ("PUT /v2/keys/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "400 Bad Request"),
      ("PUT /v2/keys/k HTTP/1.1\r\nno colon\r\n\r\n", 400, "400 Bad Request"),
      ("PUT /v2/keys/k HTTP/1.1\r\n folded\r\n\r\n", 400, "400 Bad Request"),
      (
        "PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
        "501 Not Implemented: Unsupported transfer encoding"
      ),
      ("PUT /v2/keys/k HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n", 417, ""),
      (
        "PUT /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, "404 page not found"
      ),
      ("PUT /v2/keysx HTTP/1.0\r\n\r\n", 404, "404 page not found"),
      ("PATCH /v2/keys/k HTTP/1.0\r\n\r\n", 405, "Method Not Allowed"),
      ("PUT /v2/keys//k HTTP/1.0\r\n\r\n", 301, "/v2/keys/k"),
    ])
  func refusals(request: String, status: Int, text: String) {
    let result = Self.run(.etcd(.reject400), [Array(request.utf8)])
    #expect(result.statuses == [status] && result.texts == [text])
    #expect(result.isClosed && result.index == 0)
  }

  @Test("What is not HTTP/1 is dropped without a word by etcd, refused by a plain Go server")
  func protocols() {
    for line in ["GARBAGE\r\n\r\n", "PUT /v2/keys/k HTTP/2.0\r\nHost: x\r\n\r\n"] {
      let dropped = Self.run(.etcd(.reject400), [Array(line.utf8)])
      #expect(dropped.statuses == [] && dropped.isClosed)
      let refused = Self.run(.go(.ignoreError), [Array(line.utf8)])
      #expect(refused.statuses == [line.hasPrefix("PUT") ? 505 : 400] && refused.isClosed)
    }
    let long =
      "PUT /v2/keys/" + String(repeating: "k", count: 5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"
    #expect(Self.run(.etcd(.reject400), [Array(long.utf8)]).statuses == [])
  }

  @Test("Two requests in one segment are answered in turn, on one connection")
  func pipelining() {
    let result = Self.run(
      .etcd(.reject400), [Self.put("value=one") + Self.put("value=two")], end: .finished)
    #expect(result.statuses == [201, 200] && result.value == "two" && result.isClosed)
  }

  @Test("The postmortem's server stores the empty value, keeps the query's TTL, drops the body's")
  func acceptEmpty() throws {
    for (target, ttl) in [("/v2/keys/k", nil), ("/v2/keys/k?ttl=60", 60)] as [(String, Int64?)] {
      var store = Etcd.Keyspace()
      var traffic = Etcd.Traffic()
      var connection = Etcd.ServerConnection(handler: .etcd(.acceptEmpty))
      let bytes = Self.put("value=abc&ttl=30", target: target)
      connection.receive(bytes.dropLast(5), store: &store, now: .start, into: &traffic)
      #expect(traffic.sent.isEmpty)
      connection.end(.finished, store: &store, now: .start, into: &traffic)
      let key = store.intern("/k")
      let node = try #require(store.node(at: key))
      #expect(node.value == .empty && node.ttl(at: .start) == ttl)
    }
  }

  @Test("Sizes and bytes come to the same verdict")
  func typedVerdicts() {
    let handlers: [Etcd.Handler] =
      [.etcd(.reject400), .etcd(.acceptEmpty)] + Etcd.GoHandler.allCases.map { .go($0) }
    for handler in handlers {
      for (isForm, declared, received, end) in Self.arrivals {
        var arrival = Etcd.BodyArrival(
          isForm: isForm, declaredLength: declared, receivedLength: received, stream: end)
        for expects in [false, declared > 0] {
          arrival.expectsContinue = expects
          let bytes = Self.put(
            String(repeating: "v", count: received), type: isForm ? Self.form : nil,
            length: declared, extra: expects ? "Expect: 100-continue\r\n" : "")
          let result = Self.run(handler, [bytes], end: end)
          let verdict = handler.verdict(on: arrival)
          // A gap at the end: bytes beyond the declared length begin another request.
          let first = result.statuses.first
          switch (verdict.handling, verdict.reply) {
          case (.waits, _), (_, .held): #expect(first == nil, "\(handler) \(arrival)")
          case (.refused, _): #expect(first == 400, "\(handler) \(arrival)")
          case (.accepted, _): #expect(first == 201, "\(handler) \(arrival)")
          }
          if case .etcd = handler {
            let isWritten = if case .accepted = verdict.handling { true } else { false }
            #expect((result.index > 0) == isWritten, "\(handler) \(arrival)")
          }
        }
      }
    }
  }

  @Test("A body of which 256 KiB or more are missing costs the connection, read or not")
  func givesUp() {
    let limit = 256 << 10
    for (type, missing, closes) in [
      (Self.form, limit, true), (Self.form, limit - 1, false), (nil, limit, true),
    ] as [(String?, Int, Bool)] {
      var store = Etcd.Keyspace()
      var traffic = Etcd.Traffic()
      var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
      let request = Self.put("value=x", type: type, length: 7 + missing)
      connection.receive(request, store: &store, now: .start, into: &traffic)
      connection.end(.finished, store: &store, now: .start, into: &traffic)
      guard case .reply(let reply)? = traffic.sent.first else {
        Issue.record("no answer to \(type ?? "no type")")
        continue
      }
      #expect(reply.closesConnection == closes && reply.closesLate == closes)
      #expect(reply.status == (type == nil ? 201 : 400))
    }
  }

  @Test("A client that was not told to continue is answered, and may still send its body")
  func drains() {
    var store = Etcd.Keyspace()
    var traffic = Etcd.Traffic()
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    let head = Self.put("", type: nil, length: 7, extra: "Expect: 100-continue\r\n")
    connection.receive(head, store: &store, now: .start, into: &traffic)
    guard case .reply(let reply)? = traffic.sent.first else {
      Issue.record("no answer to the head")
      return
    }
    #expect(reply.status == 201 && reply.closesConnection && !reply.closesLate)
    #expect(traffic.sent.count == 1 && !connection.isClosed && !connection.isBusy)
    for (bytes, isClosed) in [("value", false), ("=x", true)] {
      connection.receive(bytes.utf8, store: &store, now: .start, into: &traffic)
      #expect(connection.isClosed == isClosed)
    }
    #expect(traffic.sent.count == 2 && traffic.sent.last == .closed && store.index == 1)
  }

  private static var arrivals: [(Bool, Int, Int, Etcd.StreamState)] {
    var all: [(Bool, Int, Int, Etcd.StreamState)] = []
    for isForm in [true, false] {
      for (declared, received) in [(0, 0), (9, 0), (9, 4), (9, 9), (400_000, 10)] {
        for end in [Etcd.StreamState.open, .finished, .reset] {
          all.append((isForm, declared, received, end))
        }
      }
    }
    return all
  }

  @Test("A client that hangs up ends its watch; an answered poll frees the connection")
  func watching() {
    var store = Etcd.Keyspace()
    var traffic = Etcd.Traffic()
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    let poll = Array("GET /v2/keys/k?wait=true HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    connection.receive(poll, store: &store, now: .start, into: &traffic)
    #expect(store.watcherCount == 1 && connection.isBusy)
    var other = Etcd.ServerConnection(handler: .etcd(.reject400))
    other.receive(Self.put("value=x"), store: &store, now: .start, into: &traffic)
    #expect(traffic.output.deliveries.count == 1 && store.watcherCount == 0)
    connection.watchWasAnswered(store: &store, now: .start, into: &traffic)
    connection.receive(poll, store: &store, now: .start, into: &traffic)
    #expect(store.watcherCount == 1)
    connection.end(.finished, store: &store, now: .start, into: &traffic)
    #expect(store.watcherCount == 0 && connection.isClosed)
  }

  @Test("Random and mutilated bytes never trap")
  func fuzz() {
    let seedRequest =
      Self.put("value=%7B%22a%22%7D&ttl=60") + Self.put("value=x", type: nil)
      + Array("GET /v2/keys/?wait=true&recursive=true&waitIndex=1 HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    var answered = 0
    for seed in 0..<600 {
      var dice = Dice(seed: seed, "fuzz")
      var bytes = seedRequest
      for _ in 0..<(1 + dice.roll(8)) {
        let place = dice.roll(bytes.count)
        switch dice.roll(4) {
        case 0: bytes[place] = UInt8(dice.roll(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: Array("9999999999".utf8).prefix(dice.roll(11)), at: place)
        default: bytes.insert(UInt8(dice.pick([0, 10, 13, 32, 37, 58, 255])), at: place)
        }
      }
      for handler in [Etcd.Handler.etcd(.reject400), .etcd(.acceptEmpty), .go(.formValueOnly)] {
        let end = dice.pick([Etcd.StreamState.open, .finished, .reset])
        answered += Self.run(handler, [bytes], end: end).statuses.count
      }
    }
    #expect(answered > 600)
  }
}
