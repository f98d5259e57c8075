import Observation
import SimulationKernel

/// What the draws of a trace are for, by a number of its own for each sort of span.
enum TraceSubject: UInt8 {
  case fault, step, alert, throttle, repair, announce, write, deregistration, notification
  case watcher, node, apiNode, client, guild, attempt, call, work, read
}

/// The identities of spans and the luck of those that are sampled.
///
/// Keyed by what a span is about, not by its number in the run: whatever else is traced, a span has the
/// same identity and is kept or not. The streams are of no model.
struct TraceKeys: Sendable {
  private let identities: RandomStream
  private let luck: RandomStream
  let sampling: TraceSampling

  init(seed: UInt64, sampling: TraceSampling) {
    identities = RandomStream(seed: seed, name: "trace.identity")
    luck = RandomStream(seed: seed, name: "trace.sample")
    self.sampling = sampling
  }

  /// The identity of a span: never zero, which tools take for none.
  func span(_ subject: TraceSubject, _ entity: UInt64, _ number: UInt64 = 0) -> UInt64 {
    let draw = UInt64(subject.rawValue) << 56 ^ number
    return max(1, identities.bits(for: entity, draw: draw))
  }

  /// The context of a span, as part of the trace of its cause or as the first of one.
  func context(
    _ subject: TraceSubject, _ entity: UInt64, _ number: UInt64 = 0,
    in cause: TraceSpan.Context? = nil
  ) -> TraceSpan.Context {
    let span = span(subject, entity, number)
    return TraceSpan.Context(trace: cause?.trace ?? span, span: span)
  }

  /// Whether one of so many recipients is traced.
  func keeps(
    _ subject: TraceSubject, _ entity: UInt64, _ number: UInt64, of recipients: Int
  ) -> Bool {
    let share = sampling.share(of: recipients)
    guard share < 1 else { return true }
    return luck.unit(for: entity, draw: UInt64(subject.rawValue) << 56 ^ number) < share
  }

  func rank(_ kind: UInt8, _ subject: TraceSubject, _ entity: UInt64) -> UInt8 {
    TraceRank.rank(kind, luck.bits(for: entity, draw: UInt64(subject.rawValue) << 56 | 1 << 55))
  }
}
