import Experiments
import Observation
import SimulationKernel
import Systems
import Testing

@Suite("Traces of runs")
struct TraceTests {
  private static let sets = ["scale=1/20000", "start=14:15", "end=14:19:10"]

  private static func trace(
    _ sampling: TraceSampling = .fanOut, _ sets: [String] = sets
  ) throws -> (traced: Replay.Traced, spans: [TraceSpan]) {
    var spans: [TraceSpan] = []
    let traced = Replay.trace(
      try Incident.discord.scenario(sets), version: "", sampling: sampling,
      spans: { spans += $0 })
    return (traced, spans)
  }

  @Test("A traced run is the run that nobody traces")
  func isUndisturbed() throws {
    let plain = Replay.run(try Incident.discord.scenario(Self.sets), version: "")
    for sampling in TraceSampling.allCases {
      let record = try Self.trace(sampling).traced.record
      #expect(record.digest == plain.digest && record.events == plain.events)
      #expect(record.metrics == plain.metrics && record.series == plain.series)
      #expect(record.digestTrail == plain.digestTrail)
    }
  }

  @Test("What is sampled is a part of what there is, the same in every run")
  func samples() throws {
    let sampled = try Self.trace().spans
    let all = try Self.trace(.all)
    #expect(all.traced.leftOut == 0)
    let names = Set(all.spans.map(\.context))
    #expect(names.count == all.spans.count, "a span's identity is its own")
    #expect(names.isSuperset(of: sampled.map(\.context)) && sampled.count < all.spans.count)
    let again = try Self.trace().spans
    #expect(
      again.sorted { $0.order < $1.order } == sampled.sorted { $0.order < $1.order })
  }

  @Test("Spans end after they begin, and after their causes began, which are traced too")
  func causes() throws {
    for sampling in TraceSampling.allCases {
      let spans = try Self.trace(sampling).spans
      var starts: [TraceSpan.Context: Instant] = [:]
      for span in spans { starts[span.context] = span.start }
      for span in spans {
        #expect(span.end >= span.start)
        guard let parent = span.parent else { continue }
        let cause = starts[TraceSpan.Context(trace: span.context.trace, span: parent)]
        let start = try #require(cause, "\(span.name) on \(span.node) has a cause")
        #expect(start <= span.start)
      }
    }
  }

  @Test("Every node that stops leads back to the announce that was cut")
  func firstCause() throws {
    let (traced, spans) = try Self.trace()
    var byContext: [TraceSpan.Context: TraceSpan] = [:]
    for span in spans { byContext[span.context] = span }
    let stopped = spans.filter { $0.name == "node down" }
    #expect(Double(stopped.count) == traced.record.metrics["elixir.nodes.stopped"])
    #expect(stopped.count > 50)
    for span in stopped {
      var chain = [span]
      while let last = chain.last, let parent = last.parent {
        let context = TraceSpan.Context(trace: last.context.trace, span: parent)
        chain.append(try #require(byContext[context]))
      }
      #expect(chain.last?.system == .faults, "\(chain.map(\.name))")
      #expect(chain.contains { $0.name == "announce" && $0.outcome != .ok })
      #expect(chain.contains { $0.system == .etcd })
      // Fifteen crashes: what two levels of supervisors with three restarts take.
      #expect(chain.count { $0.name == "watcher crashed" } >= 15)
    }
    let crashes = spans.count { $0.name == "watcher crashed" }
    #expect(Double(crashes) == traced.record.metrics["elixir.watchers.crashes"])
  }

  @Test("What operators did, the throttle, repairs and alerts are spans")
  func frame() throws {
    let (_, spans) = try Self.trace(
      .fanOut,
      [
        "scale=1/20000", "start=14:15", "end=14:19:10", "operators.throttle.at=14:18:10",
        "operators.throttle-off=null", "operators.raise-1=null", "operators.raise-2=null",
        "operators.raise-3=null", "operators.raise-4=null",
      ])
    let step = try #require(spans.first { $0.name == "operators.throttle" })
    let limit = try #require(spans.first { $0.node == "throttle" })
    #expect(limit.parent == step.context.span && limit.context.trace == step.context.trace)
    #expect(limit.isUnfinished && limit.end == Instant(parsing: "14:19:10"))
    let repairs = spans.filter { $0.name == "repair" }
    #expect(Set(repairs.map(\.system)) == [.sessionsDatabase, .guildsDatabase])
  }

  @Test("A client without a session and its session start are of the trace of its node")
  func clients() throws {
    let spans = try Self.trace(
      .all, ["scale=1/20000", "start=14:15", "end=14:20:30"]
    ).spans
    let clients = spans.filter { $0.system == .clients }
    let downs = Set(spans.filter { $0.name == "node down" }.map(\.context.span))
    #expect(clients.count > 20 && clients.allSatisfy { downs.contains($0.parent ?? 0) })
    var byContext: [UInt64: TraceSpan] = [:]
    for span in spans { byContext[span.context.span] = span }
    // Down to a read, and up again: read, API, session node, gateway, client.
    let read = try #require(
      spans.first { $0.name == "read" && $0.system == .sessionsDatabase && $0.outcome == .ok })
    var systems = [read.system]
    var last = read
    while let parent = last.parent, let cause = byContext[parent] {
      systems.append(cause.system)
      last = cause
    }
    #expect(systems.starts(with: [.sessionsDatabase, .api, .elixir, .gateway, .clients, .elixir]))
  }
}
