import SimulationKernel

extension EtcdCluster {
  mutating func sweep<P: Ports>(_ ports: inout P) {
    // Expiry is a write of the leader.
    if leaderBackAt == nil {
      store.keyspace.expireKeys(at: ports.now, into: &output)
      totals.expired += output.expired.count
      for event in output.expired { note(event, at: ports.now) }
      publish(&ports)
      output.removeAll()
    }
    scheduleSweep(&ports)
  }

  mutating func scheduleSweep<P: Ports>(_ ports: inout P) {
    sweepPeriod = configuration.sweep
    ports.sweepDue(after: sweepPeriod)
  }

  /// A key that has outlived its TTL by more than one sweep; time without a leader does not count.
  ///
  /// - Complexity: O(keys).
  func overdueKey(at now: Instant) -> (path: String, due: Instant)? {
    guard leaderBackAt == nil, let (key, nanoseconds) = keyspace.firstDue else { return nil }
    let due = Instant(nanoseconds: nanoseconds)
    let since = max(due, leaderSince)
    guard since < now, now - since > sweepPeriod else { return nil }
    return (keyspace.path(of: key), due)
  }
}
