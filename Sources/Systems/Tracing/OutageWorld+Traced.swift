import Observation
import SimulationKernel

// What the tracer asks of the systems.
extension OutageWorld {
  /// The event that is handled when this one comes: itself, or the message that it brings after all; nil
  /// for a message that a fault of its link takes away or holds up.
  func handled(_ event: OutageEvent, at now: Instant) -> OutageEvent? {
    if case .inTransit(let number) = event { return inTransit[number] }
    guard looksAtMessages, let message = event.message else { return event }
    switch network.fate(of: message, at: now) {
    case .arrives, .comesTwice: return event
    case .comesLate, .vanishes: return nil
    }
  }
}

extension EtcdCluster {
  /// How many watch the API's directory at the cluster.
  var apiWatchers: Int {
    let tallies = store.keyspace.hub.tallies
    let key = Int(directories[0].rawValue)
    guard key < tallies.count else { return 0 }
    return tallies[key].polls + tallies[key].streams + tallies[key].others
  }

  /// The value under an API node's key; nil where there is none.
  func value(ofKeyOf node: APINodeID) -> Etcd.Value? {
    guard node.index < keys.count else { return nil }
    return store.keyspace.node(at: keys[node.index])?.value
  }

  /// Whether a value is not what the API node announces.
  func isCorrupt(_ value: Etcd.Value?, of node: APINodeID) -> Bool {
    guard let value, node.index < values.count else { return false }
    return value != values[node.index]
  }
}

extension API {
  /// The call that a worker's request of this generation is for.
  func call(inSlot slot: UInt32, _ generation: UInt16) -> RemoteCall? {
    guard Int(slot) < slots.count, slots[Int(slot)].generation == generation else { return nil }
    return slots[Int(slot)].call
  }
}

extension Elixir {
  /// A node as people call it: its cluster, and its number there from zero.
  func name(of node: ElixirNodeID) -> String {
    let cluster = cluster(of: node)
    return "\(cluster.name)-\(node.index - members[Int(cluster.rawValue)].lowerBound)"
  }
}
