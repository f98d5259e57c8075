/// Where a node finds the API: the entries of the directory that parsed.
///
/// Hundreds of nodes see the same changes in the same order. A view is named by how it came about,
/// so that a change which one node has worked out is not worked out again by the next.
struct EndpointView: Sendable, Equatable {
  /// An API node as discovery knows it.
  struct Endpoint: Sendable, Equatable {
    let key: Etcd.Key
    let node: APINodeID
  }

  /// Equal for views that came about in the same way; 0 is the empty view.
  fileprivate(set) var name: UInt32 = 0
  fileprivate(set) var endpoints: [Endpoint] = []

  var isEmpty: Bool { endpoints.isEmpty }
}

/// Works out views, each once.
struct EndpointViews: Sendable {
  private struct Change: Sendable, Hashable {
    let from: UInt32
    let key: Etcd.Key
    /// nil: the entry goes.
    let node: APINodeID?
  }

  private var lastName: UInt32 = 0
  /// What the latest changes led to; only looked up, never walked.
  private var known: [Change: EndpointView] = [:]
  /// The changes in `known`, oldest at `next` once there are `capacity` of them.
  private var changes: [Change] = []
  private var next = 0
  /// Watchers that lag by more changes than this work them out again.
  private static let capacity = 1_024

  /// A view of its own, such as a fresh listing.
  mutating func view(of endpoints: [EndpointView.Endpoint]) -> EndpointView {
    lastName += 1
    return EndpointView(name: lastName, endpoints: endpoints)
  }

  /// The view with an entry set, or taken away.
  mutating func view(
    _ view: EndpointView, setting key: Etcd.Key, to node: APINodeID?
  ) -> EndpointView {
    let change = Change(from: view.name, key: key, node: node)
    if let known = known[change] { return known }
    var endpoints = view.endpoints
    endpoints.removeAll { $0.key == key }
    if let node { endpoints.append(EndpointView.Endpoint(key: key, node: node)) }
    lastName += 1
    let result = EndpointView(name: lastName, endpoints: endpoints)
    if changes.count < Self.capacity {
      changes.append(change)
    } else {
      known[changes[next]] = nil
      changes[next] = change
      next = (next + 1) % Self.capacity
    }
    known[change] = result
    return result
  }
}
