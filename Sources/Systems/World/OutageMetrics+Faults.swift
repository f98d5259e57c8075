import Observation
import SimulationKernel

extension OutageMetrics {
  /// What happened from the first injected fault on, up to the next one: a fault that is injected
  /// again later, to try a fix, has its own figures.
  mutating func addFirstFault() {
    let times = world.faults.plan.map(\.at).sorted()
    guard let first = times.first, first >= observer.start,
      let end = observer.values(.served).indices.last, instant(end) > first
    else { return }
    let next = times.first { $0 > first }
    let until = next.map { index(at: $0) } ?? end
    for (name, quantity) in [
      ("firstFault.remoteDisconnected", OutageObserver.Quantity.remoteDisconnected),
      ("firstFault.corrupt.written", .corruptWritten),
    ] {
      set(name, growth(quantity, from: index(at: first), to: until))
    }
  }

  /// What happened from the last injected fault on: the proof of a fix, where there was one before.
  mutating func addLastFault() {
    guard let last = world.faults.plan.map(\.at).max(), world.faults.plan.count > 1,
      let end = observer.values(.served).indices.last, instant(end) > last
    else { return }
    let from = index(at: last)
    set("lastFault.hits", Double(world.network.hits(since: last)))
    set("lastFault.nodes.stopped", growth(.nodesStopped, from: from, to: end))
    set("lastFault.connections.lost", growth(.connectionsLost, from: from, to: end))
    let online = world.scale.whole(world.clients.count)
    let served = observer.values(.served)[from...]
    set("lastFault.users.unserved", served.map { online - $0 }.max())
  }

  /// Growth of a counter between two samples.
  private func growth(
    _ quantity: OutageObserver.Quantity, from first: Int, to last: Int
  ) -> Double {
    let values = observer.values(quantity)
    return values[last] - values[first]
  }
}
