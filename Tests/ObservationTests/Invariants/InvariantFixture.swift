import Scenarios
import SimulationKernel

@testable import Observation

/// Signals of a small company of one's own.
enum InvariantFixture {
  static let catalogue = SignalCatalogue(
    [
      Signal("users.online", .users, "All users"),
      Signal("users.served", .users, whole: "users.online", "Users with a session"),
      Signal("nodes.up", .nodes, "Nodes that run"),
      Signal("clients.attempts", .count, "Attempts so far"),
      Signal("load", .share, "Share in use"),
      Signal("wait", .seconds, "Time in the queue"),
      Signal("outage", .minutes, "Time without service"),
      Signal("rpc.latency", .seconds, form: .distribution, "Calls"),
    ], figures: ["users.unserved.minutes"])

  static func reader(_ invariants: String) throws -> ParameterReader {
    ParameterReader(
      try ScenarioDocument(name: "i.json", text: #"{ "invariants": \#(invariants) }"#))
  }

  static func list(_ invariants: String) throws -> [Invariant] {
    var reader = try reader(invariants)
    let list = Invariant.list(reading: &reader, signals: catalogue, taken: ["built.in"])
    try reader.finish()
    return list
  }

  static func invariant(_ expression: String, every: String = "10s") throws -> Invariant {
    let quoted = expression.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\\\"")
    let list = try list(#"{ "i": { "that": "\#(quoted)", "every": "\#(every)" } }"#)
    return list[0]
  }

  /// What a reader complains of; empty when it does not.
  static func complaint(_ invariants: String) throws -> String {
    do {
      _ = try list(invariants)
      return ""
    } catch let errors as ScenarioErrors {
      return errors.description
    }
  }
}

/// A run as a table: a value of each signal at each look, and durations between looks.
struct Trace {
  var start = Instant.start + .hours(14)
  var step = Duration.seconds(10)
  /// By signal, then by look; nil, or left out, where there is none.
  var values: [String: [Double?]] = [:]
  var latencies: [[Duration]] = []
  var looks: Int

  func instant(_ look: Int) -> Instant { start + step * Int64(look + 1) }
  var end: Instant { instant(looks - 1) }

  /// What monitors say of an invariant on this run.
  func verdict(_ invariant: Invariant, isWhole: Bool = true) -> InvariantVerdict {
    var monitors = InvariantMonitors([invariant], of: InvariantFixture.catalogue, from: start)
    var histogram = LatencyHistogram()
    for look in 0..<looks {
      if look < latencies.count { for latency in latencies[look] { histogram.record(latency) } }
      guard monitors.nextLook == instant(look) else { continue }
      monitors.look(at: instant(look), of: Source(trace: self, look: look, histogram: histogram))
    }
    return monitors.verdicts(at: end, isWhole: isWhole)[0]
  }

  private struct Source: SignalSource {
    let trace: Trace
    let look: Int
    let histogram: LatencyHistogram

    func value(of signal: Int, at instant: Instant) -> Double? {
      trace.values[InvariantFixture.catalogue.signals[signal].name]?[look]
    }
    func distribution(of signal: Int) -> LatencyHistogram { histogram }
  }
}

/// Draws one after the other.
struct Dice {
  private let stream: RandomStream
  private var draw: UInt64 = 0

  init(seed: UInt64) { stream = RandomStream(seed: seed, name: "tests.invariants") }

  mutating func below(_ count: Int) -> Int {
    draw += 1
    return Int(stream.integer(below: UInt64(count), for: 0, draw: draw))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
