import SimulationKernel
import Testing

@testable import Systems

@Suite("Announces on the wire")
struct AnnounceRequestTests {
  private typealias Rig = EtcdClusterRig

  /// Every way to announce, on every kind of server.
  private static let ways: [(policy: String, announce: String)] =
    Etcd.FormErrorPolicy.allCases.flatMap { policy in
      ["form", "none"].flatMap { type in
        ["query", "body"].flatMap { place in
          [1, 2].map { segments in
            (
              policy.rawValue,
              #"{ "contentType": "\#(type)", "ttlIn": "\#(place)", "segments": \#(segments) }"#
            )
          }
        }
      }
    }

  @Test("An operation that is carried out again does what its request does when it is read again")
  func keptOperations() throws {
    for way in Self.ways {
      for isRefresh in [false, true] {
        var rigs = try (0..<2).map { _ in
          try Rig(#"{ "formErrorPolicy": "\#(way.policy)" }"#, announce: way.announce)
        }
        for side in rigs.indices {
          rigs[side].watch(0)
          for (time, node) in [(1, 1), (2, 7), (3, 7), (64, 1), (90, 7)] as [(Int64, UInt16)] {
            rigs[side].ports.now = second(time)
            if time == 64 { rigs[side].handle(.sweepDue) }
            // The second one has to read each request.
            if side == 1 { rigs[side].etcd.operations = .init() }
            rigs[side].announce(node, isRefresh: isRefresh)
            rigs[side].announce(node, isRefresh: !isRefresh)
          }
        }
        let (kept, read) = (rigs[0], rigs[1])
        let announcement = Rig.announcement(7, isRefresh: isRefresh)
        #expect(kept.etcd.operations[announcement] != nil, "\(way)")
        #expect(kept.ports.applied.map(\.status) == read.ports.applied.map(\.status), "\(way)")
        #expect(kept.ports.deliveries.map(\.value) == read.ports.deliveries.map(\.value))
        #expect(kept.etcd.keyspace == read.etcd.keyspace, "\(way)")
        #expect(kept.etcd.totals == read.etcd.totals, "\(way)")
      }
    }
  }

  @Test("A new configuration is read anew")
  func newConfiguration() throws {
    var rig = try Rig()
    rig.announce(7)
    #expect(rig.text(of: 7) == Rig.metadata(7))
    rig.etcd.configuration.contentType = .none
    #expect(rig.etcd.operations[Rig.announcement(7)] == nil)
    rig.announce(7)
    #expect(rig.text(of: 7) == "")
    rig.etcd.configuration.contentType = .form
    rig.etcd.configuration.ttl = 5
    rig.announce(7)
    #expect(rig.text(of: 7) == Rig.metadata(7) && rig.expiration(of: 7) == second(5))
  }

  @Test("A server under each policy stores of a cut request what the Go handler of that name sees")
  func policies() throws {
    for policy in Etcd.FormErrorPolicy.allCases {
      var rig = try Rig(#"{ "formErrorPolicy": "\#(policy.rawValue)" }"#)
      for (node, box) in [(7, .finBoth), (8, .resetBoth)] as [(UInt16, Etcd.Middlebox)] {
        rig.cut(node, box)
        var store = Etcd.Keyspace()
        var connection = Etcd.ServerConnection(handler: .go(policy.handler))
        var traffic = Etcd.Traffic()
        let request = rig.etcd.request(of: Rig.announcement(node), from: rig.client)
        connection.receive(request.sends[0], store: &store, now: .start, into: &traffic)
        connection.end(box.endTowardsServer, store: &store, now: .start, into: &traffic)
        var seen: Etcd.GoObservation?
        for case .reply(let reply) in traffic.sent {
          if case .seen(let observation) = reply.body { seen = observation }
        }
        let observation = try #require(seen)
        let stored =
          observation.isRefused ? nil : String(decoding: observation.value, as: UTF8.self)
        #expect(rig.text(of: node) == stored, "\(policy)")
      }
      // A whole announce is stored as it is meant under each of them.
      rig.announce(9)
      #expect(rig.text(of: 9) == Rig.metadata(9) && rig.expiration(of: 9) == second(60))
    }
  }

  @Test("A half-closed sender is told what the server did with the half")
  func halfClosed() throws {
    for (policy, status) in [("reject400", 400), ("acceptEmpty", 201)] as [(String, UInt16)] {
      var rig = try Rig(#"{ "formErrorPolicy": "\#(policy)" }"#)
      rig.cut(7, .halfClosed)
      #expect(rig.ports.applied.map(\.status) == [status])
      rig.cut(8, segments: 0, .halfClosed)
      #expect(rig.ports.applied.map(\.status) == [status, 0], "closed without a word")
      rig.cut(9, segments: 2, .halfClosed)
      #expect(rig.ports.applied.last?.status == 201 && rig.text(of: 9) == Rig.metadata(9))
    }
  }

  @Test("A box that leaves the server's side open leaves it with a connection for ever")
  func leftOpen() throws {
    var rig = try Rig(#"{ "connections": 100 }"#)
    for node in 0..<100 as Range<UInt16> { rig.cut(10 + node, .finClientServerLeftOpen) }
    #expect(rig.etcd.listener.standing == 100 && rig.text(of: 10) == nil)
    rig.announce(7)
    #expect(rig.ports.hung.count == 1 && rig.text(of: 7) == nil)
  }

  @Test("Re-framed requests are complete for the server, unless their chunks are cut")
  func reframed() throws {
    for (box, text) in [
      (.reframedEmpty, ""), (.reframedChunkedEnded, ""), (.reframedChunkedCut, nil),
    ] as [(Etcd.Middlebox, String?)] {
      var rig = try Rig(#"{ "formErrorPolicy": "reject400" }"#)
      rig.cut(7, box)
      #expect(rig.text(of: 7) == text && rig.ports.applied.isEmpty)
      #expect(rig.etcd.totals.cutRejected == (text == nil ? 1 : 0))
    }
  }
}
