import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd against its recorded semantics")
struct EtcdSemanticsTests {
  @Test("Every recorded step, listing, replay and edge of the history comes out the same")
  func agrees() throws {
    let recording = try JSON(parsing: JSON.recording("etcd_v2_semantics.json"))
    let found = SemanticsConformance.judge(recording)
    #expect(found.isEmpty, "\(found.count): \(found.prefix(8).joined(separator: "\n"))")
  }

  @Test("A key is readable until the sweep that follows its time, at most 500 ms late")
  func lateness() throws {
    var server = RecordedServer(index: 0, phase: .milliseconds(170))
    for ttl in 2...5 {
      let start = server.now
      let key = "/ttl/k\(ttl)"
      _ = server.request("PUT", key, fields: [("value", "v"), ("ttl", "\(ttl)")])
      let number = server.store.intern(key)
      server.advance(to: start + .seconds(Int64(ttl)))
      #expect(server.store.node(at: number)?.ttl(at: server.now) == 0)
      server.advance(by: .milliseconds(500))
      #expect(server.store.node(at: number) == nil)
      server.advance(by: .milliseconds(137))
    }
  }

  @Test("The recorded transitions of a TTL of two seconds are those of a ceiling")
  func transitions() throws {
    let recording = try JSON(parsing: JSON.recording("etcd_v2_semantics.json"))
    let polls = try #require(recording["ttl_poll_transitions"]?.array)
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern("/poll")
    try store.set(
      key, to: .empty, expiration: store.expiration(ttl: 2, now: .start), now: .start,
      into: &output)
    let node = try #require(store.node(at: key))
    for poll in polls {
      let at = try #require(poll.array?.first?.double)
      let shown = poll.array?.last?.int
      // The recording's clock starts before the request, by the time that the request takes.
      let ttl = node.ttl(at: .start + Duration(seconds: at))
      if poll.array?.last?.string?.hasPrefix("err") == true { continue }
      #expect(Int(ttl ?? 0) == shown ?? 0)
    }
  }

  @Test("A stream that starts in the history gets one event and is deaf; one at its end hears all")
  func streamWithWaitIndex() throws {
    let recording = try JSON(parsing: JSON.recording("etcd_v2_semantics.json"))
    let cases = try #require(recording["stream_with_waitIndex"]?.array)
    var server = RecordedServer(index: 100, phase: .milliseconds(100))
    for value in 1...3 { _ = server.request("PUT", "/w/k", fields: [("value", "\(value)")]) }
    var heard: [[String]] = []
    for since in [101, 104] {
      var values: [String] = []
      let start = server.request("GET", "/w/k?wait=true&stream=true&waitIndex=\(since)")
      var watch: Etcd.WatchID?
      switch start?.body {
      case .watching(.replayed(let event)):
        values.append(event.node.value.map { server.store.text(of: $0) } ?? "")
      case .watching(.waiting(let id)): watch = id
      default: Issue.record("no watch")
      }
      server.deliveries = []
      var branch = server
      for value in 4...5 { _ = branch.request("PUT", "/w/k", fields: [("value", "\(value)")]) }
      for delivery in branch.deliveries where delivery.watch == watch {
        values.append(delivery.event.node.value.map { branch.store.text(of: $0) } ?? "")
      }
      heard.append(values)
    }
    #expect(cases.map { $0["values_received"]?.array?.compactMap(\.string) } == heard)
  }
}
